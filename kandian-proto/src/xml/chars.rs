//! Characters and names of XML 1.0.

use std::borrow::Cow;

/// Longest excerpt of peer text in an error or a diagnostic, in characters.
const EXCERPT_CHARS: usize = 40;

/// Text of a peer, shortened for a message to people: control characters as `\u{…}`, an ellipsis at
/// the cut. Never longer than about 40 characters, whatever came.
pub(crate) fn excerpt(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == EXCERPT_CHARS {
            out.push('…');
            break;
        }
        if c.is_control() || is_direction_override(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Characters that reorder the text around them; in a log they could make a line lie.
fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether XML 1.0 allows the character (production 2, `Char`).
pub(crate) const fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Offset of the first character that XML 1.0 does not allow.
pub(crate) fn first_illegal(text: &str) -> Option<usize> {
    // Almost every text is free of such bytes; then the slow walk over characters is skipped. No early
    // exit: a loop without one is done sixteen or more bytes at a time.
    if !text.bytes().fold(false, |found, b| found | may_start_illegal(b)) {
        return None;
    }
    text.char_indices().find(|&(_, c)| !is_xml_char(c)).map(|(at, _)| at)
}

/// Whether some character that XML 1.0 does not allow starts with this byte: the control characters are
/// their own bytes, U+FFFE and U+FFFF start with EF.
const fn may_start_illegal(b: u8) -> bool {
    (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r') | (b == 0xEF)
}

/// Whether `name` is an element name. ASCII only, plus any other letter outside ASCII: the exact
/// ranges of XML matter to nobody here, because unknown names are only ever kept and written back.
pub(crate) fn is_name(name: &str) -> bool {
    let class = |b: u8| NAME_BYTES[usize::from(b)];
    name.bytes().next().is_some_and(|b| class(b) == STARTS)
        && name.bytes().fold(STARTS, |least, b| least.min(class(b))) != NOWHERE
        && (name.is_ascii() || name.chars().all(|c| c.is_ascii() || c.is_alphanumeric()))
}

/// The byte may not stand in a name.
const NOWHERE: u8 = 0;
/// The byte may stand in a name behind others.
const CONTINUES: u8 = 1;
/// The byte may stand anywhere in a name.
const STARTS: u8 = 2;

/// What each byte may do in a name. Which characters outside ASCII may stand there is not said here.
const NAME_BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut b: u8 = 0;
    loop {
        table[b as usize] = match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' | 0x80.. => STARTS,
            b'0'..=b'9' | b'-' | b'.' => CONTINUES,
            _ => NOWHERE,
        };
        if b == u8::MAX {
            break table;
        }
        b += 1;
    }
};

/// Whether the byte is white space of XML.
pub(crate) const fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

/// `text` without white space at its ends. (The form feed, which XML does not have, goes too; texts of
/// documents cannot hold one.)
pub(crate) fn trim(text: &str) -> &str {
    text.trim_ascii()
}

/// Line ends as XML reads them: CR LF and a lone CR are one LF.
pub(crate) fn normalize_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The character of a reference such as `amp`, `#65` or `#x41`; `None` when XML defines none.
pub(crate) fn resolve_reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(hex) => (hex, 16),
                None => (number, 10),
            };
            // `from_str_radix` takes a sign, XML does not.
            let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
            let code = u32::from_str_radix(digits, radix).ok().filter(|_| plain)?;
            char::from_u32(code).filter(|&c| is_xml_char(c))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All characters there are.
    fn characters() -> impl Iterator<Item = char> {
        '\0'..=char::MAX
    }

    /// Production 2 of XML 1.0, as its text has it.
    fn is_char(c: char) -> bool {
        let code = u32::from(c);
        matches!(code, 0x9 | 0xA | 0xD)
            || (0x20..=0xD7FF).contains(&code)
            || (0xE000..=0xFFFD).contains(&code)
            || (0x1_0000..=0x10_FFFF).contains(&code)
    }

    #[test]
    fn every_character_is_allowed_or_not_as_xml_says() {
        let mut starts = [false; 256];
        let mut text = String::new();
        for c in characters() {
            text.clear();
            text.extend(['é', c, c]);
            assert_eq!(first_illegal(&text), (!is_char(c)).then_some(2), "{c:?}");
            assert_eq!(is_xml_char(c), is_char(c), "{c:?}");
            starts[usize::from(text.as_bytes()[2])] |= !is_char(c);
        }
        for b in 0..=u8::MAX {
            assert_eq!(may_start_illegal(b), starts[usize::from(b)], "{b:#x}");
        }
    }

    #[test]
    fn every_character_stands_in_names_or_not() {
        let mut name = String::new();
        for c in characters() {
            let starts = match c.is_ascii() {
                true => c.is_ascii_alphabetic() || c == '_' || c == ':',
                false => c.is_alphanumeric(),
            };
            let continues = starts || c.is_ascii_digit() || c == '-' || c == '.';
            name.clear();
            name.extend([c, c]);
            assert_eq!(is_name(&name), starts, "{name:?}");
            name.insert(0, 'n');
            assert_eq!(is_name(&name), continues, "{name:?}");
        }
    }

    #[test]
    fn illegal_characters_are_found_at_their_offset() {
        assert_eq!(first_illegal("a\tb\r\n中"), None);
        assert_eq!(first_illegal("ab\u{1}"), Some(2));
        assert_eq!(first_illegal("\u{1}\u{FFFF}"), Some(0));
        assert_eq!(first_illegal("é\u{FFFE}"), Some(2));
        assert_eq!(first_illegal("\u{FF1A} full width colon"), None);
    }

    #[test]
    fn names() {
        for good in ["DevID", "_x", "n:Result", "设备", "a-1.b"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "1a", "a b", "a/", "-a", "a\u{3000}", "a=\"b\""] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn references() {
        assert_eq!(resolve_reference("#x41"), Some('A'));
        assert_eq!(resolve_reference("#65"), Some('A'));
        for (name, c) in [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')] {
            assert_eq!(resolve_reference(name), Some(c));
        }
        for bad in ["#0", "#x1F", "#xD800", "#+65", "#", "#x", "nbsp", "#4294967296"] {
            assert_eq!(resolve_reference(bad), None, "{bad}");
        }
    }

    #[test]
    fn excerpts_are_short_and_tame() {
        assert_eq!(excerpt("a\nb"), "a\\u{a}b");
        assert_eq!(excerpt(&"x".repeat(1000)).chars().count(), 41);
        assert_eq!(excerpt("\u{202E}x"), "\\u{202e}x");
    }
}
