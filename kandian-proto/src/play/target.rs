//! What a token, a URL and a check are about.

use core::fmt;
use core::str::FromStr;

use super::url::percent;
use crate::DevId;
use crate::message::device::{RecordPlayRequest, VideoPlayRequest};
use crate::value::StreamType;

/// Longest name of a recording, in bytes: what file systems allow for one name. Names in use have 25
/// to 40 bytes; E-37 allows 63 in what is sent.
pub const MAX_FILE_NAME_BYTES: usize = 255;

/// Name of a recording (录像文件名, `FileName`): 1 to [`MAX_FILE_NAME_BYTES`] bytes without control
/// characters. Spec §7.5.22, §7.5.23; E-45.
///
/// Opaque: the name a search returned is handed back letter by letter. It comes from the network;
/// compare it with names the device knows, and never open it as a path.
///
/// ```
/// use kandian_proto::play::FileName;
/// let name = FileName::new("81100000001_0_20140318080000.ts")?;
/// assert_eq!(name.as_str(), "81100000001_0_20140318080000.ts");
/// assert!(FileName::new("a\r\nb").is_err());
/// # Ok::<(), kandian_proto::play::InvalidFileName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

/// A text that is no name of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a file name has 1 to {MAX_FILE_NAME_BYTES} bytes and no control characters")]
pub struct InvalidFileName;

impl FileName {
    /// A name.
    ///
    /// # Errors
    /// When it is empty, too long, or holds a control character.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidFileName> {
        let text = text.into();
        let length = (1..=MAX_FILE_NAME_BYTES).contains(&text.len());
        if length && !text.chars().any(char::is_control) { Ok(Self(text)) } else { Err(InvalidFileName) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it stands in a URL: all but `A-Z a-z 0-9 - . _ ~` percent-encoded (E-94).
    #[must_use]
    pub fn to_escaped(&self) -> String {
        percent::encode(&self.0)
    }

    /// Whether `presented` names this recording: the same letters, or the same letters as they stood
    /// in the URL, because there are recorders that do not decode what they were called with (E-94).
    #[must_use]
    pub fn is_presented_as(&self, presented: &Self) -> bool {
        self == presented || self.to_escaped() == presented.0
    }
}

impl FromStr for FileName {
    type Err = InvalidFileName;

    fn from_str(text: &str) -> Result<Self, InvalidFileName> {
        Self::new(text)
    }
}

impl AsRef<str> for FileName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What of a channel: the picture of now, or a recording. Spec §7.5.5, §7.5.23; E-94.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Media {
    /// Live view (实时视频) of a stream; verified by `VIDEO_PLAY_REQ`, 35H.
    Live(StreamType),
    /// Playback (录像回放) of a recording; verified by `RECORD_PLAY_REQ`, 74H.
    Recording(FileName),
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Live(stream) => write!(f, "stream {stream}"),
            Self::Recording(name) => write!(f, "recording {:?}", name.as_str()),
        }
    }
}

/// What is to be seen: one stream or one recording of one channel of one device. Spec §7.5.5, §7.5.23.
///
/// ```
/// use kandian_proto::play::{Media, Target};
/// use kandian_proto::value::StreamType;
/// let target = Target::live("81100000001".parse()?, 0, StreamType::MAIN);
/// assert_eq!(target.media, Media::Live(StreamType::MAIN));
/// assert_eq!(target.to_string(), "device 81100000001, channel 0, stream 1 MAIN");
/// # Ok::<(), kandian_proto::InvalidDevId>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The device; compared letter by letter (E-21).
    pub dev_id: DevId,
    /// The channel, counted from 0 (E-15).
    pub channel_no: u16,
    /// The stream or the recording.
    pub media: Media,
}

impl Target {
    /// A live view.
    #[must_use]
    pub const fn live(dev_id: DevId, channel_no: u16, stream: StreamType) -> Self {
        Self { dev_id, channel_no, media: Media::Live(stream) }
    }

    /// A playback.
    #[must_use]
    pub const fn recording(dev_id: DevId, channel_no: u16, name: FileName) -> Self {
        Self { dev_id, channel_no, media: Media::Recording(name) }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "device {}, channel {}, {}", self.dev_id, self.channel_no, self.media)
    }
}

impl From<&VideoPlayRequest> for Target {
    /// What a device wants verified for live view (35H).
    fn from(request: &VideoPlayRequest) -> Self {
        Self::live(request.dev_id, request.channel_no, request.stream_type)
    }
}

impl TryFrom<&RecordPlayRequest> for Target {
    type Error = InvalidFileName;

    /// What a device wants verified for playback (74H).
    fn try_from(request: &RecordPlayRequest) -> Result<Self, InvalidFileName> {
        let name = FileName::new(request.file_name.as_str())?;
        Ok(Self::recording(request.dev_id, request.channel_no, name))
    }
}
