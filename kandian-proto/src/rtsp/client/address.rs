//! Where a camera is, whoever made it. RFC 2326 §3.2.

use core::fmt;
use core::str::FromStr;

use crate::Secret;
use crate::play::{PlayUrl, PlayUrlError, percent_decode, rtsp_address};
use crate::value::{Host, Port};

/// Longest user name or password, in bytes. Cameras take some tens.
pub const MAX_CREDENTIAL_BYTES: usize = 128;

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// Neither the name nor the password is shown.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

/// An absolute URL of any RTSP server, with a user name and a password perhaps:
/// `rtsp://user:password@host:port/any/path?any=query`.
///
/// A device of 手机看店 has a [`PlayUrl`], which becomes one by `into`. Path and query may hold a token or a password, as
/// some cameras want it there; `Display` shows host and port only, and [`RtspUrl::request_url`] gives the rest.
///
/// ```
/// use kandian_proto::rtsp::client::RtspUrl;
/// let url: RtspUrl = "rtsp://admin:pa%40ss@192.0.2.64/Streaming/Channels/101?transportmode=unicast".parse()?;
/// assert_eq!((url.host().as_str(), url.port().0), ("192.0.2.64", 554));
/// assert_eq!(url.request_url(), "rtsp://192.0.2.64/Streaming/Channels/101?transportmode=unicast");
/// let credentials = url.credentials().unwrap();
/// assert_eq!((credentials.user.as_str(), credentials.password.reveal()), ("admin", "pa@ss"));
/// assert_eq!(url.to_string(), "rtsp://192.0.2.64:554");
/// # Ok::<(), kandian_proto::rtsp::client::RtspUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RtspUrl {
    host: Host,
    port: Port,
    text: String,
    credentials: Option<Credentials>,
}

/// A text that is no absolute RTSP URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RtspUrlError {
    /// Without user name and password it is none.
    #[error(transparent)]
    Url(#[from] PlayUrlError),
    /// The user name or the password is longer than [`MAX_CREDENTIAL_BYTES`], or empty, or holds a control character.
    #[error("a user name or password that is empty, too long or holds a control character")]
    Credentials,
    /// A `%` in the user name or password that begins no escape; `%25` stands for it.
    #[error("a % in the user name or password that begins no escape; write %25")]
    Escape,
}

impl RtspUrl {
    /// Reads an absolute URL. A password may hold `@` as it is, up to the last one before the path; `/`, `?`, `#` and
    /// `%` in it are written `%2F`, `%3F`, `%23` and `%25`.
    ///
    /// # Errors
    /// When the URL is not RTSP, too long, or names no host or port that can be connected (E-75), or when its user name
    /// or password cannot be.
    pub fn parse(text: &str) -> Result<Self, RtspUrlError> {
        let (text, credentials) = match split(text) {
            Some((user_info, rest)) => (rest, Some(credentials(&user_info)?)),
            None => (text.to_owned(), None),
        };
        let (host, port) = rtsp_address(&text)?;
        Ok(Self { host, port, text, credentials })
    }

    /// The same with other credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Option<Credentials>) -> Self {
        self.credentials = credentials;
        self
    }

    /// Where the server is: a name, an IPv4 address, or an IPv6 address without brackets.
    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> Port {
        self.port
    }

    /// Who asks, if the URL says so.
    #[must_use]
    pub const fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// What requests name: the URL without user name and password. It may hold a token all the same.
    #[must_use]
    pub fn request_url(&self) -> &str {
        &self.text
    }
}

/// User name and password, and the URL without them.
fn split(text: &str) -> Option<(String, String)> {
    let (scheme, rest) = text.split_once("://")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (user_info, host) = authority.rsplit_once('@')?;
    let after = &rest[authority.len()..];
    Some((user_info.to_owned(), format!("{scheme}://{host}{after}")))
}

fn credentials(user_info: &str) -> Result<Credentials, RtspUrlError> {
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let decoded = |text: &str| -> Result<String, RtspUrlError> {
        let text = percent_decode(text).map_err(|_| RtspUrlError::Escape)?;
        if text.len() > MAX_CREDENTIAL_BYTES || text.contains(char::is_control) {
            return Err(RtspUrlError::Credentials);
        }
        Ok(text.into_owned())
    };
    let user = decoded(user)?;
    // Basic separates the two by the first colon.
    if user.is_empty() || user.contains(':') {
        return Err(RtspUrlError::Credentials);
    }
    Ok(Credentials { user, password: Secret::from(decoded(password)?) })
}

impl FromStr for RtspUrl {
    type Err = RtspUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl From<PlayUrl> for RtspUrl {
    fn from(url: PlayUrl) -> Self {
        Self::from(&url)
    }
}

impl From<&PlayUrl> for RtspUrl {
    fn from(url: &PlayUrl) -> Self {
        let text = url.to_url().as_str().to_owned();
        Self { host: url.host.clone(), port: url.port, text, credentials: None }
    }
}

impl fmt::Display for RtspUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.as_str().contains(':') {
            write!(f, "rtsp://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "rtsp://{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for RtspUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.credentials.is_some();
        write!(f, "RtspUrl({self}, credentials {credentials})")
    }
}
