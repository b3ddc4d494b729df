//! A platform that runs, and how programs of this machine find it.
//!
//! While it runs, a platform holds a lock in its data directory, and a file beside it says where its REST interface is
//! and which secret opens it. Only the account of the platform can read the file, and that account can change its
//! settings and its database; the secret gives nothing more, so it opens everything. It is made at each start, and known
//! to the platform as a hash in memory only: what a crash leaves behind opens nothing. From other machines it opens
//! nothing either.
//!
//! The lock and not the file says whether a platform runs: the system takes it back however a process ends.

mod claim;
mod find;

pub(crate) use claim::Claim;
pub use find::{FindError, find};

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::OnceLock;

use kandian_proto::Secret;
use serde::{Deserialize, Serialize};

use crate::service::{digest, random_text};

/// The name of the file in the data directory.
pub const FILE: &str = "running.json";
/// The name of the lock beside it.
pub const LOCK: &str = "running.lock";

const PREFIX: &str = "kd_local_";
/// Characters of the secret: 160 bits.
const SECRET_LEN: usize = 32;

/// Where a platform that runs is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The number of its process.
    pub process: u32,
    /// Where its REST interface is reached from this machine.
    pub rest: SocketAddr,
    /// SHA-256 of the certificate it shows, in hexadecimal digits; `None`: it does not encrypt.
    pub certificate: Option<String>,
    /// What opens it.
    pub token: Secret,
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
struct Written {
    process: u32,
    rest: SocketAddr,
    certificate: Option<String>,
    token: String,
}

impl Endpoint {
    fn to_json(&self) -> String {
        let written = Written {
            process: self.process,
            rest: self.rest,
            certificate: self.certificate.clone(),
            token: self.token.reveal().to_owned(),
        };
        // Plain data.
        serde_json::to_string_pretty(&written).unwrap_or_default()
    }

    fn from_json(text: &str) -> Option<Self> {
        let Written { process, rest, certificate, token } = serde_json::from_str(text).ok()?;
        Some(Self { process, rest, certificate, token: Secret::from(token) })
    }
}

/// Why a data directory cannot be claimed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// Another platform holds it.
    #[error(
        "a platform{} runs on the data directory {} already; stop it, or name another directory",
        .process.map(|process| format!(" (process {process})")).unwrap_or_default(),
        .path.display()
    )]
    InUse {
        /// The directory.
        path: PathBuf,
        /// The other platform, when it says who it is.
        process: Option<u32>,
    },
    /// Something in it cannot be written.
    #[error("{} cannot be written: {error}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

/// The platform's side of the secret: its hash.
#[derive(Debug, Default)]
pub struct LocalKey(OnceLock<Secret>);

impl LocalKey {
    /// Makes the secret; the first one counts. Until then nothing opens.
    pub(crate) fn issue(&self) -> Secret {
        let secret = format!("{PREFIX}{}", random_text(SECRET_LEN));
        let hash = digest(&secret);
        // A second one would be a mistake of the program, and opens nothing.
        let _ = self.0.set(Secret::from(hash));
        Secret::from(secret)
    }

    /// Whether this is the secret.
    #[must_use]
    pub fn opens(&self, text: &str) -> bool {
        text.starts_with(PREFIX) && self.0.get().is_some_and(|hash| hash.matches(&digest(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> Endpoint {
        let rest = "127.0.0.1:18080".parse().unwrap();
        Endpoint { process: 7, rest, certificate: Some("ab".repeat(32)), token: Secret::from("kd_local_x") }
    }

    #[test]
    fn the_secret_opens_and_nothing_else() {
        let (key, other) = (LocalKey::default(), LocalKey::default());
        assert!(!key.opens("kd_local_") && !key.opens(""));
        let secret = key.issue();
        assert!(key.opens(secret.reveal()) && !other.opens(secret.reveal()));
        assert!(!key.opens(&secret.reveal()[..20]) && !key.opens(key.issue().reveal()));
        assert!(!format!("{key:?}").contains(&digest(secret.reveal())));
    }

    #[tokio::test]
    async fn a_platform_is_found_while_it_runs() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        assert_eq!(find(path).unwrap(), None);
        let claim = Claim::take(path).await.unwrap();
        assert!(matches!(find(path), Err(FindError::Silent { .. })), "it has not said where it is");
        claim.announce(&endpoint()).unwrap();
        assert_eq!(find(path).unwrap(), Some(endpoint()));
        assert!(!format!("{:?}", endpoint()).contains("kd_local"));
        #[cfg(unix)]
        for name in [FILE, LOCK] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                std::fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777,
                0o600,
                "{name}"
            );
        }
        let second = Claim::take(path).await.err();
        assert!(matches!(second, Some(ClaimError::InUse { process: Some(7), .. })), "{second:?}");
        drop(claim);
        assert_eq!(find(path).unwrap(), None);
        assert!(!path.join(FILE).exists());
    }

    /// What a crash leaves behind is no platform, and the next start takes it away.
    #[tokio::test]
    async fn what_is_left_behind_is_stale() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let claim = Claim::take(path).await.unwrap();
        claim.announce(&endpoint()).unwrap();
        let left = std::fs::read(path.join(FILE)).unwrap();
        drop(claim);
        std::fs::write(path.join(FILE), left).unwrap();
        assert_eq!(find(path).unwrap(), None);
        let next = Claim::take(path).await.unwrap();
        assert!(!path.join(FILE).exists());
        std::fs::write(path.join(FILE), "{").unwrap();
        assert!(matches!(find(path), Err(FindError::Damaged { .. })));
        drop(next);
    }

    /// A command that looks at the moment of the start does not keep the platform from it.
    #[tokio::test]
    async fn a_look_is_no_claim() {
        let directory = tempfile::tempdir().unwrap();
        drop(Claim::take(directory.path()).await.unwrap());
        let look = std::fs::File::open(directory.path().join(LOCK)).unwrap();
        look.try_lock_shared().unwrap();
        let start = Claim::take(directory.path());
        let end = async {
            tokio::time::sleep(std::time::Duration::from_millis(120)).await;
            drop(look);
        };
        let (claim, ()) = tokio::join!(start, end);
        claim.unwrap();
    }
}
