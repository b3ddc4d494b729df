//! Every repair, with what it makes of the document and what it says about it at which byte.

use super::parse;
use crate::xml::Limits;
use crate::xml::shown::{compare, read};

fn recovered(text: &str) -> Vec<String> {
    within(Limits::FRAME, text)
}

fn within(limits: Limits, text: &str) -> Vec<String> {
    read(text, limits, |builder, notes| parse(text, 0, builder, notes))
}

#[test]
fn what_is_well_formed_is_read_without_a_word() {
    compare(
        &[
            ("<R/>", &["R@0"]),
            (" \n<R></R>\t\r\n", &["R@2"]),
            ("<R ><a>1</a><b >2</b ></R >", &["R@0(a@4\"1\" b@12\"2\")"]),
            ("<R><a> 1\r\n2 </a><b/></R>", &["R@0(a@3\" 1\\n2 \" b@16)"]),
            ("<R>a<b/>c<d/> </R>", &["R@0\"ac\"(b@4 d@9)"]),
            ("<R><!-- <a> --><a/><?p <b>?><b/></R>", &["R@0(a@15 b@28)"]),
            ("<!-- x --><?p?><R/><!-- > --> <?p?>", &["R@15"]),
            ("<R>1&lt;2&#x26;&#51;</R>", &["R@0\"1<2&3\""]),
            ("<R>a<![CDATA[<&b]]>c</R>", &["R@0\"a<&bc\""]),
            ("<设备>1</设备>", &["设备@0\"1\""]),
        ],
        recovered,
    );
}

#[test]
fn what_holds_no_element_or_ends_too_early() {
    compare(
        &[
            ("", &["0 - NoElement"]),
            (" \n ", &["3 - NoElement"]),
            ("<!-- x -->", &["10 - NoElement"]),
            ("ab", &["2 - NoElement", "0 - LeadingBytes { bytes: 2 }"]),
            ("<R>", &["3 R Truncated { open: \"R\" }"]),
            ("<R><a>t", &["7 R/a Truncated { open: \"a\" }"]),
            ("<R><a/>t", &["8 R Truncated { open: \"R\" }"]),
            ("<R", &["0 - Truncated { open: \"?\" }"]),
            ("<1", &["0 - Truncated { open: \"?\" }"]),
            ("<R><a", &["3 R Truncated { open: \"R\" }"]),
            ("<R><a></a", &["6 R/a Truncated { open: \"a\" }"]),
        ],
        recovered,
    );
}

#[test]
fn what_stands_before_the_root() {
    compare(
        &[
            ("<?p?> xy <R/>", &["R@9", "5 - LeadingBytes { bytes: 2 }"]),
            ("<1 x>y<R/>", &["R@6", "0 - MalformedMarkup(\"<1 x>\")", "5 - LeadingBytes { bytes: 1 }"]),
            ("<!-- --> < 1><R/>", &["R@13", "9 - MalformedMarkup(\"< 1>\")"]),
            ("<![CDATA[x]]><R/>", &["R@13", "0 - MalformedMarkup(\"<![CDATA[x]]>\")"]),
            ("</x><R/>", &["R@4", "0 - StrayEnd(\"x\") E-04"]),
        ],
        recovered,
    );
}

#[test]
fn what_stands_behind_the_root() {
    compare(
        &[
            ("<R/> x y", &["R@0", "5 - TrailingBytes { bytes: 3 }"]),
            ("<R/> <!-- x -->\n<?p?>xy", &["R@0", "21 - TrailingBytes { bytes: 2 }"]),
            ("<R/><?p?><!-- x -->\tx", &["R@0", "20 - TrailingBytes { bytes: 1 }"]),
            ("<R/><!-->", &["R@0", "4 - TrailingBytes { bytes: 5 }"]),
            ("<R/><!-- x", &["R@0", "4 - TrailingBytes { bytes: 6 }"]),
            ("<R/><?x", &["R@0", "4 - TrailingBytes { bytes: 3 }"]),
            ("<R/><x/>", &["R@0", "4 - TrailingBytes { bytes: 4 }"]),
            ("<R/>xy<!-- -->", &["R@0", "4 - TrailingBytes { bytes: 10 }"]),
            ("<R/>x<?p?>", &["R@0", "4 - TrailingBytes { bytes: 6 }"]),
            // Its code ends with that of a blank.
            ("<R/>\u{120}", &["R@0", "4 - TrailingBytes { bytes: 2 }"]),
        ],
        recovered,
    );
}

