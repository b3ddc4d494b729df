//! The way to the platform that runs on the data directory: its REST interface, with the secret it has left there.

mod events;
mod pin;

use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use kandian_platform::local::{self, Endpoint};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

pub(crate) use events::{Events, Next};

use super::failure::{FAILED, Failure, NOT_DONE, NOT_RUNNING, text};
use super::output::visible;
use super::settings::Where;

/// Longest wait for a connection on the same machine.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for an answer. A long policy goes to small devices in many parts, each of which may take half a minute.
const ANSWER: Duration = Duration::from_secs(900);
/// Longest answer.
const LONGEST: usize = 16 << 20;

/// How a command to a device ends without success: names of `CommandFailure`.
const DEVICE_SAID: [&str; 9] = [
    "offline",
    "unknown",
    "no_answer",
    "refused",
    "unsupported",
    "busy",
    "link_lost",
    "unreadable",
    "partly",
];

/// A platform that runs.
#[derive(Debug)]
pub(crate) struct Client {
    endpoint: Endpoint,
}

/// An answer of the platform.
#[derive(Debug)]
pub(crate) struct Answer {
    ok: bool,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of an answer with success; else what the platform says is wrong.
    pub(crate) fn success(self) -> Result<Value, Failure> {
        if self.ok { Ok(self.body) } else { Err(self.failure()) }
    }

    pub(crate) fn is_success(&self) -> bool {
        self.ok
    }

    /// What is wrong, why, and what to do about it.
    pub(crate) fn failure(&self) -> Failure {
        let part = |name| self.body.get(name).and_then(Value::as_str).map(visible);
        let title = part("title").unwrap_or_else(|| "the platform refused, and does not say why".to_owned());
        let detail = part("detail").map(|detail| format!(": {detail}")).unwrap_or_default();
        let next = part("next_step").map(|next| format!("; {next}")).unwrap_or_default();
        let kind = part("type").unwrap_or_default();
        let code = if DEVICE_SAID.contains(&kind.as_str()) { NOT_DONE } else { FAILED };
        Failure::new(code, format!("{title}{detail}{next}"))
    }
}

impl Client {
    /// The platform that runs on the data directory; `None` when none does.
    pub(crate) fn find(place: &Where) -> Result<Option<Self>, Failure> {
        let found = local::find(&place.settings()?.data_dir);
        let found = found.map_err(|error| Failure::new(NOT_RUNNING, error.to_string()))?;
        Ok(found.map(|endpoint| Self { endpoint }))
    }

    /// The platform that must run.
    pub(crate) fn need(place: &Where) -> Result<Self, Failure> {
        let directory = place.settings()?.data_dir;
        Self::find(place)?.ok_or_else(|| {
            let directory = directory.display();
            Failure::new(
                NOT_RUNNING,
                format!(
                    "no platform runs on the data directory {directory}; start one with \
                     `kandian-platform serve --data-dir {directory}`, or name the directory of the one that runs"
                ),
            )
        })
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.endpoint.process
    }

    /// Where it is, for people.
    pub(crate) fn address(&self) -> String {
        let scheme = if self.endpoint.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.endpoint.rest)
    }

    /// A request, and its whole answer.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Answer, Failure> {
        let exchange = async {
            let response = self.send(method, path, body).await?;
            let ok = response.status().is_success();
            let body = Limited::new(response.into_body(), LONGEST).collect().await;
            let body = body.map_err(|error| self.unreachable(&error))?.to_bytes();
            Ok(Answer { ok, body: serde_json::from_slice(&body).unwrap_or_default() })
        };
        let late = |_| self.unreachable(&"it does not answer");
        tokio::time::timeout(ANSWER, exchange).await.map_err(late)?
    }

    /// The stream of everything that happens, or of what happens with one device.
    pub(crate) async fn events(&self, path: &str) -> Result<Events, Failure> {
        let late = |_| self.unreachable(&"it does not answer");
        let response =
            tokio::time::timeout(CONNECT, self.send("GET", path, Vec::new())).await.map_err(late)??;
        if response.status().is_success() {
            return Ok(Events::new(response.into_body()));
        }
        Err(Failure::from(format!("the platform refused: {}", response.status())))
    }

    async fn send(&self, method: &str, path: &str, body: Vec<u8>) -> Result<Response<Incoming>, Failure> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.endpoint.rest.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.endpoint.token.reveal()))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(text)?;
        let late = |_| self.unreachable(&"it does not accept connections");
        let stream =
            tokio::time::timeout(CONNECT, TcpStream::connect(self.endpoint.rest)).await.map_err(late)?;
        let stream = stream.map_err(|error| self.unreachable(&error))?;
        let sent = match &self.endpoint.certificate {
            None => exchange(stream, request).await,
            Some(pin) => {
                let shaken =
                    tokio::time::timeout(CONNECT, pin::encrypt(stream, pin, self.endpoint.rest.ip()));
                let stream = shaken.await.map_err(late)?.map_err(|error| self.unreachable(&error))?;
                exchange(stream, request).await
            }
        };
        sent.map_err(|error| self.unreachable(&error))
    }

    fn unreachable(&self, error: &dyn std::fmt::Display) -> Failure {
        let Endpoint { process, .. } = self.endpoint;
        let at = self.address();
        let next = "look at its log, or restart it";
        Failure::new(
            NOT_RUNNING,
            format!("the platform (process {process}) cannot be reached at {at}: {error}; {next}"),
        )
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> hyper::Result<Response<Incoming>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer; an error of it is one of the answer, too.
    tokio::spawn(async move { drop(connection.await) });
    sender.send_request(request).await
}
