//! Text of peers, made harmless for a terminal.
//!
//! Whoever can put a name or a value into a frame could otherwise move the cursor, change the title of
//! the window or turn a line around. XML itself lets the C1 controls through, among them U+009B, which
//! starts a terminal sequence just as ESC does.

use std::fmt;

/// Prints text with every character escaped that a terminal may act upon instead of showing it.
pub(crate) struct Safe<'a>(pub(crate) &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(is_harmful) {
            let (good, tail) = rest.split_at(at);
            f.write_str(good)?;
            let mut chars = tail.chars();
            match chars.next() {
                Some('\n') => f.write_str("\\n")?,
                Some('\r') => f.write_str("\\r")?,
                Some('\t') => f.write_str("\\t")?,
                Some(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                None => {}
            }
            rest = chars.as_str();
        }
        f.write_str(rest)
    }
}

/// Controls, and the invisible characters that reorder or hide what stands around them.
pub(super) fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_sequences_are_shown_not_sent() {
        assert_eq!(Safe("a\x1b[31mb\u{9b}2Jc\u{7f}").to_string(), "a\\u{1b}[31mb\\u{9b}2Jc\\u{7f}");
        assert_eq!(Safe("one\r\n\ttwo").to_string(), "one\\r\\n\\ttwo");
        assert_eq!(Safe("x\u{202e}gpj.exe").to_string(), "x\\u{202e}gpj.exe");
    }

    #[test]
    fn ordinary_text_passes() {
        assert_eq!(Safe("前门 · Caméra 1 \\ C:\\dir").to_string(), "前门 · Caméra 1 \\ C:\\dir");
    }
}
