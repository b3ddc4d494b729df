//! How messages are written: by the specification, or so that a known firmware survives them.

use core::fmt;
use core::str::FromStr;

/// A way of writing messages. Reading never depends on it.
///
/// ```
/// use kandian_proto::Profile;
/// assert_eq!("legacy-recorder".parse::<Profile>()?, Profile::LegacyRecorder);
/// assert_eq!(Profile::default(), Profile::Spec);
/// # Ok::<(), kandian_proto::UnknownProfile>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// The canonical form: one spelling per element, lengths of E-37.
    #[default]
    Spec,
    /// For recorders of 2014 whose firmware reports `V1.6_<date>`: they read only their own spelling
    /// of three element names, keep the first word of a value, copy values into small buffers without
    /// looking, read seven record policies per request, and close the link on a frame with more than
    /// 4,072 bytes of DATA. Numbers that they use as array indices without looking are refused.
    LegacyRecorder,
}

/// Longest values in bytes that E-37 allows to send, by wire name.
const SPEC_LENGTHS: &[(&str, usize)] = &[
    ("Account", 31),
    ("AlarmDesc", 255),
    ("BackupNatIP", 31),
    ("BackupStunIP", 31),
    ("BackupTurnIP", 31),
    ("CmsPassword", 31),
    ("DevID", 31),
    ("DevKey", 31),
    ("EAccount", 31),
    ("EPassword", 31),
    ("EPictureBucket", 31),
    ("ERecordBucket", 31),
    ("EURL", 63),
    ("ExceptionDesc", 255),
    ("FileName", 63),
    ("FtpAccount", 31),
    ("FtpIP", 31),
    ("FtpPassword", 31),
    ("IpcamDevID", 31),
    ("LcmsUrl", 63),
    ("Mode", 15),
    ("NatIP", 31),
    ("OnvifAccount", 31),
    ("OnvifPassword", 31),
    ("Password", 31),
    ("StunIP", 31),
    ("TurnIP", 31),
];

/// Further lengths that the legacy recorder's buffers impose, by wire name.
const LEGACY_LENGTHS: &[(&str, usize)] = &[("FtpFileName", 63), ("NewDevVer", 31), ("URL", 63)];

/// Servers that a platform may not have, in the messages that tell them. The legacy recorder wants every
/// element of a registration and takes empty ones for "none".
const LEGACY_EMPTY: &[&str] = &["BackupNatIP", "BackupTurnIP", "FtpIP", "TurnIP"];

/// Names of which the text of the specification wavers between two spellings while the legacy
/// recorder reads only one: the second spelling is written after the first.
const SECOND_SPELLINGS: &[(&str, &str)] =
    &[("EStorageSpace", "EStorgeSpace"), ("StorageFlag", "StorgeFlag"), ("StorgeFlag", "StorageFlag")];

impl Profile {
    /// All profiles.
    pub const ALL: &'static [Self] = &[Self::Spec, Self::LegacyRecorder];

    /// Longest document in bytes.
    #[must_use]
    pub const fn max_document(self) -> usize {
        match self {
            Self::Spec => 65_535,
            Self::LegacyRecorder => 4_072,
        }
    }

    /// Longest value of an element in bytes. Client documents (roots in `MCU_`) reach phones and
    /// browsers, not fixed buffers, and are not limited.
    pub(crate) fn max_text(self, root: &str, name: &str) -> Option<usize> {
        let find = |table: &[(&str, usize)]| table.iter().find(|(n, _)| *n == name).map(|&(_, limit)| limit);
        if root.starts_with("MCU_") {
            return None;
        }
        match self {
            Self::Spec => find(SPEC_LENGTHS),
            Self::LegacyRecorder => find(SPEC_LENGTHS).or_else(|| find(LEGACY_LENGTHS)),
        }
    }

    /// The second spelling to write after an element.
    pub(crate) fn second_spelling(self, name: &str) -> Option<&'static str> {
        match self {
            Self::Spec => None,
            Self::LegacyRecorder => SECOND_SPELLINGS.iter().find(|(n, _)| *n == name).map(|&(_, s)| s),
        }
    }

    /// Most entries of a list that the peer reads.
    pub(crate) fn max_entries(self, name: &str) -> Option<usize> {
        (self == Self::LegacyRecorder && name == "WeekPolicy").then_some(7)
    }

    /// Whether an element without text says "none" to the peer.
    pub(crate) fn sends_empty(self, root: &str, name: &str) -> bool {
        self == Self::LegacyRecorder && root == "REGISTER_RES" && LEGACY_EMPTY.contains(&name)
    }

    /// What the value of an element must be lest it damage the peer, when `text` is not that.
    ///
    /// The legacy recorder uses channel numbers and both digits of a policy id as array indices and
    /// checks neither.
    pub(crate) fn demands(self, root: &str, name: &str, text: &str) -> Option<&'static str> {
        if self != Self::LegacyRecorder {
            return None;
        }
        let number = || text.parse::<u16>().ok();
        let (is_good, expected) = match (root, name) {
            ("NVR_LINK_IPCAM_REQ" | "NVR_DEL_IPCAM_REQ", "ChannelNo") => {
                (number().is_some_and(|n| n < 4), "a channel of the recorder (0 to 3)")
            }
            ("DEL_RECORD_POLICY_REQ", "PolicyID") => (
                number().is_some_and(|n| n / 10 < 4 && (1..=7).contains(&(n % 10))),
                "an id the recorder assigned (segment 0 to 3, then column 1 to 7)",
            ),
            _ => return None,
        };
        if is_good { None } else { Some(expected) }
    }

    /// Whether the peer would cut a value at its first space.
    pub(crate) fn refuses_inner_space(self) -> bool {
        self == Self::LegacyRecorder
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Spec => "spec",
            Self::LegacyRecorder => "legacy-recorder",
        })
    }
}

/// A text that names no [`Profile`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no profile is called `{0}`; known are spec, legacy-recorder")]
pub struct UnknownProfile(pub String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.to_string() == text)
            .ok_or_else(|| UnknownProfile(text.to_owned()))
    }
}
