//! The side of programs on the same machine.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::{Endpoint, FILE, LOCK};

/// Why it cannot be said where the platform of a data directory is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// What it has written cannot be read.
    #[error("{} cannot be read: {error}; use the account that the platform runs under", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It runs and has not said where.
    #[error("the platform of {} is just starting or stopping; try again in some seconds", .path.display())]
    Silent {
        /// The directory.
        path: PathBuf,
    },
    /// What it has written was changed.
    #[error("{} is damaged; restart the platform", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

/// The platform that runs on a data directory; `None` when none does.
///
/// # Errors
///
/// [`FindError`]: one runs, or may run, and cannot be reached.
pub fn find(directory: &Path) -> Result<Option<Endpoint>, FindError> {
    if !is_held(&directory.join(LOCK))? {
        return Ok(None);
    }
    let path = directory.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(FindError::Silent { path: directory.to_owned() });
        }
        Err(error) => return Err(FindError::Read { path, error }),
    };
    Endpoint::from_json(&text).map(Some).ok_or(FindError::Damaged { path })
}

/// Whether a platform holds the lock.
fn is_held(path: &Path) -> Result<bool, FindError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(FindError::Read { path: path.to_owned(), error }),
    };
    match file.try_lock_shared() {
        // Closing gives it back.
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        // A file system without locks: then the file beside it is all there is to go by.
        Err(TryLockError::Error(_)) => Ok(path.with_file_name(FILE).exists()),
    }
}