// E-94
#[test]
fn references() {
    compare(
        &[
            ("<R>a&b&amp;c&d</R>", &["R@0\"a&b&c&d\"", "4 R BareAmpersand E-94", "12 R BareAmpersand E-94"]),
            ("<R>&;</R>", &["R@0\"&;\"", "3 R BareAmpersand E-94"]),
            ("<R>?a=1&b=2;</R>", &["R@0\"?a=1&b=2;\"", "7 R BareAmpersand E-94"]),
            (
                "<R>&nbsp;&#0;x</R>",
                &["R@0\"&nbsp;&#0;x\"", "3 R UnknownEntity(\"nbsp\") E-94", "9 R UnknownEntity(\"#0\") E-94"],
            ),
            // The longest name that is looked for, and one letter more.
            ("<R>&abcdefghij;</R>", &["R@0\"&abcdefghij;\"", "3 R UnknownEntity(\"abcdefghij\") E-94"]),
            ("<R>&abcdefghijk;</R>", &["R@0\"&abcdefghijk;\"", "3 R BareAmpersand E-94"]),
            // Not even in CDATA sections.
            ("<R><![CDATA[&amp;]]>&</R>", &["R@0\"&amp;&\"", "20 R BareAmpersand E-94"]),
        ],
        recovered,
    );
}

#[test]
fn characters_that_xml_forbids() {
    compare(
        &[
            ("<R>ab\u{1}c\u{2}</R>", &["R@0\"abc\"", "5 R IllegalCharacter(1)"]),
            (
                "<R>a&amp;b\u{1}&amp;\u{FFFE}\r\nc\rd</R>",
                &["R@0\"a&b&\\nc\\nd\"", "10 R IllegalCharacter(1)", "16 R IllegalCharacter(65534)"],
            ),
            ("<R><![CDATA[ab\0]]>c</R>", &["R@0\"abc\"", "14 R IllegalCharacter(0)"]),
        ],
        recovered,
    );
}

#[test]
fn malformed_markup() {
    compare(
        &[
            ("<R><!-- x>y</R>", &["R@0\"y\"", "3 R MalformedMarkup(\"<!-- x>\")"]),
            ("<R><a/><?x>y</R>", &["R@0\"y\"(a@3)", "7 R MalformedMarkup(\"<?x>\")"]),
            ("<R><!x y>z</R>", &["R@0\"z\"", "3 R MalformedMarkup(\"<!x y>\")"]),
            ("<R><![CDATA[x>y</R>", &["R@0\"y\"", "3 R MalformedMarkup(\"<![CDATA[x>\")"]),
            ("<R><!>y</R>", &["R@0\"y\"", "3 R MalformedMarkup(\"<!>\")"]),
            ("<R><!x", &["6 R Truncated { open: \"R\" }", "3 R MalformedMarkup(\"<!x\")"]),
            // A `>` within the opener is not the end.
            ("<R><!-->x</R>", &["R@0\"x\"", "3 R MalformedMarkup(\"<!-->\")"]),
            // One closer is looked for in vain; the other kinds still have theirs.
            (
                "<R><!-- a><?p?><!-- b><b/></R>",
                &["R@0(b@22)", "3 R MalformedMarkup(\"<!-- a>\")", "15 R MalformedMarkup(\"<!-- b>\")"],
            ),
            ("<R><a/><!DOCTYPE x></R>", &["7 R Doctype"]),
            ("<R><a/><!doctype x></R>", &["7 R Doctype"]),
        ],
        recovered,
    );
}

#[test]
fn what_starts_no_tag() {
    compare(
        &[
            ("<R>a<b<c/></R>", &["R@0\"a<b\"(c@6)", "4 R BareLessThan"]),
            ("<R>1<2 < 3</R>", &["R@0\"1<2 < 3\"", "4 R BareLessThan", "7 R BareLessThan"]),
            ("<R>a<></R>", &["R@0\"a<>\"", "4 R BareLessThan"]),
        ],
        recovered,
    );
}

// E-02
#[test]
fn white_space_inside_tags() {
    compare(
        &[
            (
                "< R><\ta >1</  a\n>< /R>",
                &[
                    "R@0(a@4\"1\")",
                    "0 R TagSpace(\"<R>\") E-02",
                    "4 R/a TagSpace(\"<a>\") E-02",
                    "10 R/a TagSpace(\"</a>\") E-02",
                    "17 R TagSpace(\"</R>\") E-02",
                ],
            ),
            ("<R>< a/>< / R>", &["R@0(a@3)", "3 R/a TagSpace(\"<a>\") E-02", "8 R TagSpace(\"</R>\") E-02"]),
            // Its code ends with that of a blank.
            ("<R><\u{120}a>1</\u{120}a></R>", &["R@0(Ġa@3\"1\")"]),
            ("<R></\u{120}a></R>", &["R@0", "3 R StrayEnd(\"Ġa\") E-04"]),
        ],
        recovered,
    );
}

