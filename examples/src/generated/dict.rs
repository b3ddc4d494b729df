//! A dictionary for libFuzzer: the words of the protocol, so that the fuzzer need not guess them.

use std::collections::BTreeSet;
use std::fmt::Write;

use kandian_codec::MAGIC;
use kandian_proto::command::OPERATIONS;
use kandian_proto::xml::{DECLARATION, FieldInfo, Shape};

use super::Generated;

/// Pieces of XML on which a reader may stumble, and what deployed equipment does with them.
const FRAGMENTS: &[&str] = &[
    "<?xml version=\"1.0\" encoding=\" UTF-8\" ?>",
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
    "<?xml version=\"1.0\" encoding=\"GB2312\"?>",
    "<?xml version=\"1.0\" encoding=\"GBK\"?>",
    "<?xml version=\"1.0\" encoding=\"GB18030\"?>",
    "\u{FEFF}",
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&apos;",
    "&#",
    "&#x",
    "&#0;",
    "&#13;",
    "&#xD800;",
    "&#x10FFFF;",
    "&unknown;",
    "&",
    "< ",
    "</ ",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE ",
    "<!ENTITY ",
    "<soap:Envelope xmlns:soap=\"",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://www.w3.org/2003/05/soap-envelope",
    "<soap:Body>",
    "</soap:Body></soap:Envelope>",
    "<soap:Fault>",
    " i:type=\"d:string\"",
];

/// Pieces of HTTP between devices and platforms.
const HTTP: &[&str] = &[
    "POST  HTTP/1.1\r\n",
    "POST /DeviceRegisterServlet HTTP/1.1\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 401 NO\r\n",
    "http://",
    "https://",
    "Content-Length: ",
    "Content-Encoding: ",
    "Content-Type: text/xml;charset=UTF-8\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Expect: 100-continue\r\n",
    "Connection: close\r\n",
    "Host : a\r\n",
    "\r\n\r\n",
    "\n\n",
    "0\r\n\r\n",
    "\r\n ",
];

/// The dictionary.
#[must_use]
pub fn dict() -> Generated {
    let (mut roots, mut names, mut calls) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for row in OPERATIONS {
        for message in [row.request, row.response] {
            roots.insert(message.root);
            collect(message.fields, &mut names);
        }
        calls.extend(row.soap_operation);
    }
    let mut out = String::from(
        "# Words of the protocol for libFuzzer (-dict=). Written by\n\
         # `cargo run -p kandian-examples --bin dict` from the table of operations; do not edit.\n",
    );
    section(&mut out, "The start of a frame", [entry(&MAGIC)]);
    section(
        &mut out,
        "Declarations and fragments",
        [DECLARATION].iter().chain(FRAGMENTS).map(|text| entry(text.as_bytes())),
    );
    section(&mut out, "HTTP", HTTP.iter().map(|text| entry(text.as_bytes())));
    section(&mut out, "Root elements", tags(&roots));
    section(&mut out, "SOAP operations", tags(&calls));
    section(&mut out, "Elements", tags(&names));
    Generated { path: "fuzz/dict/kandian.dict", content: out }
}

/// Names and other spellings of fields, at every depth.
fn collect(fields: &'static [FieldInfo], names: &mut BTreeSet<&'static str>) {
    for field in fields {
        names.insert(field.name);
        names.extend(field.aliases);
        collect(field.body, names);
        if let Shape::List(inner) | Shape::OptionalGroup(inner) = field.shape {
            collect(inner, names);
        }
    }
}

fn tags(names: &BTreeSet<&str>) -> Vec<String> {
    let both = |name: &&str| [format!("<{name}>"), format!("</{name}>")];
    names.iter().flat_map(both).map(|tag| entry(tag.as_bytes())).collect()
}

fn section(out: &mut String, title: &str, entries: impl IntoIterator<Item = String>) {
    out.push_str(&format!("\n# {title}\n"));
    out.extend(entries);
}

/// A line of the dictionary: quotes, backslashes and everything outside ASCII as `\xNN`.
fn entry(bytes: &[u8]) -> String {
    let mut line = String::from("\"");
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => line.extend(['\\', char::from(byte)]),
            b' '..=b'~' => line.push(char::from(byte)),
            // Writing into a string cannot fail.
            _ => drop(write!(line, "\\x{byte:02X}")),
        }
    }
    line.push_str("\"\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_escaped() {
        assert_eq!(entry(b"\xfa\xf5 \"\\"), "\"\\xFA\\xF5 \\\"\\\\\"\n");
    }

    #[test]
    fn libfuzzer_takes_every_entry() {
        let content = dict().content;
        for line in content.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            // Longer words than 64 bytes are dropped without a word.
            assert!(line.starts_with('"') && line.ends_with('"') && line.len() <= 66, "{line}");
        }
        for word in [
            "<LOGIN_REQ>",
            "</HEARTBEAT_RES>",
            "<TurnRealyIP>",
            "<StorgeFlag>",
            "<MCU_LOGIN_REQ>",
            "\\xFA\\xF5",
        ] {
            assert!(content.contains(word), "{word}");
        }
    }
}
