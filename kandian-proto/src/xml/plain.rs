//! The short way for the documents that almost every peer sends: elements without attributes, names of
//! ASCII letters and digits, texts without references. Anything else is left to the other readers.
//!
//! quick-xml alone takes longer than all the rest of reading such a message. This path accepts nothing
//! that the strict path refuses, and builds the same tree: the fuzz target `strict_vs_lenient` and the
//! tests below compare the two.

use super::chars::is_space;
use super::document::Builder;

/// Reads `text[body..]`, which starts after the XML declaration and holds no character that XML forbids.
/// Returns false when the document is not of the plain kind or exceeds a limit; the tree is then
/// incomplete.
pub(crate) fn parse<'a>(text: &'a str, body: usize, builder: &mut Builder<'a>) -> bool {
    Plain { text, at: body, builder }.run().is_some()
}

struct Plain<'a, 'b> {
    text: &'a str,
    at: usize,
    builder: &'b mut Builder<'a>,
}

impl<'a> Plain<'a, '_> {
    /// `None` stops: the document is not plain.
    fn run(&mut self) -> Option<()> {
        self.layout();
        self.start_tag()?;
        while !self.builder.is_complete() {
            self.text()?;
            match self.byte(1)? {
                b'/' => self.end_tag()?,
                _ => self.start_tag()?,
            }
        }
        self.layout();
        (self.at == self.text.len()).then_some(())
    }

    /// The byte that is so many behind the current one.
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    /// White space outside the root element.
    fn layout(&mut self) {
        while self.byte(0).is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Text up to the next `<`.
    fn text(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|b| matches!(b, b'<' | b'&' | b'\r'))?;
        let end = self.at + length;
        // A reference or a line end to normalise.
        if rest[length] != b'<' {
            return None;
        }
        if length > 0 {
            self.builder.text(&self.text[self.at..end]).ok()?;
            self.at = end;
        }
        Some(())
    }

    /// `<Name>` or `<Name/>`.
    fn start_tag(&mut self) -> Option<()> {
        let tag_at = self.at;
        let rest = self.text.as_bytes().get(tag_at..)?.strip_prefix(b"<")?;
        let length = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'))?;
        if length == 0 || rest[0].is_ascii_digit() {
            return None;
        }
        let behind = tag_at + 1 + length;
        self.builder.open(&self.text[tag_at + 1..behind], tag_at).ok()?;
        self.at = behind + 1;
        match &rest[length..] {
            [b'>', ..] => {}
            [b'/', b'>', ..] => {
                self.builder.close();
                self.at += 1;
            }
            _ => return None,
        }
        Some(())
    }

    /// `</Name>` of the innermost element.
    fn end_tag(&mut self) -> Option<()> {
        let name = self.builder.innermost()?;
        let rest = self.text.as_bytes()[self.at..].strip_prefix(b"</")?.strip_prefix(name.as_bytes())?;
        if rest.first() != Some(&b'>') {
            return None;
        }
        self.at += name.len() + 3;
        self.builder.close();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use crate::xml::{Limits, Mode, Notes, Source, parse_plain, parse_well_formed};

    /// Whether the short cut takes a document, after checking that quick-xml then takes it too.
    fn takes(document: &str) -> bool {
        let mut notes = Notes::new(Mode::Lenient, Limits::FRAME);
        let Ok(source) = Source::prepare(document.as_bytes(), &mut notes) else { return false };
        let plain = parse_plain(&source, Limits::FRAME);
        let well_formed = parse_well_formed(&source, &mut notes);
        if let Some(plain) = &plain {
            let well_formed = well_formed.expect("quick-xml refuses what the short cut took");
            let show = |d: &crate::xml::Document<'_>| format!("{:?}", d.nodes);
            assert_eq!(show(plain), show(&well_formed), "{document}");
        }
        plain.is_some()
    }

    #[test]
    fn what_the_short_cut_takes() {
        for document in [
            "<R/>",
            " \n<R></R>\t",
            "<R><a>1</a><b_2/><C>x ]] y</C> </R>\n",
            "<R>stray<a><b>设备</b></a>text</R>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><R><a> 1 </a></R>",
        ] {
            assert!(takes(document), "{document}");
        }
    }

    #[test]
    fn what_is_left_to_the_other_paths() {
        for document in [
            "<R a=\"1\"/>",
            "<R ></R>",
            "<R></R >",
            "<R/ >",
            "<n:R></n:R>",
            "<1R></1R>",
            "<设备></设备>",
            "<R>&amp;</R>",
            "<R>a\r\nb</R>",
            "<R><!-- --></R>",
            "<R><![CDATA[x]]></R>",
            "<R><?pi?></R>",
            "<R><a></R></a>",
            "<Rest></R>",
            "<R></Rest>",
            "<R></R><R></R>",
            "<R></R>x",
            "<R>\u{1}</R>",
            "<R>",
            "<R",
            "<",
            "<>",
            "</R>",
            "<R><",
            "<R></",
            "<R/",
            "",
        ] {
            assert!(!takes(document), "{document}");
        }
    }
}
