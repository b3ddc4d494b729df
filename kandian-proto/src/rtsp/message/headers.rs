//! Header fields, and those of them that have a form of their own.

use core::fmt::{self, Write as _};

use crate::secret::mask_url;

/// Most streams that are read out of `RTP-Info`.
const MOST_STREAMS: usize = 8;

/// The header fields of a message, in their order. Names are compared without regard to case (E-172).
///
/// They may hold credentials, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of the first field with this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number that ties an answer to its request.
    #[must_use]
    pub fn cseq(&self) -> Option<u32> {
        self.first("CSeq")?.parse().ok()
    }

    /// The session, where one is named.
    #[must_use]
    pub fn session(&self) -> Option<SessionHeader<'_>> {
        SessionHeader::parse(self.first("Session")?)
    }

    pub(super) fn push(&mut self, name: &str, value: &str) {
        let value = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.0.push((name.to_owned(), value));
    }

    /// The value of the last field goes on in the next line.
    pub(super) fn go_on(&mut self, line: &str) {
        if let Some((_, value)) = self.0.last_mut() {
            value.push(' ');
            value.push_str(line.trim());
        }
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// The header field `Session`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionHeader<'a> {
    /// The id.
    pub id: &'a str,
    /// Seconds after which a session without signs of life ends.
    pub timeout_seconds: Option<u32>,
}

impl<'a> SessionHeader<'a> {
    /// Reads the value of the field.
    #[must_use]
    pub fn parse(value: &'a str) -> Option<Self> {
        let mut parts = value.split(';').map(str::trim);
        let id = parts.next().filter(|id| !id.is_empty())?;
        let timeout = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("timeout").then(|| value.trim().parse().ok())?
        });
        Some(Self { id, timeout_seconds: timeout })
    }
}

/// What `RTP-Info` says of one track: the first packet behind the answer to PLAY.
#[derive(Clone, PartialEq, Eq)]
pub struct TrackInfo {
    /// The URL of the track.
    pub url: String,
    /// The sequence number of its next packet.
    pub sequence: Option<u16>,
    /// The RTP time at which the range of the answer begins.
    pub timestamp: Option<u32>,
}

/// The URL may hold a token.
impl fmt::Debug for TrackInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrackInfo({}, {:?}, {:?})", mask_url(&self.url), self.sequence, self.timestamp)
    }
}

/// Writes the value of `RTP-Info`.
#[must_use]
pub fn write_rtp_info(tracks: &[TrackInfo]) -> String {
    let mut out = String::new();
    for TrackInfo { url, sequence, timestamp } in tracks {
        let comma = if out.is_empty() { "" } else { "," };
        // A String takes everything.
        let _ = write!(out, "{comma}url={url}");
        if let Some(sequence) = sequence {
            let _ = write!(out, ";seq={sequence}");
        }
        if let Some(timestamp) = timestamp {
            let _ = write!(out, ";rtptime={timestamp}");
        }
    }
    out
}

/// Reads the value of `RTP-Info`; what is no stream is left out.
pub fn parse_rtp_info(value: &str) -> impl Iterator<Item = TrackInfo> {
    value.split(',').take(MOST_STREAMS).filter_map(|stream| {
        let mut info = TrackInfo { url: String::new(), sequence: None, timestamp: None };
        for part in stream.split(';') {
            match part.trim().split_once('=') {
                Some(("url", url)) => info.url = url.to_owned(),
                Some(("seq", number)) => info.sequence = number.parse().ok(),
                Some(("rtptime", number)) => info.timestamp = number.parse().ok(),
                _ => {}
            }
        }
        (!info.url.is_empty()).then_some(info)
    })
}
