//! The RTSP URL of a live view or a playback. Spec §7.5.5, §7.5.23, §8.7; E-94.

mod error;
pub(super) mod percent;
mod read;

use core::fmt;
use core::net::{IpAddr, Ipv6Addr};
use core::str::FromStr;

pub use error::{PlayUrlError, UrlDeviation, UrlErrorKind, UrlNote, UrlPart};
#[cfg(feature = "rtsp")]
pub(crate) use read::control_track;
pub use read::{ReadUrl, rtsp_address};

use super::{Media, Target};
use crate::value::{HashToken, Host, Port, Url};

/// The port of a URL without one: RTSP's (RFC 2326 §3.2).
pub const DEFAULT_PORT: Port = Port(554);

/// Longest URL that is read, in bytes. The longest one that can be built has 1,182, of which a file
/// name takes 765; the rest is room for what players append and for foreign parameters.
pub const MAX_URL_BYTES: usize = 2_048;

/// Most parameters that are read. The specification has four.
pub const MAX_PARAMETERS: usize = 16;

/// Longest URL of a live view that is safe for recorders of 2014, in bytes: one buffer less its NUL.
pub const LEGACY_URL_BYTES: usize = 127;

/// Longest path with parameters that those recorders copy, in bytes: the same buffer. Bounds playback,
/// where the URL of an ordinary recording has some 150 bytes and cannot keep to [`LEGACY_URL_BYTES`].
pub const LEGACY_PATH_BYTES: usize = 127;

/// Longest URL of a playback that those recorders take, in bytes.
pub const LEGACY_PLAYBACK_URL_BYTES: usize = 254;

/// Longest file name those recorders copy, in bytes: that of their own recordings,
/// `DevID_0_YYYYMMDDHHMMSS.mp4`.
pub const LEGACY_FILE_NAME_BYTES: usize = 32;

/// The URL of a live view or a playback, with its token:
///
/// ```text
/// rtsp://host:port/realplay?devid=…&channelno=…&streamtype=…&hashtoken=…
/// rtsp://host:port/realplay?devid=…&channelno=…&filename=…&hashtoken=…
/// ```
///
/// Spec §7.5.5, §7.5.23, §8.7; R-7.61, R-7.91; E-94. This order of parameters is written, in lower
/// case, the file name percent-encoded. Nothing follows the token: there is firmware that takes
/// everything behind `hashtoken=` for the token.
///
/// Whoever has the URL may watch the camera once, so it is not `Display`, and `Debug` shows the
/// beginning of the token only. [`PlayUrl::to_url`] gives the text.
///
/// ```
/// use kandian_proto::play::{PlayUrl, Target, UrlPart};
/// use kandian_proto::value::{Port, StreamType};
/// let target = Target::live("81100000001".parse()?, 0, StreamType::SUB);
/// let token = "6f1ed002ab5595859014ebf0951522d9".parse()?;
/// let url = PlayUrl::new("192.168.1.64".parse()?, Port(554), target, token)?;
/// let text = url.to_url();
/// assert_eq!(
///     text.as_str(),
///     "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&streamtype=2\
///      &hashtoken=6f1ed002ab5595859014ebf0951522d9",
/// );
/// assert_eq!(PlayUrl::parse_strict(text.as_str()), Ok(url.clone()));
///
/// // What a player makes of it in SETUP, and what a client may write.
/// let read = PlayUrl::parse(&url.to_track_url(1))?;
/// assert_eq!((read.url, read.track), (url.clone(), Some(1)));
/// let read = PlayUrl::parse(
///     "RTSP://192.168.1.64/realplay?HASHTOKEN=6F1ED002AB5595859014EBF0951522D9&devid=81100000001\
///      &channelno=0&streamtype=2",
/// )?;
/// assert_eq!((&read.url.target, read.url.port), (&url.target, Port(554)));
/// assert_eq!(read.notes[1].part, UrlPart::Port);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PlayUrl {
    /// Where the device listens: a host name, an IPv4 address, or an IPv6 address without brackets.
    pub host: Host,
    /// Its port, not 0.
    pub port: Port,
    /// What is to be seen.
    pub target: Target,
    /// The token.
    pub token: HashToken,
}

impl PlayUrl {
    /// A URL from its values.
    ///
    /// # Errors
    /// When there is no such host or no port (E-75), or the device id is empty.
    pub fn new(host: Host, port: Port, target: Target, token: HashToken) -> Result<Self, PlayUrlError> {
        let error = |kind, part| Err(PlayUrlError { kind, part, offset: 0 });
        if host.is_empty() || host.as_str().contains(':') && host.as_str().parse::<Ipv6Addr>().is_err() {
            return error(UrlErrorKind::Host, UrlPart::Host);
        }
        if is_no_address(&host) {
            return error(UrlErrorKind::NoHost, UrlPart::Host);
        }
        if port == Port::NONE {
            return error(UrlErrorKind::NoPort, UrlPart::Port);
        }
        if target.dev_id.is_empty() {
            return error(UrlErrorKind::Missing, UrlPart::DevId);
        }
        Ok(Self { host, port, target, token })
    }

