//! The body of a message.

use super::chunks::Chunks;
use super::reader::make_room;
use super::{HttpError, HttpErrorKind as Kind, Limits};

/// How the end of a body is found.
pub(super) enum Framed {
    /// After so many bytes; the length stands at `at` in the stream.
    Length { bytes: u64, at: usize },
    /// After the last chunk.
    Chunks,
    /// Where the peer closes.
    Close,
}

/// A body that is being read.
pub(super) struct Body {
    bytes: Vec<u8>,
    limit: usize,
    end: End,
    /// Bytes of the stream taken so far, the head included.
    taken: usize,
    /// Bytes of the stream that the head has.
    began: usize,
}

enum End {
    /// After so many bytes.
    After(usize),
    Chunks(Chunks),
    Close,
}

impl Body {
    /// A body that begins at `began` in the stream.
    pub(super) fn new(framed: Framed, limits: Limits, began: usize) -> Result<Self, HttpError> {
        let most = limits.body_bytes();
        let (end, limit) = match framed {
            Framed::Length { bytes, at } => match usize::try_from(bytes) {
                Ok(length) if length <= most => (End::After(length), length),
                _ => return Err(HttpError::new(Kind::BodyTooLong { limit: most }, at)),
            },
            Framed::Chunks => (End::Chunks(Chunks::new(limits)), most),
            Framed::Close => (End::Close, most),
        };
        Ok(Self { bytes: Vec::new(), limit, end, taken: began, began })
    }

    /// Takes what belongs to the body; whether it is whole.
    pub(super) fn push(&mut self, input: &[u8]) -> Result<bool, HttpError> {
        match &mut self.end {
            End::After(missing) => {
                let part = &input[..input.len().min(*missing)];
                *missing -= part.len();
                let whole = *missing == 0;
                self.append(part);
                Ok(whole)
            }
            End::Close => {
                let room = self.limit - self.bytes.len();
                if input.len() > room {
                    let kind = Kind::BodyTooLong { limit: self.limit };
                    return Err(HttpError::new(kind, self.taken + room));
                }
                self.append(input);
                Ok(false)
            }
            End::Chunks(_) => self.push_chunks(input),
        }
    }

    fn push_chunks(&mut self, mut input: &[u8]) -> Result<bool, HttpError> {
        while let (End::Chunks(chunks), false) = (&mut self.end, input.is_empty()) {
            let step = chunks.step(input).map_err(|kind| HttpError::new(kind, self.taken))?;
            let (part, rest) = input.split_at(step.taken);
            input = rest;
            if step.is_data {
                self.append(part);
            } else {
                self.taken += part.len();
            }
            if step.is_last {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Grows with what arrives, and never beyond the limit.
    fn append(&mut self, part: &[u8]) {
        make_room(&mut self.bytes, part.len(), self.limit);
        self.bytes.extend_from_slice(part);
        self.taken += part.len();
    }

    /// The body at the end of the stream.
    pub(super) fn end(self) -> Result<Vec<u8>, HttpError> {
        let kind = match self.end {
            End::After(0) | End::Close => return Ok(self.bytes),
            End::After(missing) => Kind::EndInBody { missing },
            End::Chunks(chunks) if chunks.is_done() => return Ok(self.bytes),
            End::Chunks(_) => Kind::EndInChunks,
        };
        Err(HttpError::new(kind, self.taken))
    }

    /// Whether nothing of it has arrived.
    pub(super) const fn is_awaited(&self) -> bool {
        self.taken == self.began
    }

    /// Whether it ends where the peer closes.
    pub(super) const fn ends_at_close(&self) -> bool {
        matches!(self.end, End::Close)
    }

    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}
