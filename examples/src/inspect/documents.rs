//! Documents outside frames: bare, one after the other, or in the bodies of HTTP messages.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use kandian_proto::xml::Limits;

use super::message::{self, Names};
use super::note::{Note, Severity};
use super::output::Output;
use super::report::{Place, Report, Subject};

/// Longest head of an HTTP message.
pub(super) const MAX_HEAD: usize = 64 << 10;
/// Longest body, and longest sequence of documents.
pub(super) const MAX_BODY: usize = Limits::CLIENT.document_bytes;
/// Bytes looked at for all documents of one body or file together: each costs a look at all that follow.
const MAX_WORK: usize = 32 * MAX_BODY;
/// How an HTTP message begins. Devices post, clients post or get, servers answer.
const HTTP: [&[u8]; 3] = [b"POST ", b"GET ", b"HTTP/"];

/// What the first bytes of a stream say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// An HTTP message.
    Http,
    /// An XML document.
    Xml,
    /// Neither.
    Other,
    /// Too few bytes to tell.
    Unknown,
}

impl Start {
    /// Looks behind a byte order mark and white space.
    pub(super) fn of(bytes: &[u8]) -> Self {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if bytes.len() < MARK.len() && MARK.starts_with(bytes) {
            return Self::Unknown;
        }
        let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes).trim_ascii_start();
        match bytes {
            [] => Self::Unknown,
            [b'<', ..] => Self::Xml,
            _ if HTTP.iter().any(|start| bytes.starts_with(start)) => Self::Http,
            _ if HTTP.iter().any(|start| start.starts_with(bytes)) => Self::Unknown,
            _ => Self::Other,
        }
    }
}

/// A stream of documents and HTTP messages.
#[derive(Debug)]
pub(super) struct DocumentStream {
    buffer: Vec<u8>,
    /// Position in the stream of the first byte of the buffer.
    base: u64,
    /// Bytes of a body that is too long to be of interest.
    skip: u64,
    /// Whether HTTP messages of other protocols are passed over in silence.
    tolerant: bool,
    stopped: bool,
    /// HTTP messages that were passed over.
    foreign: u64,
}

/// What stands at the start of the buffer.
enum Step<'a> {
    /// Something that is not here yet.
    More,
    /// A body, or a document, and where the next message starts.
    Body { at: usize, bytes: Cow<'a, [u8]>, next: usize, announced: usize },
    /// A message that is longer than any of the protocol.
    TooLong { at: usize, length: u64 },
}

impl DocumentStream {
    pub(super) fn new(base: u64, tolerant: bool) -> Self {
        Self { buffer: Vec::new(), base, skip: 0, tolerant, stopped: false, foreign: 0 }
    }

    /// True when further bytes are not looked at.
    pub(super) fn stopped(&self) -> bool {
        self.stopped
    }

    /// HTTP messages that were passed over since the last call.
    pub(super) fn take_foreign(&mut self) -> u64 {
        std::mem::take(&mut self.foreign)
    }

    /// Reads the next bytes of the stream.
    pub(super) fn feed(&mut self, place: Place, bytes: &[u8], out: &mut Output<'_>) -> io::Result<()> {
        if self.stopped {
            return Ok(());
        }
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        self.skip -= skipped as u64;
        self.base += skipped as u64;
        self.buffer.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
        self.read(place, false, out)
    }

    /// Reads what the end of the stream settles.
    pub(super) fn finish(&mut self, place: Place, out: &mut Output<'_>) -> io::Result<()> {
        if !self.stopped {
            self.read(place, true, out)?;
        }
        self.stopped = true;
        Ok(())
    }

    fn read(&mut self, place: Place, ended: bool, out: &mut Output<'_>) -> io::Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let mut at = 0;
        while let Some(rest) = buffer.get(at..).filter(|rest| !rest.trim_ascii().is_empty()) {
            match step(rest, ended) {
                Step::More if rest.len() <= MAX_HEAD + MAX_BODY => break,
                Step::More => {
                    self.too_long(place, self.base + at as u64, rest.len() as u64, out)?;
                    self.stopped = true;
                    return Ok(());
                }
                Step::Body { at: start, bytes, next, announced } => {
                    let known = !self.tolerant || message::is_known(&bytes);
                    if known && !bytes.trim_ascii().is_empty() {
                        report(place, self.base + (at + start) as u64, &bytes, announced, out)?;
                    } else {
                        self.foreign += u64::from(!known);
                    }
                    at += next.max(1);
                }
                Step::TooLong { at: start, length } => {
                    self.too_long(place, self.base + (at + start) as u64, length, out)?;
                    let here = (rest.len() - start) as u64;
                    self.skip = length.saturating_sub(here);
                    at += start + usize::try_from(length.min(here)).unwrap_or(rest.len());
                }
            }
        }
        let at = at.min(buffer.len());
        self.base += at as u64;
        self.buffer = buffer;
        self.buffer.drain(..at);
        Ok(())
    }

