//! Requests of a device. Spec §5, §7.2.1; E-36.

use super::{HttpUrl, HttpUrlError, XML};
use crate::session::Server;

impl HttpUrl {
    /// The bytes of a POST of a document: `Content-Type: text/xml;charset=UTF-8`, a length, and
    /// no second request on the connection.
    ///
    /// They hold the device key. Send them in one write: there are front ends that read once.
    #[must_use]
    pub fn post(&self, document: &[u8]) -> Vec<u8> {
        let (target, server) = (self.target(), self.server());
        let mut out = format!(
            "POST {target} HTTP/1.1\r\nHost: {server}\r\nContent-Type: {XML}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n",
            document.len(),
        )
        .into_bytes();
        out.extend_from_slice(document);
        out
    }
}

/// Where to connect, and what to send there, for [`Output::Http`](crate::session::Output::Http).
///
/// # Errors
/// When the URL is not one to POST to.
pub fn request(url: &str, document: &[u8]) -> Result<(Server, Vec<u8>), HttpUrlError> {
    let url: HttpUrl = url.parse()?;
    Ok((url.server().clone(), url.post(document)))
}
