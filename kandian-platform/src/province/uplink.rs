//! What is known of the group platform, and how many ask it at a time.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kandian_proto::time::UnixMillis;
use tokio::sync::{Notify, Semaphore};
use tokio::time::error::Elapsed;

/// Claims at a time: users must not make this platform flood the group platform.
const AT_A_TIME: usize = 16;
/// How long a user waits for a claim. Phones of the time give up after six seconds, and do not wait for a second answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The way to the group platform.
#[derive(Debug)]
pub struct Uplink {
    turns: Semaphore,
    standing: Mutex<Standing>,
    /// One for each that waits: the reports of addresses, and those of users.
    addresses_now: Notify,
    users_now: Notify,
}

/// How this province platform stands with the group platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The last report of addresses (6.1).
    pub addresses: Option<LastReport>,
    /// The last report of a user (6.2 to 6.4).
    pub users: Option<LastReport>,
}

/// How a report ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastReport {
    /// When.
    pub at: UnixMillis,
    /// Why it was not taken; `None`: it was.
    pub failure: Option<String>,
}

impl Default for Uplink {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_A_TIME),
            standing: Mutex::default(),
            addresses_now: Notify::new(),
            users_now: Notify::new(),
        }
    }
}

impl Uplink {
    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.lock().clone()
    }

    /// Ends all pauses: what waits is tried now.
    pub fn try_now(&self) {
        self.addresses_now.notify_one();
        self.users_now.notify_one();
    }

    pub(super) fn addresses_reported(&self, report: LastReport) {
        self.lock().addresses = Some(report);
    }

    pub(super) fn user_reported(&self, report: LastReport) {
        self.lock().users = Some(report);
    }

    pub(super) async fn addresses_wanted(&self) {
        self.addresses_now.notified().await;
    }

    pub(super) async fn users_wanted(&self) {
        self.users_now.notified().await;
    }

    /// Asks for somebody who waits, after those who came before him.
    pub(super) async fn in_turn<T>(&self, question: impl Future<Output = T>) -> Result<T, Elapsed> {
        tokio::time::timeout(PATIENCE, async {
            let _turn = self.turns.acquire().await;
            question.await
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Standing> {
        // It is replaced as a whole, so a panic elsewhere leaves it right.
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
