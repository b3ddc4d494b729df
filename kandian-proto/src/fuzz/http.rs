//! HTTP of devices and platforms: any bytes, in any pieces.
//!
//! The first byte of an input says what the rest is: [`http_byte`].

use crate::http::{
    Answer, AnswerReader, HttpError, Limits, Method, Refusal, Request, RequestReader, Routes, answer,
    malformed, request,
};
use crate::session::Exchange;
use crate::time::Timestamp;
use crate::xml::DECLARATION;

/// The bit of the first byte that makes the stream an answer.
const ANSWER: u8 = 1;
/// The bit that makes the limits small, so that they are met.
const SMALL: u8 = 2;
/// Bytes a reader may hold beside head and body: places of lines, and a text with each byte replaced.
const BOOKKEEPING: usize = 16 << 10;

/// The first byte of an input whose stream is an answer, or a request.
#[must_use]
pub fn http_byte(is_answer: bool, has_small_limits: bool) -> u8 {
    (u8::from(is_answer) * ANSWER) | (u8::from(has_small_limits) * SMALL)
}

/// However a stream is cut, it reads the same; memory is bounded; what is written reads back.
pub fn http(data: &[u8]) {
    let Some((&first, stream)) = data.split_first() else { return };
    let piece = usize::from(first >> 2) + 1;
    if first & ANSWER == 0 {
        let read = every_way::<RequestReader>(limits(first, Limits::REQUEST), stream, piece);
        if let Some((request, end)) = read {
            understood(&request, &stream[..end]);
        }
        posted(stream);
    } else if let Some((answer, end)) =
        every_way::<AnswerReader>(limits(first, Limits::ANSWER), stream, piece)
    {
        assert_body(&answer.fields, &answer.body, &stream[..end]);
        assert!(answer.document().len() <= answer.body.len());
        answered(answer.document());
    }
}

fn limits(first: u8, usual: Limits) -> Limits {
    if first & SMALL == 0 {
        return usual;
    }
    usual.with_head_bytes(200).and_then(|l| l.with_fields(6)).and_then(|l| l.with_body_bytes(40)).unwrap()
}

/// A reader of either side.
trait Read {
    type Message: PartialEq + core::fmt::Debug;
    fn begin(limits: Limits) -> Self;
    fn push(&mut self, piece: &[u8]) -> Result<Option<Self::Message>, HttpError>;
    fn end(&mut self) -> Result<Option<Self::Message>, HttpError>;
    fn allocated(&self) -> usize;
}

macro_rules! read {
    ($Reader:ty, $Message:ty) => {
        impl Read for $Reader {
            type Message = $Message;
            fn begin(limits: Limits) -> Self {
                Self::new(limits)
            }
            fn push(&mut self, piece: &[u8]) -> Result<Option<$Message>, HttpError> {
                self.push(piece)
            }
            fn end(&mut self) -> Result<Option<$Message>, HttpError> {
                self.end()
            }
            fn allocated(&self) -> usize {
                self.allocated()
            }
        }
    };
}

read!(RequestReader, Request);
read!(AnswerReader, Answer);

/// The message, and how much of the stream it took.
type Taken<M> = (M, usize);

fn every_way<R: Read>(limits: Limits, stream: &[u8], piece: usize) -> Option<Taken<R::Message>> {
    let bytes = deliver::<R>(limits, stream.chunks(1));
    let pieces = deliver::<R>(limits, stream.chunks(piece));
    let whole = deliver::<R>(limits, core::iter::once(stream));
    let message =
        |read: &Result<Option<Taken<R::Message>>, HttpError>| read.as_ref().map(|_| ()).map_err(|e| *e);
    assert_eq!(message(&bytes), message(&pieces));
    assert_eq!(message(&bytes), message(&whole));
    match (bytes, pieces, whole) {
        (Ok(Some(bytes)), Ok(Some(pieces)), Ok(Some(whole))) => {
            assert_eq!(bytes.0, pieces.0);
            assert_eq!(bytes.0, whole.0);
            assert!(bytes.1 <= pieces.1 && pieces.1 <= whole.1);
            Some(bytes)
        }
        (Err(error), ..) => {
            assert!(error.offset <= stream.len(), "{error}");
            refused(error);
            None
        }
        (bytes, pieces, whole) => {
            assert!(bytes.is_ok_and(|b| b.is_none()));
            assert!(pieces.is_ok_and(|b| b.is_none()) && whole.is_ok_and(|b| b.is_none()));
            None
        }
    }
}

