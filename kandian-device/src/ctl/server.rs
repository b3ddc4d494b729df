//! The device's end of the control socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use kandian_proto::Secret;
use rand::RngExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::Instrument as _;

use super::{Call, Door, MOST_LINE, PATIENCE, Reply, act};
use crate::unit::Unit;

/// Connections at a time. An operator has one.
const MOST_CALLERS: usize = 16;
/// How long a caller may take to say what it wants: it is a program on this machine.
const HESITATION: Duration = Duration::from_secs(5);
/// After a connection could not be accepted: the process has no descriptors left, and somebody gives one back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The control socket of a device, as long as this is there.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    token: Secret,
    file: PathBuf,
}

impl Server {
    /// Opens the socket and writes down where it is.
    ///
    /// # Errors
    /// When there is no port, or the file cannot be written.
    pub(crate) async fn open(directory: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let token: [u8; 16] = rand::rng().random();
        let token = Secret::from(token.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let door = Door { port: listener.local_addr()?.port(), token: token.clone() };
        door.write(directory)?;
        Ok(Self { listener, token, file: Door::path(directory) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A file that points nowhere would only make the next caller wait.
        let _ = fs::remove_file(&self.file);
    }
}

/// Serves callers for ever.
pub(crate) async fn serve(server: Option<&Server>, unit: &Arc<Unit>) {
    let Some(server) = server else { return std::future::pending().await };
    let places = Arc::new(Semaphore::new(MOST_CALLERS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = server.listener.accept().await else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let (unit, token) = (Arc::clone(unit), server.token.clone());
        let conversation = async move {
            // A caller that does not listen is let go.
            let _ = timeout(PATIENCE, converse(stream, &unit, &token)).await;
            drop(place);
        };
        tokio::spawn(conversation.in_current_span());
    }
}

/// One command, one reply.
async fn converse(mut stream: TcpStream, unit: &Unit, token: &Secret) -> io::Result<()> {
    let (reader, mut writer) = stream.split();
    let mut line = Vec::new();
    let mut reader = BufReader::new(reader.take(MOST_LINE));
    timeout(HESITATION, reader.read_until(b'\n', &mut line)).await??;
    let reply = match serde_json::from_slice::<Call>(&line) {
        Ok(call) if token.matches(&call.token) => act(unit, call.command).await,
        Ok(_) => Reply::Failed("the token is wrong".to_owned()),
        Err(error) => Reply::Failed(format!("not a command: {error}")),
    };
    let mut text = serde_json::to_vec(&reply)?;
    text.push(b'\n');
    writer.write_all(&text).await?;
    writer.shutdown().await
}
