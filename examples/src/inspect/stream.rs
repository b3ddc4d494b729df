//! The bytes of one direction of a link: frames, or documents, as its first bytes say.

use kandian_codec::OptionsError;

use super::documents::{DocumentStream, Start};
use super::failure::Failure;
use super::frames::FrameStream;
use super::output::Output;
use super::report::Place;

/// White space in front of a document that is worth waiting behind.
const MAX_LEADING: usize = 1 << 10;

/// A stream.
#[derive(Debug)]
pub(super) enum Stream {
    /// Nothing decisive has come yet.
    Undecided {
        held: Vec<u8>,
        base: u64,
        kind: Kind,
    },
    Frames(FrameStream),
    Documents(DocumentStream),
}

/// What is known about a stream beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It begins with its first byte.
    Whole,
    /// The same, in a capture with all sorts of traffic.
    Captured,
    /// It begins somewhere: only HTTP is told apart, the rest is searched for frames.
    Middle,
}

impl Stream {
    /// A stream whose first byte stands at `base`.
    pub(super) fn new(base: u64, kind: Kind) -> Self {
        Self::Undecided { held: Vec::new(), base, kind }
    }

    /// A stream that is searched for frames, whatever it begins with.
    pub(super) fn scanned() -> Result<Self, Failure> {
        frames(0, true).map(Self::Frames)
    }

    /// True when further bytes are not looked at.
    pub(super) fn stopped(&self) -> bool {
        match self {
            Self::Undecided { .. } => false,
            Self::Frames(stream) => stream.stopped(),
            Self::Documents(stream) => stream.stopped(),
        }
    }

    /// HTTP messages of other protocols since the last call.
    pub(super) fn take_foreign(&mut self) -> u64 {
        match self {
            Self::Documents(stream) => stream.take_foreign(),
            _ => 0,
        }
    }

    /// Reads the next bytes of the stream.
    pub(super) fn feed(&mut self, place: Place, bytes: &[u8], out: &mut Output<'_>) -> Result<(), Failure> {
        match self {
            Self::Undecided { held, base, kind } => {
                held.extend_from_slice(bytes);
                let start = match (*kind, Start::of(held)) {
                    (Kind::Middle, _) if held.first().is_some_and(u8::is_ascii_whitespace) => Start::Other,
                    (Kind::Middle, Start::Xml) => Start::Other,
                    (_, Start::Unknown) if held.len() > MAX_LEADING => Start::Other,
                    (_, start) => start,
                };
                let stream = match start {
                    Start::Unknown => return Ok(()),
                    Start::Other => Self::Frames(frames(*base, *kind == Kind::Middle)?),
                    Start::Http | Start::Xml => {
                        Self::Documents(DocumentStream::new(*base, *kind != Kind::Whole))
                    }
                };
                let held = std::mem::take(held);
                *self = stream;
                self.feed(place, &held, out)
            }
            Self::Frames(stream) => Ok(stream.feed(place, bytes, out)?),
            Self::Documents(stream) => Ok(stream.feed(place, bytes, out)?),
        }
    }

    /// Reads what the end of the stream settles.
    pub(super) fn finish(&mut self, place: Place, out: &mut Output<'_>) -> Result<(), Failure> {
        if let Self::Undecided { held, base, kind } = self {
            let held = std::mem::take(held);
            let mut stream = frames(*base, *kind == Kind::Middle)?;
            stream.feed(place, &held, out)?;
            *self = Self::Frames(stream);
        }
        match self {
            Self::Undecided { .. } => Ok(()),
            Self::Frames(stream) => Ok(stream.finish(place, out)?),
            Self::Documents(stream) => Ok(stream.finish(place, out)?),
        }
    }
}

fn frames(base: u64, scan: bool) -> Result<FrameStream, Failure> {
    // The options are constants of this program.
    FrameStream::at(base, scan).map_err(|error: OptionsError| Failure::Usage(error.to_string()))
}
