//! Everybody watches the same pictures.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kandian_proto::message::device::VideoParameters;
use kandian_proto::rtsp::sdp::Sound;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::sounding::{Listener, Sounding};
use super::{Change, Feed, Frame, Source, StreamId, Unit, Voice};
use crate::hardware::Fault;

/// Units that a viewer may be behind: some seconds at any rate. Then it misses some, and goes on with the next picture
/// that stands by itself.
const BEHIND: usize = 128;
/// Most bytes kept since the last picture that stands by itself. A source that sends none for minutes must not fill the
/// memory; whoever joins then waits for the next one.
const KEPT_BYTES: usize = 8 << 20;
/// Most units of the same.
const KEPT_UNITS: usize = 1_024;
/// How long a feed goes on without viewers: somebody who reloads finds it running.
const LINGER: Duration = Duration::from_secs(5);
/// A feed that has shown pictures for so long was a good one: when it ends, the next attempt comes soon. A command that shows
/// one picture and exits is not started five times a second.
const STEADY: Duration = Duration::from_secs(5);
/// Pauses before a source that failed is opened again; the last one again and again.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(15)];

/// A stream and everybody who watches it. Clones share it.
#[derive(Clone)]
pub struct Stage {
    shared: Arc<Shared>,
}

struct Shared {
    id: StreamId,
    source: Arc<dyn Source>,
    wanted: watch::Receiver<VideoParameters>,
    /// What the times of the pictures are counted from.
    began: Instant,
    /// Somebody waits for a picture that stands by itself.
    waits: Notify,
    sounding: Sounding,
    inner: Mutex<Inner>,
}

struct Inner {
    viewers: usize,
    running: Option<JoinHandle<()>>,
    /// What was shown since the last picture that stands by itself, beginning with it.
    kept: Vec<Arc<Unit>>,
    kept_bytes: usize,
    /// The time of the last picture.
    shown: Duration,
    units: broadcast::Sender<Arc<Unit>>,
    /// Whether the next picture should stand by itself, since somebody waits for such a one.
    wants_key: bool,
    /// Why there is no picture at this time.
    fault: Option<Fault>,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.shared.lock();
        let mut shown = f.debug_struct("Stage");
        shown.field("id", &self.shared.id).field("viewers", &inner.viewers);
        shown.field("running", &inner.running.is_some()).finish_non_exhaustive()
    }
}

/// What a viewer sees next.
#[derive(Clone, Debug)]
pub enum Watched {
    /// A picture.
    Unit(Arc<Unit>),
    /// It was too slow and missed this many; the next one stands by itself.
    Missed(u64),
}

/// Somebody who watches. Dropping it ends that.
#[derive(Debug)]
pub struct Viewer {
    stage: Stage,
    backlog: VecDeque<Arc<Unit>>,
    units: broadcast::Receiver<Arc<Unit>>,
    /// Nothing is shown before the next picture that stands by itself.
    waits_for_key: bool,
}

impl Stage {
    /// A stream that nobody watches yet. Its parameters are followed.
    #[must_use]
    pub fn new(id: StreamId, source: Arc<dyn Source>, wanted: watch::Receiver<VideoParameters>) -> Self {
        let inner = Inner {
            viewers: 0,
            running: None,
            kept: Vec::new(),
            kept_bytes: 0,
            shown: Duration::ZERO,
            units: broadcast::Sender::new(BEHIND),
            wants_key: false,
            fault: None,
        };
        let (began, waits, inner) = (Instant::now(), Notify::new(), Mutex::new(inner));
        let sounding = Sounding::default();
        Self { shared: Arc::new(Shared { id, source, wanted, began, waits, sounding, inner }) }
    }

