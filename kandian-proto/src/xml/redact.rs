//! Documents that no type describes, for people and logs.

use core::fmt::Write;
use std::borrow::Cow;

use super::document::Document;
use super::limits::Limits;
use super::notes::{Mode, Notes};
use super::source::Source;
use crate::secret::{MASK, find_mention, is_secret_name, is_wire_name, mask_text};

/// The text of a document of any kind, XML or not, without its secrets.
///
/// A document in which no word [names a secret](crate::is_secret_name) is given as it is, apart from
/// passwords in URLs. One that can be read as XML, however broken, is written anew from its elements
/// and texts, with everything inside a secret masked; comments and attributes are left out. Anything
/// else is cut behind the first such word, as [`mask_text`](crate::mask_text) does.
///
/// ```
/// use kandian_proto::xml::redacted;
/// assert_eq!(
///     redacted(b"<V_REQ><Passwd><![CDATA[hunter2]]></Passwd><Mode>1</Mode></V_REQ>"),
///     "<V_REQ><Passwd>***</Passwd><Mode>1</Mode></V_REQ>",
/// );
/// ```
#[must_use]
pub fn redacted(bytes: &[u8]) -> String {
    let mut notes = Notes::new(Mode::Lenient, Limits::CLIENT);
    let Ok(source) = Source::prepare(bytes, &mut notes) else {
        return mask_text(&readable(&String::from_utf8_lossy(bytes))).into_owned();
    };
    let text = readable(&source.text);
    if find_mention(&text, 0).is_none() {
        return mask_text(&text).into_owned();
    }
    match super::parse(&source, &mut notes) {
        Ok(document) => {
            let mut out = String::with_capacity(text.len());
            write_node(&document, 0, &mut out);
            out
        }
        Err(_) => mask_text(&text).into_owned(),
    }
}

/// The text without NUL, so that words in UTF-16 are recognised.
fn readable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// The depth is bounded by [`Limits::depth`].
fn write_node(document: &Document<'_>, index: usize, out: &mut String) {
    let Some(node) = document.nodes.get(index) else { return };
    if node.suspect && !is_wire_name(node.name) {
        out.push_str(MASK);
        return;
    }
    let leaf = node.end == index + 1;
    let text = node.text.trim();
    if leaf && text.is_empty() {
        let _ = write!(out, "<{}/>", node.name);
        return;
    }
    let _ = write!(out, "<{}>", node.name);
    if is_secret_name(node.name) || node.text_suspect {
        out.push_str(MASK);
    } else {
        escape(&mask_text(text), out);
    }
    if !is_secret_name(node.name) {
        document.children(index).for_each(|child| write_node(document, child, out));
    }
    let _ = write!(out, "</{}>", node.name);
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_inside_elements() {
        for (inside, shown) in [
            (
                "<DevKey>SEKRET1</DevKey><devkey> x </devkey><Mode>KD-100</Mode><DevKey/>",
                "<DevKey>***</DevKey><devkey>***</devkey><Mode>KD-100</Mode><DevKey/>",
            ),
            ("<DevKey><![CDATA[SEKRET1]]></DevKey>", "<DevKey>***</DevKey>"),
            ("<Password><b>SEKRET1</b></Password><Mode>1</Mode>", "<Password>***</Password><Mode>1</Mode>"),
            ("<DevKey><!-- x -->SEKRET1</DevKey>", "<DevKey>***</DevKey>"),
            ("<!-- DevKey SEKRET1 --><Mode>1</Mode>", "<Mode>1</Mode>"),
            ("<Auth key=\"SEKRET1\"/>", "<Auth/>"),
            ("<n:FtpPasswd>SEKRET1</n:FtpPasswd>", "<n:FtpPasswd>***</n:FtpPasswd>"),
            (
                "<DevKey>ab</x>SEKRET1<y>SEKRET1</DevKey><Mode>1</Mode>",
                "***<DevKey>***</DevKey>***<Mode>1</Mode>",
            ),
            ("<DevKey/>SEKRET1", "***<DevKey/>"),
            // Only text behind the secret may belong to it, and white space is no text.
            ("<a/>text<DevKey>SEKRET1</DevKey>", "text<a/><DevKey>***</DevKey>"),
            ("<a/> <DevKey>SEKRET1</DevKey>\n<b/> ", "<a/><DevKey>***</DevKey><b/>"),
            ("<DevKey/><a>2&gt;1</a>", "<DevKey/><a>2&gt;1</a>"),
            ("<Data>DevKey=SEKRET1&amp;a=1</Data>", "<Data>DevKey=***&amp;a=1</Data>"),
            ("<Data><![CDATA[<DevKey>SEKRET1</DevKey>]]></Data>", "<Data>&lt;DevKey***</Data>"),
            ("<Url>rtsp://u:SEKRET1@h/</Url>", "<Url>rtsp://u:***@h/</Url>"),
        ] {
            let text = redacted(format!("<V_REQ>{inside}</V_REQ>").as_bytes());
            assert_eq!(text, format!("<V_REQ>{shown}</V_REQ>"), "{inside}");
        }
    }

    #[test]
    fn secrets_outside_xml() {
        for (text, shown) in [
            ("DevKey=SEKRET1", "DevKey=***"),
            ("{\"DevKey\":\"SEKRET1\"}", "{\"DevKey***"),
            ("<DevKey>SEKRET1", "<DevKey***"),
            ("D\0e\0v\0K\0e\0y\0=\0S\0E\0K\0", "DevKey=***"),
            ("<A b='1'>\n <!-- as it came --> </A>", "<A b='1'>\n <!-- as it came --> </A>"),
        ] {
            assert_eq!(redacted(text.as_bytes()), shown, "{text}");
        }
    }
}
