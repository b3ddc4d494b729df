//! The elements of a document by their tags: names, and what stands between. Which operation is called, and in which form,
//! can be said so of calls that cannot be read.
//!
//! Nothing is understood here. What is copied from one document into another is read by the reader of all messages, with its
//! limits; so a document that is no XML is at worst a call of nothing. The cost is linear in the document for each level
//! that is looked into.

/// An element of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Its name, without a prefix.
    pub(super) name: &'a str,
    /// What stands between its tags.
    pub(super) inner: &'a [u8],
}

/// The element that calls, and whether it is in an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Called<'a> {
    pub(super) element: Element<'a>,
    pub(super) is_enveloped: bool,
}

/// What a document calls: the first element in the Body, or the root.
pub(super) fn called(document: &[u8]) -> Option<Called<'_>> {
    let root = elements(document)?.into_iter().next()?;
    if root.name != "Envelope" {
        return Some(Called { element: root, is_enveloped: false });
    }
    let body = elements(root.inner)?.into_iter().find(|element| element.name == "Body")?;
    let element = elements(body.inner)?.into_iter().next()?;
    Some(Called { element, is_enveloped: true })
}

/// The elements that are not inside of others; `None` when tags do not fit together, or there is a DTD.
pub(super) fn elements(document: &[u8]) -> Option<Vec<Element<'_>>> {
    let (mut found, mut depth, mut open, mut at) = (Vec::new(), 0_usize, None, 0);
    while let Some(tag) = next(document, at)? {
        at = tag.end;
        match tag.kind {
            Kind::Empty if depth == 0 => {
                found.push(Element { name: tag.name, inner: &[] });
            }
            Kind::Empty => {}
            Kind::Start => {
                if depth == 0 {
                    open = Some(tag);
                }
                depth += 1;
            }
            Kind::End => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    let start = open.take().filter(|start: &Tag<'_>| start.name == tag.name)?;
                    found.push(Element { name: start.name, inner: document.get(start.end..tag.start)? });
                }
            }
        }
    }
    (depth == 0).then_some(found)
}

enum Kind {
    Start,
    End,
    Empty,
}

struct Tag<'a> {
    name: &'a str,
    kind: Kind,
    start: usize,
    end: usize,
}

/// The next tag; the outer `None` is for what is no XML.
fn next(document: &[u8], mut at: usize) -> Option<Option<Tag<'_>>> {
    loop {
        let Some(start) = find(document, at, b"<") else { return Some(None) };
        let rest = document.get(start..)?;
        at = match rest {
            [b'<', b'!', b'-', b'-', ..] => find(document, start + 4, b"-->")? + 3,
            [b'<', b'?', ..] => find(document, start, b"?>")? + 2,
            rest if rest.starts_with(b"<![CDATA[") => find(document, start, b"]]>")? + 3,
            [b'<', b'!', ..] => return None,
            _ => return tag(document, start).map(Some),
        };
    }
}

fn tag(document: &[u8], start: usize) -> Option<Tag<'_>> {
    let end = end_of_tag(document, start)?;
    let inside = document.get(start + 1..end - 1)?;
    let (kind, inside) = match inside {
        [b'/', rest @ ..] => (Kind::End, rest),
        [rest @ .., b'/'] => (Kind::Empty, rest),
        rest => (Kind::Start, rest),
    };
    let name = inside.split(u8::is_ascii_whitespace).next()?;
    let name = std::str::from_utf8(name).ok()?;
    let name = name.rsplit_once(':').map_or(name, |(_, local)| local);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some(Tag { name, kind, start, end })
}

/// Behind the `>`; one in quotes is text.
fn end_of_tag(document: &[u8], start: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in document.iter().enumerate().skip(start) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return Some(at + 1),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

fn find(document: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = document.get(from..)?;
    rest.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(document: &str) -> Option<Vec<(&str, &str)>> {
        let found = elements(document.as_bytes())?;
        Some(found.iter().map(|e| (e.name, std::str::from_utf8(e.inner).unwrap())).collect())
    }

    #[test]
    fn elements_and_what_is_in_them() {
        assert_eq!(seen(""), Some(vec![]));
        assert_eq!(seen("no XML at all"), Some(vec![]));
        assert_eq!(
            seen("<?xml version=\"1.0\"?><n:a x='>'> b<c/> </n:a ><d/>"),
            Some(vec![("a", " b<c/> "), ("d", "")])
        );
        assert_eq!(seen("<!-- <x> --><a><![CDATA[</a>]]></a>"), Some(vec![("a", "<![CDATA[</a>]]>")]));
        assert_eq!(seen("<a><a>1</a><a>2</a></a>"), Some(vec![("a", "<a>1</a><a>2</a>")]));
    }

    #[test]
    fn what_is_none() {
        for document in [
            "<a>",
            "</a>",
            "<a></b>",
            "<a",
            "<a x=\"></a>",
            "<",
            "<>x</>",
            "<!-- <a/>",
            "<![CDATA[ <a/>",
            "<?xml <a/>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a/>",
            "<a><b></a>",
        ] {
            assert_eq!(seen(document), None, "{document}");
        }
        assert_eq!(elements(b"<a\xC0>x</a\xC0>"), None);
    }
}
