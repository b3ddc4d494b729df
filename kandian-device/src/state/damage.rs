//! A settings file that cannot be read.
//!
//! It is never overwritten: it may hold the only copy of somebody's settings. It gets another name, and the device
//! starts from the factory, for a camera that does not come back is worse than one that has forgotten.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::file;

/// Most damaged files that are kept beside each other.
const MOST: u32 = 100;

/// A settings file that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    /// What was wrong with it.
    pub(crate) why: String,
    /// Where it is now.
    pub(crate) kept: PathBuf,
}

/// Gives a damaged file another name.
pub(super) fn put_aside(path: &Path, why: String) -> io::Result<Damage> {
    let kept = (1..=MOST).map(|n| named(path, n)).find(|kept| !kept.exists());
    let kept = kept.ok_or_else(|| io::Error::other(format!("{MOST} damaged files are kept already")))?;
    fs::rename(path, &kept)?;
    file::sync_directory_of(path)?;
    Ok(Damage { why, kept })
}

fn named(path: &Path, n: u32) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".damaged-{n}"));
    path.with_file_name(name)
}
