//! Reports as JSON, one object per line.

use std::io::{self, Write};

use kandian_codec::DigestVerdict;
use kandian_proto::Payload;
use kandian_proto::json::Reveal;
use kandian_proto::xml::Outline;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use super::fields;
use super::note::Note;
use super::report::{Content, Report, Subject};
use super::safe::is_harmful;

/// The keys are a promise to scripts: the first seven always, in this order.
#[derive(Serialize)]
struct Line<'a> {
    offset: u64,
    command: Option<String>,
    name: Option<&'static str>,
    seq: Option<u16>,
    digest: &'static str,
    message: Option<Message<'a>>,
    diagnostics: Vec<Entry<'a>>,
    /// Only when `message` is null and some of its fields can be read all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    outline: Option<Root<'a>>,
}

/// The readable fields of a message that cannot be read, under the name of its root element. All values
/// are texts as they came; what repeats is an array.
struct Root<'a>(&'a Outline);

impl Serialize for Root<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0.name, Fields(&self.0.fields))])
    }
}

struct Fields<'a>(&'a [Outline]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut groups: Vec<(&str, Vec<Field<'_>>)> = Vec::new();
        for field in self.0 {
            match groups.iter_mut().find(|(name, _)| *name == field.name) {
                Some((_, all)) => all.push(Field(field)),
                None => groups.push((field.name, vec![Field(field)])),
            }
        }
        let mut map = serializer.serialize_map(Some(groups.len()))?;
        for (name, all) in &groups {
            match &all[..] {
                [only] => map.serialize_entry(name, only)?,
                _ => map.serialize_entry(name, all)?,
            }
        }
        map.end()
    }
}

struct Field<'a>(&'a Outline);

impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.text {
            Some(text) => serializer.serialize_str(text),
            None => Fields(&self.0.fields).serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct Entry<'a> {
    kind: &'a str,
    erratum: Option<String>,
    path: Option<&'a str>,
    offset: u64,
    text: &'a str,
}

/// A message under the name of its root element.
enum Message<'a> {
    Masked(&'a Payload),
    Clear(&'a Payload),
    Opaque(String),
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Masked(message) => message.serialize(serializer),
            Self::Clear(message) => Reveal(*message).serialize(serializer),
            Self::Opaque(xml) => serializer.collect_map([("xml", xml)]),
        }
    }
}

/// Writes one line.
pub(super) fn line(out: &mut dyn Write, report: &Report, show_secrets: bool) -> io::Result<()> {
    let (command, seq, digest) = match report.subject {
        Subject::Frame { command, seq, digest, .. } => {
            (Some(format!("{:02X}H", command.0)), Some(seq), digest)
        }
        _ => (None, None, DigestVerdict::Unchecked),
    };
    let digest = match digest {
        DigestVerdict::Ok => "ok",
        DigestVerdict::Bad => "bad",
        DigestVerdict::Unchecked => "unchecked",
    };
    let message = match &report.reading.content {
        Content::Message(Payload::Opaque(opaque)) => {
            Some(Message::Opaque(fields::opaque_text(&opaque.xml, show_secrets)))
        }
        Content::Message(message) if show_secrets => Some(Message::Clear(message)),
        Content::Message(message) => Some(Message::Masked(message)),
        Content::Outline(_) | Content::Nothing => None,
    };
    let more =
        (report.more_notes > 0).then(|| format!("{} more diagnostics were left out", report.more_notes));
    let mut diagnostics: Vec<_> = report.notes.iter().map(entry).collect();
    diagnostics.extend(more.as_deref().map(|text| Entry {
        kind: "more",
        erratum: None,
        path: None,
        offset: 0,
        text,
    }));
    let outline = match &report.reading.content {
        Content::Outline(outline) => Some(Root(outline)),
        _ => None,
    };
    let line = Line {
        offset: report.offset,
        command,
        name: report.name(),
        seq,
        digest,
        message,
        diagnostics,
        outline,
    };
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Printable);
    line.serialize(&mut serializer).map_err(io::Error::from)?;
    writeln!(out)
}

fn entry(note: &Note) -> Entry<'_> {
    Entry {
        kind: &note.kind,
        erratum: note.erratum.map(|erratum| erratum.to_string()),
        path: Some(note.path.as_str()).filter(|path| !path.is_empty()),
        offset: note.offset,
        text: &note.text,
    }
}

/// Escapes also what JSON allows raw and a terminal acts upon: DEL, the C1 controls and the characters
/// that turn text around.
struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_harmful) {
            let (good, tail) = rest.split_at(at);
            out.write_all(good.as_bytes())?;
            let mut chars = tail.chars();
            for unit in chars.next().iter().flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec()) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_upon() {
        let mut out = Vec::new();
        let text = "a\u{9b}2J\u{7f}\u{202e}\u{e0041}\x1b\n前门";
        text.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Printable)).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, r#""a\u009b2J\u007f\u202e\udb40\udc41\u001b\n前门""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
