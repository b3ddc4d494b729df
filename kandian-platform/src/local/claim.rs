//! The platform's side: the lock, and the file beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{ClaimError, Endpoint, FILE, LOCK, find};

/// How often the lock is tried: a command that looks holds it for a moment, and a platform that ends for another.
const TRIES: u32 = 20;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// A data directory that is this platform's as long as this lives.
#[derive(Debug)]
pub(crate) struct Claim {
    directory: PathBuf,
    /// `None` on file systems that know no locks.
    _lock: Option<File>,
}

impl Claim {
    /// Claims a directory. What an earlier platform has left there is taken away.
    pub(crate) async fn take(directory: &Path) -> Result<Self, ClaimError> {
        let path = directory.join(LOCK);
        let file = private().open(&path).map_err(|error| ClaimError::Write { path, error })?;
        let mut tries = 0;
        let lock = loop {
            match file.try_lock() {
                Ok(()) => break Some(file),
                Err(TryLockError::WouldBlock) if tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(TryLockError::WouldBlock) => return Err(in_use(directory)),
                Err(TryLockError::Error(error)) => {
                    tracing::warn!(%error, "the data directory cannot be locked; see that one platform alone uses it");
                    break None;
                }
            }
        };
        let claim = Self { directory: directory.to_owned(), _lock: lock };
        claim.withdraw();
        Ok(claim)
    }

    /// Says where the platform is.
    pub(crate) fn announce(&self, endpoint: &Endpoint) -> Result<(), ClaimError> {
        let (path, new) = (self.directory.join(FILE), self.directory.join(format!("{FILE}.new")));
        // Whole or not at all: a command may look at any moment.
        let written = write(&new, endpoint.to_json().as_bytes()).and_then(|()| std::fs::rename(&new, &path));
        written.map_err(|error| ClaimError::Write { path, error })
    }

    /// Says nothing any more: the platform takes no new requests.
    pub(crate) fn withdraw(&self) {
        match std::fs::remove_file(self.directory.join(FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "{FILE} cannot be removed");
            }
            _ => {}
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.withdraw();
    }
}

fn in_use(directory: &Path) -> ClaimError {
    let process = find(directory).ok().flatten().map(|endpoint| endpoint.process);
    ClaimError::InUse { path: directory.to_owned(), process }
}

/// A file that its owner alone may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // An older file of this name would keep its rights.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private().open(path)?;
    file.write_all(bytes)
}
