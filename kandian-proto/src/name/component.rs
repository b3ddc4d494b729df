//! Whether a name that a peer sent may become part of a path.

/// Longest name that [`check_component`] accepts, in bytes. Names of the specification have at most 63
/// (E-37); file systems take 255, of which this leaves room for a temporary suffix and a prefix of one's
/// own.
pub const MAX_COMPONENT_BYTES: usize = 200;

/// Why a name must not become part of a path. Offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Hazard {
    /// The name is empty, and so would name the directory.
    #[error("the name is empty")]
    Empty,
    /// The name has more than [`MAX_COMPONENT_BYTES`] bytes.
    #[error("the name has {bytes} bytes; {MAX_COMPONENT_BYTES} are accepted")]
    TooLong {
        /// Length of the name.
        bytes: usize,
    },
    /// The name begins with a full stop: a hidden file, this directory, or the one above.
    #[error("the name begins with a full stop")]
    LeadingDot,
    /// The name holds `..`.
    #[error("two full stops at byte {offset}")]
    DoubleDot {
        /// Where.
        offset: usize,
    },
    /// The name ends with a full stop or a blank, which Windows removes, so that two names mean one file.
    #[error("the name ends with a full stop or a blank")]
    TrailingDotOrBlank,
    /// A character that separates components, names a drive or a stream, or is a wildcard:
    /// one of `/ \ : * ? " < > |`.
    #[error("{character:?} at byte {offset}")]
    Separator {
        /// The character.
        character: char,
        /// Where.
        offset: usize,
    },
    /// A control character, or one that hides or reorders the text around it.
    #[error("control or format character {character:?} at byte {offset}")]
    Control {
        /// The character.
        character: char,
        /// Where.
        offset: usize,
    },
    /// A device name of Windows (`CON`, `NUL`, `COM1` …), alone or with an ending.
    #[error("the name is reserved for a device")]
    Reserved,
}

/// Accepts a name that a peer sent as one component of a path, on every usual file system.
///
/// A name that passes, joined to a directory, is a file in that directory and nowhere else. It says nothing
/// about whether the file may be read or written, and the check must see the name as it will be used:
/// percent-decoding comes before.
///
/// ```
/// use kandian_proto::name::{Hazard, check_component};
/// assert_eq!(check_component("ch01_00000000017000000"), Ok(()));
/// assert_eq!(check_component("a/b"), Err(Hazard::Separator { character: '/', offset: 1 }));
/// assert_eq!(check_component(".."), Err(Hazard::LeadingDot));
/// assert_eq!(check_component("nul.jpg"), Err(Hazard::Reserved));
/// ```
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_component(name: &str) -> Result<(), Hazard> {
    if name.is_empty() {
        return Err(Hazard::Empty);
    }
    // Before anything that costs time.
    if name.len() > MAX_COMPONENT_BYTES {
        return Err(Hazard::TooLong { bytes: name.len() });
    }
    if name.starts_with('.') {
        return Err(Hazard::LeadingDot);
    }
    for (offset, character) in name.char_indices() {
        match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => {
                return Err(Hazard::Separator { character, offset });
            }
            _ if character.is_control() || is_format(character) => {
                return Err(Hazard::Control { character, offset });
            }
            _ => {}
        }
    }
    if let Some(offset) = name.find("..") {
        return Err(Hazard::DoubleDot { offset });
    }
    if name.ends_with(['.', ' ']) {
        return Err(Hazard::TrailingDotOrBlank);
    }
    if is_reserved(name) { Err(Hazard::Reserved) } else { Ok(()) }
}

/// Characters without a picture of their own that change how the rest is shown, so that a name in a page
/// or a log is not the one in use.
const fn is_format(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// Windows looks at what stands before the first full stop, without trailing blanks and without regard
/// to case.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"]
        .iter()
        .any(|r| r.eq_ignore_ascii_case(stem))
    {
        return true;
    }
    let mut characters = stem.chars();
    let is_digit = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
    let numbered = characters.next_back().is_some_and(is_digit);
    numbered && ["COM", "LPT"].iter().any(|port| port.eq_ignore_ascii_case(characters.as_str()))
}
