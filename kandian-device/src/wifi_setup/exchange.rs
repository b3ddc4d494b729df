//! One request of a client on the hotspot.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kandian_proto::http::{Limits, Method, Refusal as HttpRefusal, Request, RequestReader, Status};
use kandian_proto::message::wifi_setup::{GetWifiRequest, GetWifiResponse, SetWifiRequest, SetWifiResponse};
use kandian_proto::value::GenericResult;
use kandian_proto::{Message, Outcome, Profile, decode, encode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::handler::{self, After, Chore, Refusal};
use crate::hardware::WifiProfile;
use crate::journal::note;
use crate::unit::Unit;

/// Where the service is.
const PATH: &str = "/wifi";
/// For a whole request. A scan takes longer, but that is our time.
const REQUEST: Duration = Duration::from_secs(10);
/// For the answer to leave.
const ANSWER: Duration = Duration::from_secs(5);
/// For the answer to leave before the connection is made that ends the hotspot.
const BEFORE_CONNECTING: Duration = Duration::from_secs(1);

/// Reads a request, answers it, and does what follows.
pub(super) async fn serve(unit: &Arc<Unit>, mut stream: TcpStream) {
    let request = timeout(REQUEST, read(&mut stream)).await;
    let (answer, chore) = match request {
        Ok(Ok(Ok(request))) => answer(unit, &request).await,
        Ok(Ok(Err(refusal))) => (refusal.to_bytes(), None),
        // Nobody is there any more.
        Ok(Err(_)) => return,
        Err(_) => (HttpRefusal::new(Status::TOO_SLOW, "the request took too long").to_bytes(), None),
    };
    let patience = if chore.is_some() { BEFORE_CONNECTING } else { ANSWER };
    let _ = timeout(patience, send(&mut stream, &answer)).await;
    if let Some(Chore::Wifi(profile)) = chore {
        unit.dial(profile, true);
    }
}

/// Sends the answer, and reads what the client still has to say: bytes that nobody has read would make the kernel
/// reset the connection, and the answer might be lost with it.
async fn send(stream: &mut TcpStream, answer: &[u8]) -> io::Result<()> {
    stream.write_all(answer).await?;
    stream.shutdown().await?;
    let mut rest = [0; 512];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// Reads until the request is whole; the inner error is for the client.
async fn read(stream: &mut TcpStream) -> io::Result<Result<Request, HttpRefusal>> {
    let mut reader = RequestReader::new(Limits::REQUEST);
    let mut piece = [0; 2048];
    loop {
        let read = stream.read(&mut piece).await?;
        let bytes = piece.get(..read).unwrap_or_default();
        let request = if bytes.is_empty() { reader.end() } else { reader.push(bytes) };
        match request {
            Ok(Some(request)) => return Ok(Ok(request)),
            Ok(None) if bytes.is_empty() => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(None) => {
                if let Some(bytes) = reader.take_continue() {
                    stream.write_all(bytes).await?;
                }
            }
            Err(error) => return Ok(Err(HttpRefusal::from(error))),
        }
    }
}

/// The bytes of the answer, and what follows it.
async fn answer(unit: &Unit, request: &Request) -> (Vec<u8>, Option<Chore>) {
    if request.path().trim_end_matches('/') != PATH {
        return (HttpRefusal::new(Status::NOT_FOUND, "there is only /wifi").to_bytes(), None);
    }
    if request.method != Method::Post {
        let text = "POST a GET_WIFI_REQ or a SET_WIFI_REQ";
        return (HttpRefusal::new(Status::NOT_ALLOWED, text).to_bytes(), None);
    }
    let document = request.document();
    // The roots are those of 62H and 63H, without the device id: the interface decides (E-08).
    if decode::<GetWifiRequest>(document).is_ok() {
        let outcome = match handler::wifi::scan(unit).await {
            Ok(points) => Outcome::Success(points),
            Err(refusal) => Outcome::Failure(logged(unit, &refusal)),
        };
        return (written(&GetWifiResponse::new(outcome)), None);
    }
    let (code, chore) = match decode::<SetWifiRequest>(document) {
        Ok(read) => set(unit, read.message).await,
        Err(error) => {
            note!(unit, warn, "a Wi-Fi set-up cannot be read: {error} (R-11.3)");
            (GenericResult::OTHER, None)
        }
    };
    (written(&SetWifiResponse::new(code)), chore)
}

async fn set(unit: &Unit, request: SetWifiRequest) -> (GenericResult, Option<Chore>) {
    let (ssid, security, password) = (request.ssid, request.security, request.password);
    match handler::wifi::set(unit, WifiProfile { ssid, security, password }).await {
        Ok(After::Chore(chore)) => (GenericResult::OK, Some(chore)),
        Ok(_) => (GenericResult::OK, None),
        Err(refusal) => (logged(unit, &refusal), None),
    }
}

fn logged(unit: &Unit, refusal: &Refusal) -> GenericResult {
    note!(unit, warn, "Wi-Fi set-up refused with {}: {} ({})", refusal.code.0, refusal.why, refusal.rule);
    refusal.code
}

/// An answer in one piece: clients of the field read once.
fn written(message: &impl Message) -> Vec<u8> {
    match encode(message, Profile::Spec) {
        Ok(document) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml;charset=UTF-8\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n",
                document.len()
            );
            [head.as_bytes(), &document].concat()
        }
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            HttpRefusal::new(Status::FAILED, "the answer cannot be written").to_bytes()
        }
    }
}
