//! One pull for each camera and stream, however many watch it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{BufMut as _, Bytes, BytesMut};
use kandian_proto::play::path::Path;
use tokio::sync::{Notify, watch};

use super::explain::PlayId;
use super::fmp4::{Init, Made};
use super::queue::Queue;
use super::{Camera, pull};
use crate::app::App;
use crate::rules::Mobile;

/// Kinds of binary messages, their first byte.
pub(super) const INIT: u8 = 1;
pub(super) const PICTURE: u8 = 2;
const SOUND: u8 = 3;

/// Most bytes of a group of pictures that are kept for who comes in. A camera whose groups are larger is shown to him from
/// the next IDR picture on.
const GROUP_BYTES: usize = 8 << 20;
/// Most pictures of it.
const GROUP_PICTURES: usize = 1_000;

/// What a pull is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It looks for a way to the camera.
    Connecting,
    /// The camera is not logged in.
    Offline,
    /// There is no picture now; it tries again.
    Failed,
    /// Pictures come.
    Playing,
    /// They have stopped.
    Silent,
}

impl Stage {
    /// Its name for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Offline => "offline",
            Self::Failed => "failed",
            Self::Playing => "playing",
            Self::Silent => "silent",
        }
    }
}

/// What a pull is doing, and where that is explained.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    /// What it is doing.
    pub stage: Stage,
    /// The attempt that it is about.
    pub play: Option<PlayId>,
    /// Over which way, while pictures come.
    pub way: Option<(Path, SocketAddr)>,
}

/// Why nobody else may watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// `media.max_viewers` watch.
    #[error("too many watch at this time")]
    Viewers,
    /// `media.max_viewers_per_account` of this account watch.
    #[error("too many browsers of this account watch at this time")]
    Account,
    /// `media.max_pulls` cameras are watched.
    #[error("too many cameras are watched at this time")]
    Pulls,
}

/// What is pulled, and who watches.
#[derive(Debug, Default)]
pub struct Hub {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    pulls: HashMap<Camera, Arc<Pull>>,
    /// How many watch, by account.
    accounts: HashMap<Mobile, usize>,
    viewers: usize,
    last: u64,
}

/// A stream that is fetched from a camera, and given to all who watch it.
#[derive(Debug)]
pub struct Pull {
    /// What is fetched.
    pub camera: Camera,
    status: watch::Sender<Status>,
    shared: Mutex<Shared>,
    /// Somebody came or went.
    turned: Notify,
}

#[derive(Debug, Default)]
struct Shared {
    init: Option<Bytes>,
    /// The pictures since the last IDR picture, that one first; empty when there are too many.
    group: Vec<Bytes>,
    group_bytes: usize,
    queues: HashMap<u64, Arc<Queue>>,
}

/// The place of one who watches. Dropping it leaves.
#[derive(Debug)]
pub struct Seat {
    app: Arc<App>,
    /// What is watched.
    pub pull: Arc<Pull>,
    /// What waits for him.
    pub queue: Arc<Queue>,
    number: u64,
    account: Mobile,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What a panic leaves behind is whole: no step of this module has two halves.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// Somebody watches from now on. The first one of a camera has it fetched.
    ///
    /// # Errors
    ///
    /// [`Full`].
    pub fn join(&self, app: &Arc<App>, camera: Camera, account: Mobile) -> Result<Seat, Full> {
        let settings = &app.config.media;
        let mut inner = locked(&self.inner);
        if inner.viewers >= settings.max_viewers {
            return Err(Full::Viewers);
        }
        if inner.accounts.get(&account).is_some_and(|count| *count >= settings.max_viewers_per_account) {
            return Err(Full::Account);
        }
        let pull = match inner.pulls.get(&camera) {
            Some(pull) => Arc::clone(pull),
            None if inner.pulls.len() >= settings.max_pulls => return Err(Full::Pulls),
            None => {
                let pull = Arc::new(Pull::new(camera));
                inner.pulls.insert(camera, Arc::clone(&pull));
                app.tasks.spawn(pull::run(Arc::clone(app), Arc::clone(&pull)));
                pull
            }
        };
        inner.last += 1;
        let number = inner.last;
        inner.viewers += 1;
        *inner.accounts.entry(account).or_default() += 1;
        let queue = pull.enter(number);
        inner.count();
        Ok(Seat { app: Arc::clone(app), pull, queue, number, account })
    }

