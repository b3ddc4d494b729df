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
    // Almost every text is free of control characters and of U+FFFE/U+FFFF (which start with the byte
    // EF); then the slow walk over characters is skipped. No early exit: a loop without one is done
    // sixteen or more bytes at a time.
    let suspicious = |b: u8| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r') | (b == 0xEF);
    if !text.bytes().fold(false, |found, b| found | suspicious(b)) {
        return None;
    }
    text.char_indices().find(|&(_, c)| !is_xml_char(c)).map(|(at, _)| at)
}

/// Whether `name` is an element name. ASCII only, plus any other letter outside ASCII: the exact
/// ranges of XML matter to nobody here, because unknown names are only ever kept and written back.
pub(crate) fn is_name(name: &str) -> bool {
    let class = |b: u8| NAME_BYTES[usize::from(b)];
    let (all, any) = name.bytes().fold((CONTINUES, 0), |(all, any), b| (all & class(b), any | class(b)));
    all & CONTINUES != 0
        && name.bytes().next().is_some_and(|b| class(b) & STARTS != 0)
        && (any & FOREIGN == 0 || name.chars().all(|c| c.is_ascii() || c.is_alphanumeric()))
}

/// The byte may stand in a name.
const CONTINUES: u8 = 1;
/// The byte may start a name.
const STARTS: u8 = 2;
/// The byte belongs to a character outside ASCII.
const FOREIGN: u8 = 4;

/// What each byte may do in a name.
const NAME_BYTES: [u8; 256] = {
    let mut table = [0; 256];
    let mut b: u8 = 0;
    loop {
        table[b as usize] = match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' => STARTS | CONTINUES,
            b'0'..=b'9' | b'-' | b'.' => CONTINUES,
            0x80.. => STARTS | CONTINUES | FOREIGN,
            _ => 0,
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

    #[test]
    fn illegal_characters_are_found_at_their_offset() {
        assert_eq!(first_illegal("a\tb\r\n中"), None);
        assert_eq!(first_illegal("ab\u{1}"), Some(2));
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
