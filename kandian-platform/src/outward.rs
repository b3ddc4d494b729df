//! What the platform asks others over HTTP: the group platform, a gateway of short messages, CRM.
//!
//! One client for all of them, so that one place bounds how long they may take and how much they may say. Whoever is asked
//! is named in the settings, never by a device or a user.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;

/// Most bytes of an answer: the longest is a list of download addresses.
const ANSWER_BYTES: usize = 256 << 10;
/// How long the other may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long for everything.
const WHOLE: Duration = Duration::from_secs(15);
/// How long a connection that is not used stays open.
const IDLE: Duration = Duration::from_secs(30);

/// Asks others. The client behind it is made when it is first needed.
#[derive(Debug)]
pub struct Outward {
    authorities: Option<PathBuf>,
    client: OnceLock<Result<reqwest::Client, String>>,
}

/// What was answered, whatever the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether the status says that all went well.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutwardFailure {
    /// The client could not be made.
    #[error("this machine cannot ask over HTTP: {0}")]
    Client(String),
    /// It could not be reached, or it hung up.
    #[error("no answer: {0}")]
    Silent(String),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
    /// It said more than anybody reads.
    #[error("an answer of more than {ANSWER_BYTES} bytes")]
    TooLong,
}

impl Outward {
    /// A client that trusts the authorities of this machine and those of a file in PEM.
    #[must_use]
    pub fn new(authorities: Option<PathBuf>) -> Self {
        Self { authorities, client: OnceLock::new() }
    }

    /// Posts a body.
    ///
    /// # Errors
    ///
    /// [`OutwardFailure`], when nobody answered; an answer of any status is one.
    pub async fn post(
        &self,
        url: &str,
        content_type: &'static str,
        mut headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, OutwardFailure> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let sent = self.client()?.post(url).headers(headers).body(body).send().await;
        let mut answer = sent.map_err(|error| failure(&error))?;
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + piece.len() > ANSWER_BYTES {
                return Err(OutwardFailure::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status: answer.status().as_u16(), body })
    }

    fn client(&self) -> Result<&reqwest::Client, OutwardFailure> {
        let made = self.client.get_or_init(|| self.make());
        made.as_ref().map_err(|error| OutwardFailure::Client(error.clone()))
    }

    fn make(&self) -> Result<reqwest::Client, String> {
        // The other provider that a program around this library may bring is not ours to choose; ring it is.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .pool_idle_timeout(IDLE)
            .no_proxy()
            // Whoever may name another address would choose whom this machine talks to.
            .redirect(Policy::none())
            .user_agent(concat!("kandian-platform/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = &self.authorities {
            let unusable = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            let file = std::fs::read(path).map_err(|error| unusable(&error))?;
            let more = reqwest::Certificate::from_pem_bundle(&file).map_err(|error| unusable(&error))?;
            builder = builder.tls_certs_merge(more);
        }
        builder.build().map_err(|error| causes(&error))
    }
}

fn failure(error: &reqwest::Error) -> OutwardFailure {
    if error.is_timeout() { OutwardFailure::TimedOut } else { OutwardFailure::Silent(causes(error)) }
}

/// The innermost cause, which says more than what is around it, and does not quote the address: that may hold a secret.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn ask(answer: Vec<u8>) -> Result<Answer, OutwardFailure> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/gateway?key=hidden", listener.local_addr().unwrap());
        let peer = tokio::spawn(async move {
            let (mut peer, _) = listener.accept().await.unwrap();
            let mut head = [0; 1024];
            let read = peer.read(&mut head).await.unwrap();
            assert!(head[..read].starts_with(b"POST /gateway?key=hidden HTTP/1.1\r\n"));
            // It may have hung up when it heard enough.
            let _ = peer.write_all(&answer).await;
        });
        let outward = Outward::new(None);
        let answered = outward.post(&url, "text/plain", HeaderMap::new(), b"hello".to_vec()).await;
        peer.await.unwrap();
        answered
    }

    #[tokio::test]
    async fn an_answer_of_any_status_is_one() {
        let answer = ask(b"HTTP/1.1 418 teapot\r\ncontent-length: 2\r\n\r\nno".to_vec()).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice(), answer.is_success()), (418, &b"no"[..], false));
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let answer =
            ask(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec());
        assert_eq!(answer.await.unwrap().status, 302);
    }

    #[tokio::test]
    async fn who_talks_without_end_is_cut_off() {
        let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n".to_vec();
        answer.resize(answer.len() + 300_000, b'x');
        assert_eq!(ask(answer).await, Err(OutwardFailure::TooLong));
    }

    #[tokio::test]
    async fn an_address_stays_out_of_errors() {
        let error = ask(b"nonsense\r\n\r\n".to_vec()).await.unwrap_err().to_string();
        assert!(!error.contains("hidden"), "{error}");
    }
}
