//! The document in a body, and what it calls itself.

/// The byte order mark of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The body without a byte order mark, and without what C programs send around a document: white space, and the NUL
/// that ends a string.
pub(super) fn trimmed_document(body: &[u8]) -> &[u8] {
    let start = body.trim_ascii_start();
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start).trim_ascii_start();
    let after = start.iter().rev().take_while(|b| b.is_ascii_whitespace() || **b == 0).count();
    &start[..start.len() - after]
}

/// The body from its XML declaration on; [`trimmed_document`] where there is none.
pub(super) fn located_document(body: &[u8]) -> &[u8] {
    let declaration = find(body, b"<?xml");
    trimmed_document(declaration.map_or(body, |at| &body[at..]))
}

/// The name of the root element, without a prefix; however ill-formed the rest.
pub(super) fn root_name(document: &[u8]) -> Option<&[u8]> {
    let mut rest = document;
    loop {
        rest = &rest[find(rest, b"<")? + 1..];
        let end: &[u8] = match rest {
            [b'?', ..] => b"?>",
            [b'!', b'-', b'-', ..] => b"-->",
            [b'!', ..] => b">",
            _ => break,
        };
        rest = &rest[find(rest, end)?..];
    }
    // The specification itself prints a blank behind the bracket (E-02).
    let rest = rest.trim_ascii_start();
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<');
    let name = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
    let local = name.iter().rposition(|b| *b == b':').map_or(name, |colon| &name[colon + 1..]);
    (!local.is_empty()).then_some(local)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_document_is_taken_off() {
        for body in
            [&b"<a/>"[..], b"<a/>\n", b"\r\n <a/>\r\n\0", b"\xEF\xBB\xBF<a/>", b"\n\xEF\xBB\xBF\n<a/>"]
        {
            assert_eq!(trimmed_document(body), b"<a/>", "{body:?}");
        }
        for body in [&b""[..], b"\n", b"\0\0", b"\xEF\xBB\xBF"] {
            assert_eq!(trimmed_document(body), b"", "{body:?}");
        }
        assert_eq!(
            located_document(b"Warning: x\n<?xml version='1.0'?><a/>\n"),
            b"<?xml version='1.0'?><a/>"
        );
        assert_eq!(located_document(b" <a/> "), b"<a/>");
    }

    #[test]
    fn roots() {
        for document in [
            &b"<REDIRECT_REQ>"[..],
            b"<?xml version=\"1.0\"?><REDIRECT_REQ>",
            b"<?xml version=\"1.0\"?>\n<!-- <REGISTER_REQ> -->\n<!DOCTYPE x>< REDIRECT_REQ >",
            b"<n:REDIRECT_REQ/>",
            b"rubbish<REDIRECT_REQ<x",
            b"<?xml?><REDIRECT_REQ\xB8",
        ] {
            let root = root_name(document).map(|name| &name[..12]);
            assert_eq!(root, Some(&b"REDIRECT_REQ"[..]), "{}", String::from_utf8_lossy(document));
        }
        for document in [&b""[..], b"rubbish", b"<", b"<>", b"<?xml", b"<!-- <a>", b"< ", b"<n:>"] {
            assert_eq!(root_name(document), None, "{}", String::from_utf8_lossy(document));
        }
    }
}
