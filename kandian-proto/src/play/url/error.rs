//! What can be wrong with a play URL.

use core::fmt;

use super::{MAX_PARAMETERS, MAX_URL_BYTES};
use crate::Erratum;

/// Part of a play URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UrlPart {
    /// The URL as a whole.
    Whole,
    /// `rtsp://`.
    Scheme,
    /// Host name or address.
    Host,
    /// Port.
    Port,
    /// `/realplay`.
    Path,
    /// Parameter `devid`.
    DevId,
    /// Parameter `channelno`.
    ChannelNo,
    /// Parameter `streamtype`.
    StreamType,
    /// Parameter `filename`.
    FileName,
    /// Parameter `hashtoken`.
    HashToken,
    /// A parameter the specification does not know.
    Other,
    /// What a player appends to name a track, such as `/trackID=0`.
    Track,
}

impl UrlPart {
    /// The name of a parameter, or a word for another part.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "URL",
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::DevId => "devid",
            Self::ChannelNo => "channelno",
            Self::StreamType => "streamtype",
            Self::FileName => "filename",
            Self::HashToken => "hashtoken",
            Self::Other => "parameter",
            Self::Track => "track",
        }
    }
}

/// A text that is no play URL, or none in the form of the specification.
///
/// ```
/// use kandian_proto::play::{PlayUrl, UrlErrorKind, UrlPart};
/// let text = "rtsp://192.0.2.1:554/realplay?devid=81100000001&channelno=one&hashtoken=2";
/// let error = PlayUrl::parse(text).unwrap_err();
/// assert_eq!((error.part, error.offset), (UrlPart::ChannelNo, 58));
/// assert_eq!(error.to_string(), "channelno at byte 58: not a number from 0 to 65535");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayUrlError {
    /// What is wrong.
    pub kind: UrlErrorKind,
    /// Where, as a part of the URL.
    pub part: UrlPart,
    /// Where, as an offset in bytes. The end of the URL for what is missing; 0 when a URL was to be
    /// built from values.
    pub offset: usize,
}

impl fmt::Display for PlayUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.part.name(), self.offset, self.kind)
    }
}

impl core::error::Error for PlayUrlError {}

/// Kinds of [`PlayUrlError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlErrorKind {
    /// Longer than [`MAX_URL_BYTES`].
    #[error("longer than {MAX_URL_BYTES} bytes")]
    TooLong,
    /// White space or a control character, which no URL has and which would split a request line.
    #[error("white space or a control character")]
    Character,
    /// Not `rtsp://`.
    #[error("not rtsp://")]
    Scheme,
    /// User name and password in front of the host. Never part of a play URL, and a way to make one
    /// host look like another.
    #[error("a user name before the host is refused")]
    UserInfo,
    /// No host name, IPv4 address or IPv6 address in brackets.
    #[error("not a host name, an IPv4 address or an IPv6 address in brackets")]
    Host,
    /// `0.0.0.0` or `::`, which say that there is no address (E-75).
    #[error("stands for no address (E-75)")]
    NoHost,
    /// Port 0, which says that there is no port (E-75).
    #[error("0 stands for no port (E-75)")]
    NoPort,
    /// Neither `/realplay` nor `/playback` (E-94).
    #[error("not /realplay")]
    Path,
    /// A `#`.
    #[error("a fragment (#) is refused")]
    Fragment,
    /// A required parameter is missing. For [`UrlPart::StreamType`]: neither it nor `filename` is there.
    #[error("missing")]
    Missing,
    /// A parameter of the specification is there twice; device and platform might read different ones.
    #[error("given twice")]
    Duplicate,
    /// More than [`MAX_PARAMETERS`] parameters.
    #[error("more than {MAX_PARAMETERS} parameters")]
    TooManyParameters,
    /// A `%` without two hexadecimal digits, or escapes that are no UTF-8.
    #[error("bad percent-encoding")]
    Escape,
    /// No value of the parameter.
    #[error("not {expected}")]
    Value {
        /// What was expected.
        expected: &'static str,
    },
    /// Strict reading only: not the form of the specification.
    #[error(transparent)]
    Deviation(#[from] UrlDeviation),
}

/// How a play URL deviates from the form of the specification and can be understood all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UrlDeviation {
    /// Scheme, path or name of a parameter in another case.
    #[error("in upper case")]
    Case,
    /// No port; the default of RTSP is meant. Players leave 554 out.
    #[error("missing; 554 is meant")]
    DefaultPort,
    /// The path `playback`.
    #[error("/playback instead of /realplay")]
    PlaybackPath,
    /// The parameters are not in the order devid, channelno, streamtype or filename, hashtoken.
    /// Recorders of 2014 need that order.
    #[error("not in its place; the order is devid, channelno, streamtype or filename, hashtoken")]
    Order,
    /// `streamtype` beside `filename`; it is a playback.
    #[error("streamtype beside filename; read as playback")]
    StreamTypeOfRecording,
    /// A parameter the specification does not know, or nothing between two `&`.
    #[error("not a parameter of the specification; ignored")]
    Unknown,
    /// `&amp;` instead of `&`: taken from XML without unescaping.
    #[error("&amp; instead of &")]
    DoubleEscape,
    /// Escaped where nothing needs it, or not escaped where something does.
    #[error("not percent-encoded as it should be")]
    Encoding,
    /// The value has a form that only lenient reading accepts.
    #[error("the value {what}")]
    Value {
        /// The rest of the sentence.
        what: &'static str,
    },
    /// A track is named, which belongs to requests and not to the URL a platform hands out.
    #[error("names a track")]
    Track,
    /// A track is named in another form than `/trackID=n` at the end.
    #[error("names a track, but not as /trackID=n at the end")]
    TrackForm,
    /// A slash at the end.
    #[error("a slash at the end")]
    Slash,
}

impl UrlDeviation {
    /// The erratum that says to accept it; for [`UrlDeviation::Value`] see the note.
    pub(super) const fn erratum(self) -> Option<Erratum> {
        match self {
            Self::PlaybackPath | Self::Order | Self::StreamTypeOfRecording | Self::Case | Self::Encoding => {
                Some(Erratum(94))
            }
            Self::Track | Self::TrackForm => Some(Erratum(172)),
            _ => None,
        }
    }
}

/// One deviation that lenient reading accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlNote {
    /// What deviates.
    pub kind: UrlDeviation,
    /// The erratum that says to accept it, where there is one.
    pub erratum: Option<Erratum>,
    /// Where, as a part of the URL.
    pub part: UrlPart,
    /// Where, as an offset in bytes.
    pub offset: usize,
}

impl fmt::Display for UrlNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.part.name(), self.offset, self.kind)?;
        match self.erratum {
            Some(id) => write!(f, " ({id})"),
            None => Ok(()),
        }
    }
}