    /// Watches from now on, beginning with the last picture that stands by itself.
    #[must_use]
    pub fn watch(&self) -> Viewer {
        let mut inner = self.shared.lock();
        inner.viewers += 1;
        // One that has ended without saying so has panicked, in its source: another one takes its place.
        if inner.running.as_ref().is_none_or(JoinHandle::is_finished) {
            inner.forget();
            inner.running = Some(tokio::spawn(play(Arc::clone(&self.shared))));
        }
        // Under the same lock as showing: nothing is seen twice, and nothing missed.
        let backlog: VecDeque<_> = inner.kept.iter().cloned().collect();
        let waits_for_key = backlog.is_empty();
        if waits_for_key {
            self.shared.want_key(&mut inner);
        }
        Viewer { stage: self.clone(), backlog, units: inner.units.subscribe(), waits_for_key }
    }

    /// What is to be heard, when there is something and it is switched on (`AudioInput`); known with the first picture.
    #[must_use]
    pub fn sound(&self) -> Option<Sound> {
        self.shared.sounding.sound().filter(|_| self.shared.wanted.borrow().audio_input)
    }

    /// Hears from now on what belongs to the pictures, as long as somebody watches.
    #[must_use]
    pub fn listen(&self) -> Listener {
        self.shared.sounding.listen()
    }

    /// How many watch.
    #[must_use]
    pub fn viewers(&self) -> usize {
        self.shared.lock().viewers
    }

    /// Why there is no picture, when there is none.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.shared.lock().fault.clone()
    }
}

