//! Why policies are refused.

use core::fmt;

use crate::time::ClockTime;
use crate::value::{GenericResult, PictureStoreType, StorageFlag, Weekday};

/// Why a request about policies is refused. Nothing of it has been done (E-117).
///
/// Rows are entries of the request, counted from 0.
///
/// ```
/// use kandian_proto::schedule::{Against, Overlap, Refusal};
/// use kandian_proto::value::GenericResult;
/// let refusal = Refusal::Overlaps(vec![Overlap { row: 1, with: Against::Stored("31".into()) }]);
/// assert_eq!(refusal.to_string(), "row 1 overlaps stored policy \"31\"");
/// assert_eq!(refusal.code(), GenericResult::OTHER);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The device does not have the channel (E-15).
    #[error("no channel {channel_no}; the device has {channels}")]
    NoSuchChannel {
        /// Channel of the request, counted from 0.
        channel_no: u16,
        /// Number of channels.
        channels: u16,
    },
    /// The channel has no policy with this id (E-114).
    #[error("channel {channel_no} has no policy {policy_id:?}")]
    NoSuchPolicy {
        /// Channel of the request.
        channel_no: u16,
        /// Id of the request, as the peer wrote it.
        policy_id: String,
    },
    /// The device does not have the storage medium (E-134).
    #[error("no storage medium {0}")]
    NoSuchMedium(StorageFlag),
    /// The device does not store pictures there (E-120).
    #[error("no place {0} for pictures")]
    NoSuchPlace(PictureStoreType),
    /// The device does not know the command: recorders take no pictures (R-7.1).
    #[error("not a command for this kind of device")]
    NotForThisDevice,
    /// There is nothing to add.
    #[error("the request has no entries")]
    NoRows,
    /// An entry is wrong in itself.
    #[error("row {row}: {fault}")]
    Row {
        /// Which entry.
        row: usize,
        /// What is wrong with it.
        fault: RowFault,
    },
    /// The weekday would have more policies than it may have (R-7.73, E-115).
    #[error("row {row} is one too many for {week}; at most {limit}")]
    DayFull {
        /// The first entry that does not fit.
        row: usize,
        /// The weekday.
        week: Weekday,
        /// How many it may have.
        limit: usize,
    },
    /// The channel and place would have more picture policies than they may have (E-123).
    #[error("row {row} is one too many; at most {limit} picture policies")]
    TooManyPictures {
        /// The first entry that does not fit.
        row: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Entries overlap each other or policies that exist (R-7.72, E-116). All pairs are named.
    #[error("{}", Listed(.0))]
    Overlaps(Vec<Overlap>),
    /// Saved policies have the same id twice, or there are more than there can be.
    #[error("the policies contradict each other")]
    Inconsistent,
}

impl Refusal {
    /// The code for the answer: 1 for a channel, policy, place or medium that does not exist, 255 for all
    /// else. E-11.
    #[must_use]
    pub const fn code(&self) -> GenericResult {
        match self {
            Self::NoSuchChannel { .. }
            | Self::NoSuchPolicy { .. }
            | Self::NoSuchMedium(_)
            | Self::NoSuchPlace(_)
            | Self::Row { fault: RowFault::NoSuchPlace(_), .. } => GenericResult::NOT_FOUND,
            _ => GenericResult::OTHER,
        }
    }
}

/// What is wrong with one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// The device does not store there (E-120).
    #[error("no place {0} to store")]
    NoSuchPlace(u16),
    /// The channel has no such stream.
    #[error("no stream {0}")]
    NoSuchStream(u16),
    /// Recorders, and the cloud, have the main stream only (R-7.75, E-121).
    #[error("only the main stream can be recorded there")]
    MainStreamOnly,
    /// There is no such day of the week (E-118).
    #[error("no weekday {0}")]
    NoSuchDay(u16),
    /// The end is not after the start; a period across midnight is two policies (E-119).
    #[error("{end} does not come after {start}")]
    Backwards {
        /// Start of the period.
        start: ClockTime,
        /// Its end.
        end: ClockTime,
    },
    /// A picture for FTP is a single one: interval 0, start and end the same (R-7.92, E-122).
    #[error("pictures for FTP need interval 0 and an end that is the start")]
    NotSingle,
    /// Pictures for the cloud repeat: an interval of at least a second (E-122).
    #[error("pictures for the cloud need an interval of 1 s or more")]
    NotRepeating,
}

/// Two policies of the same channel, place and weekday with a minute in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Overlap {
    /// Entry of the request.
    pub row: usize,
    /// What it overlaps.
    pub with: Against,
}

/// The other party of an [`Overlap`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Against {
    /// An earlier entry of the request.
    Row(usize),
    /// A policy that exists, by the id its device gave it.
    Stored(String),
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.with {
            Against::Row(other) => write!(f, "row {} overlaps row {other}", self.row),
            // Quoted, for it is text of a peer.
            Against::Stored(id) => write!(f, "row {} overlaps stored policy {id:?}", self.row),
        }
    }
}

struct Listed<'a>(&'a [Overlap]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, overlap) in self.0.iter().enumerate() {
            write!(f, "{}{overlap}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
