//! The recovering path: reads documents that no XML parser accepts but that devices send and the
//! specification itself prints (46 of its 86 samples). Every leniency is a diagnostic.
//!
//! One pass over the text; work is linear in its length, times the depth limit for end tags.

use super::chars::{is_name, is_space, is_xml_char, resolve_reference, trim};
use super::diagnostic::DiagnosticKind as Kind;
use super::document::Builder;
use super::error::{DecodeError, DecodeErrorKind};
use super::notes::Notes;

/// Longest name of a reference that is looked for after `&`; `&#x10FFFF;` has 8 characters.
const REFERENCE_BYTES: usize = 12;

/// Reads `text[body..]`, which starts after the XML declaration.
pub(crate) fn parse<'a>(
    text: &'a str,
    body: usize,
    builder: &mut Builder<'a>,
    notes: &mut Notes,
) -> Result<(), DecodeError> {
    Recovery { text, at: body, quotes: true, missing: Vec::new(), builder, notes }.run()
}

struct Recovery<'a, 'b> {
    text: &'a str,
    at: usize,
    /// Whether `>` inside quotes belongs to an attribute. Switched off for the rest of the document
    /// by the first quote without its partner, so that quotes cost one scan to the end, not many.
    quotes: bool,
    /// Closers such as `-->` that do not occur in the rest of the document. What was looked for in
    /// vain once is not looked for again; otherwise a document of openers would cost quadratic work.
    missing: Vec<&'static str>,
    builder: &'b mut Builder<'a>,
    notes: &'b mut Notes,
}

