//! Laws that hold for every message, over one list of samples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::LazyLock;

use kandian_proto::command::{Interface, OPERATIONS, Operation};
use kandian_proto::xml::{DECLARATION, Limits};
use kandian_proto::{DecodeError, Decoded, DiagnosticKind, EncodeError, Profile, Request, Response};
use proptest::prelude::*;
use support::{compact, read};

/// One document of a message, compact, with what is needed to read and write it.
#[derive(Clone, Debug)]
struct Sample {
    operation: Operation,
    is_request: bool,
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Any {
    Request(Request),
    Response(Response),
}

impl Sample {
    fn decode(&self, bytes: &[u8]) -> Result<Decoded<Any>, DecodeError> {
        if self.is_request {
            self.operation.decode_request(bytes, Limits::CLIENT).map(|d| d.map(Any::Request))
        } else {
            self.operation.decode_response(bytes, Limits::CLIENT).map(|d| d.map(Any::Response))
        }
    }

    fn strict(&self, bytes: &[u8]) -> Result<Any, DecodeError> {
        if self.is_request {
            self.operation.decode_request_strict(bytes, Limits::CLIENT).map(Any::Request)
        } else {
            self.operation.decode_response_strict(bytes, Limits::CLIENT).map(Any::Response)
        }
    }

    fn message(&self) -> Any {
        self.strict(self.text.as_bytes()).unwrap()
    }

    fn root(&self) -> &'static str {
        let info = self.operation.info();
        if self.is_request { info.request.root } else { info.response.root }
    }
}

fn encode(message: &Any, profile: Profile) -> Result<Vec<u8>, EncodeError> {
    match message {
        Any::Request(m) => m.encode(&[], profile),
        Any::Response(m) => m.encode(&[], profile),
    }
}

/// The canonical document of every message and the variants (refusals, empty lists, absent fields).
fn samples() -> &'static [Sample] {
    static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
        let mut samples = Vec::new();
        for row in OPERATIONS {
            for (is_request, root) in [(true, row.request.root), (false, row.response.root)] {
                let file = match row.interface {
                    Interface::Hotspot => format!("canonical/{root}.{}.xml", row.section),
                    _ => format!("canonical/{root}.xml"),
                };
                let text = compact(std::str::from_utf8(&read(&file)).unwrap());
                samples.push(Sample { operation: row.operation, is_request, text });
            }
        }
        for file in support::files("variants", ".xml") {
            let root = file.split('.').next().unwrap();
            let row = OPERATIONS.iter().find(|r| r.request.root == root || r.response.root == root).unwrap();
            let text = compact(std::str::from_utf8(&read(&format!("variants/{file}"))).unwrap());
            samples.push(Sample { operation: row.operation, is_request: row.request.root == root, text });
        }
        samples
    });
    &SAMPLES
}

#[test]
fn round_trip() {
    for sample in samples() {
        let message = sample.message();
        assert_eq!(encode(&message, Profile::Spec).unwrap(), sample.text.as_bytes());
    }
}

#[test]
fn legacy_form_reads_back_as_the_same_message() {
    for sample in samples() {
        let message = sample.message();
        // Values with spaces and long ones cannot be said to a legacy recorder; that is an error.
        let Ok(bytes) = encode(&message, Profile::LegacyRecorder) else { continue };
        let read = sample.decode(&bytes).unwrap();
        assert_eq!(read.message, message, "{}", sample.root());
        assert!(bytes.len() <= 4_072);
    }
}

/// A document cut anywhere is refused, never misread and never a panic.
#[test]
fn truncation_at_every_byte() {
    for sample in samples() {
        let bytes = sample.text.as_bytes();
        for end in 0..bytes.len() {
            assert!(sample.decode(&bytes[..end]).is_err(), "{} cut at {end}", sample.root());
            assert!(sample.strict(&bytes[..end]).is_err(), "{} cut at {end}", sample.root());
        }
    }
}

/// Places between two tags of the root's children.
fn gaps(sample: &Sample) -> Vec<usize> {
    let body = DECLARATION.len() + sample.root().len() + 2;
    let text = &sample.text;
    let mut depth = 0i32;
    let mut out = vec![body];
    let mut at = body;
    while let Some(next) = text[at..].find('<') {
        at += next;
        depth += if text[at..].starts_with("</") { -1 } else { 1 };
        let Some(close) = text[at..].find('>') else { break };
        at += close + 1;
        if depth == 0 {
            out.push(at);
        }
        if depth < 0 {
            break;
        }
    }
    out
}

/// The direct children of the root, as slices.
fn children(sample: &Sample) -> Vec<&str> {
    let gaps = gaps(sample);
    gaps.windows(2).map(|w| &sample.text[w[0]..w[1]]).collect()
}

#[test]
fn unknown_elements_anywhere_change_nothing() {
    for sample in samples() {
        for gap in gaps(sample) {
            let mut text = sample.text.clone();
            text.insert_str(gap, "<X_Vendor><A>1</A></X_Vendor>");
            let read = sample.decode(text.as_bytes()).unwrap_or_else(|e| panic!("{}: {e}", sample.root()));
            assert_eq!(read.message, sample.message(), "{}", sample.root());
            assert_eq!(read.unknown.len(), 1);
            assert_eq!(read.unknown[0].offset, gap);
            assert!(sample.strict(text.as_bytes()).is_err());
        }
    }
}

