//! What stands before the root, in which encoding, and which byte an offset of the text means.

use super::{Source, from_broken_utf8, from_gbk};
use crate::xml::shown::{diagnostic, error};
use crate::xml::{DECLARATION, DecodeError, DecodeErrorKind, Limits, Mode, Notes};

/// Prepares bytes leniently: the text before and behind the start of the body, or the error; then the
/// diagnostics.
fn prepared(bytes: &[u8]) -> Vec<String> {
    let mut notes = Notes::new(Mode::Lenient, Limits::FRAME);
    let first = match Source::prepare(bytes, &mut notes) {
        Ok(source) => format!("{:?}", source.text.split_at(source.body)),
        Err(found) => error(&found),
    };
    std::iter::once(first).chain(notes.diagnostics.iter().map(diagnostic)).collect()
}

// E-63
#[test]
fn sizes() {
    let limits = Limits::FRAME.with_document_bytes(4);
    let prepare = |bytes: &[u8]| {
        Source::prepare(bytes, &mut Notes::new(Mode::Lenient, limits)).map(|_| ()).map_err(|e| error(&e))
    };
    assert_eq!(prepare(b"<R/>"), Ok(()));
    let long = "4 - Limit { what: \"the length of the document in bytes\", limit: 4 }";
    assert_eq!(prepare(b"<R/>\n"), Err(long.to_owned()));
    assert_eq!(prepare(b""), Err("0 - NoBytes".to_owned()));
}

// E-01
#[test]
fn before_the_root() {
    let missing = |at: usize| format!("{at} - MissingDeclaration E-01");
    let leading = |at: usize, bytes: usize| format!("{at} - LeadingBytes {{ bytes: {bytes} }}");
    for (text, start, notes) in [
        (format!("{DECLARATION}<R/>"), DECLARATION.len(), vec![]),
        ("<?xml version='1.0' encoding='utf-8'?>\n<R/>".to_owned(), 38, vec![]),
        ("<R/>".to_owned(), 0, vec![missing(0)]),
        ("<?xml-style x?><R/>".to_owned(), 0, vec![missing(0)]),
        ("<?xmlx?><R/>".to_owned(), 0, vec![missing(0)]),
        (" \n<R/>".to_owned(), 2, vec![leading(0, 2), missing(2)]),
        (format!("ab{DECLARATION}<R/>"), DECLARATION.len() + 2, vec![leading(0, 2)]),
        ("\u{FEFF}<R/>".to_owned(), 3, vec!["0 - ByteOrderMark E-01".to_owned(), missing(3)]),
        (
            format!("\u{FEFF}x{DECLARATION}<R/>"),
            DECLARATION.len() + 4,
            vec!["0 - ByteOrderMark E-01".to_owned(), leading(3, 1)],
        ),
    ] {
        let expected = std::iter::once(format!("{:?}", text.split_at(start))).chain(notes);
        assert_eq!(prepared(text.as_bytes()), expected.collect::<Vec<_>>(), "{text}");
    }
    assert_eq!(prepared(b"ab"), ["0 - NoElement"]);
    assert_eq!(prepared("\u{FEFF}ab".as_bytes()), ["3 - NoElement", "0 - ByteOrderMark E-01"]);
    assert_eq!(prepared(b"  <?xml version='1.0'"), ["2 - NoElement", "0 - LeadingBytes { bytes: 2 }"]);
}

// E-01: what a declaration holds, and what is wrong with it.
#[test]
fn declarations() {
    for (content, what) in [
        (" version=\"1.0\" encoding=\"UTF-8\"?", None),
        ("\tversion = '1.0'\n encoding='Utf-8' standalone='yes' ?", None),
        (" version='1.0' encoding='UTF-8'", Some("it does not end with `?>`")),
        (" version?", Some("an attribute has no value")),
        (" version=1.0?", Some("an attribute is not quoted")),
        (" version=\"1.0'?", Some("an attribute is not quoted")),
        (" version=?", Some("an attribute is not quoted")),
        (" version='1.0' colour='red'?", Some("it has an unknown attribute")),
        (" VERSION='1.0' ENCODING='UTF-8'?", Some("it has an unknown attribute")),
        ("?", Some("the version is not 1.0")),
        (" encoding='UTF-8'?", Some("the version is not 1.0")),
        (" version='1.1' encoding='UTF-8'?", Some("the version is not 1.0")),
        (" version='1.0'?", Some("it names no encoding")),
        (" version='1.0' encoding=' UTF-8'?", Some("white space inside the encoding name")),
        (" version='1.0' encoding='GBK'?", Some("the text is UTF-8 but another encoding is named")),
    ] {
        let text = format!("<?xml{content}><R/>");
        let mut expected = vec![format!("{:?}", (format!("<?xml{content}>"), "<R/>"))];
        expected.extend(what.map(|what| format!("0 - BadDeclaration {{ what: {what:?} }} E-01")));
        assert_eq!(prepared(text.as_bytes()), expected, "{text}");
    }
    // The longest that is one, and one byte more.
    let long = |spaces: usize| format!("<?xml version='1.0' encoding='UTF-8'{}?><R/>", " ".repeat(spaces));
    assert_eq!(prepared(long(218).as_bytes()).len(), 1);
    assert_eq!(prepared(long(218).as_bytes())[0], format!("{:?}", long(218).split_at(256)));
    assert_eq!(prepared(long(219).as_bytes()), ["0 - NoElement"]);
}

