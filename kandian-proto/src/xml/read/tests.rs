//! How children are handed out, and what is said about their values.

use super::GroupReader;
use crate::xml::shown::{diagnostic, error};
use crate::xml::{FieldInfo, Limits, Mode, Notes, Source, parse};
use crate::{DecodeError, Erratum};

/// Reads the children of the root with `read`, leniently: what came out, then the diagnostics.
fn reading<T: std::fmt::Debug>(
    text: &str,
    fields: &'static [FieldInfo],
    read: impl FnOnce(&mut GroupReader<'_, '_>) -> Result<T, DecodeError>,
) -> Vec<String> {
    let mut notes = Notes::new(Mode::Lenient, Limits::FRAME);
    let source = Source::prepare(text.as_bytes(), &mut notes).unwrap();
    notes.diagnostics.clear();
    let document = parse(&source, &mut notes).unwrap();
    let mut reader = GroupReader::new(&document, 0, "R", fields, &mut notes).unwrap();
    assert_eq!(format!("{reader:?}"), "GroupReader { path: \"R\", .. }");
    let first = match read(&mut reader) {
        Ok(value) => format!("{value:?}"),
        Err(found) => error(&found),
    };
    std::iter::once(first).chain(notes.diagnostics.iter().map(diagnostic)).collect()
}

/// A group may hold a field of its own name.
#[test]
fn a_group_is_not_its_own_field() {
    const FIELDS: &[FieldInfo] = &[FieldInfo::of::<String>("R", "r", &[])];
    for (text, taken) in
        [("<R><R>1</R></R>", "Some(1)"), ("<R><a/><R>1</R></R>", "Some(2)"), ("<R>1</R>", "None")]
    {
        let found = reading(text, FIELDS, |reader| reader.take(&FIELDS[0]));
        assert_eq!(found[0], taken, "{text}");
    }
}

// E-06, E-133: the first of a name, in any spelling; out of order is what stands before one taken already.
#[test]
fn the_order_of_children() {
    const FIELDS: &[FieldInfo] = &[
        FieldInfo::of::<String>("a", "a", &["PTZFlag"]),
        FieldInfo::of::<String>("b", "b", &[]),
        FieldInfo::of::<String>("c", "c", &[]),
    ];
    let alias = |at| format!("{at} R/PTZFlag Alias {{ expected: \"a\", found: \"PTZFlag\" }} E-82");
    let late = |at, step: &str, name: &str| format!("{at} R/{step} OutOfOrder({name:?}) E-06");
    for (text, taken, notes) in [
        ("<R><a/><b/><c/></R>", [Some(1), Some(2), Some(3)], vec![]),
        ("<R><b/></R>", [None, Some(1), None], vec![]),
        ("<R><PTZFlag/><b/><c/></R>", [Some(1), Some(2), Some(3)], vec![alias(3)]),
        ("<R><b/><x/><c/><a/></R>", [Some(4), Some(1), Some(3)], vec![late(3, "b", "b"), late(11, "c", "c")]),
        ("<R><c/><a/><b/><c/></R>", [Some(2), Some(3), Some(1)], vec![late(3, "c[0]", "c")]),
    ] {
        let found = reading(text, FIELDS, |reader| {
            FIELDS.iter().map(|info| reader.take(info)).collect::<Result<Vec<_>, _>>()
        });
        let expected = std::iter::once(format!("{taken:?}")).chain(notes);
        assert_eq!(found, expected.collect::<Vec<_>>(), "{text}");
    }
}

// E-152: what the message defines is no level around the entries of a list, whatever it is called or holds.
#[test]
fn levels_around_entries() {
    const FIELDS: &[FieldInfo] = &[
        FieldInfo::of::<String>("v", "v", &[]),
        FieldInfo::of::<String>("vs", "vs", &[]),
        FieldInfo::of::<String>("g", "g", &[]),
    ];
    let wrapper =
        |at, name: &str| format!("{at} R/{name} ListWrapper {{ name: \"v\", found: {name:?} }} E-152");
    for (text, taken, notes) in [
        ("<R><v/><v/></R>", vec![1, 2], vec![]),
        ("<R><vs/><g><v/></g><v/></R>", vec![4], vec![]),
        ("<R><vList/><x><v/></x><v/></R>", vec![3, 4], vec![wrapper(3, "vList"), wrapper(11, "x")]),
    ] {
        let found = reading(text, FIELDS, |reader| reader.take_list(&FIELDS[0]));
        let expected = std::iter::once(format!("{taken:?}")).chain(notes);
        assert_eq!(found, expected.collect::<Vec<_>>(), "{text}");
    }
}

// E-107: fewer than due is an error, more than specified a remark, more than the limit an error again.
#[test]
fn numbers_of_entries() {
    const LIST: FieldInfo = FieldInfo {
        at_least: 1,
        at_most: Some(2),
        at_most_erratum: Some(Erratum(107)),
        ..FieldInfo::of::<String>("v", "v", &[])
    };
    const FIELDS: &[FieldInfo] = &[LIST];
    let many = Limits::FRAME.list_entries;
    for (count, expected) in [
        (0, vec!["0 R MissingElement { name: \"v\" }".to_owned()]),
        (1, vec!["()".to_owned()]),
        (2, vec!["()".to_owned()]),
        (3, vec!["()".to_owned(), "0 R TooManyEntries { name: \"v\", found: 3, limit: 2 } E-107".to_owned()]),
        (
            many,
            vec![
                "()".to_owned(),
                format!("0 R TooManyEntries {{ name: \"v\", found: {many}, limit: 2 }} E-107"),
            ],
        ),
        (many + 1, vec![format!("0 R Limit {{ what: \"the number of list entries\", limit: {many} }}")]),
    ] {
        let found = reading("<R/>", FIELDS, |reader| reader.check_count(&FIELDS[0], count));
        assert_eq!(found, expected);
    }
}

// E-09
#[test]
fn white_space_around_a_number() {
    const FIELDS: &[FieldInfo] = &[FieldInfo::of::<u16>("n", "n", &[])];
    let space = "3 R/n SurroundingSpace(\"n\") E-09";
    let zeros = "3 R/n Value { expected: \"a number from 0 to 65535\", found: \"01\", what: \"has leading zeros\" } E-09";
    for (text, expected) in [
        ("1", &["Some(1)"][..]),
        ("01", &["Some(1)", zeros]),
        (" 1\n", &["Some(1)", space]),
        (" 01", &["Some(1)", space, zeros]),
        (" ", &["None"]),
        ("", &["None"]),
    ] {
        let found = reading(&format!("<R><n>{text}</n></R>"), FIELDS, |reader| {
            let node = reader.take(&FIELDS[0])?.unwrap();
            reader.scalar::<u16>(node, &FIELDS[0])
        });
        assert_eq!(found, expected, "{text:?}");
    }
}
