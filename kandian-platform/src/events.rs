//! Everything that happens, as a stream for who listens.

use std::sync::atomic::{AtomicU64, Ordering};

use kandian_proto::DevId;
use kandian_proto::time::UnixMillis;
use serde::Serialize;
use tokio::sync::broadcast;

/// Events that a slow listener may be behind; then it misses some, and is told so.
const BACKLOG: usize = 1_024;

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Happening {
    /// Its number since the platform started; the next one is higher by one.
    pub id: u64,
    /// When, in milliseconds of Unix time.
    pub at: i64,
    /// The device it is about.
    #[serde(serialize_with = "id_text")]
    pub device: DevId,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

fn id_text<S: serde::Serializer>(id: &DevId, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(id)
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// It registered.
    Registered {
        /// How that was decided.
        decision: String,
    },
    /// It logged in.
    Online {
        /// Where its link comes from.
        address: String,
        /// The number of the login.
        epoch: u64,
    },
    /// A login was refused.
    LoginRefused {
        /// The result.
        result: u16,
        /// In words.
        reason: String,
    },
    /// Its link ended.
    Offline {
        /// Why.
        reason: String,
    },
    /// It said what it can do.
    Capabilities,
    /// An alarm was stored.
    Alarm {
        /// Its number.
        id: i64,
        /// The channel.
        channel: u16,
        /// The type.
        alarm_type: u16,
        /// The device's words.
        description: String,
    },
    /// An exception was stored.
    Exception {
        /// Its number.
        id: i64,
        /// The channel.
        channel: u16,
        /// The type.
        exception_type: u16,
        /// The device's words.
        description: String,
    },
    /// A picture was announced.
    Picture {
        /// Its number.
        id: i64,
        /// The channel.
        channel: u16,
        /// Its name.
        file_name: String,
    },
    /// Its addresses changed.
    Addresses,
    /// The port that its router forwards was tried.
    Upnp {
        /// Where it is.
        address: String,
        /// Whether it lets anybody in.
        open: bool,
    },
    /// A command was answered, or was not.
    Command {
        /// The operation.
        operation: &'static str,
        /// How it ended.
        outcome: String,
    },
    /// It broke a rule.
    Fault {
        /// Which.
        fault: String,
    },
}

/// Where events are published.
#[derive(Debug)]
pub struct Bus {
    next: AtomicU64,
    sender: broadcast::Sender<Happening>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { next: AtomicU64::new(1), sender: broadcast::Sender::new(BACKLOG) }
    }
}

impl Bus {
    /// Tells everybody who listens.
    pub fn publish(&self, at: UnixMillis, device: DevId, what: What) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        // Nobody may listen.
        let _ = self.sender.send(Happening { id, at: at.0, device, what });
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.sender.receiver_count()
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Happening> {
        self.sender.subscribe()
    }
}