#[test]
fn repeated_scalars_keep_the_first() {
    for sample in samples() {
        for child in children(sample).into_iter().filter(|c| c.matches('<').count() == 2) {
            let changed = child.split_once('>').map(|(tag, _)| format!("{tag}>77</{}>", &tag[1..])).unwrap();
            // Another one at the end, and the good one in front of all with another in its place.
            let end = sample.text.rfind("</").unwrap();
            let mut behind = sample.text.clone();
            behind.insert_str(end, &changed);
            let mut ahead = sample.text.replacen(child, &changed, 1);
            ahead.insert_str(DECLARATION.len() + sample.root().len() + 2, child);
            for text in [behind, ahead] {
                let read = sample.decode(text.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"));
                assert_eq!(read.message, sample.message(), "{text}");
                let is_repetition = |kind: &DiagnosticKind| matches!(kind, DiagnosticKind::Duplicate(_));
                assert!(read.diagnostics.iter().any(|d| is_repetition(&d.kind)), "{text}");
                assert!(sample.strict(text.as_bytes()).is_err(), "{text}");
            }
        }
    }
}

// E-06
#[test]
fn children_in_reverse_order() {
    for sample in samples() {
        let mut parts = children(sample);
        // Lists keep their own order: reverse would reverse their entries too.
        let mut names: Vec<_> = parts.iter().map(|c| c.split_once('>').unwrap().0).collect();
        names.sort_unstable();
        let repeats = names.windows(2).any(|w| w[0] == w[1]);
        if parts.len() < 2 || repeats {
            continue;
        }
        parts.reverse();
        let root = sample.root();
        let text = format!("{DECLARATION}<{root}>{}</{root}>", parts.concat());
        let read = sample.decode(text.as_bytes()).unwrap_or_else(|e| panic!("{root}: {e}"));
        assert_eq!(read.message, sample.message(), "{root}");
        assert!(read.diagnostics.iter().all(|d| matches!(d.kind, DiagnosticKind::OutOfOrder(_))));
        assert!(!read.diagnostics.is_empty());
    }
}

/// Emptying or removing a child gives a neutral value with a diagnostic, or a refusal that names it;
/// never silence where the element is required.
#[test]
fn empty_and_missing_children() {
    for sample in samples() {
        for child in children(sample) {
            let name = &child[1..child.find('>').unwrap()];
            for replacement in [String::new(), format!("<{name}></{name}>"), format!("<{name} />")] {
                let text = sample.text.replacen(child, &replacement, 1);
                match sample.decode(text.as_bytes()) {
                    Ok(read) if read.message == sample.message() => {}
                    Ok(read) => assert_eq!(
                        sample.strict(text.as_bytes()).is_ok(),
                        !read.is_repaired(),
                        "{}: {replacement}",
                        sample.root()
                    ),
                    Err(error) => assert!(
                        error.to_string().contains(name) || error.path.contains(sample.root()),
                        "{error}"
                    ),
                }
            }
        }
    }
}

fn any_sample() -> impl Strategy<Value = &'static Sample> {
    prop::sample::select(samples().iter().collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Strict reading accepts exactly what lenient reading has nothing to repair in, and both read the
    /// same message.
    #[test]
    fn strict_is_lenient_without_repairs(
        sample in any_sample(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), edit()), 0..4),
    ) {
        let mut bytes = sample.text.clone().into_bytes();
        for (at, edit) in edits {
            edit.apply(&mut bytes, &at);
        }
        match (sample.strict(&bytes), sample.decode(&bytes)) {
            (Ok(strict), Ok(read)) => {
                prop_assert!(!read.is_repaired(), "{:?}", read.diagnostics);
                prop_assert_eq!(strict, read.message);
            }
            (Ok(_), Err(error)) => prop_assert!(false, "lenient refuses: {}", error),
            (Err(_), Ok(read)) => prop_assert!(read.is_repaired()),
            (Err(_), Err(error)) => prop_assert!(error.offset <= bytes.len()),
        }
    }

    /// Any bytes: an answer, offsets inside the input, bounded diagnostics.
    #[test]
    fn arbitrary_bytes(sample in any_sample(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(read) = sample.decode(&bytes) {
            prop_assert!(read.diagnostics.iter().all(|d| d.offset <= bytes.len()));
            prop_assert!(read.diagnostics.len() <= Limits::CLIENT.diagnostics);
        }
    }
}

/// One small change to a document.
#[derive(Clone, Debug)]
enum Edit {
    Replace(u8),
    Remove,
    Insert(&'static str),
}

impl Edit {
    fn apply(self, bytes: &mut Vec<u8>, at: &prop::sample::Index) {
        if bytes.is_empty() {
            return;
        }
        let at = at.index(bytes.len());
        match self {
            Self::Replace(b) => bytes[at] = b,
            Self::Remove => drop(bytes.remove(at)),
            Self::Insert(text) => drop(bytes.splice(at..at, text.bytes())),
        }
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    let pieces = [
        "<",
        ">",
        "</",
        "/>",
        "&",
        "&amp;",
        "&lt;",
        "&#65;",
        "&#0;",
        " ",
        "\r\n",
        "\"",
        "'",
        "<a>",
        "</a>",
        "<a/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?x ?>",
        "<!DOCTYPE x>",
        "0",
        "中",
        "\u{1}",
        "</DevID>",
        "<DevID>",
        "x=\"1\"",
    ];
    prop_oneof![
        any::<u8>().prop_map(Edit::Replace),
        Just(Edit::Remove),
        prop::sample::select(pieces.to_vec()).prop_map(Edit::Insert),
    ]
}
