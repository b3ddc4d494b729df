//! What reading a request and reading an answer have in common.

use core::fmt;

use super::body::{Body, Framed};
use super::framing::Framing;
use super::head::{Head, Line};
use super::{Fields, HttpError, HttpErrorKind as Kind, Limits};

/// The first line of a message.
pub(super) trait First: Sized {
    /// Reads the line, which begins at `at` in the stream.
    fn parse(line: &[u8], at: usize) -> Result<Self, HttpError>;

    /// How the body ends; `None` when there is none and another head follows.
    fn framed(&self, framing: &Framing) -> Result<Option<Framed>, HttpError>;

    /// Bytes of memory held beside the value itself.
    fn held(&self) -> usize;
}

/// Reads one message and ignores what follows it.
pub(super) struct Reader<F> {
    limits: Limits,
    state: State<F>,
}

enum State<F> {
    Head { head: Head, first: Option<F> },
    Body { first: F, fields: Fields, framing: Framing, body: Body },
    Done,
    Failed(HttpError, Option<F>),
}

/// A message that has arrived.
pub(super) struct Whole<F> {
    pub(super) first: F,
    pub(super) fields: Fields,
    pub(super) body: Vec<u8>,
}

impl<F: First> Reader<F> {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, state: State::Head { head: Head::new(limits), first: None } }
    }

    /// Takes a piece; the message, once it is whole.
    pub(super) fn push(&mut self, input: &[u8]) -> Result<Option<Whole<F>>, HttpError> {
        self.advance(input).inspect_err(|error| self.fail(*error))
    }

    /// The stream has ended, or nobody waits any longer: the message, if that makes it whole.
    pub(super) fn end(&mut self) -> Result<Option<Whole<F>>, HttpError> {
        let (error, first) = match core::mem::replace(&mut self.state, State::Done) {
            State::Done => return Ok(None),
            State::Failed(error, first) => (error, first),
            State::Head { head, first } => {
                let kind = if head.taken() == 0 { Kind::NothingSent } else { Kind::EndInHead };
                (HttpError::new(kind, head.taken()), first)
            }
            State::Body { first, fields, body, .. } => match body.end() {
                Ok(body) => return Ok(Some(Whole { first, fields, body })),
                Err(error) => (error, Some(first)),
            },
        };
        self.state = State::Failed(error, first);
        Err(error)
    }

    fn advance(&mut self, mut input: &[u8]) -> Result<Option<Whole<F>>, HttpError> {
        loop {
            match &mut self.state {
                State::Head { head, first } => {
                    let Some((&byte, rest)) = input.split_first() else { return Ok(None) };
                    input = rest;
                    match head.take(byte)? {
                        Line::Open => {}
                        Line::First(line) => {
                            let at = head.offset(line.start);
                            *first = Some(F::parse(head.line_bytes(line), at)?);
                        }
                        Line::Last => self.end_of_head()?,
                    }
                }
                State::Body { body, .. } => {
                    let is_whole = body.push(input)?;
                    return if is_whole { self.end() } else { Ok(None) };
                }
                State::Done => return Ok(None),
                State::Failed(error, _) => return Err(*error),
            }
        }
    }

    fn end_of_head(&mut self) -> Result<(), HttpError> {
        let State::Head { head, first } = &mut self.state else { return Ok(()) };
        let began = head.taken();
        let (fields, framing) = head.finish();
        let framed = first.as_ref().map(|first| first.framed(&framing)).transpose()?.flatten();
        let body = framed.map(|framed| Body::new(framed, self.limits, began)).transpose()?;
        // Without a body it was an interim answer, and another head follows.
        if let (Some(first), Some(body)) = (first.take(), body) {
            self.state = State::Body { first, fields, framing, body };
        }
        Ok(())
    }

    fn fail(&mut self, error: HttpError) {
        let first = match core::mem::replace(&mut self.state, State::Done) {
            State::Head { first, .. } | State::Failed(_, first) => first,
            State::Body { first, .. } => Some(first),
            State::Done => None,
        };
        self.state = State::Failed(error, first);
    }

    /// The first line of a message that is not whole, once it has arrived.
    pub(super) const fn first(&self) -> Option<&F> {
        match &self.state {
            State::Head { first, .. } | State::Failed(_, first) => first.as_ref(),
            State::Body { first, .. } => Some(first),
            State::Done => None,
        }
    }

    /// Whether the head is there, asks for `100 Continue`, and nothing of the body has come.
    pub(super) const fn expects_continue(&self) -> bool {
        match &self.state {
            State::Body { framing, body, .. } => framing.expects_continue && body.is_awaited(),
            _ => false,
        }
    }

    /// Whether only the end of the stream ends the message.
    pub(super) const fn ends_at_close(&self) -> bool {
        matches!(&self.state, State::Body { body, .. } if body.ends_at_close())
    }

    /// Bytes of memory that the message occupies.
    pub(super) fn held(&self) -> usize {
        let message = match &self.state {
            State::Head { head, .. } => head.held(),
            State::Body { fields, body, .. } => fields.held() + body.held(),
            State::Done | State::Failed(..) => 0,
        };
        message + self.first().map_or(0, F::held)
    }
}

/// The bytes hold keys; only the state is shown.
impl<F> fmt::Debug for Reader<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Head { head, .. } => return write!(f, "Reader(head, {} bytes)", head.taken()),
            State::Failed(error, _) => return write!(f, "Reader({error})"),
            State::Body { .. } => "body",
            State::Done => "done",
        };
        write!(f, "Reader({state})")
    }
}

/// The head of a recorder has 196 bytes, its document 200.
const USUAL_BYTES: usize = 256;

/// Makes room for `more` bytes: doubling, but never beyond `limit` unless they need it.
pub(super) fn make_room(bytes: &mut Vec<u8>, more: usize, limit: usize) {
    let needed = bytes.len() + more;
    if needed > bytes.capacity() {
        let goal = (2 * bytes.capacity()).max(USUAL_BYTES).min(limit).max(needed);
        bytes.reserve_exact(goal - bytes.len());
    }
}
