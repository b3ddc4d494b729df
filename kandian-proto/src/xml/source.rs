//! From received bytes to text: encoding, byte order mark, XML declaration.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::chars::trim;
use super::diagnostic::DiagnosticKind as Kind;
use super::encode::DECLARATION;
use super::error::{DecodeError, DecodeErrorKind};
use super::notes::Notes;

/// A declaration longer than this is none; the printed one has 39 bytes.
const DECLARATION_BYTES: usize = 256;

/// The text of a document and where its body starts.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Offset in `text` after the XML declaration.
    pub(crate) body: usize,
    /// Pairs (offset in `text`, offset in the bytes) at the end of each converted character; empty
    /// when the bytes were UTF-8.
    map: Vec<(usize, usize)>,
}

impl<'a> Source<'a> {
    pub(crate) fn prepare(bytes: &'a [u8], notes: &mut Notes) -> Result<Self, DecodeError> {
        let limit = notes.limits.document_bytes;
        if bytes.len() > limit {
            let kind = DecodeErrorKind::Limit { what: "the length of the document in bytes", limit };
            return Err(DecodeError::new(kind, "", limit));
        }
        if bytes.is_empty() {
            return Err(DecodeError::new(DecodeErrorKind::NoBytes, "", 0));
        }
        let mut source = match core::str::from_utf8(bytes) {
            Ok(text) => Self { text: Cow::Borrowed(text), body: 0, map: Vec::new() },
            Err(error) => Self::convert(bytes, error.valid_up_to(), notes)?,
        };
        let converted = notes.diagnostics.len();
        let body = prologue(&source.text, source.map.is_empty(), notes);
        source.body = source.in_raw_offsets(body, notes, converted)?;
        Ok(source)
    }

    /// Turns offsets of the text into offsets of the received bytes: those of the result, of the
    /// diagnostics behind the first `settled`, and of the unknown elements.
    pub(crate) fn in_raw_offsets<T>(
        &self,
        result: Result<T, DecodeError>,
        notes: &mut Notes,
        settled: usize,
    ) -> Result<T, DecodeError> {
        notes.diagnostics.iter_mut().skip(settled).for_each(|d| d.offset = self.raw_offset(d.offset));
        notes.unknown.iter_mut().for_each(|u| u.offset = self.raw_offset(u.offset));
        result.map_err(|error| DecodeError { offset: self.raw_offset(error.offset), ..error })
    }

    /// Offset in the received bytes of an offset in the text.
    fn raw_offset(&self, offset: usize) -> usize {
        let after = self.map.partition_point(|&(text, _)| text <= offset);
        match after.checked_sub(1).and_then(|i| self.map.get(i)) {
            Some(&(text, raw)) => raw + (offset - text),
            None => offset,
        }
    }

    /// Bytes that are not UTF-8: GBK if they say so or if all of them are; else UTF-8 with defects.
    fn convert(bytes: &[u8], bad: usize, notes: &mut Notes) -> Result<Self, DecodeError> {
        let declared = declares_gbk(bytes);
        let gbk = from_gbk(bytes);
        if declared || gbk.2.is_none() {
            let declared = if declared { "declared" } else { "undeclared" };
            notes.note_document(Kind::Gbk { declared }, Some(1), bad)?;
            if let Some(at) = gbk.2 {
                notes.note_document(Kind::InvalidBytes, None, at)?;
            }
            return Ok(Self { text: Cow::Owned(gbk.0), body: 0, map: gbk.1 });
        }
        notes.note_document(Kind::InvalidBytes, None, bad)?;
        let (text, map) = from_broken_utf8(bytes);
        Ok(Self { text: Cow::Owned(text), body: 0, map })
    }
}

/// Whether the first bytes name GB2312, GBK or GB18030 as the encoding.
fn declares_gbk(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let end = head.windows(2).position(|w| w == b"?>").unwrap_or(0);
    let head = String::from_utf8_lossy(&head[..end]).to_ascii_lowercase();
    head.contains("gb2312") || head.contains("gbk") || head.contains("gb18030")
}

