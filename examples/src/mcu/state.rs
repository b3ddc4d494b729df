//! A session that is kept between calls.
//!
//! Whoever knows a session acts as the user (E-153). It lies in a file that only its owner can read, and the password
//! is not kept.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use kandian_proto::Secret;
use serde::{Deserialize, Serialize};

use super::failure::Failure;

const FILE: &str = "session.json";

/// Where a session is kept.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    path: PathBuf,
}

#[derive(Debug, Deserialize, Serialize)]
struct Content {
    platform: String,
    account: String,
    session: String,
}

impl Kept {
    pub(super) fn new(directory: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(directory).map_err(|error| Failure::local(directory, &error))?;
        Ok(Self { path: directory.join(FILE) })
    }

    /// The session of an account with a platform; none when it is another's, or the file is damaged.
    pub(super) fn read(&self, platform: &str, account: &str) -> Result<Option<Secret>, Failure> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::local(&self.path, &error)),
        };
        let content: Option<Content> = serde_json::from_slice(&bytes).ok();
        let ours = content.filter(|content| content.platform == platform && content.account == account);
        Ok(ours.map(|content| content.session.into()))
    }

    /// Keeps a session: a new file takes the place of the old one, so that neither is ever half there.
    pub(super) fn write(&self, platform: &str, account: &str, session: &Secret) -> Result<(), Failure> {
        let content = Content {
            platform: platform.to_owned(),
            account: account.to_owned(),
            session: session.reveal().to_owned(),
        };
        let failed = |error: &dyn std::fmt::Display| Failure::local(&self.path, error);
        let bytes = serde_json::to_vec(&content).map_err(|error| failed(&error))?;
        // Only the owner can read what this crate makes.
        let directory = self.path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(directory).map_err(|error| failed(&error))?;
        file.write_all(&bytes).map_err(|error| failed(&error))?;
        file.persist(&self.path).map_err(|error| failed(&error.error))?;
        Ok(())
    }

    pub(super) fn forget(&self) -> Result<(), Failure> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::local(&self.path, &error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_for_one_account_of_one_platform_and_for_one_reader() {
        let directory = tempfile::tempdir().unwrap();
        let kept = Kept::new(&directory.path().join("a/b")).unwrap();
        assert!(kept.read("p", "1").unwrap().is_none());
        kept.write("p", "1", &Secret::from("s")).unwrap();
        assert!(kept.read("p", "1").unwrap().unwrap().matches("s"));
        assert!(kept.read("p", "2").unwrap().is_none());
        assert!(kept.read("q", "1").unwrap().is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&kept.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&kept.path, b"{").unwrap();
        assert!(kept.read("p", "1").unwrap().is_none());
        kept.forget().unwrap();
        kept.forget().unwrap();
    }
}