impl<'a> Recovery<'a, '_> {
    fn run(mut self) -> Result<(), DecodeError> {
        while self.at < self.text.len() {
            if self.builder.is_complete() {
                return self.trailing();
            }
            let rest = &self.text[self.at..];
            let end = rest.find('<').unwrap_or(rest.len());
            self.plain_text(end)?;
            if end < rest.len() {
                self.markup()?;
            }
        }
        match self.builder.innermost() {
            None if self.builder.is_empty() => Err(DecodeError::new(DecodeErrorKind::NoElement, "", self.at)),
            None => Ok(()),
            Some(_) => {
                let kind = DecodeErrorKind::Truncated { open: self.builder.open_label() };
                Err(DecodeError::new(kind, self.builder.open_path(), self.at))
            }
        }
    }

    fn note(&mut self, kind: Kind, erratum: Option<u16>, at: usize) -> Result<(), DecodeError> {
        self.notes.note(kind, erratum, at, || self.builder.open_path())
    }

    /// Text of the document for a diagnostic, unless nobody will see it.
    fn shown(&self, text: &str) -> String {
        if self.notes.is_full() { String::new() } else { self.builder.shown(text) }
    }

    /// A name for a diagnostic, unless nobody will see it.
    fn label(&self, name: &str) -> String {
        if self.notes.is_full() { String::new() } else { self.builder.label(name) }
    }

    /// Name of the innermost open element for a diagnostic, unless nobody will see it.
    fn open_label(&self) -> String {
        if self.notes.is_full() { String::new() } else { self.builder.open_label() }
    }

    /// Comments and space may follow the root; anything else is reported once and ends the reading.
    fn trailing(&mut self) -> Result<(), DecodeError> {
        while let Some(rest) = self.text.get(self.at..) {
            let skipped =
                rest.len() - rest.trim_start_matches(|c: char| c.is_ascii() && is_space(c as u8)).len();
            let rest = &rest[skipped..];
            self.at += skipped;
            let closer = match () {
                () if rest.starts_with("<!--") => rest[4..].find("-->").map(|end| end + 7),
                () if rest.starts_with("<?") => rest.find("?>").map(|end| end + 2),
                () => None,
            };
            let Some(length) = closer else {
                if rest.is_empty() {
                    return Ok(());
                }
                return self.note(Kind::TrailingBytes { bytes: rest.len() }, None, self.at);
            };
            self.at += length;
        }
        Ok(())
    }

    /// Text up to the next `<`.
    fn plain_text(&mut self, length: usize) -> Result<(), DecodeError> {
        let chunk = &self.text[self.at..self.at + length];
        let start = self.at;
        self.at += length;
        if self.builder.innermost().is_none() {
            let bytes = trim(chunk).len();
            return if bytes == 0 { Ok(()) } else { self.note(Kind::LeadingBytes { bytes }, None, start) };
        }
        let mut from = 0;
        while let Some(amp) = chunk[from..].find('&') {
            self.clean_text(&chunk[from..from + amp], start + from)?;
            from += amp + self.reference(&chunk[from + amp..], start + from + amp)?;
        }
        self.clean_text(&chunk[from..], start + from)
    }

    /// A reference at the start of `text`; returns how many bytes it took.
    fn reference(&mut self, text: &'a str, at: usize) -> Result<usize, DecodeError> {
        let window = text.bytes().take(REFERENCE_BYTES).position(|b| b == b';');
        let Some(end) = window else {
            self.note(Kind::BareAmpersand, Some(94), at)?;
            self.builder.character('&')?;
            return Ok(1);
        };
        let name = &text[1..end];
        if let Some(c) = resolve_reference(name) {
            self.builder.character(c)?;
            return Ok(end + 1);
        }
        // `a=1&b=2;` is a bare `&`; `&nbsp;` is an entity of another language.
        let entity = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#');
        let kind = if entity { Kind::UnknownEntity(self.shown(name)) } else { Kind::BareAmpersand };
        self.note(kind, Some(94), at)?;
        self.builder.character('&')?;
        Ok(1)
    }

    /// Text without references; characters that XML forbids are taken out.
    fn clean_text(&mut self, chunk: &'a str, at: usize) -> Result<(), DecodeError> {
        if chunk.is_empty() {
            return Ok(());
        }
        let Some(bad) = super::chars::first_illegal(chunk) else {
            return self.builder.text(chunk);
        };
        let code = chunk[bad..].chars().next().map_or(0, u32::from);
        self.note(Kind::IllegalCharacter(code), None, at + bad)?;
        let kept: String = chunk.chars().filter(|&c| is_xml_char(c)).collect();
        self.builder.text_copy(&super::chars::normalize_line_ends(&kept))
    }

    /// Markup at `self.at`, which is a `<`.
    fn markup(&mut self) -> Result<(), DecodeError> {
        let rest = &self.text[self.at..];
        if rest.starts_with("<!--") {
            return self.skip_to(4, "-->");
        }
        if rest.starts_with("<![CDATA[") {
            return self.cdata();
        }
        if rest.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<!DOCTYPE")) {
            return Err(DecodeError::new(DecodeErrorKind::Doctype, self.builder.open_path(), self.at));
        }
        if rest.starts_with("<?") {
            return self.skip_to(2, "?>");
        }
        if rest.starts_with("<!") {
            return self.malformed(2);
        }
        let inner = &rest[1..];
        let spaces =
            inner.len() - inner.trim_start_matches(|c: char| c.is_ascii() && is_space(c as u8)).len();
        if inner[spaces..].starts_with('/') { self.end_tag(spaces) } else { self.start_tag(spaces) }
    }

    /// Offset of a closer in the rest of the document, counted from `from`.
    fn find_closer(&mut self, from: usize, closer: &'static str) -> Option<usize> {
        if self.missing.contains(&closer) {
            return None;
        }
        let found = self.text[from..].find(closer);
        if found.is_none() {
            self.missing.push(closer);
        }
        found
    }

    fn skip_to(&mut self, from: usize, closer: &'static str) -> Result<(), DecodeError> {
        match self.find_closer(self.at + from, closer) {
            Some(end) => {
                self.at += from + end + closer.len();
                Ok(())
            }
            None => self.malformed(from),
        }
    }

    /// Skips markup that has no proper end: up to the next `>`, or the rest.
    fn malformed(&mut self, from: usize) -> Result<(), DecodeError> {
        let rest = &self.text[self.at..];
        let end = rest[from..].find('>').map_or(rest.len(), |end| from + end + 1);
        self.note(Kind::MalformedMarkup(self.shown(&rest[..end])), None, self.at)?;
        self.at += end;
        Ok(())
    }

    fn cdata(&mut self) -> Result<(), DecodeError> {
        const OPENER: usize = "<![CDATA[".len();
        let from = self.at + OPENER;
        let end = self.find_closer(from, "]]>").filter(|_| self.builder.innermost().is_some());
        let Some(end) = end else { return self.malformed(OPENER) };
        let text = self.text;
        self.clean_text(&text[from..from + end], from)?;
        self.at = from + end + 3;
        Ok(())
    }

    /// `<` that starts no tag: kept as text.
    fn less_than(&mut self) -> Result<(), DecodeError> {
        self.note(Kind::BareLessThan, None, self.at)?;
        self.builder.character('<')?;
        self.at += 1;
        Ok(())
    }

    fn start_tag(&mut self, spaces: usize) -> Result<(), DecodeError> {
        let tag_at = self.at;
        let inner_at = tag_at + 1 + spaces;
        let text = self.text;
        let inner = &text[inner_at..];
        // The name first, within its limit: scanning for `>` from every `<` of a text would be quadratic.
        let window = inner.bytes().take(self.notes.limits.name_bytes + 1);
        let name_end = window.clone().position(|b| is_space(b) || b == b'/' || b == b'>');
        let name_end = name_end.unwrap_or(window.len());
        let name = inner.get(..name_end).unwrap_or("");
        if !is_name(name) && self.builder.innermost().is_some() {
            return self.less_than();
        }
        let Some(length) = self.tag_length(inner_at) else { return Err(self.truncated()) };
        if !is_name(name) {
            let markup = self.shown(&text[tag_at..inner_at + length + 1]);
            self.note(Kind::MalformedMarkup(markup), None, tag_at)?;
            self.at = inner_at + length + 1;
            return Ok(());
        }
        let attributes = inner[name_end..length].strip_suffix('/').unwrap_or(&inner[name_end..length]);
        self.builder.open(name, tag_at)?;
        if spaces > 0 {
            self.note(Kind::TagSpace(format!("<{}>", self.open_label())), Some(2), tag_at)?;
        }
        if !trim(attributes).is_empty() {
            self.note(Kind::Attributes(self.open_label()), None, tag_at)?;
        }
        if inner[..length].ends_with('/') {
            self.builder.close();
        }
        self.at = inner_at + length + 1;
        Ok(())
    }

    /// The document ends inside a tag.
    fn truncated(&self) -> DecodeError {
        let open = if self.builder.is_empty() { "?".to_owned() } else { self.builder.open_label() };
        DecodeError::new(DecodeErrorKind::Truncated { open }, self.builder.open_path(), self.at)
    }

    /// Bytes from `from` up to the `>` that ends a start tag.
    fn tag_length(&mut self, from: usize) -> Option<usize> {
        if self.quotes {
            let mut quote = None;
            for (at, b) in self.text[from..].bytes().enumerate() {
                match (quote, b) {
                    (None, b'>') => return Some(at),
                    (None, b'"' | b'\'') => quote = Some(b),
                    (Some(q), b) if q == b => quote = None,
                    _ => {}
                }
            }
            self.quotes = false;
        }
        self.find_closer(from, ">")
    }

    /// The name in an end tag, for a diagnostic.
    fn end_label(&self, name: &str) -> String {
        if self.builder.innermost() == Some(name) { self.open_label() } else { self.label(name) }
    }

    /// Whether anything but white space is left.
    fn goes_on(&self) -> bool {
        self.text.as_bytes().get(self.at..).is_some_and(|rest| !rest.iter().copied().all(is_space))
    }

    /// An end tag closes the innermost element of its name; else the nearest ancestor of its name;
    /// else the open leaf, whatever its name (E-03); else nothing (E-04). The root is such a leaf only when
    /// nothing follows: otherwise a stray end tag before its first child would end the document.
    fn end_tag(&mut self, spaces: usize) -> Result<(), DecodeError> {
        let tag_at = self.at;
        let inner_at = tag_at + 1 + spaces + 1;
        let Some(length) = self.find_closer(inner_at, ">") else { return Err(self.truncated()) };
        let content = &self.text[inner_at..inner_at + length];
        let name = trim(content);
        let spaced = spaces > 0 || content.bytes().next().is_some_and(is_space);
        if spaced {
            self.note(Kind::TagSpace(format!("</{}>", self.end_label(name))), Some(2), tag_at)?;
        }
        self.at = inner_at + length + 1;
        match self.builder.levels_to(name) {
            Some(levels) => {
                for _ in 0..levels {
                    self.note(Kind::UnclosedElement(self.open_label()), Some(3), tag_at)?;
                    self.builder.close_loosely();
                }
                self.builder.close();
            }
            None if self.builder.innermost_is_leaf() && !(self.builder.is_root() && self.goes_on()) => {
                let (open, found) = (self.open_label(), self.label(name));
                self.note(Kind::MismatchedEnd { open, found }, Some(3), tag_at)?;
                self.builder.close_loosely();
            }
            None => self.note(Kind::StrayEnd(self.label(name)), Some(4), tag_at)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
