//! What looks and records.

use std::time::Duration;

use kandian_proto::value::{PolicyStreamType, RecordStoreType};

use super::{Fault, Pending};

/// The lens of each channel, for single pictures. Spec §7.5.24, §7.5.34.
pub trait Camera: Send + Sync {
    /// Takes a picture: a JPEG file. The device gives up after 5 s.
    fn snapshot(&self, channel: u16) -> Pending<'_, Result<Vec<u8>, Fault>>;
}

/// How a channel is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordJob {
    /// Which stream.
    pub stream: PolicyStreamType,
    /// Where a file ends and the next begins., E-46.
    pub file_length: Duration,
    /// Whether the oldest recordings give way when there is no room; otherwise recording pauses until there is.
    ///
    pub overwrite: bool,
}

/// What records the channels. The device decides when, by policies, switches and alarms,
///
pub trait Recorder: Send + Sync {
    /// Records a channel to a place from now on, or ends its recording: the file is closed within a second.
    /// Called when something about it changes; a job for a channel that records already goes on with the new
    /// properties.
    ///
    /// The medium may go at any time; the device hears of it from [`Storage`](super::Storage), and ends the job.
    fn record(&self, channel: u16, place: RecordStoreType, job: Option<RecordJob>);
}
