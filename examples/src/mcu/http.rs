//! One POST, bounded in time and length.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;

use super::failure::Failure;

/// Most bytes of an answer: a list of some hundred monitoring points has 200 kB.
const ANSWER_BYTES: usize = 4 << 20;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long for everything: the platform itself waits up to 10 s for a device.
const WHOLE: Duration = Duration::from_secs(30);

/// Asks over HTTP and HTTPS.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: reqwest::Client,
}

impl Http {
    /// A client that trusts the authorities of this machine and those of a file in PEM.
    pub(super) fn new(authorities: Option<&PathBuf>) -> Result<Self, Failure> {
        // Another provider was installed before: as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            // A password is for the platform that was named, and for no other.
            .redirect(Policy::none())
            .user_agent(concat!("kandian-mcu/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = authorities {
            let file = std::fs::read(path).map_err(|error| Failure::local(path, &error))?;
            let more = reqwest::Certificate::from_pem_bundle(&file);
            builder = builder.tls_certs_merge(more.map_err(|error| Failure::local(path, &causes(&error)))?);
        }
        let client = builder.build().map_err(|error| Failure::Local(causes(&error)))?;
        Ok(Self { client })
    }

    /// Posts a document; the answer's status and body.
    pub(super) async fn post(
        &self,
        url: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Vec<u8>), Failure> {
        let network = |error: &reqwest::Error| Failure::Network(format!("{url}: {}", causes(error)));
        let request = self.client.post(url).header(CONTENT_TYPE, content_type).body(body);
        let mut answer = request.send().await.map_err(|error| network(&error))?;
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| network(&error))? {
            if bytes.len() + piece.len() > ANSWER_BYTES {
                return Err(Failure::Network(format!("{url}: an answer of more than {ANSWER_BYTES} bytes")));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok((answer.status().as_u16(), bytes))
    }
}

/// The innermost cause, which says more than what is around it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
