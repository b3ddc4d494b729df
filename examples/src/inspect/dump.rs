//! What one line of hex text is.
//!
//! Dumps are told from plain digits by the offset in front; which programs write them is said at
//! [`Line`]. Everything behind the columns of digits is the dump's picture of the text and is left out.

/// Fewest digits of an offset.
const MIN_OFFSET: usize = 4;
/// Fewest digits of an offset that only one blank separates from the bytes, as `od` writes it.
const MIN_OFFSET_OF_OD: usize = 6;

const WORDS: &str = "words of two bytes, whose order depends on the machine; `xxd`, `hexdump -C` and `od -t x1` \
                     show bytes";
const BITS: &str = "bits; `xxd` without -b shows bytes";

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Nothing: an empty line, a comment, the C around the bytes of `xxd -i`.
    Nothing,
    /// Words in front of a packet, as `tcpdump` writes them.
    Header,
    /// `*`: the line before, again and again up to the offset of the next one.
    Repeat,
    /// Digits without an offset.
    Digits(&'a str),
    /// A line of a dump.
    Row(Row<'a>),
    /// Columns that are no bytes, and why.
    Useless(&'static str),
}

/// Offset and digits of a dump line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub(super) offset: &'a str,
    pub(super) digits: &'a str,
    pub(super) form: Form,
    /// Offset and digits together.
    pub(super) line: &'a str,
}

/// How certain it is that a line is one of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `0010: …`, `0010  … |text|`, `0010 … >text<`: nothing else looks like that.
    Certain,
    /// `0010  aa bb`: only at the start, or where the offset follows from the line before.
    Columns,
    /// An offset and nothing else: the end of a dump, if it fits, or plain digits.
    Bare,
}

/// Takes a line apart.
pub(super) fn classify(line: &str) -> Line<'_> {
    let line = line.split('#').next().unwrap_or_default();
    let line = line.split("/*").next().unwrap_or_default().trim();
    match line {
        "" => return Line::Nothing,
        "*" => return Line::Repeat,
        _ if line.ends_with('{') || line.starts_with('}') => return Line::Nothing,
        _ if line.ends_with(';') && line.contains('=') => return Line::Nothing,
        _ => {}
    }
    if let Some(line) = row(line) {
        return line;
    }
    if is_header(line) { Line::Header } else { Line::Digits(line) }
}

fn row(whole: &str) -> Option<Line<'_>> {
    let line = whole.strip_prefix("0x").unwrap_or(whole);
    let end = line.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(line.len());
    let (offset, rest) = line.split_at(end);
    if !(MIN_OFFSET..=16).contains(&offset.len()) {
        return None;
    }
    let row = |digits, form| Some(Line::Row(Row { offset, digits, form, line: whole }));
    if let Some(columns) = rest.strip_prefix(": ").or(rest.strip_prefix(":\t")) {
        // xxd and tcpdump: one blank between groups, two before the text.
        let columns = columns.trim_start().split("  ").next().unwrap_or_default();
        let bits = columns.bytes().all(|b| matches!(b, b'0' | b'1' | b' ')) && all_of(columns, 8);
        if bits && columns.split_ascii_whitespace().count() == 6 {
            return Some(Line::Useless(BITS));
        }
        return row(columns, Form::Certain);
    }
    if rest.is_empty() {
        return row("", Form::Bare);
    }
    if !rest.starts_with([' ', '\t']) {
        return None;
    }
    // hexdump -C and od -t x1z put a sign before the text.
    for sign in [" |", "  >"] {
        if let Some((columns, _)) = rest.split_once(sign) {
            return if all_of(columns, 2) { row(columns, Form::Certain) } else { None };
        }
    }
    // Wireshark and hexdump without text: pairs, and three blanks before the text.
    let columns = rest.trim_start().split("   ").next().unwrap_or_default();
    if all_of(columns, 2) && (rest.starts_with("  ") || offset.len() >= MIN_OFFSET_OF_OD) {
        return row(columns, Form::Columns);
    }
    // `hexdump` and `od` without options, and `od -A x -x`.
    let offset_of_words = offset.len() == 7 || offset == "000000";
    (offset_of_words && (all_of(columns, 4) || all_of(columns, 6))).then_some(Line::Useless(WORDS))
}

