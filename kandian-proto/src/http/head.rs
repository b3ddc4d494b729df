//! The head of a message, byte by byte: lines, and what they say about the body.

use core::ops::Range;

use super::fields::{Fields, Span};
use super::framing::Framing;
use super::reader::make_room;
use super::{HttpError, HttpErrorKind as Kind, Limits, NotHttp};

/// A head that is being read.
pub(super) struct Head {
    limits: Limits,
    /// The head so far, from the first byte of its first line.
    bytes: Vec<u8>,
    /// Bytes taken from the stream, empty lines and earlier heads included.
    taken: usize,
    /// Where the line that is being read begins in `bytes`.
    line: usize,
    /// Lines behind the first.
    lines: usize,
    spans: Vec<Span>,
    framing: Framing,
    /// Whether the last line was one of those that say where the body ends.
    was_framing: bool,
}

/// What a byte completed.
pub(super) enum Line {
    /// Nothing, or a header line.
    Open,
    /// The first line, which lies here in [`Head::line_bytes`].
    First(Range<usize>),
    /// The empty line: the head is whole.
    Last,
}

impl Head {
    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            bytes: Vec::new(),
            taken: 0,
            line: 0,
            lines: 0,
            spans: Vec::new(),
            framing: Framing::NONE,
            was_framing: false,
        }
    }

    /// Takes the next byte of the stream.
    pub(super) fn take(&mut self, byte: u8) -> Result<Line, HttpError> {
        let at = self.taken;
        let limit = self.limits.head_bytes();
        if at >= limit {
            return Err(HttpError::new(Kind::HeadTooLong { limit }, at));
        }
        if self.bytes.is_empty() && !byte.is_ascii_alphabetic() {
            return self.before(byte);
        }
        match byte {
            b'\n' => {}
            _ if self.bytes.last() == Some(&b'\r') => return Err(HttpError::new(Kind::BareCr, at - 1)),
            b'\t' | b'\r' => {}
            _ if byte.is_ascii_control() => return Err(HttpError::new(Kind::Control(byte), at)),
            _ => {}
        }
        make_room(&mut self.bytes, 1, limit);
        self.bytes.push(byte);
        self.taken += 1;
        if byte == b'\n' { self.end_of_line() } else { Ok(Line::Open) }
    }

    /// Empty lines before the first one are skipped: some clients end their last body with one.
    fn before(&mut self, byte: u8) -> Result<Line, HttpError> {
        if !matches!(byte, b'\r' | b'\n') {
            return Err(HttpError::new(NotHttp::of(byte, self.taken).into(), self.taken));
        }
        self.taken += 1;
        Ok(Line::Open)
    }

    fn end_of_line(&mut self) -> Result<Line, HttpError> {
        let line = self.line..self.bytes.len();
        let text = self.line_bytes(line.clone());
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let line = line.start..line.start + text.len();
        self.line = self.bytes.len();
        if line.start == 0 {
            return Ok(Line::First(line));
        }
        if line.is_empty() {
            return Ok(Line::Last);
        }
        self.field(line)?;
        Ok(Line::Open)
    }

    fn field(&mut self, line: Range<usize>) -> Result<(), HttpError> {
        self.lines += 1;
        let limit = self.limits.fields();
        if self.lines > limit {
            return Err(HttpError::new(Kind::TooManyFields { limit }, self.offset(line.start)));
        }
        let text = self.bytes.get(line.clone()).unwrap_or_default();
        let continues = text.first().is_some_and(|b| is_blank(*b));
        let span = Span::of(text, line.start);
        if continues {
            // The value goes on, in a form that is obsolete and read differently by different readers.
            let error = HttpError::new(Kind::FoldedFraming, self.offset(line.start));
            return if self.was_framing { Err(error) } else { Ok(()) };
        }
        self.was_framing = false;
        // A line that is no field says nothing; a printf that went wrong is no reason to refuse a device.
        let Some(span) = span else { return Ok(()) };
        let value_at = self.offset(span.value.start);
        let (name, value) = (&self.bytes[span.name.clone()], &self.bytes[span.value.clone()]);
        self.was_framing = self.framing.field(name, value, value_at)?;
        self.spans.push(span);
        Ok(())
    }

    pub(super) fn line_bytes(&self, line: Range<usize>) -> &[u8] {
        self.bytes.get(line).unwrap_or_default()
    }

    /// Offset in the stream of an index into the head.
    pub(super) fn offset(&self, index: usize) -> usize {
        self.taken - self.bytes.len() + index
    }

    /// Bytes taken from the stream.
    pub(super) const fn taken(&self) -> usize {
        self.taken
    }

    /// Bytes held.
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity() + self.spans.capacity() * size_of::<Span>()
    }

    /// The whole head, and a new one that goes on counting.
    pub(super) fn finish(&mut self) -> (Fields, Framing) {
        let next = Self { taken: self.taken, ..Self::new(self.limits) };
        let whole = core::mem::replace(self, next);
        (Fields::new(whole.bytes, whole.spans), whole.framing)
    }
}

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The bytes without blanks around them, and how many were before them.
pub(super) fn trimmed(bytes: &[u8]) -> (&[u8], usize) {
    let before = bytes.iter().take_while(|b| is_blank(**b)).count();
    let rest = &bytes[before..];
    let after = rest.iter().rev().take_while(|b| is_blank(**b)).count();
    (&rest[..rest.len() - after], before)
}
