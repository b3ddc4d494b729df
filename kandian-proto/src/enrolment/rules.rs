//! What both platforms agree on: the name of a province platform, and which keys can be a device's.

use core::fmt;
use core::str::FromStr;

use crate::Secret;
use crate::message::group::DeviceUseRequest;
use crate::value::InvalidValue;

/// Longest device key that is stored, in bytes. Keys in use have 8 to 15 characters, buffers in firmware
/// 32 to 64 (E-37); anybody may present a key for a device that is not known yet, and it is kept for ever.
pub const MAX_KEY_BYTES: usize = 64;

/// Whether a key can be a device's: it is not empty, not longer than [`MAX_KEY_BYTES`], and one line.
///
/// The empty key matches what anybody sends who leaves the key out, so it is never stored and never right.
pub(super) fn is_usable(key: &Secret) -> bool {
    let text = key.reveal();
    !text.is_empty() && text.len() <= MAX_KEY_BYTES && !text.chars().any(char::is_control)
}

/// Whether `presented` is the key on record, in a time that does not tell how much of it was right.
pub(super) fn is_right(stored: &Secret, presented: &Secret) -> bool {
    is_usable(stored) && stored.matches(presented.reveal())
}

/// A province platform as the group platform knows it: `ProvinceNo` and `CmsNo`. Spec §6.1–6.5; R-6.2.
///
/// `Display` and `FromStr` use both numbers with a hyphen. A province may run more than one platform; a
/// device belongs to one of them, for only that one has its record (E-33).
///
/// ```
/// use kandian_proto::enrolment::Province;
/// let shanghai = Province::new("3100", "01")?;
/// assert_eq!(shanghai.to_string(), "3100-01");
/// assert_eq!("3100-01".parse(), Ok(shanghai));
/// assert!(Province::new("310000", "1").is_err());
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Province {
    province_no: [u8; 4],
    cms_no: [u8; 2],
}

impl Province {
    /// From the first four digits of the six of GB/T 2260, and the two digits that the operator assigns.
    ///
    /// # Errors
    /// When either has another number of digits, or anything but digits.
    pub fn new(province_no: &str, cms_no: &str) -> Result<Self, InvalidValue> {
        const EXPECTED: &str = "a province platform (four digits, two digits)";
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        match (province_no.as_bytes().try_into(), cms_no.as_bytes().try_into()) {
            (Ok(province), Ok(cms)) if is_number(province_no) && is_number(cms_no) => {
                Ok(Self { province_no: province, cms_no: cms })
            }
            _ => Err(InvalidValue { expected: EXPECTED }),
        }
    }

    /// The platform that sent a claim. Spec §6.5.
    ///
    /// # Errors
    /// When its numbers are none; the group platform answers 1, "platform does not exist".
    pub fn of(claim: &DeviceUseRequest) -> Result<Self, InvalidValue> {
        Self::new(&claim.province_no, &claim.cms_no)
    }

    /// `ProvinceNo`: four digits.
    #[must_use]
    pub fn province_no(&self) -> &str {
        // Digits by construction.
        core::str::from_utf8(&self.province_no).unwrap_or_default()
    }

    /// `CmsNo`: two digits.
    #[must_use]
    pub fn cms_no(&self) -> &str {
        core::str::from_utf8(&self.cms_no).unwrap_or_default()
    }
}

impl FromStr for Province {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let (province_no, cms_no) = text.split_once('-').unwrap_or_default();
        Self::new(province_no, cms_no)
    }
}

impl fmt::Display for Province {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.province_no(), self.cms_no())
    }
}

impl fmt::Debug for Province {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Province({self})")
    }
}
