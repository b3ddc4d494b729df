//! The URL of a group or province platform. Spec §5; E-36, E-56.

use core::fmt;
use core::net::{IpAddr, Ipv6Addr};
use core::str::FromStr;

use crate::mask_url;
use crate::session::Server;
use crate::value::Host;

/// Longest URL that is read, in bytes; E-37 gives 1,024 to any field.
pub const MAX_URL_BYTES: usize = 1_024;

/// The port of a URL without one.
const DEFAULT_PORT: u16 = 80;

/// A URL that a device can POST to: `http://host:port/path`.
///
/// The scheme and the port may be missing (`http`, 80); the host is a name, an IPv4 address, or an IPv6 address in
/// brackets (E-56). Other schemes, user names and fragments are refused or dropped, see [`HttpUrlErrorKind`].
///
/// **A URL of a peer is hostile.** Decide whether its server may be contacted before you do.
///
/// ```
/// use kandian_proto::http::HttpUrl;
/// let url: HttpUrl = "http://[2001:db8::1]:8098/tykd/DeviceRegisterServlet".parse()?;
/// assert_eq!((url.server().host.as_str(), url.server().port), ("2001:db8::1", 8098));
/// assert_eq!(url.target(), "/tykd/DeviceRegisterServlet");
/// let error = "https://198.51.100.5/".parse::<HttpUrl>().unwrap_err();
/// assert_eq!(error.to_string(), "at byte 0: https is not spoken by devices; the URL begins with http://");
/// # Ok::<(), kandian_proto::http::HttpUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl {
    server: Server,
    target: String,
}

/// A text that is no URL to POST to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {kind}")]
pub struct HttpUrlError {
    /// What is wrong.
    pub kind: HttpUrlErrorKind,
    /// Where, as an offset in bytes.
    pub offset: usize,
}

/// Kinds of [`HttpUrlError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpUrlErrorKind {
    /// Longer than [`MAX_URL_BYTES`].
    #[error("the URL is longer than {MAX_URL_BYTES} bytes")]
    TooLong,
    /// White space or a control character, which no URL has and which would split a request line.
    #[error("white space or a control character")]
    Character,
    /// The scheme `https`.
    #[error("https is not spoken by devices; the URL begins with http://")]
    Https,
    /// Another scheme.
    #[error("the URL does not begin with http://")]
    Scheme,
    /// A user name before the host, which makes one host look like another.
    #[error("a user name before the host is refused")]
    UserInfo,
    /// No host name, IPv4 address or IPv6 address in brackets.
    #[error("not a host name, an IPv4 address or an IPv6 address in brackets")]
    Host,
    /// `0.0.0.0` or `::`, which say that there is no address (E-75).
    #[error("the host stands for no address (E-75)")]
    NoHost,
    /// Not a port from 1 to 65535.
    #[error("not a port from 1 to 65535")]
    Port,
}

impl HttpUrl {
    /// Where to connect.
    #[must_use]
    pub const fn server(&self) -> &Server {
        &self.server
    }

    /// Path and parameters, in ASCII; `/` when the URL has none.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}

impl FromStr for HttpUrl {
    type Err = HttpUrlError;

    fn from_str(text: &str) -> Result<Self, HttpUrlError> {
        let error = |kind, offset| Err(HttpUrlError { kind, offset });
        if text.len() > MAX_URL_BYTES {
            return error(HttpUrlErrorKind::TooLong, MAX_URL_BYTES);
        }
        if let Some(at) = text.find(|c: char| c.is_whitespace() || c.is_control()) {
            return error(HttpUrlErrorKind::Character, at);
        }
        let begin = authority_at(text)?;
        let end = text[begin..].find(['/', '?', '#']).map_or(text.len(), |at| begin + at);
        let server = server(&text[begin..end])
            .map_err(|HttpUrlError { kind, offset }| HttpUrlError { kind, offset: begin + offset })?;
        let target = &text[end..text.find('#').unwrap_or(text.len()).max(end)];
        Ok(Self { server, target: ascii(target) })
    }
}

/// Where host and port begin: behind the scheme. `host:port/path` without one is read as meant.
fn authority_at(text: &str) -> Result<usize, HttpUrlError> {
    let Some(at) = text.find("://") else { return Ok(0) };
    let kind = match &text[..at] {
        scheme if scheme.eq_ignore_ascii_case("http") => return Ok(at + 3),
        // It stands in the path or in a parameter.
        scheme if scheme.contains(['/', '?', '#']) => return Ok(0),
        scheme if scheme.eq_ignore_ascii_case("https") => HttpUrlErrorKind::Https,
        _ => HttpUrlErrorKind::Scheme,
    };
    Err(HttpUrlError { kind, offset: 0 })
}

fn server(authority: &str) -> Result<Server, HttpUrlError> {
    let error = |kind, offset| Err(HttpUrlError { kind, offset });
    if let Some(at) = authority.find('@') {
        return error(HttpUrlErrorKind::UserInfo, at);
    }
    let (host, port_at) = match authority.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, _)) if host.parse::<Ipv6Addr>().is_ok() => (host, host.len() + 2),
            _ => return error(HttpUrlErrorKind::Host, 0),
        },
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            (&authority[..end], end)
        }
    };
    let Ok(host) = host.parse::<Host>() else { return error(HttpUrlErrorKind::Host, 0) };
    // An IPv4 address may hide in an IPv6 one.
    if host.as_str().parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_unspecified()) {
        return error(HttpUrlErrorKind::NoHost, 0);
    }
    let port = match &authority[port_at..] {
        "" | ":" => DEFAULT_PORT,
        rest => match rest.strip_prefix(':').and_then(port) {
            Some(port) => port,
            None => return error(HttpUrlErrorKind::Port, port_at),
        },
    };
    Ok(Server { host, port })
}

fn port(digits: &str) -> Option<u16> {
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|port| is_number && *port != 0)
}

/// A target for a request line: with a slash in front, and everything outside ASCII escaped.
fn ascii(target: &str) -> String {
    let mut out = String::with_capacity(target.len() + 1);
    if !target.starts_with('/') {
        out.push('/');
    }
    for byte in target.bytes() {
        if byte.is_ascii() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The parameters may hold a secret.
impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpUrl({} {})", self.server, mask_url(&self.target))
    }
}