    /// Cameras that are fetched, and browsers that watch.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let inner = locked(&self.inner);
        (inner.pulls.len(), inner.viewers)
    }

    /// Waits until nobody has watched for a while; then the pull is not in the hub any more, and nobody joins it.
    pub(super) async fn unwatched(&self, pull: &Pull, linger: Duration) {
        loop {
            let turned = pull.turned.notified();
            if pull.watchers() > 0 {
                turned.await;
                continue;
            }
            if tokio::time::timeout(linger, turned).await.is_err() && self.give_up(pull) {
                return;
            }
        }
    }

    /// Takes a pull out that nobody watches; returns whether nobody does.
    fn give_up(&self, pull: &Pull) -> bool {
        // Whoever joins holds the same lock.
        let mut inner = locked(&self.inner);
        let is_unwatched = pull.watchers() == 0;
        if is_unwatched {
            inner.pulls.remove(&pull.camera);
            inner.count();
        }
        is_unwatched
    }

    /// Takes a pull out whose task is over, and sends away who watches.
    pub(super) fn ended(&self, pull: &Pull) {
        let mut inner = locked(&self.inner);
        if inner.pulls.get(&pull.camera).is_some_and(|other| std::ptr::eq(&raw const **other, pull)) {
            inner.pulls.remove(&pull.camera);
            inner.count();
        }
        locked(&pull.shared).queues.values().for_each(|queue| queue.end());
    }
}

impl Inner {
    fn count(&self) {
        metrics::gauge!("kandian_media_pulls").set(self.pulls.len() as f64);
        metrics::gauge!("kandian_media_viewers").set(self.viewers as f64);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut inner = locked(&self.app.media.hub.inner);
        locked(&self.pull.shared).queues.remove(&self.number);
        inner.viewers = inner.viewers.saturating_sub(1);
        if let Some(count) = inner.accounts.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                inner.accounts.remove(&self.account);
            }
        }
        inner.count();
        self.pull.turned.notify_one();
    }
}

impl Pull {
    fn new(camera: Camera) -> Self {
        let status = Status { stage: Stage::Connecting, play: None, way: None };
        Self { camera, status: watch::Sender::new(status), shared: Mutex::default(), turned: Notify::new() }
    }

    /// What it is doing, from now on.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// How many watch.
    #[must_use]
    pub fn watchers(&self) -> usize {
        locked(&self.shared).queues.len()
    }

    fn enter(&self, number: u64) -> Arc<Queue> {
        let mut shared = locked(&self.shared);
        let queue = Arc::new(Queue::beginning(shared.init.as_ref(), &shared.group));
        shared.queues.insert(number, Arc::clone(&queue));
        drop(shared);
        self.turned.notify_one();
        queue
    }

    pub(super) fn set(&self, status: Status) {
        self.status.send_replace(status);
    }

    /// What came before is not followed by what comes now: who comes in meanwhile waits for the next IDR picture.
    pub(super) fn interrupted(&self) {
        locked(&self.shared).forget_group();
    }

    /// Gives a picture to everybody.
    pub(super) fn picture(&self, made: &Made) {
        let mut shared = locked(&self.shared);
        if let Some(init) = &made.init {
            shared.init = Some(framed_init(init));
        }
        let (Some(fragment), Some(init)) = (&made.fragment, shared.init.clone()) else { return };
        let piece = framed(PICTURE, u8::from(fragment.is_idr), &fragment.bytes);
        shared.keep(&piece, fragment.is_idr);
        for queue in shared.queues.values() {
            queue.picture((&init, made.init.is_some()), &piece, fragment.is_idr);
        }
    }

    /// Gives a frame of sound to everybody: G.711 of this payload type.
    pub(super) fn sound(&self, payload_type: u8, data: &[u8]) {
        let piece = framed(SOUND, payload_type, data);
        locked(&self.shared).queues.values().for_each(|queue| queue.sound(&piece));
    }
}

impl Shared {
    fn keep(&mut self, piece: &Bytes, is_idr: bool) {
        if is_idr {
            self.forget_group();
        } else if self.group.is_empty() {
            return;
        }
        self.group_bytes += piece.len();
        self.group.push(piece.clone());
        if self.group_bytes > GROUP_BYTES || self.group.len() > GROUP_PICTURES {
            self.forget_group();
        }
    }

    fn forget_group(&mut self) {
        self.group = Vec::new();
        self.group_bytes = 0;
    }
}

/// A binary message: its kind, a byte that says more, and what it carries.
fn framed(kind: u8, more: u8, data: &[u8]) -> Bytes {
    let mut piece = BytesMut::with_capacity(data.len() + 2);
    piece.put_slice(&[kind, more]);
    piece.put_slice(data);
    piece.freeze()
}

/// An initialisation segment: behind its kind the length of the codec's name, and the name.
fn framed_init(init: &Init) -> Bytes {
    let mut piece = BytesMut::with_capacity(init.segment.len() + 32);
    // The name has 11 letters.
    piece.put_slice(&[INIT, init.codec.len() as u8]);
    piece.put_slice(init.codec.as_bytes());
    piece.put_slice(&init.segment);
    piece.freeze()
}