    fn too_long(&mut self, place: Place, offset: u64, length: u64, out: &mut Output<'_>) -> io::Result<()> {
        if self.tolerant {
            self.foreign += 1;
            return Ok(());
        }
        let text = format!("longer than any document of the protocol may be ({MAX_BODY} bytes)");
        let note = Note::new(Severity::Error, "too_long", offset, text);
        out.report(&Report::bytes(place, offset, length, "not read", note))
    }
}

/// What `rest`, which is not blank, begins with; `ended` says that nothing follows it.
fn step(rest: &[u8], ended: bool) -> Step<'_> {
    let all = || Step::Body { at: 0, bytes: rest.into(), next: rest.len(), announced: 0 };
    match (Start::of(rest), head_length(rest)) {
        (Start::Http, Some(head)) => body(rest, head, ended),
        (Start::Http | Start::Xml | Start::Unknown, _) if !ended => Step::More,
        // Not HTTP after all: the reader of documents says what is wrong with it.
        _ => all(),
    }
}

/// Length of the head of an HTTP message, with the empty line.
fn head_length(bytes: &[u8]) -> Option<usize> {
    let bytes = bytes.get(..MAX_HEAD).unwrap_or(bytes);
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let found = ends.iter().filter_map(|end| {
        bytes.windows(end.len()).position(|window| window == *end).map(|at| at + end.len())
    });
    found.min()
}

/// The body behind a head of this length. Messages without a length go on to the next message: files
/// are put together by hand.
fn body(rest: &[u8], head: usize, ended: bool) -> Step<'_> {
    let (start, after) = rest.split_at(head);
    let lines = || start.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let header = |name: &str| {
        lines().skip(1).find_map(|line| {
            let (found, value) = line.split_at_checked(name.len())?;
            let value = value.strip_prefix(b":")?;
            found.eq_ignore_ascii_case(name.as_bytes()).then(|| value.trim_ascii())
        })
    };
    let first = lines().find(|line| !line.is_empty()).unwrap_or_default();
    let length =
        header("Content-Length").and_then(|value| std::str::from_utf8(value).ok()?.parse::<u64>().ok());
    let chunked = header("Transfer-Encoding").is_some_and(|value| value.eq_ignore_ascii_case(b"chunked"));
    if chunked && let Some((bytes, used)) = unchunked(after) {
        return Step::Body { at: head, bytes: bytes.into(), next: head + used, announced: 0 };
    }
    match length {
        Some(length) if length > MAX_BODY as u64 => Step::TooLong { at: head, length },
        Some(length) => {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            match after.get(..length) {
                Some(bytes) => {
                    Step::Body { at: head, bytes: bytes.into(), next: head + length, announced: 0 }
                }
                None if !ended => Step::More,
                None => Step::Body { at: head, bytes: after.into(), next: rest.len(), announced: length },
            }
        }
        None if first.starts_with(b"GET ") && !after.trim_ascii_start().starts_with(b"<") => {
            Step::Body { at: head, bytes: Cow::Borrowed(&[]), next: head, announced: 0 }
        }
        None => match next_message(after) {
            Some(end) => {
                let bytes = after.get(..end).unwrap_or_default().into();
                Step::Body { at: head, bytes, next: head + end, announced: 0 }
            }
            None if !ended => Step::More,
            None => Step::Body { at: head, bytes: after.into(), next: rest.len(), announced: 0 },
        },
    }
}

/// Where the next HTTP message starts behind a document.
fn next_message(bytes: &[u8]) -> Option<usize> {
    let mut ends = bytes.iter().enumerate().filter(|&(_, &b)| b == b'>' || b == b'\n').map(|(at, _)| at + 1);
    ends.find(|&at| {
        let rest = bytes.get(at..).unwrap_or_default();
        let starts: [&[u8]; 3] = [b"POST /", b"GET /", b"HTTP/1."];
        starts.iter().any(|start| rest.starts_with(start))
    })
}