/// Reads up to the end of the stream; the message, and how many bytes had been handed in by then.
fn deliver<'a, R: Read>(
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<Option<Taken<R::Message>>, HttpError> {
    let mut reader = R::begin(limits);
    let mut found = None;
    let mut taken = 0;
    for piece in pieces {
        taken += piece.len();
        let read = reader.push(piece);
        assert!(reader.allocated() <= limits.head_bytes() + limits.body_bytes() + BOOKKEEPING);
        match read {
            Ok(Some(message)) => {
                assert!(found.is_none(), "two messages");
                found = Some((message, taken));
            }
            Ok(None) => {}
            Err(error) => {
                assert!(found.is_none(), "an error behind the message");
                assert_eq!(reader.push(b"x").err(), Some(error));
                return Err(error);
            }
        }
    }
    match reader.end() {
        Ok(message) => Ok(found.or(message.map(|message| (message, taken)))),
        Err(error) => {
            assert!(found.is_none(), "an error behind the message");
            Err(error)
        }
    }
}

/// A body that does not come in chunks is what the stream ends with, and as long as it says.
fn assert_body(fields: &crate::http::Fields, body: &[u8], stream: &[u8]) {
    if fields.first("Transfer-Encoding").is_some() || body.is_empty() {
        return;
    }
    assert!(stream.ends_with(body));
    if let Some(length) = fields.first("Content-Length") {
        let length = length.split(',').next().unwrap_or_default().trim_ascii().parse();
        assert_eq!(length, Ok(body.len()));
    }
}

fn understood(request: &Request, stream: &[u8]) {
    assert_body(&request.fields, &request.body, stream);
    assert!(request.target.contains(request.path()));
    let document = request.document();
    assert!(document.len() <= request.body.len());
    let routes = [Routes::new().redirect_at("/a"), Routes::only(Exchange::Redirect).register_at("/a")];
    for routes in routes {
        match routes.find(request) {
            Ok(exchange) => {
                assert_eq!(request.method, Method::Post);
                let bytes = malformed(exchange, document, Timestamp::new(2014, 3, 18, 10, 30, 0).unwrap());
                let read = read_answer(&bytes);
                assert_eq!(read.status, 200);
                assert_eq!(answer(exchange, read.document()).as_deref(), Ok(bytes.as_slice()));
            }
            Err(why) => {
                let refusal = why.refusal();
                if request.method != Method::Head {
                    assert_eq!(read_answer(&refusal.to_bytes()).status, refusal.status().code());
                }
            }
        }
    }
}

/// What is answered to an error is short, and no recorder takes it for success.
fn refused(error: HttpError) {
    let refusal = Refusal::from(error);
    let bytes = refusal.to_bytes();
    assert!(bytes.len() < 512, "{refusal:?}");
    let read = read_answer(&bytes);
    assert!(read.status >= 400 && read.reason.find(' ').is_some_and(|at| at <= 3), "{read:?}");
    assert_eq!(read.document(), error.to_string().as_bytes());
}

/// The stream as a URL, a blank and a document.
fn posted(stream: &[u8]) {
    let (url, document) = stream.split_at(stream.iter().position(|b| *b == b' ').unwrap_or(stream.len()));
    let Ok(url) = core::str::from_utf8(url) else { return };
    let Ok((server, bytes)) = request(url, document) else { return };
    assert!(!server.host.is_empty() && server.port != 0);
    let mut reader = RequestReader::new(Limits::REQUEST);
    let Ok(read) = reader.push(&bytes) else { return assert!(document.len() > Limits::REQUEST.body_bytes()) };
    let read = read.unwrap();
    assert_eq!((read.method, read.body.as_slice(), read.fields.len()), (Method::Post, document, 4));
    assert!(read.target.starts_with('/'));
    assert_eq!(read.fields.first("Host").unwrap(), server.to_string());
}

/// A document as an answer of a platform.
fn answered(document: &[u8]) {
    let document = [DECLARATION.as_bytes(), document].concat();
    for exchange in [Exchange::Redirect, Exchange::Register] {
        if let Ok(bytes) = answer(exchange, &document) {
            assert!(bytes.len() < 1_024);
            assert_eq!(read_answer(&bytes).body, document);
        }
    }
}

fn read_answer(bytes: &[u8]) -> Answer {
    AnswerReader::new(Limits::ANSWER).push(bytes).unwrap().unwrap()
}
