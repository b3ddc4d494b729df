//! What the group platform keeps of a device.

use super::rules::{Province, is_usable};
use crate::Secret;

/// The group platform's record of one device. Spec §6.6; R-6.27.
///
/// The key is the first one presented, or one an administrator set (E-26).
///
/// ```
/// use kandian_proto::enrolment::{Province, State};
/// use kandian_proto::Secret;
/// let state = State::Claimed { key: Secret::from("K7M2P9Q4"), by: Province::new("3100", "01")? };
/// let stored = state.to_record();
/// assert_eq!(stored.reveal(), "C 3100-01 K7M2P9Q4");
/// assert_eq!(State::from_record(stored.reveal()), Ok(state));
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// No record: the device has never asked, and nobody has imported its key.
    #[default]
    Absent,
    /// The device is known and belongs to no province platform.
    Unclaimed {
        /// Key of the device.
        key: Secret,
    },
    /// A province platform has claimed the device, which has not yet been told so.
    Claimed {
        /// Key of the device.
        key: Secret,
        /// Whose it is.
        by: Province,
    },
    /// The device has been given the address of its province platform. It asks again after a factory
    /// reset only (E-30), and gets the same answer (E-34).
    Redirected {
        /// Key of the device.
        key: Secret,
        /// Whose it is.
        by: Province,
    },
}

/// A text that is no record of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the record of a device")]
pub struct InvalidRecord;

impl State {
    /// Key of the device.
    #[must_use]
    pub const fn key(&self) -> Option<&Secret> {
        match self {
            Self::Absent => None,
            Self::Unclaimed { key } | Self::Claimed { key, .. } | Self::Redirected { key, .. } => Some(key),
        }
    }

    /// The province platform that the device belongs to.
    #[must_use]
    pub const fn province(&self) -> Option<Province> {
        match self {
            Self::Absent | Self::Unclaimed { .. } => None,
            Self::Claimed { by, .. } | Self::Redirected { by, .. } => Some(*by),
        }
    }

    /// The record as one line of text, for a store that has no columns of its own for it.
    ///
    /// A letter for the state, the province platform where there is one, and the key up to the end, with a
    /// blank between: `A`, `U key`, `C 3100-01 key` or `R 3100-01 key`. The text holds the key in clear, so
    /// it is a [`Secret`] itself; keep it encrypted (E-166).
    #[must_use]
    pub fn to_record(&self) -> Secret {
        Secret::from(match self {
            Self::Absent => "A".to_owned(),
            Self::Unclaimed { key } => format!("U {}", key.reveal()),
            Self::Claimed { key, by } => format!("C {by} {}", key.reveal()),
            Self::Redirected { key, by } => format!("R {by} {}", key.reveal()),
        })
    }

    /// Reads what [`State::to_record`] wrote.
    ///
    /// # Errors
    /// When the text is anything else, or its key cannot be a device's.
    pub fn from_record(text: &str) -> Result<Self, InvalidRecord> {
        if text == "A" {
            return Ok(Self::Absent);
        }
        let (letter, rest) = text.split_once(' ').ok_or(InvalidRecord)?;
        let usable = |key: &str| Some(Secret::from(key)).filter(is_usable).ok_or(InvalidRecord);
        if letter == "U" {
            return Ok(Self::Unclaimed { key: usable(rest)? });
        }
        let (by, key) = rest.split_once(' ').ok_or(InvalidRecord)?;
        let (by, key) = (by.parse().map_err(|_| InvalidRecord)?, usable(key)?);
        match letter {
            "C" => Ok(Self::Claimed { key, by }),
            "R" => Ok(Self::Redirected { key, by }),
            _ => Err(InvalidRecord),
        }
    }
}