    /// Reads exactly what [`PlayUrl::to_url`] writes for canonical values: a device id of 11 digits, a
    /// stream of the table, a token of 32 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// The first thing in the text that is wrong.
    pub fn parse_strict(text: &str) -> Result<Self, PlayUrlError> {
        read::read(text, true).map(|read| read.url)
    }

    /// Reads a URL as players and clients of all kinds send it: parameters in any order and case, more
    /// of them, no port, any percent-encoding, a track appended to it or inserted before the `?`, the
    /// path `playback`. What deviates is noted. E-94, E-172.
    ///
    /// # Errors
    /// When it cannot be understood, or understood in two ways.
    pub fn parse(text: &str) -> Result<ReadUrl, PlayUrlError> {
        read::read(text, false)
    }

    /// The text of the URL, for §8.7 and for requests that are about no single track.
    #[must_use]
    pub fn to_url(&self) -> Url {
        Url::from_checked(self.text(self.token.as_str()))
    }

    /// The text of the URL of one track, for SETUP: `…/trackID=n` (E-172).
    #[must_use]
    pub fn to_track_url(&self, track: u32) -> String {
        format!("{}/trackID={track}", self.to_url())
    }

    /// Whether a recorder of 2014 ([`Profile::LegacyRecorder`](crate::Profile::LegacyRecorder)) survives
    /// this URL: its buffers are small and not watched, and it decodes nothing.
    ///
    /// # Errors
    /// The first limit that is exceeded.
    pub fn check_legacy(&self) -> Result<(), LegacyLimit> {
        let (whole, limit) = (self.to_url().as_str().len(), self.legacy_url_bytes());
        if whole > limit {
            return Err(LegacyLimit::Url { bytes: whole, limit });
        }
        let path = whole - self.origin().len();
        if path > LEGACY_PATH_BYTES {
            return Err(LegacyLimit::Path { bytes: path });
        }
        match &self.target.media {
            Media::Recording(name) if name.as_str().len() > LEGACY_FILE_NAME_BYTES => {
                Err(LegacyLimit::FileName { bytes: name.as_str().len() })
            }
            Media::Recording(name) if name.to_escaped() != name.as_str() => Err(LegacyLimit::Escape),
            _ => Ok(()),
        }
    }

    const fn legacy_url_bytes(&self) -> usize {
        match self.target.media {
            Media::Live(_) => LEGACY_URL_BYTES,
            Media::Recording(_) => LEGACY_PLAYBACK_URL_BYTES,
        }
    }

    /// Scheme, host and port.
    fn origin(&self) -> String {
        let Self { host, port, .. } = self;
        if host.as_str().contains(':') {
            format!("rtsp://[{host}]:{port}")
        } else {
            format!("rtsp://{host}:{port}")
        }
    }

    fn text(&self, token: &str) -> String {
        let Target { dev_id, channel_no, media } = &self.target;
        let media = match media {
            Media::Live(stream) => format!("streamtype={}", stream.0),
            Media::Recording(name) => format!("filename={}", name.to_escaped()),
        };
        let origin = self.origin();
        format!("{origin}/realplay?devid={dev_id}&channelno={channel_no}&{media}&hashtoken={token}")
    }
}

/// Whether a host is written for "none" (E-75).
fn is_no_address(host: &Host) -> bool {
    // An IPv4 address may hide in an IPv6 one.
    host.as_str().parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_unspecified())
}

impl FromStr for PlayUrl {
    type Err = PlayUrlError;

    /// As [`PlayUrl::parse_strict`].
    fn from_str(text: &str) -> Result<Self, PlayUrlError> {
        Self::parse_strict(text)
    }
}

impl fmt::Debug for PlayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlayUrl({})", self.text(&format!("{:?}", self.token)))
    }
}

/// What of a URL is too much for a recorder of 2014.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LegacyLimit {
    /// The URL is too long.
    #[error("the URL has {bytes} bytes, old recorders take {limit}")]
    Url {
        /// Its length.
        bytes: usize,
        /// [`LEGACY_URL_BYTES`] or [`LEGACY_PLAYBACK_URL_BYTES`].
        limit: usize,
    },
    /// Path and parameters are longer than [`LEGACY_PATH_BYTES`].
    #[error("path and parameters have {bytes} bytes, old recorders take {LEGACY_PATH_BYTES}")]
    Path {
        /// Their length.
        bytes: usize,
    },
    /// The file name is longer than [`LEGACY_FILE_NAME_BYTES`].
    #[error("the file name has {bytes} bytes, old recorders take {LEGACY_FILE_NAME_BYTES}")]
    FileName {
        /// Its length.
        bytes: usize,
    },
    /// The file name needs percent-encoding, which those recorders do not undo.
    #[error("the file name needs percent-encoding, which old recorders do not undo")]
    Escape,
}
