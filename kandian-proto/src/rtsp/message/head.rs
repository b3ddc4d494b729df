//! The head of a message. E-172.

use super::{Headers, MAX_FIELDS, MessageErrorKind as Kind, Method, Status};

/// A head that was read.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) first: First,
    pub(super) headers: Headers,
    pub(super) body_bytes: usize,
}

#[derive(Debug)]
pub(super) enum First {
    Request { method: Method, url: String, is_version_1: bool },
    Response(Status),
}

/// What is wrong, and at which byte of the head.
type Wrong = (Kind, usize);

impl Head {
    /// Reads a whole head, the empty line included.
    pub(super) fn parse(bytes: &[u8], most_body: usize) -> Result<Self, Wrong> {
        let mut lines = Lines { bytes, at: 0 };
        let (_, first) = lines.next().ok_or((Kind::FirstLine, 0))?;
        let mut first = text(first, 0)?;
        let mut headers = Headers::default();
        let mut body: Option<usize> = None;
        let mut count = 0;
        for (at, line) in lines {
            let line_text = text(line, at)?;
            count += 1;
            if count > MAX_FIELDS && !line.is_empty() {
                return Err((Kind::TooManyFields, at));
            }
            if line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
                headers.go_on(&line_text);
                continue;
            }
            let Some((name, value)) = line_text.split_once(':').filter(|(name, _)| is_name(name.trim()))
            else {
                continue_first(&mut first, &headers, &line_text);
                continue;
            };
            let (name, value) = (name.trim(), value.trim());
            if name.eq_ignore_ascii_case("Content-Length") {
                let value_at = at + line_text.len()
                    - line_text.split_once(':').map_or("", |(_, v)| v).trim_start().len();
                body = Some(length(value, body, most_body).map_err(|kind| (kind, value_at))?);
            }
            headers.push(name, value);
        }
        let first = First::parse(&first).ok_or((Kind::FirstLine, 0))?;
        Ok(Self { first, headers, body_bytes: body.unwrap_or(0) })
    }
}

/// Lines that end with LF or CR LF, and where each begins.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let (line, at) = (&rest[..length], self.at);
        self.at += length;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Some((at, line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

fn text(line: &[u8], at: usize) -> Result<String, Wrong> {
    match line.iter().position(|byte| byte.is_ascii_control() && *byte != b'\t') {
        Some(index) => Err((Kind::Control(line[index]), at + index)),
        None => Ok(String::from_utf8_lossy(line).into_owned()),
    }
}

/// The specification prints its request lines in pieces: the path on a line of its own and without its slash, the
/// version on another or nowhere. E-172.
fn continue_first(first: &mut String, headers: &Headers, line: &str) {
    let line = line.trim();
    if !headers.is_empty() || line.is_empty() || version_at(first).is_some() {
        return;
    }
    if line.starts_with("realplay?") && !first.trim_end().ends_with('/') {
        first.truncate(first.trim_end().len());
        first.push('/');
    } else {
        first.push(' ');
    }
    first.push_str(line);
}

impl First {
    fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
        if let Some(version) = after_name(word) {
            let status = rest.trim_start().split(char::is_whitespace).next()?;
            let digits = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
            return (digits && version.starts_with("1."))
                .then(|| status.parse().ok().map(Status).map(Self::Response))?;
        }
        if word.is_empty()
            || word.len() > 32
            || !word.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'))
        {
            return None;
        }
        // What is left of the version is the URL, in one piece or in several (E-172).
        let (url, version) = match version_at(rest) {
            Some(at) => rest.split_at(at),
            None => (rest, "RTSP/1.0"),
        };
        let url: String = url.split_whitespace().collect();
        if url.is_empty() {
            return None;
        }
        let is_version_1 = after_name(version).is_some_and(|digits| digits.trim_start().starts_with("1."));
        Some(Self::Request { method: Method::parse(word), url, is_version_1 })
    }
}

/// What follows `RTSP/`, in any case.
fn after_name(text: &str) -> Option<&str> {
    let (name, rest) = text.split_at_checked(5)?;
    name.eq_ignore_ascii_case("RTSP/").then_some(rest)
}

/// Where the version of a first line begins: its last word that begins like one. In the middle of a word it would be
/// part of a URL.
fn version_at(line: &str) -> Option<usize> {
    let is_begin = |at: &usize| *at == 0 || line[..*at].ends_with(char::is_whitespace);
    line.rmatch_indices('/').find_map(|(slash, _)| {
        let at = slash.checked_sub(4)?;
        line.get(at..).and_then(after_name)?;
        Some(at).filter(is_begin)
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn length(value: &str, before: Option<usize>, most: usize) -> Result<usize, Kind> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Kind::Length);
    }
    match value.parse() {
        Ok(length) if length <= most => match before {
            Some(other) if other != length => Err(Kind::TwoLengths),
            _ => Ok(length),
        },
        _ => Err(Kind::BodyTooLong { limit: most }),
    }
}
