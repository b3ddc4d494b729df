//! What the URL of a request is about. Spec §10.2; E-94, E-172.

use std::borrow::Cow;

use crate::play::{PlayUrl, PlayUrlError, ReadUrl, UrlErrorKind, UrlPart, control_track};
use crate::rtsp::message::Status;
use crate::rtsp::rtp::Track;

/// The URL of a request.
#[derive(Debug)]
pub(super) enum Asked {
    /// A play URL, with its token.
    Play(Box<ReadUrl>),
    /// Something shorter: what players make of a control URL when they resolve it by the book, which drops the query.
    /// It is about what was verified on this connection.
    Short(Option<u32>),
}

impl Asked {
    /// Reads a URL; a refusal by its status otherwise.
    pub(super) fn read(url: &str) -> Result<Self, Status> {
        // A path alone is about this device.
        let whole =
            if url.starts_with('/') { Cow::from(format!("rtsp://device{url}")) } else { Cow::from(url) };
        let error = match PlayUrl::parse(&whole) {
            Ok(read) => return Ok(Self::Play(Box::new(read))),
            Err(error) => error,
        };
        if url != "*" && (url.contains('?') || error.kind == UrlErrorKind::Scheme) {
            return Err(status(&error));
        }
        let last = url.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Ok(Self::Short(control_track(last)))
    }

    pub(super) fn track(&self) -> Option<Track> {
        let number = match self {
            Self::Play(read) => read.track,
            Self::Short(number) => *number,
        };
        // There is no track 256.
        number.map(|number| Track(u8::try_from(number).unwrap_or(u8::MAX)))
    }
}

/// The answer to a URL that is none: for the token, R-10.9 for the device, the channel and the stream.
fn status(error: &PlayUrlError) -> Status {
    match error.part {
        UrlPart::HashToken => Status::UNAUTHORIZED,
        UrlPart::Path | UrlPart::DevId | UrlPart::ChannelNo | UrlPart::StreamType | UrlPart::FileName => {
            Status::NOT_FOUND
        }
        _ => Status::BAD_REQUEST,
    }
}