// E-01: bytes that are not UTF-8 are GBK when they say so, or when all of them are.
#[test]
fn encodings() {
    let shown = |text: &str, body: usize| format!("{:?}", text.split_at(body));
    let gbk = |declared: &str, at: usize| format!("{at} - Gbk {{ declared: {declared:?} }} E-01");
    for label in ["GB2312", "gbk", "Gb18030"] {
        let head = format!("<?xml version='1.0' encoding='{label}'?>");
        let bytes = [head.as_bytes(), b"<R>\xC9\xE8</R>"].concat();
        let at = head.len() + 3;
        assert_eq!(prepared(&bytes), [shown(&format!("{head}<R>设</R>"), head.len()), gbk("declared", at)]);
        // One byte that is none stands for itself alone.
        let bytes = [head.as_bytes(), b"<R>\xC9\xE8\xFF</R>"].concat();
        assert_eq!(
            prepared(&bytes),
            [
                shown(&format!("{head}<R>设\u{FFFD}</R>"), head.len()),
                gbk("declared", at),
                format!("{} - InvalidBytes", at + 2),
            ]
        );
    }
    assert_eq!(
        prepared(b"<R>\xC9\xE8</R>"),
        [shown("<R>设</R>", 0), gbk("undeclared", 3), "0 - MissingDeclaration E-01".to_owned()]
    );
    // Neither: UTF-8 with a defect. A name of an encoding behind the declaration says nothing.
    let head = "<?xml version='1.0' encoding='UTF-8'?>";
    let bytes = [head.as_bytes(), b"<R>\xE8\xAE\xBE\xFF</R><?gbk?>"].concat();
    let body = "<R>设\u{FFFD}</R><?gbk?>";
    assert_eq!(
        prepared(&bytes),
        [shown(&format!("{head}{body}"), head.len()), format!("{} - InvalidBytes", head.len() + 6)]
    );
}

#[test]
fn gbk_character_by_character() {
    let none: Vec<(usize, usize)> = Vec::new();
    for (bytes, text, map, bad) in [
        (&b"ab\x7F"[..], "ab\x7F", none.clone(), None),
        (b"a\xC9\xE8b\xB1\xB8", "a设b备", vec![(4, 3), (8, 6)], None),
        (b"\x80\xC9\xE8\x805", "€设€5", vec![(3, 1), (6, 3), (9, 4)], None),
        // Four bytes, as GB18030 has them.
        (b"\x81\x30\x81\x30x", "\u{80}x", vec![(2, 4)], None),
        (b"x\xFFy\xC9\xE8", "x\u{FFFD}y设", vec![(4, 2), (8, 5)], Some(1)),
        // Cut off in the middle of a character.
        (b"a\xC9", "a\u{FFFD}", vec![(4, 2)], Some(1)),
        (b"abcdefgh\x81\x30\x81", "abcdefgh\u{FFFD}0\u{FFFD}", vec![(11, 9), (15, 11)], Some(8)),
        (b"\xFF\xFF", "\u{FFFD}\u{FFFD}", vec![(3, 1), (6, 2)], Some(0)),
    ] {
        assert_eq!(from_gbk(bytes), (text.to_owned(), map, bad), "{bytes:?}");
    }
}

#[test]
fn utf_8_with_defects() {
    for (bytes, text, map) in [
        (&b"ab"[..], "ab", vec![]),
        (b"a\xFFb\xE8\xAEc", "a\u{FFFD}b\u{FFFD}c", vec![(4, 2), (8, 5)]),
        (b"\xFF", "\u{FFFD}", vec![(3, 1)]),
    ] {
        assert_eq!(from_broken_utf8(bytes), (text.to_owned(), map), "{bytes:?}");
    }
}

/// Every offset of a converted text means the byte that the character there came from.
#[test]
fn offsets() {
    let bytes = b"<R>\xC9\xE8x\xB1\xB8</R>";
    let mut notes = Notes::new(Mode::Lenient, Limits::FRAME);
    let source = Source::prepare(bytes, &mut notes).unwrap();
    let raw = |part: &str| source.raw_offset(source.text.find(part).unwrap());
    assert_eq!([raw("<R"), raw("设"), raw("x"), raw("备"), raw("</R")], [0, 3, 5, 6, 8]);
    assert_eq!(source.raw_offset(source.text.len()), bytes.len());
    let error = DecodeError::new(DecodeErrorKind::NoElement, "", source.text.find("备").unwrap());
    assert_eq!(source.in_raw_offsets::<()>(Err(error), &mut notes, 0).unwrap_err().offset, 6);
    let plain = Source::prepare(b"<R/>", &mut notes).unwrap();
    assert_eq!([plain.raw_offset(0), plain.raw_offset(3)], [0, 3]);
}
