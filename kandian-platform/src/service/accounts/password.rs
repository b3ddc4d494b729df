//! Passwords, as Argon2id hashes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use kandian_proto::Secret;
use tokio::sync::{OnceCell, Semaphore};

/// Hashes that are computed at a time. Each takes 19 MiB and some ten milliseconds of a core; a flood of logins waits
/// in a queue instead of taking all memory.
const AT_A_TIME: usize = 2;

/// Computes and checks hashes.
#[derive(Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// What is checked when there is no account, so that the answer takes as long as with one.
    nobody: OnceCell<Secret>,
    /// How many were compared.
    compared: AtomicU64,
}

/// Why no hash could be made: the system has no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct NoHash;

impl Default for Passwords {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            nobody: OnceCell::new(),
            compared: AtomicU64::new(0),
        }
    }
}

impl Passwords {
    /// The hash of a password, in PHC form, with a salt of its own.
    ///
    /// # Errors
    ///
    /// [`NoHash`].
    pub async fn hash(&self, password: &Secret) -> Result<Secret, NoHash> {
        let password = password.clone();
        self.in_turn(move || {
            let hash = Argon2::default().hash_password(password.reveal().as_bytes()).map_err(|_| NoHash)?;
            Ok(Secret::from(hash.to_string()))
        })
        .await
        .unwrap_or(Err(NoHash))
    }

    /// How many passwords were compared with a hash so far, that of nobody included.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.compared.load(Ordering::Relaxed)
    }

    /// Whether a password is the one of this hash. Without a hash it is none, which takes as long to find out.
    pub async fn matches(&self, password: &Secret, hash: Option<&Secret>) -> bool {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash.clone(),
            None => match self.nobody.get_or_try_init(|| self.hash(password)).await {
                Ok(hash) => hash.clone(),
                Err(NoHash) => return false,
            },
        };
        self.compared.fetch_add(1, Ordering::Relaxed);
        let password = password.clone();
        let same = self.in_turn(move || {
            let Ok(hash) = PasswordHash::new(hash.reveal()) else { return false };
            Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok()
        });
        same.await.unwrap_or(false) && known
    }

    /// Runs work that keeps a core busy away from the tasks that must not wait.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        // Who asked may hang up; the work goes on, and so does its turn.
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn hashes_are_salted_and_match_their_password_only() {
        let passwords = Passwords::default();
        let password = Secret::from("482913");
        let hash = passwords.hash(&password).await.unwrap();
        assert!(hash.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.reveal());
        assert!(!passwords.hash(&password).await.unwrap().matches(hash.reveal()));
        assert!(passwords.matches(&password, Some(&hash)).await);
        assert!(!passwords.matches(&Secret::from("482914"), Some(&hash)).await);
        assert!(!passwords.matches(&password, Some(&Secret::from("482913"))).await);
        // The first password that is tried on nobody is not nobody's password.
        assert!(!passwords.matches(&password, None).await);
        assert!(!passwords.matches(&password, None).await);
    }

    /// Whoever hangs up does not make room for another while the work for him goes on.
    #[tokio::test]
    async fn a_turn_lasts_as_long_as_the_work() {
        let passwords = Passwords::default();
        let (go_on, waits) = std::sync::mpsc::channel::<()>();
        let mut work = Box::pin(passwords.in_turn(move || waits.recv().is_ok()));
        assert!(futures_util::poll!(&mut work).is_pending());
        drop(work);
        assert_eq!(passwords.turns.available_permits(), AT_A_TIME - 1);
        go_on.send(()).unwrap();
        let all = u32::try_from(AT_A_TIME).unwrap();
        assert!(passwords.turns.acquire_many(all).await.is_ok());
    }
}
