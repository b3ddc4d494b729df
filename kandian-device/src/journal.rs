//! The log that a device keeps for its platform. Spec §7.5.35, E-145.
//!
//! Text in UTF-8, a line for everything that somebody in the shop or at the platform might ask about, without
//! secrets. Two files take turns, so that the log never has more than two megabytes.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::Clock;
use crate::state::file;

/// Most bytes of an upload: 1 MB., E-145.
pub(crate) const MOST_UPLOADED: u64 = 1 << 20;

/// The log of a device.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    clock: Arc<Clock>,
    /// The open file and its length; `None` until a line can be written.
    file: Mutex<Option<(File, u64)>>,
}

impl Journal {
    pub(crate) fn new(directory: &Path, clock: Arc<Clock>) -> Self {
        Self { path: directory.join("device.log"), clock, file: Mutex::new(None) }
    }

    /// Writes a line. A log that cannot be written stops nobody.
    pub(crate) fn line(&self, level: &str, text: &str) {
        let time = self.clock.civil();
        // A line break in a text of the peer must not make a second line.
        let line = format!("{time} {level:<5} {}\n", text.replace(['\r', '\n'], " "));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = self.append(&mut file, line.as_bytes()) {
            tracing::debug!(path = %self.path.display(), %error, "the device log takes nothing");
            *file = None;
        }
    }

    fn append(&self, open: &mut Option<(File, u64)>, line: &[u8]) -> io::Result<()> {
        if open.as_ref().is_some_and(|(_, length)| *length >= MOST_UPLOADED) {
            *open = None;
            fs::rename(&self.path, self.older())?;
        }
        let (file, length) = match open {
            Some(open) => open,
            None => {
                let file = file::private().create(true).append(true).open(&self.path)?;
                let length = file.metadata()?.len();
                open.insert((file, length))
            }
        };
        file.write_all(line)?;
        *length += line.len() as u64;
        Ok(())
    }

    fn older(&self) -> PathBuf {
        self.path.with_extension("log.1")
    }

    /// The newest lines, at most [`MOST_UPLOADED`] bytes of them. Blocks.
    pub(crate) fn newest(&self) -> io::Result<Vec<u8>> {
        let mut text = tail(&self.path, MOST_UPLOADED)?;
        let missing = MOST_UPLOADED - (text.len() as u64).min(MOST_UPLOADED);
        if let Ok(mut older) = tail(&self.older(), missing) {
            older.append(&mut text);
            text = older;
        }
        let cut = (text.len() as u64 >= MOST_UPLOADED).then(|| text.iter().position(|b| *b == b'\n'));
        // The first line is cut when there was more before it.
        if let Some(Some(end)) = cut {
            text.drain(..=end);
        }
        Ok(text)
    }
}

/// The last bytes of a file.
fn tail(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let mut text = Vec::new();
    file.take(most).read_to_end(&mut text)?;
    Ok(text)
}

/// Says something to the operator and writes it into the log of the device.
macro_rules! note {
    ($unit:expr, $level:ident, $($text:tt)*) => {{
        let text = format!($($text)*);
        tracing::$level!("{text}");
        $unit.journal.line(stringify!($level), &text);
    }};
}

pub(crate) use note;

#[cfg(test)]
mod tests {
    use super::*;

    /// At most 1 MB, the newest lines, whole lines only., E-145.
    #[tokio::test]
    async fn the_newest_megabyte() {
        let directory = tempfile::tempdir().unwrap();
        let journal = Journal::new(directory.path(), Arc::new(Clock::start(480)));
        journal.line("info", "first");
        assert!(String::from_utf8(journal.newest().unwrap()).unwrap().ends_with(" info  first\n"));
        let long = "长".repeat(300);
        for n in 0..3000 {
            journal.line("warn", &format!("{n}\n{long}"));
        }
        let text = String::from_utf8(journal.newest().unwrap()).unwrap();
        assert!(text.len() as u64 <= MOST_UPLOADED && text.len() > 1_000_000, "{}", text.len());
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.last().unwrap().contains(" 2999 "));
        assert!(lines.iter().all(|line| line.ends_with(&long) && line.contains(" warn ")));
        let on_disk: u64 =
            fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum();
        assert!(on_disk < 2 * MOST_UPLOADED + 2000);
    }
}
