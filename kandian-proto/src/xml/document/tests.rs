//! What the builder makes of elements and texts, its limits, and the names of places.

use super::{Builder, Document};
use crate::xml::shown::{error, tree};
use crate::xml::{DecodeError, Limits, Mode, Notes, RawElement, Source, parse};

/// Builds an element `R` around what `fill` adds.
fn built<'a>(
    text: &str,
    limits: Limits,
    fill: impl FnOnce(&mut Builder<'a>) -> Result<(), DecodeError>,
) -> Result<String, String> {
    let mut builder = Builder::new(text, limits);
    builder.open("R", 0).and_then(|()| fill(&mut builder)).map_err(|found| error(&found))?;
    assert!(!builder.is_complete());
    builder.close();
    assert!(builder.is_complete());
    Ok(tree(&builder.finish()))
}

/// Runs `check` on the document of a text.
fn with_document<T>(text: &str, check: impl FnOnce(&Document<'_>) -> T) -> T {
    let mut notes = Notes::new(Mode::Lenient, Limits::FRAME);
    let source = Source::prepare(text.as_bytes(), &mut notes).unwrap();
    check(&parse(&source, &mut notes).unwrap())
}

/// White space is text inside a leaf, however many pieces the text came in, and layout between elements.
/// Documents with carriage returns go another way.
#[test]
fn texts_in_pieces() {
    for returns in ["", "\r"] {
        let leaf = built(returns, Limits::FRAME, |b| {
            ["x", " ", "\n", "y"].into_iter().try_for_each(|piece| b.text(piece))
        });
        assert_eq!(leaf.as_deref(), Ok("R@0\"x \\ny\""));
        let copied = built(returns, Limits::FRAME, |b| {
            ["x", " ", "\n", "y"].into_iter().try_for_each(|piece| b.text_copy(piece))
        });
        assert_eq!(copied, leaf);
        let group = built(returns, Limits::FRAME, |b| {
            b.text(" x")?;
            b.open("a", 1)?;
            b.close();
            [" ", "y", " ", "z"].into_iter().try_for_each(|piece| b.text(piece))
        });
        assert_eq!(group.as_deref(), Ok("R@0\"xyz\"(a@1)"));
    }
    let lines = built("\r", Limits::FRAME, |b| b.text("a\r\nb\rc\n"));
    assert_eq!(lines.as_deref(), Ok("R@0\"a\\nb\\nc\\n\""));
    let value = built("", Limits::FRAME, |b| b.text_copy("a").and_then(|()| b.character('\r')));
    assert_eq!(value.as_deref(), Ok("R@0\"a\\r\""));
}

#[test]
fn text_outside_any_element_is_dropped() {
    let mut builder = Builder::new("", Limits::FRAME);
    assert_eq!(builder.text("x"), Ok(()));
    assert_eq!(builder.text_copy("x"), Ok(()));
    assert_eq!(builder.character('x'), Ok(()));
    assert!(builder.is_empty());
}

/// Three is allowed, the fourth is refused.
#[test]
fn every_limit_is_the_last_size_that_passes() {
    type Fill = fn(&mut Builder<'static>, usize) -> Result<(), DecodeError>;
    let names: Fill = |b, n| b.open(&"abcd"[..n], 7).map(|()| b.close());
    let nested: Fill = |b, n| {
        (1..n).try_for_each(|_| b.open("a", 7))?;
        (1..n).for_each(|_| b.close());
        Ok(())
    };
    let siblings: Fill = |b, n| (1..n).try_for_each(|_| b.open("a", 7).map(|()| b.close()));
    let text: Fill = |b, n| b.text(&"abcd"[..n]);
    let copied: Fill = |b, n| b.text_copy(&"abcd"[..n]);
    let characters: Fill = |b, n| "abcd"[..n].chars().try_for_each(|c| b.character(c));
    let like = Limits::FRAME;
    for (limits, fill, refused) in [
        (
            like.with_name_bytes(3),
            names,
            "7 - Limit { what: \"the length of an element name in bytes\", limit: 3 }",
        ),
        (like.with_depth(3), nested, "7 - Limit { what: \"the nesting of elements\", limit: 3 }"),
        (like.with_elements(3), siblings, "7 - Limit { what: \"the number of elements\", limit: 3 }"),
        (like.with_text_bytes(3), text, "0 R Limit { what: \"the length of a text in bytes\", limit: 3 }"),
        (like.with_text_bytes(3), copied, "0 R Limit { what: \"the length of a text in bytes\", limit: 3 }"),
        (
            like.with_text_bytes(3),
            characters,
            "0 R Limit { what: \"the length of a text in bytes\", limit: 3 }",
        ),
    ] {
        assert!(built("", limits, |b| fill(b, 3)).is_ok(), "{refused}");
        assert_eq!(built("", limits, |b| fill(b, 4)).unwrap_err(), refused);
    }
}

/// Elements that repeat are counted from 0.
#[test]
fn paths() {
    with_document("<R><v/><v><a/><x><v/></x></v><w/><v/></R>", |document| {
        let paths: Vec<_> = (0..document.nodes.len()).map(|node| document.path(node)).collect();
        assert_eq!(paths, ["R", "R/v[0]", "R/v[1]", "R/v[1]/a", "R/v[1]/x", "R/v[1]/x/v", "R/w", "R/v[2]"]);
        assert_eq!(document.path(document.nodes.len()), "");
    });
}

#[test]
fn copies() {
    with_document("<R> t <a> 1 </a><g>x<b/><c>2</c></g></R>", |document| {
        let leaf = RawElement::leaf;
        let group = RawElement::group("g", vec![leaf("b", ""), leaf("c", "2")]);
        assert_eq!(document.to_raw(0), RawElement::group("R", vec![leaf("a", "1"), group]));
    });
}

#[test]
fn names_without_prefix() {
    with_document("<s:R><a/></s:R>", |document| {
        let root = document.root();
        assert_eq!((root.name(), root.local_name()), ("s:R", "R"));
        assert_eq!(root.children().map(|e| e.local_name()).collect::<Vec<_>>(), ["a"]);
    });
}

/// What is open when a document ends is closed; only a leaf among it has a text without an end.
#[test]
fn closing_all() {
    for (names, leaf, shown) in [(&["R", "a"][..], Some(1), "R@0(a@0\"t\")"), (&["R"], Some(0), "R@0\"t\"")] {
        let mut builder = Builder::new("", Limits::FRAME);
        names.iter().for_each(|name| builder.open(name, 0).unwrap());
        builder.text("t").unwrap();
        assert_eq!(builder.close_all(), leaf);
        assert!(builder.is_complete());
        assert_eq!(tree(&builder.finish()), shown);
    }
    let mut builder = Builder::new("", Limits::FRAME);
    builder.open("R", 0).unwrap();
    builder.open("a", 0).unwrap();
    builder.close();
    assert_eq!(builder.close_all(), None);
    assert_eq!(tree(&builder.finish()), "R@0(a@0)");
    assert_eq!(Builder::new("", Limits::FRAME).close_all(), None);
}

/// A second document does not know the first.
#[test]
fn clearing() {
    let mut builder = Builder::new("", Limits::FRAME.with_depth(1));
    builder.open("MyKey", 0).unwrap();
    builder.close_loosely();
    assert!(builder.is_guarded());
    builder.clear();
    assert!(!builder.is_guarded() && builder.is_empty());
    builder.open("x", 3).unwrap();
    builder.clear();
    builder.open("y", 5).unwrap();
    builder.close();
    assert_eq!(tree(&builder.finish()), "y@5");
}