impl Viewer {
    /// The next picture; never one that needs another that this viewer has not seen. Waits for as long as it takes.
    pub async fn next(&mut self) -> Watched {
        if let Some(unit) = self.backlog.pop_front() {
            return Watched::Unit(unit);
        }
        loop {
            match self.units.recv().await {
                Ok(unit) if self.waits_for_key && !unit.is_key => {}
                Ok(unit) => {
                    self.waits_for_key = false;
                    return Watched::Unit(unit);
                }
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    self.waits_for_key = true;
                    let shared = &self.stage.shared;
                    shared.want_key(&mut shared.lock());
                    return Watched::Missed(missed);
                }
                // The stage holds the sender, and this viewer the stage.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        let mut inner = self.stage.shared.lock();
        inner.viewers = inner.viewers.saturating_sub(1);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a picture of a feed that was opened at `base`. A feed whose clock runs fast ends ahead of where the next one
    /// begins; time stands still then, since it must not go back.
    fn show(&self, mut unit: Unit, base: Duration) {
        let mut inner = self.lock();
        inner.fault = None;
        unit.at = base.saturating_add(unit.at).max(inner.shown);
        inner.shown = unit.at;
        let unit = Arc::new(unit);
        if unit.is_key {
            inner.forget();
            inner.wants_key = false;
        }
        if unit.is_key || !inner.kept.is_empty() {
            inner.kept_bytes += unit.data.len();
            inner.kept.push(Arc::clone(&unit));
        }
        if inner.kept_bytes > KEPT_BYTES || inner.kept.len() > KEPT_UNITS {
            inner.forget();
        }
        // Nobody may be watching for a moment.
        let _ = inner.units.send(unit);
    }

    /// Lets a piece of sound be heard, unless the sound is switched off (`AudioInput`).
    fn sound(&self, frame: Frame, base: Duration) {
        if self.wanted.borrow().audio_input {
            self.sounding.show(Frame { at: base.saturating_add(frame.at), ..frame });
        }
    }

    /// Asks the feed for a picture that stands by itself; once until it comes, however many wait for it.
    fn want_key(&self, inner: &mut Inner) {
        if !std::mem::replace(&mut inner.wants_key, true) {
            self.waits.notify_one();
        }
    }

    /// Whether the run has ended: nobody watches. There is one at a time, since the next one begins after this.
    fn ends(&self) -> bool {
        let mut inner = self.lock();
        if inner.viewers > 0 {
            return false;
        }
        inner.running = None;
        inner.forget();
        inner.fault = None;
        true
    }
}

impl Inner {
    fn forget(&mut self) {
        self.kept.clear();
        self.kept_bytes = 0;
    }
}

/// Shows the pictures of the source until nobody has watched for a while.
async fn play(shared: Arc<Shared>) {
    let mut failures = 0;
    loop {
        let ended = tokio::select! {
            fault = show(&shared, &mut failures) => Some(fault),
            () = unwatched(&shared) => None,
        };
        if let Some(fault) = ended {
            tracing::warn!(channel = shared.id.channel, stream = %shared.id.stream, %fault, "there is no picture");
            let mut inner = shared.lock();
            inner.fault = Some(fault);
            // What comes next begins anew.
            inner.forget();
        }
        if shared.ends() {
            return;
        }
        if ended_by_fault(&shared) {
            let pause = PAUSES[failures.min(PAUSES.len() - 1)];
            failures += 1;
            tokio::time::sleep(pause).await;
        }
    }
}

fn ended_by_fault(shared: &Shared) -> bool {
    shared.lock().fault.is_some()
}

/// Returns when nobody has watched for [`LINGER`].
async fn unwatched(shared: &Shared) {
    const LOOK: Duration = Duration::from_millis(500);
    let mut alone = Duration::ZERO;
    while alone < LINGER {
        tokio::time::sleep(LOOK).await;
        alone = if shared.lock().viewers == 0 { alone + LOOK } else { Duration::ZERO };
    }
}

/// Shows pictures until the source fails.
async fn show(shared: &Shared, failures: &mut usize) -> Fault {
    let mut wanted = shared.wanted.clone();
    loop {
        let parameters = wanted.borrow_and_update().clone();
        let mut feed = match shared.source.open(shared.id, &parameters).await {
            Ok(feed) => feed,
            Err(fault) => return fault,
        };
        let voice = feed.voice();
        shared.sounding.set(voice.as_ref());
        let followed = follow(shared, &mut *feed, voice, (parameters, &mut wanted), failures).await;
        if let Err(fault) = followed {
            return fault;
        }
    }
}

/// Shows pictures of a feed, and its parameters follow; returns when it must be opened anew.
async fn follow(
    shared: &Shared,
    feed: &mut dyn Feed,
    mut voice: Option<Voice>,
    (mut parameters, wanted): (VideoParameters, &mut watch::Receiver<VideoParameters>),
    failures: &mut usize,
) -> Result<(), Fault> {
    let base = shared.began.elapsed();
    // The first picture of a feed stands by itself.
    shared.lock().wants_key = false;
    let mut is_steered = true;
    loop {
        tokio::select! {
            unit = feed.next() => {
                let unit = unit?;
                if unit.at >= STEADY {
                    *failures = 0;
                }
                shared.show(unit, base);
            }
            frame = heard(&mut voice) => shared.sound(frame, base),
            () = shared.waits.notified() => {
                // What was wanted of the feed before this one has come with this one.
                if shared.lock().wants_key {
                    feed.refresh();
                }
            }
            changed = wanted.changed(), if is_steered => {
                if changed.is_err() {
                    // Nobody sets parameters any more; the pictures go on.
                    is_steered = false;
                    continue;
                }
                let before = std::mem::replace(&mut parameters, wanted.borrow_and_update().clone());
                if is_same_picture(&before, &parameters) {
                    continue;
                }
                match feed.set(&parameters) {
                    Change::Followed => {}
                    Change::Reopen => return Ok(()),
                    Change::Ignored => {
                        tracing::info!(
                            channel = shared.id.channel,
                            stream = %shared.id.stream,
                            "the source shows what it has, whatever is set"
                        );
                    }
                }
            }
        }
    }
}

/// Whether two sets of parameters differ in nothing that is seen.
fn is_same_picture(one: &VideoParameters, other: &VideoParameters) -> bool {
    let mut one = one.clone();
    one.audio_input = other.audio_input;
    one == *other
}

/// The next piece of sound; waits for ever when there is none, or no more.
async fn heard(voice: &mut Option<Voice>) -> Frame {
    if let Some(open) = voice {
        match open.frames.next().await {
            Some(frame) => return frame,
            None => *voice = None,
        }
    }
    std::future::pending().await
}

#[cfg(test)]
mod tests;
