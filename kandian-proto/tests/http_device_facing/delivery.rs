//! Every stream is delivered whole, byte by byte and cut in two at every place, and must read the same.

use std::fmt::Debug;

use kandian_proto::http::{Answer, AnswerReader, HttpError, HttpErrorKind, Limits, Request, RequestReader};

/// Longer streams are cut at every so many bytes only.
const SHORT: usize = 1_200;
const STRIDE: usize = 509;

/// A reader of either side.
pub(crate) trait Read {
    type Message: PartialEq + Debug;
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

/// What a reader makes of pieces, and then of the end of the stream. After the message nothing comes any more;
/// after an error the same one again.
fn deliver<'a, R: Read>(
    limits: Limits,
    pieces: impl Iterator<Item = &'a [u8]>,
    closes: bool,
) -> Result<Option<R::Message>, HttpError> {
    let mut reader = R::begin(limits);
    let mut found = None;
    for piece in pieces {
        match reader.push(piece) {
            Ok(message) => {
                assert!(message.is_none() || found.is_none(), "two messages");
                found = found.or(message);
            }
            Err(error) => {
                assert_eq!(found, None, "an error behind the message");
                assert_eq!(reader.push(b"POST / HTTP/1.1\r\n\r\n").unwrap_err(), error);
                assert_eq!(reader.end().unwrap_err(), error);
                return Err(error);
            }
        }
    }
    if !closes {
        return Ok(found);
    }
    match reader.end() {
        Ok(message) => {
            assert!(message.is_none() || found.is_none(), "two messages");
            assert_eq!(reader.end(), Ok(None));
            assert_eq!(reader.push(b"more"), Ok(None));
            assert_eq!(reader.allocated(), 0);
            Ok(found.or(message))
        }
        Err(error) => {
            assert_eq!(reader.end(), Err(error));
            Err(error)
        }
    }
}

#[track_caller]
fn every_way<R: Read>(limits: Limits, stream: &[u8], closes: bool) -> Result<Option<R::Message>, HttpError> {
    let whole = deliver::<R>(limits, [stream].into_iter(), closes);
    let bytes = deliver::<R>(limits, stream.chunks(1), closes);
    assert_eq!(bytes, whole, "byte by byte");
    let stride = if stream.len() < SHORT { 1 } else { STRIDE };
    for cut in (0..=stream.len()).step_by(stride) {
        let (a, b) = stream.split_at(cut);
        let cut_in_two = deliver::<R>(limits, [a, &b[..0], b].into_iter(), closes);
        assert_eq!(cut_in_two, whole, "cut at {cut}");
    }
    whole
}

/// The request in a stream that stays open.
#[track_caller]
pub(crate) fn request(stream: impl AsRef<[u8]>) -> Request {
    let read = every_way::<RequestReader>(Limits::REQUEST, stream.as_ref(), false);
    read.unwrap_or_else(|error| panic!("{error}")).expect("a whole request")
}

/// The request in a stream whose end is its end.
#[track_caller]
pub(crate) fn request_up_to_the_end(stream: impl AsRef<[u8]>) -> Request {
    let stream = stream.as_ref();
    assert_eq!(every_way::<RequestReader>(Limits::REQUEST, stream, false), Ok(None));
    let read = every_way::<RequestReader>(Limits::REQUEST, stream, true);
    read.unwrap_or_else(|error| panic!("{error}")).expect("a whole request")
}

/// The stream is refused for this reason at this place, which is reached only by the last byte that matters.
#[track_caller]
pub(crate) fn refused(stream: impl AsRef<[u8]>, kind: HttpErrorKind, offset: usize) {
    let error = every_way::<RequestReader>(Limits::REQUEST, stream.as_ref(), false).expect_err("refused");
    assert_eq!((error.kind, error.offset), (kind, offset), "{error}");
    assert!(error.to_string().len() < 160, "{error}");
}

/// The stream is all right until it ends.
#[track_caller]
pub(crate) fn refused_at_the_end(stream: impl AsRef<[u8]>, kind: HttpErrorKind) {
    let stream = stream.as_ref();
    assert_eq!(every_way::<RequestReader>(Limits::REQUEST, stream, false), Ok(None));
    let error = every_way::<RequestReader>(Limits::REQUEST, stream, true).expect_err("refused");
    assert_eq!((error.kind, error.offset), (kind, stream.len()), "{error}");
}

/// The answer in a stream that stays open.
#[track_caller]
pub(crate) fn answer(stream: impl AsRef<[u8]>) -> Answer {
    let read = every_way::<AnswerReader>(Limits::ANSWER, stream.as_ref(), false);
    read.unwrap_or_else(|error| panic!("{error}")).expect("a whole answer")
}

/// The answer in a stream whose end is its end.
#[track_caller]
pub(crate) fn answer_up_to_the_end(stream: impl AsRef<[u8]>) -> Answer {
    let stream = stream.as_ref();
    assert_eq!(every_way::<AnswerReader>(Limits::ANSWER, stream, false), Ok(None));
    let read = every_way::<AnswerReader>(Limits::ANSWER, stream, true);
    read.unwrap_or_else(|error| panic!("{error}")).expect("a whole answer")
}

/// What is wrong with an answer, the end of the stream included.
#[track_caller]
pub(crate) fn bad_answer(stream: impl AsRef<[u8]>) -> (HttpErrorKind, usize) {
    let error = every_way::<AnswerReader>(Limits::ANSWER, stream.as_ref(), true).expect_err("refused");
    (error.kind, error.offset)
}

/// What a reader with other limits makes of a stream, its end included.
#[track_caller]
pub(crate) fn request_within(limits: Limits, stream: impl AsRef<[u8]>) -> Result<Option<Request>, HttpError> {
    every_way::<RequestReader>(limits, stream.as_ref(), true)
}

/// The place of a text in a stream.
#[track_caller]
pub(crate) fn at(stream: impl AsRef<[u8]>, text: &str) -> usize {
    let stream = stream.as_ref();
    stream.windows(text.len()).position(|window| window == text.as_bytes()).expect("the text is there")
}

/// A request with these header lines and a document.
pub(crate) fn post(lines: &str, document: &str) -> String {
    let length = document.len();
    format!("POST /DeviceRegisterServlet HTTP/1.1\r\n{lines}Content-Length: {length}\r\n\r\n{document}")
}
