//! The ending of a file name.

use core::fmt;
use core::str::FromStr;

use crate::value::InvalidValue;

/// Longest ending: `torrent` has 7 letters, containers of video have 2 to 4.
const MAX_LEN: usize = 8;

/// The ending of a file name without its full stop: 1 to 8 ASCII letters and digits. Case matters (E-44).
///
/// ```
/// use kandian_proto::name::Extension;
/// let mp4: Extension = "mp4".parse()?;
/// assert_eq!(mp4.as_str(), "mp4");
/// assert_ne!(Extension::JPG, Extension::JPG_CAPITAL);
/// assert!("tar.gz".parse::<Extension>().is_err());
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extension {
    // Zero behind the text, so that the derived comparison is that of the text.
    bytes: [u8; MAX_LEN],
}

impl Extension {
    /// `ts`: recordings. Spec §7.1.1; E-43, E-45.
    pub const TS: Self = Self { bytes: *b"ts\0\0\0\0\0\0" };
    /// `jpg`: pictures in the cloud. Spec §7.1.1; E-44.
    pub const JPG: Self = Self { bytes: *b"jpg\0\0\0\0\0" };
    /// `JPG`: pictures on the FTP server. Spec §7.5.27, §7.5.34; E-44.
    pub const JPG_CAPITAL: Self = Self { bytes: *b"JPG\0\0\0\0\0" };

    /// An ending of 1 to 8 ASCII letters and digits.
    ///
    /// # Errors
    /// When `text` is anything else.
    pub fn new(text: &str) -> Result<Self, InvalidValue> {
        let mut bytes = [0; MAX_LEN];
        match bytes.get_mut(..text.len()) {
            Some(start) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                start.copy_from_slice(text.as_bytes());
                Ok(Self { bytes })
            }
            _ => Err(InvalidValue { expected: "a file name's ending (1 to 8 letters and digits)" }),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = self.bytes.iter().position(|b| *b == 0).unwrap_or(MAX_LEN);
        // ASCII by construction.
        self.bytes.get(..len).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Whether it is one of the spellings of a JPEG picture: `jpg` or `jpeg` in any case (E-44).
    #[must_use]
    pub fn is_picture(self) -> bool {
        ["jpg", "jpeg"].iter().any(|known| known.eq_ignore_ascii_case(self.as_str()))
    }
}

impl FromStr for Extension {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Self::new(text)
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extension({self})")
    }
}