/// Whether the columns, at least one, have so many digits each.
fn all_of(columns: &str, digits: usize) -> bool {
    let mut columns = columns.split_ascii_whitespace().peekable();
    columns.peek().is_some()
        && columns.all(|column| column.len() == digits && column.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a line is what tcpdump says about a packet or about itself.
fn is_header(line: &str) -> bool {
    let starts_with_time = matches!(line.as_bytes(), [a, b, b':', c, d, b':', ..]
        if [a, b, c, d].into_iter().all(u8::is_ascii_digit) && line.contains(' ') && line.contains('.'));
    let about_itself = line.starts_with("tcpdump: ")
        || ["captured", "received by filter", "dropped by kernel", "dropped by interface"]
            .iter()
            .any(|end| line.strip_suffix(end).is_some_and(|line| line.trim_end().ends_with(['t', 's'])));
    starts_with_time
        || about_itself
        || line.contains(" > ")
        || line.contains("IP (")
        || line.contains("IP6 (")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(offset: &str, digits: &str, form: Form) -> Option<(String, String, Form)> {
        Some((offset.to_owned(), digits.to_owned(), form))
    }

    fn read(line: &str) -> Option<(String, String, Form)> {
        match classify(line) {
            Line::Row(row) => Some((row.offset.to_owned(), row.digits.trim().to_owned(), row.form)),
            _ => None,
        }
    }

    #[test]
    fn rows() {
        for (line, expected) in [
            ("00000010: faf5 3300  ..3.", row("00000010", "faf5 3300", Form::Certain)),
            ("\t0x0010:  faf5 3300  ..3.", row("0010", "faf5 3300", Form::Certain)),
            ("00000010  fa f5 33 00  |..3.|", row("00000010", "fa f5 33 00", Form::Certain)),
            ("0000010 fa f5 33 00  >..3.<", row("0000010", "fa f5 33 00", Form::Certain)),
            ("000010 fa f5 33 00", row("000010", "fa f5 33 00", Form::Columns)),
            ("0010   fa f5 33 00   ..3.", row("0010", "fa f5 33 00", Form::Columns)),
            ("00000014", row("00000014", "", Form::Bare)),
            ("faf5 33 00", None),
            ("0000000 f5fa 0033", None),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
        for line in ["0000000 f5fa 0033", "0000000 175372 000063", "000000 f5fa 0033"] {
            assert_eq!(classify(line), Line::Useless(WORDS), "{line}");
        }
        let bits = "00000000: 11111010 11110101 00110011 00000000 00000001 00000000  ..3...";
        assert_eq!(classify(bits), Line::Useless(BITS));
    }

    #[test]
    fn other_lines() {
        for line in
            ["", "  # comment", "unsigned char frame_bin[] = {", "};", "unsigned int frame_bin_len = 20;"]
        {
            assert_eq!(classify(line), Line::Nothing, "{line}");
        }
        for line in [
            "01:30:00.123456 IP 192.0.2.7.40000 > 198.51.100.1.8588: Flags [P.], length 20",
            "IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 60)",
            "    192.0.2.7.40000 > 198.51.100.1.8588: Flags [P.], length 20",
            "01:30:00.123456 ARP, Request who-has 192.0.2.1 tell 192.0.2.7, length 28",
            "tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes",
            "12 packets captured",
            "1 packet received by filter",
        ] {
            assert_eq!(classify(line), Line::Header, "{line}");
        }
        for line in ["faf5 33 00", "0xfa, 0xf5, 0x33,", "zz", "12:34:56:78:9a:bc"] {
            assert_eq!(classify(line), Line::Digits(line), "{line}");
        }
    }
}
