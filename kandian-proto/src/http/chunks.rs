//! The chunks of a body. RFC 9112 §7.1; E-36.

use super::head::is_blank;
use super::{HttpErrorKind as Kind, Limits};

/// Finds the data in a chunked body. Sizes, extensions and trailers may be as long as a head, so that a flood of tiny
/// chunks ends where a flood of header lines does.
pub(super) struct Chunks {
    state: State,
    limits: Limits,
    /// How much longer the body may become.
    room: usize,
    overhead: usize,
}

/// What to do with the next bytes.
pub(super) struct Step {
    /// How many there are.
    pub(super) taken: usize,
    /// Whether they belong to the body.
    pub(super) is_data: bool,
    /// Whether the body ends with them.
    pub(super) is_last: bool,
}

#[derive(Clone, Copy)]
enum State {
    /// The line with the size; `None` before its first digit.
    Size(Option<usize>),
    /// Blanks behind the size.
    Blank(usize),
    /// An extension behind the size, which says nothing here.
    Extension(usize),
    /// The CR of that line.
    SizeCr(usize),
    /// So many bytes of the chunk are missing.
    Data(usize),
    /// The end of line behind a chunk.
    DataEnd,
    DataCr,
    /// The start of a line behind the last chunk; an empty one ends the body.
    Trailer,
    TrailerCr,
    /// Inside such a line.
    TrailerLine,
    Done,
}

impl Chunks {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { state: State::Size(None), limits, room: limits.body_bytes(), overhead: 0 }
    }

    pub(super) const fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Looks at the next bytes, of which there is at least one.
    pub(super) fn step(&mut self, input: &[u8]) -> Result<Step, Kind> {
        if let State::Data(missing) = self.state {
            let taken = input.len().min(missing);
            self.room -= taken;
            self.state = if taken == missing { State::DataEnd } else { State::Data(missing - taken) };
            return Ok(Step { taken, is_data: true, is_last: false });
        }
        let Some(&byte) = input.first() else { return Ok(Step { taken: 0, is_data: false, is_last: false }) };
        self.overhead += 1;
        let limit = self.limits.head_bytes();
        if self.overhead > limit {
            return Err(Kind::ChunkOverhead { limit });
        }
        self.state = self.state.next(byte)?;
        if matches!(self.state, State::Size(Some(size)) if size > self.room) {
            return Err(Kind::BodyTooLong { limit: self.limits.body_bytes() });
        }
        Ok(Step { taken: 1, is_data: false, is_last: self.is_done() })
    }
}

impl State {
    fn next(self, byte: u8) -> Result<Self, Kind> {
        match (self, byte) {
            (Self::Size(size), _) if byte.is_ascii_hexdigit() => Ok(Self::Size(Some(larger(size, byte)))),
            (Self::Size(None), _) => Err(Kind::ChunkSize),
            (Self::Size(Some(size)) | Self::Blank(size), b';') => Ok(Self::Extension(size)),
            (Self::Size(Some(size)) | Self::Blank(size), _) if is_blank(byte) => Ok(Self::Blank(size)),
            (Self::Size(Some(size)) | Self::Blank(size) | Self::Extension(size), b'\r') => {
                Ok(Self::SizeCr(size))
            }
            (
                Self::Size(Some(size)) | Self::Blank(size) | Self::Extension(size) | Self::SizeCr(size),
                b'\n',
            ) => Ok(if size == 0 { Self::Trailer } else { Self::Data(size) }),
            (Self::Size(_) | Self::Blank(_), _) => Err(Kind::ChunkSize),
            (Self::DataEnd, b'\r') => Ok(Self::DataCr),
            (Self::DataEnd | Self::DataCr, b'\n') => Ok(Self::Size(None)),
            (Self::DataEnd, _) => Err(Kind::ChunkEnd),
            (Self::Trailer, b'\r') => Ok(Self::TrailerCr),
            (Self::Trailer | Self::TrailerCr, b'\n') => Ok(Self::Done),
            (Self::TrailerLine, b'\n') => Ok(Self::Trailer),
            (Self::SizeCr(_) | Self::DataCr | Self::TrailerCr, _) => Err(Kind::BareCr),
            // The CR before the LF of a trailer; one elsewhere changes nothing, since trailers are dropped.
            (Self::TrailerLine, b'\r') => Ok(Self::TrailerLine),
            (Self::Extension(_) | Self::Trailer | Self::TrailerLine, _)
                if byte.is_ascii_control() && byte != b'\t' =>
            {
                Err(Kind::Control(byte))
            }
            (Self::Trailer | Self::TrailerLine, _) => Ok(Self::TrailerLine),
            (Self::Extension(_) | Self::Data(_) | Self::Done, _) => Ok(self),
        }
    }
}

/// The size with one more digit. It cannot overflow: what is above the room for the body was refused before.
fn larger(size: Option<usize>, digit: u8) -> usize {
    let digit = char::from(digit).to_digit(16).map_or(0, |digit| digit as usize);
    size.unwrap_or(0) * 16 + digit
}
