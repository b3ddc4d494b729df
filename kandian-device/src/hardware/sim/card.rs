//! A card that is a directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;
use std::{fs, io};

use kandian_proto::DevId;
use kandian_proto::name::{FileName, Purpose};
use kandian_proto::schedule::file_length;
use kandian_proto::time::{Timestamp, UnixMillis};
use kandian_proto::value::RecordStoreType;

use super::bench::{CardState, Hands};
use crate::clock::Clock;
use crate::hardware::{Fault, Medium, Recording, Storage};
use crate::state::file;

/// A simulated card or disk: the directory `storage` in the data directory, with a size that is only counted.
///
/// Recordings are the files in it that have a name of this device (§7.1.1, §7.5.22). They end when they were
/// written last; a file whose time says nothing of the kind, a copy for example, ends when the next one of its
/// channel starts, at the latest after the length of a file.
#[derive(Debug)]
pub struct Card {
    directory: PathBuf,
    device: DevId,
    clock: Arc<Clock>,
    hands: Hands,
    total: u64,
}

impl Card {
    pub(super) fn new(
        data: &Path,
        device: DevId,
        clock: Arc<Clock>,
        hands: Hands,
        total: u64,
    ) -> io::Result<Self> {
        let directory = data.join("storage");
        file::directory(&directory)?;
        Ok(Self { directory, device, clock, hands, total })
    }

    fn state(&self) -> CardState {
        self.hands.look(|bench| bench.card)
    }

    fn used(&self) -> io::Result<u64> {
        let mut used = 0_u64;
        for entry in fs::read_dir(&self.directory)? {
            used = used.saturating_add(entry?.metadata()?.len());
        }
        Ok(used)
    }

    fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        file::sync_directory_of(&self.directory.join("."))
    }

    /// A file with a name of this device, and when it was written last.
    fn recording(&self, entry: &fs::DirEntry) -> Option<(Recording, Option<Timestamp>)> {
        let name = entry.file_name().into_string().ok()?;
        let parsed = FileName::parse(Purpose::LocalRecording, &name).ok()?;
        // A file that is deleted at this moment is none.
        let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        let since = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let written = since.and_then(|since| i64::try_from(since.as_millis()).ok());
        let written = written.map(|at| self.clock.civil_of(UnixMillis(at)));
        let (channel, start) = (parsed.channel_no(), parsed.time());
        let recording = Recording { name, channel, start, end: start, bytes: metadata.len() };
        (parsed.dev_id() == self.device).then_some((recording, written))
    }
}

impl Storage for Card {
    fn medium(&self) -> Medium {
        match self.state() {
            CardState::Inserted => match self.used() {
                Ok(used) => Medium::Ready { total: self.total, free: self.total.saturating_sub(used) },
                Err(_) => Medium::Faulty,
            },
            CardState::Removed => Medium::Absent,
            CardState::Faulty => Medium::Faulty,
            CardState::Unformatted => Medium::Unformatted { total: self.total },
        }
    }

    fn format(&self) -> Result<(), Fault> {
        match self.state() {
            CardState::Removed => return Err(Fault("there is no card".to_owned())),
            CardState::Faulty => return Err(Fault("the card does not work".to_owned())),
            CardState::Inserted | CardState::Unformatted => self.empty()?,
        }
        Ok(self.hands.change(|bench| bench.card = CardState::Inserted)?)
    }

    fn recordings(&self) -> Result<Vec<Recording>, Fault> {
        match self.state() {
            CardState::Faulty => return Err(Fault("the card does not work".to_owned())),
            CardState::Removed | CardState::Unformatted => return Ok(Vec::new()),
            CardState::Inserted => {}
        }
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            found.extend(self.recording(&entry?));
        }
        found.sort_by_key(|(recording, _)| (recording.channel, recording.start));
        Ok(with_ends(found))
    }
}

/// Gives each recording its end. They are sorted by channel and start.
fn with_ends(found: Vec<(Recording, Option<Timestamp>)>) -> Vec<Recording> {
    let starts: Vec<_> = found.iter().map(|(recording, _)| (recording.channel, recording.start)).collect();
    let ended = found.into_iter().enumerate().map(|(index, (recording, written))| {
        let full = i64::try_from(file_length(RecordStoreType::LOCAL).as_secs()).unwrap_or_default();
        let latest = Timestamp::from_unix(recording.start.to_unix(0) + full, 0).unwrap_or(recording.start);
        let next = starts.get(index + 1).filter(|(channel, _)| *channel == recording.channel);
        let latest = next.map_or(latest, |(_, start)| latest.min(*start));
        let end = written.filter(|at| (recording.start..=latest).contains(at)).unwrap_or(latest);
        Recording { end, ..recording }
    });
    ended.collect()
}