/// The body of a chunked message and how many bytes it took; `None` while it has no end.
fn unchunked(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = bytes.get(at..)?;
        let line = line.get(..line.iter().position(|&b| b == b'\n')?)?;
        at += line.len() + 1;
        let digits = line.split(|&b| b == b';').next()?.trim_ascii();
        let length = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        if length == 0 {
            let rest = bytes.get(at..)?;
            return Some((
                body,
                at + rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |end| end + 1),
            ));
        }
        body.extend_from_slice(bytes.get(at..at.checked_add(length)?)?);
        at += length;
        at += bytes.get(at..)?.iter().position(|&b| b == b'\n')? + 1;
    }
}

/// Reports the documents of a body. `announced` is the length that the head promised, when less came.
fn report(place: Place, offset: u64, bytes: &[u8], announced: usize, out: &mut Output<'_>) -> io::Result<()> {
    let (mut at, mut work, mut documents) = (0, 0, 0);
    while work < MAX_WORK {
        let rest = bytes.get(at..).unwrap_or_default();
        work += rest.len().max(1);
        documents += 1;
        let (mut reading, mut notes, mut more_notes) = message::read_document(rest, out.show_secrets);
        let next = notes.iter().find(|note| note.kind == "trailing_bytes").map(|note| note.offset as usize);
        let next = next.map(|next| with_declaration(rest, next));
        let next = next.filter(|&next| next > 0 && is_document(rest.get(next..).unwrap_or_default()));
        let document: Range<usize> = at..next.map_or(bytes.len(), |next| at + next);
        let own = bytes.get(document.clone()).unwrap_or_default();
        if next.is_some() {
            (reading, notes, more_notes) = message::read_document(own, out.show_secrets);
        } else if announced > 0 {
            let text = format!("the HTTP head announces {announced} bytes, {} are here", bytes.len());
            notes.push(Note::new(Severity::Remark, "short_body", own.len() as u64, text));
        }
        let subject = Subject::Document { bytes: own.len() };
        out.report(&Report { place, offset: offset + at as u64, subject, reading, notes, more_notes })?;
        at = document.end;
        if next.is_none() {
            return Ok(());
        }
    }
    let text = format!("too many documents in one body or file; {documents} were read");
    let offset = offset + at as u64;
    let note = Note::new(Severity::Error, "too_many_documents", offset, text);
    out.report(&Report::bytes(place, offset, (bytes.len() - at) as u64, "not read", note))
}

/// Where the document that is found at `at` starts: at its declaration, if it has one.
fn with_declaration(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default().trim_ascii_end();
    let start = before.windows(5).rposition(|window| window == b"<?xml").unwrap_or(at);
    let content = before.get(start..).and_then(|found| found.strip_suffix(b"?>")).unwrap_or(b">");
    if content.contains(&b'>') { at } else { start }
}

/// Whether another document follows, and not only a stray end tag or rubbish.
fn is_document(bytes: &[u8]) -> bool {
    Names::of(bytes).message.is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts() {
        for (bytes, start) in [
            (&b"<A/>"[..], Start::Xml),
            (b" \r\n<A/>", Start::Xml),
            (b"\xEF\xBB\xBF<A/>", Start::Xml),
            (b"POST / HTTP/1.1", Start::Http),
            (b"HTTP/1.1 200 OK", Start::Http),
            (b"PO", Start::Unknown),
            (b"\xEF", Start::Unknown),
            (b"", Start::Unknown),
            (b"\xFA", Start::Other),
            (b"PUT /", Start::Other),
        ] {
            assert_eq!(Start::of(bytes), start, "{bytes:?}");
        }
    }

    #[test]
    fn chunks() {
        let body = b"4\r\n<A><\r\n3;x=y\r\n/A>\r\n0\r\n\r\nHTTP";
        assert_eq!(unchunked(body), Some((b"<A></A>".to_vec(), body.len() - 4)));
        for cut in [0, 1, 3, 7, 9, 20] {
            assert_eq!(unchunked(&body[..cut]), None, "{cut}");
        }
        assert_eq!(unchunked(b"ffffffffffffffff\r\nx\r\n"), None);
        assert_eq!(unchunked(b"zz\r\n"), None);
    }
}