/// Converts GBK character by character: text, offset map, first undecodable byte.
fn from_gbk(bytes: &[u8]) -> (String, Vec<(usize, usize)>, Option<usize>) {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut map = Vec::new();
    let mut bad = None;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            text.push(char::from(bytes[at]));
            at += 1;
            continue;
        }
        let length = match (bytes[at], bytes.get(at + 1)) {
            // The euro sign of code page 936.
            (0x80, _) => 1,
            (_, Some(b'0'..=b'9')) => 4,
            _ => 2,
        };
        let length = length.min(bytes.len() - at);
        let decoded = GB18030.decode_without_bom_handling_and_without_replacement(&bytes[at..at + length]);
        match decoded {
            Some(c) => {
                text.push_str(&c);
                at += length;
            }
            None => {
                bad.get_or_insert(at);
                text.push(char::REPLACEMENT_CHARACTER);
                at += 1;
            }
        }
        map.push((text.len(), at));
    }
    (text, map, bad)
}

fn from_broken_utf8(bytes: &[u8]) -> (String, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(bytes.len() + 8);
    let mut map = Vec::new();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len();
            map.push((text.len(), at));
        }
    }
    (text, map)
}

/// Reads what stands before the root element; returns where the body starts.
fn prologue(text: &str, is_utf8: bool, notes: &mut Notes) -> Result<usize, DecodeError> {
    if is_utf8 && text.starts_with(DECLARATION) {
        return Ok(DECLARATION.len());
    }
    let mut at = 0;
    if text.starts_with('\u{FEFF}') {
        notes.note_document(Kind::ByteOrderMark, Some(1), 0)?;
        at = '\u{FEFF}'.len_utf8();
    }
    let Some(leading) = text[at..].find('<') else {
        return Err(DecodeError::new(DecodeErrorKind::NoElement, "", at));
    };
    if leading > 0 {
        notes.note_document(Kind::LeadingBytes { bytes: leading }, None, at)?;
        at += leading;
    }
    let rest = &text[at..];
    let after_target = rest.strip_prefix("<?xml").and_then(|r| r.chars().next());
    if !after_target.is_some_and(|c| c.is_ascii_whitespace() || c == '?') {
        notes.note_document(Kind::MissingDeclaration, Some(1), at)?;
        return Ok(at);
    }
    let window = rest.as_bytes().iter().take(DECLARATION_BYTES);
    let Some(close) = window.clone().position(|&b| b == b'>') else {
        return Err(DecodeError::new(DecodeErrorKind::NoElement, "", at));
    };
    let declaration = &rest[5..close];
    let what = match declaration.strip_suffix('?') {
        None => Some("it does not end with `?>`"),
        Some(content) => defect(content, is_utf8),
    };
    if let Some(what) = what {
        notes.note_document(Kind::BadDeclaration { what }, Some(1), at)?;
    }
    Ok(at + close + 1)
}

/// What is wrong with the content of a declaration.
fn defect(content: &str, is_utf8: bool) -> Option<&'static str> {
    let mut rest = trim(content);
    let mut encoding = None;
    let mut version = None;
    while !rest.is_empty() {
        let Some((name, value)) = rest.split_once('=') else { return Some("an attribute has no value") };
        let value = trim(value);
        let quote = value.chars().next().filter(|&q| q == '"' || q == '\'');
        let Some((quoted, tail)) = quote.and_then(|q| value[1..].split_once(q)) else {
            return Some("an attribute is not quoted");
        };
        match trim(name) {
            "version" => version = Some(quoted),
            "encoding" => encoding = Some(quoted),
            "standalone" => {}
            _ => return Some("it has an unknown attribute"),
        }
        rest = trim(tail);
    }
    if version != Some("1.0") {
        return Some("the version is not 1.0");
    }
    let Some(label) = encoding else { return Some("it names no encoding") };
    if label != trim(label) {
        return Some("white space inside the encoding name");
    }
    if label.eq_ignore_ascii_case("UTF-8") {
        return None;
    }
    // GBK text that says so has its own diagnostic; here the bytes contradict the label.
    if is_utf8 { Some("the text is UTF-8 but another encoding is named") } else { None }
}

#[cfg(test)]
mod tests;
