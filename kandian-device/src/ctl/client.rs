//! The operator's end of the control socket.

use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Call, Command, Door, PATIENCE};

/// For the connection, which goes nowhere but to this machine.
const CONNECTION: Duration = Duration::from_secs(5);
/// Longest reply. A status with 256 channels has 30,000 bytes.
const MOST_REPLY: u64 = 1 << 20;

/// Why a device could not be asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CtlError {
    /// No device runs with this data directory.
    #[error("no device runs with the data directory {path}: {}", sign(source))]
    NotRunning {
        /// Which directory.
        path: PathBuf,
        /// How that shows.
        source: io::Error,
    },
    /// The device did not answer.
    #[error("the device did not answer: {0}")]
    Silent(io::Error),
    /// The device answered something else: it is another version of this program.
    #[error("the answer cannot be understood: {0}")]
    Unintelligible(#[from] serde_json::Error),
}

/// How it shows that no device runs, in words.
fn sign(source: &io::Error) -> String {
    match source.kind() {
        io::ErrorKind::NotFound => {
            "start one with `kandian-device run`, or give another --data-dir or --id".to_owned()
        }
        io::ErrorKind::ConnectionRefused => {
            "it ended without a goodbye; start it again with `kandian-device run`".to_owned()
        }
        _ => source.to_string(),
    }
}

/// Sends a command to the device that runs with a data directory; returns its reply as JSON, an object with one key:
/// `status`, `done`, `networks` or `failed`.
///
/// # Errors
/// When there is no reply.
pub async fn send(directory: &Path, command: Command) -> Result<serde_json::Value, CtlError> {
    let gone = |source| CtlError::NotRunning { path: directory.to_owned(), source };
    let door = Door::read(directory).map_err(gone)?;
    let connecting = TcpStream::connect((Ipv4Addr::LOCALHOST, door.port));
    let stream = timeout(CONNECTION, connecting).await.map_err(|_| gone(io::ErrorKind::TimedOut.into()))?;
    let mut stream = stream.map_err(gone)?;
    let mut call = serde_json::to_vec(&Call { token: door.token.reveal().to_owned(), command })?;
    call.push(b'\n');
    let exchange = async {
        stream.write_all(&call).await?;
        let mut reply = Vec::new();
        stream.take(MOST_REPLY).read_to_end(&mut reply).await?;
        Ok(reply)
    };
    let reply = timeout(PATIENCE + CONNECTION, exchange).await;
    let reply = reply.map_err(|_| CtlError::Silent(io::ErrorKind::TimedOut.into()))?;
    Ok(serde_json::from_slice(&reply.map_err(CtlError::Silent)?)?)
}
