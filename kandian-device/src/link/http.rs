//! One POST and its answer: redirect and registration. Spec §5, §7.2.1; E-27, E-36, E-50.

use std::io;
use std::time::Duration;

use kandian_proto::http::{Answer, AnswerReader, Limits, request};
use kandian_proto::session::Server;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// For one address to be connected. The machine bounds the whole exchange.
const CONNECTION: Duration = Duration::from_secs(10);

/// Sends a document and waits for the answer.
///
/// # Errors
/// Why there is no answer.
pub(super) async fn post(url: &str, document: &[u8]) -> io::Result<Answer> {
    let (server, bytes) = request(url, document).map_err(invalid)?;
    let mut stream = connect(&server).await?;
    // In one piece: there are front ends that read once.
    stream.write_all(&bytes).await?;
    let mut reader = AnswerReader::new(Limits::ANSWER);
    let mut piece = [0; 2048];
    loop {
        let read = stream.read(&mut piece).await;
        let answer = match &read {
            Ok(n @ 1..) => reader.push(piece.get(..*n).unwrap_or_default()),
            // A platform that resets after its answer has answered.
            Ok(_) | Err(_) => reader.end(),
        };
        match (answer, read) {
            (Ok(Some(answer)), _) => return Ok(answer),
            (Ok(None), Ok(1..)) => {}
            (Ok(None), Ok(_)) => return Err(io::ErrorKind::UnexpectedEof.into()),
            (_, Err(error)) => return Err(error),
            (Err(error), _) => return Err(invalid(error)),
        }
    }
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

async fn connect(server: &Server) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in lookup_host((server.host.as_str(), server.port)).await? {
        match timeout(CONNECTION, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}