#[test]
fn attributes() {
    let remark = |at, name: &str| format!("{at} R/{name} Attributes({name:?})");
    let (a, b) = (remark(3, "a"), remark(15, "b"));
    compare(
        &[
            ("<R><a b='x>y'/><b c=\"'>\">1</b></R>", &["R@0(a@3 b@15\"1\")", &a, &b]),
            ("<R><a b=\"x'>\"/><b c='\"/>'/></R>", &["R@0(a@3 b@15)", &a, &b]),
            ("<R><a /></R>", &["R@0(a@3)"]),
            // A quote without its partner is none, and no other is looked for in the rest.
            (
                "<R><a b=\"1>\n\n</a><c d='>'/></R>",
                &[
                    "R@0(a@3\"\\n\\n\" c@17\"'/>\")",
                    &a,
                    "17 R/c Attributes(\"c\")",
                    "27 R/c UnclosedElement(\"c\") E-03",
                ],
            ),
        ],
        recovered,
    );
}

// E-03
#[test]
fn end_tags_of_other_names() {
    compare(
        &[
            (
                "<R><a>1</x><b>2</y></R>",
                &[
                    "R@0(a@3\"1\" b@11\"2\")",
                    "7 R/a MismatchedEnd { open: \"a\", found: \"x\" } E-03",
                    "15 R/b MismatchedEnd { open: \"b\", found: \"y\" } E-03",
                ],
            ),
            ("<R><a><b>1</a></R>", &["R@0(a@3(b@6\"1\"))", "10 R/a/b UnclosedElement(\"b\") E-03"]),
            (
                "<R><a><b>1</R>",
                &[
                    "R@0(a@3(b@6\"1\"))",
                    "10 R/a/b UnclosedElement(\"b\") E-03",
                    "10 R/a UnclosedElement(\"a\") E-03",
                ],
            ),
            ("<R></x>\n", &["R@0", "3 R MismatchedEnd { open: \"R\", found: \"x\" } E-03"]),
            ("<R></R x>", &["R@0", "3 R MismatchedEnd { open: \"R\", found: \"R x\" } E-03"]),
        ],
        recovered,
    );
}

// E-04
#[test]
fn end_tags_of_nothing() {
    compare(
        &[
            ("<R></x><a/></R>", &["R@0(a@7)", "3 R StrayEnd(\"x\") E-04"]),
            ("<R><a/></x></R>", &["R@0(a@3)", "7 R StrayEnd(\"x\") E-04"]),
            ("<R><a><b/></x></a></R>", &["R@0(a@3(b@6))", "10 R/a StrayEnd(\"x\") E-04"]),
            (
                "<R><a></></a></R>",
                &[
                    "R@0(a@3)",
                    "6 R/a MismatchedEnd { open: \"a\", found: \"\" } E-03",
                    "9 R StrayEnd(\"a\") E-04",
                ],
            ),
        ],
        recovered,
    );
}

/// The name of a secret may be shown; what may be a piece of it may not.
#[test]
fn names_near_secrets() {
    compare(
        &[
            ("<R><MyKey>x</ MyKey></R>", &["R@0(MyKey@3\"x\")", "11 R/MyKey TagSpace(\"</MyKey>\") E-02"]),
            (
                "<R><MyKey>x</ y><Mode>1</Mode></R>",
                &[
                    "R@0(MyKey@3\"x\" Mode@16\"1\")",
                    "11 R/MyKey TagSpace(\"</***>\") E-02",
                    "11 R/MyKey MismatchedEnd { open: \"MyKey\", found: \"***\" } E-03",
                ],
            ),
            ("<R><MyKey>x<!y></MyKey></R>", &["R@0(MyKey@3\"x\")", "11 R/MyKey MalformedMarkup(\"***\")"]),
            (
                "<R><MyKey>&ab;</MyKey></R>",
                &["R@0(MyKey@3\"&ab;\")", "10 R/MyKey UnknownEntity(\"***\") E-94"],
            ),
        ],
        recovered,
    );
}

#[test]
fn limits() {
    let names = Limits::FRAME.with_name_bytes(3);
    let name = "3 - Limit { what: \"the length of an element name in bytes\", limit: 3 }";
    compare(
        &[
            ("<R><abc/></R>", &["R@0(abc@3)"]),
            ("<R><abc>1</abc></R>", &["R@0(abc@3\"1\")"]),
            ("<R><abcd/></R>", &[name]),
            ("<R><abcdefg/></R>", &[name]),
        ],
        |text| within(names, text),
    );
    // What is not kept is counted only; its texts are not even made.
    let two = Limits::FRAME.with_diagnostics(2);
    let kept = ["R@0\"&&&\"", "3 R BareAmpersand E-94", "4 R BareAmpersand E-94"];
    compare(&[("<R>&&&</ R>", &kept)], |text| within(two, text));
}
