//! What is heard of a stream: everybody hears the same.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use kandian_proto::rtsp::sdp::Sound;
use tokio::sync::broadcast;

use super::{Frame, Voice};

/// Pieces that a listener may be behind: two seconds and more.
const BEHIND: usize = 128;

/// The sound of a stage.
pub(super) struct Sounding {
    inner: Mutex<Inner>,
    frames: broadcast::Sender<Arc<Frame>>,
}

#[derive(Default)]
struct Inner {
    /// That of the feed that is open, or was.
    sound: Option<Sound>,
    /// The time of the last piece.
    shown: Duration,
}

impl Default for Sounding {
    fn default() -> Self {
        Self { inner: Mutex::default(), frames: broadcast::Sender::new(BEHIND) }
    }
}

impl Sounding {
    /// A feed was opened, with this.
    pub(super) fn set(&self, voice: Option<&Voice>) {
        self.lock().sound = voice.map(|voice| voice.sound.clone());
    }

    pub(super) fn sound(&self) -> Option<Sound> {
        self.lock().sound.clone()
    }

    pub(super) fn listen(&self) -> Listener {
        Listener { frames: self.frames.subscribe() }
    }

    /// Lets a piece be heard. Its time does not go back where a feed was opened anew.
    pub(super) fn show(&self, mut frame: Frame) {
        let mut inner = self.lock();
        frame.at = frame.at.max(inner.shown);
        inner.shown = frame.at;
        drop(inner);
        // Nobody may be listening.
        let _ = self.frames.send(Arc::new(frame));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who hears a [`Stage`](super::Stage). Whoever is too slow misses the oldest pieces.
#[derive(Debug)]
pub struct Listener {
    frames: broadcast::Receiver<Arc<Frame>>,
}

impl Listener {
    /// The next piece. Waits for as long as it takes.
    pub async fn next(&mut self) -> Arc<Frame> {
        loop {
            match self.frames.recv().await {
                Ok(frame) => return frame,
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}
