//! The port: opened, and opened again; connections taken, and turned away.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kandian_proto::value::ExceptionType;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tracing::Instrument as _;

use super::connection;
use super::sparing::Line;
use crate::journal::note;
use crate::unit::Unit;

/// Between two attempts to open the port.
const RETRY: Duration = Duration::from_secs(5);
/// After a connection could not be taken, because the process has no more files.
const PAUSE: Duration = Duration::from_millis(200);
/// Connections that wait to be taken.
const BACKLOG: u32 = 128;
/// Bytes that the system holds back for a client that does not read. Its own choice grows to megabytes, which are minutes
/// of a stream: nobody would notice that the client has stopped, and it would see the past.
const SEND_BUFFER: u32 = 192 << 10;

/// The port as it was opened before the link is made, which says which one it is.
#[derive(Debug)]
pub(crate) struct Opened(Option<TcpListener>);

/// Opens the port. When somebody else has it the device goes on without, says so, and tries again.
pub(crate) async fn open(unit: &Arc<Unit>) -> Opened {
    match listen(at(unit)) {
        Ok(listener) => {
            opened(unit, &listener);
            Opened(Some(listener))
        }
        Err(error) => {
            let port = unit.config.rtsp_port;
            note!(unit, error, "RTSP cannot listen on port {port}, nobody can watch: {error}");
            unit.owe(ExceptionType::UNKNOWN, format!("RTSP端口{port}无法监听，无法观看视频: {error}")).await;
            Opened(None)
        }
    }
}

/// Serves whoever connects, as long as this is not dropped.
pub(crate) async fn serve(unit: &Arc<Unit>, opened: Opened) -> Infallible {
    let _closed = Closing(unit);
    let listener = match opened.0 {
        Some(listener) => listener,
        None => opens(unit).await,
    };
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Some(served) = take(unit, stream, peer) {
                    connections.spawn(served);
                }
            }
            Err(error) => {
                tracing::debug!(%error, "a connection for RTSP was not taken");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Says that the port is closed, however serving ends.
struct Closing<'a>(&'a Unit);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.desk.port.send_replace(None);
    }
}

async fn opens(unit: &Unit) -> TcpListener {
    loop {
        sleep(RETRY).await;
        match listen(at(unit)) {
            Ok(listener) => {
                opened(unit, &listener);
                return listener;
            }
            Err(error) => tracing::debug!(%error, "the port for RTSP is still taken"),
        }
    }
}

fn opened(unit: &Unit, listener: &TcpListener) {
    let Ok(address) = listener.local_addr() else { return };
    note!(unit, info, "RTSP is served at {address}");
    unit.desk.port.send_replace(Some(address.port()));
}

fn at(unit: &Unit) -> SocketAddr {
    SocketAddr::new(unit.config.rtsp_listen, unit.config.rtsp_port)
}

fn listen(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A device that starts again finds connections of before, which hold nobody up.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Connections have what their listener has.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(at)?;
    socket.listen(BACKLOG)
}

/// Takes a connection when there is a place for it. One that is turned away hears nothing: whoever opens a thousand does not
/// listen.
fn take(
    unit: &Arc<Unit>,
    stream: TcpStream,
    peer: SocketAddr,
) -> Option<impl Future<Output = ()> + Send + 'static> {
    let address = peer.ip().to_canonical();
    let place = match unit.desk.connect(address) {
        Ok(place) => place,
        Err(why) => {
            if let Line::Write { kept_back } = unit.desk.refusals.line() {
                note!(
                    unit,
                    warn,
                    "RTSP: {peer} is turned away, {why} ({kept_back} lines like this kept back)"
                );
            }
            return None;
        }
    };
    // Answers and pictures are written whole; waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "a connection for RTSP ended at once");
    }
    let unit = Arc::clone(unit);
    let served = async move {
        connection::serve(unit, stream, peer).await;
        drop(place);
    };
    Some(served.in_current_span())
}
