//! What a short message centre says became of a message, in the text that most of them write (SMPP 3.4, appendix B).

/// A receipt, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) id: String,
    pub(super) word: String,
}

/// Longest id and word of a receipt: 64 bytes are what the field of an id holds.
const LONGEST: usize = 64;

/// Reads the text of a receipt: `id:… sub:… stat:DELIVRD …`.
pub(super) fn read(text: &str) -> Option<Read> {
    let field = |name: &str| {
        // Names are written as the centre likes; their values have no spaces.
        let words = text.split_ascii_whitespace().filter_map(|word| word.split_once(':'));
        let mut found = words.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        found.next().filter(|value| !value.is_empty() && value.len() <= LONGEST).map(str::to_owned)
    };
    Some(Read { id: field("id")?, word: field("stat")? })
}

/// Whether a word says that the message arrived; `None` while it is on its way.
pub(super) fn arrived(word: &str) -> Option<bool> {
    match word.to_ascii_uppercase().as_str() {
        "DELIVRD" => Some(true),
        "ENROUTE" | "ACCEPTD" | "SCHEDULED" => None,
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_read() {
        let text =
            "id:M17 sub:001 dlvrd:001 submit date:2611260800 done date:2611260801 stat:DELIVRD err:000 text:";
        assert_eq!(read(text), Some(Read { id: "M17".into(), word: "DELIVRD".into() }));
        assert_eq!(read("ID:9 STAT:UNDELIV"), Some(Read { id: "9".into(), word: "UNDELIV".into() }));
        for text in ["", "id: stat:DELIVRD", "hello", "id:1", &format!("id:{} stat:X", "9".repeat(65))] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(arrived("DELIVRD"), Some(true));
        assert_eq!(arrived("ENROUTE"), None);
        assert_eq!(arrived("EXPIRED"), Some(false));
    }
}
