//! Sound for pictures that have none: a tone, or a WAV file, as G.711 A-law.; E-179.

mod g711;
mod wav;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use kandian_proto::message::device::VideoParameters;
use kandian_proto::rtsp::sdp::Sound;
use tokio::time::{Instant, sleep_until};

use super::{Change, Feed, Frame, Frames, Source, StreamId, Unit, Voice};
use crate::hardware::{Fault, Pending};

/// Samples a second of G.711.
const RATE_HZ: usize = 8_000;
/// Samples of a piece: 40 ms, which is one packet.
const PIECE: usize = RATE_HZ / 25;

/// What a device without a microphone lets people hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Microphone {
    /// G.711 A-law, played again and again.
    samples: Bytes,
}

impl Microphone {
    /// A short tone of 1 kHz every second, so that somebody hears at once whether sound comes, and whether it is whole.
    #[must_use]
    pub fn tone() -> Self {
        /// A tenth of a second.
        const SOUNDS: usize = RATE_HZ / 10;
        /// The eighth of a wave that a sample is, of a third of full loudness.
        const WAVE: [i16; 8] = [0, 7_071, 10_000, 7_071, 0, -7_071, -10_000, -7_071];
        let samples = (0..RATE_HZ).map(|n| if n < SOUNDS { WAVE[n % WAVE.len()] } else { 0 });
        Self { samples: samples.map(g711::a_law).collect() }
    }

    /// A WAV file of PCM or G.711, at any rate and with any number of channels. Blocks.
    ///
    /// # Errors
    /// Why it cannot be heard.
    pub fn wav(path: &Path) -> Result<Self, Fault> {
        let samples = wav::read(path).map_err(|why| Fault(format!("{}: {why}", path.display())))?;
        Ok(Self { samples: samples.into_iter().map(g711::a_law).collect() })
    }

    fn voice(&self) -> Voice {
        let frames = Endless { samples: self.samples.clone(), began: Instant::now(), piece: 0 };
        Voice { sound: Sound::Pcma, frames: Box::new(frames) }
    }
}

/// Samples again and again, as they become due.
struct Endless {
    samples: Bytes,
    began: Instant,
    piece: u32,
}

impl Endless {
    async fn frame(&mut self) -> Option<Frame> {
        let first = (self.piece as usize).checked_mul(PIECE)?.checked_rem(self.samples.len())?;
        let rest = self.samples.slice(first..);
        let data: Bytes = if rest.len() >= PIECE {
            rest.slice(..PIECE)
        } else {
            rest.iter().chain(self.samples.iter().cycle()).copied().take(PIECE).collect()
        };
        let at = Duration::from_millis(40) * self.piece;
        // A piece is there when its last sample is.
        sleep_until(self.began + at + Duration::from_millis(40)).await;
        self.piece = self.piece.checked_add(1)?;
        Some(Frame { at, data })
    }
}

impl Frames for Endless {
    fn next(&mut self) -> Pending<'_, Option<Frame>> {
        Box::pin(self.frame())
    }
}

/// A source with a microphone: what has no sound of its own has that of the microphone.
pub struct Voiced {
    source: Arc<dyn Source>,
    microphone: Microphone,
}

impl std::fmt::Debug for Voiced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voiced").finish_non_exhaustive()
    }
}

impl Voiced {
    /// The pictures of a source with a microphone beside them.
    #[must_use]
    pub fn new(source: Arc<dyn Source>, microphone: Microphone) -> Self {
        Self { source, microphone }
    }
}

impl Source for Voiced {
    fn open(&self, stream: StreamId, wanted: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        let opened = self.source.open(stream, wanted);
        Box::pin(async move {
            let feed = opened.await?;
            Ok(Box::new(Beside { feed, microphone: self.microphone.clone() }) as Box<dyn Feed>)
        })
    }
}

/// A feed with a microphone beside it.
struct Beside {
    feed: Box<dyn Feed>,
    microphone: Microphone,
}

impl Feed for Beside {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        self.feed.next()
    }

    fn set(&mut self, wanted: &VideoParameters) -> Change {
        self.feed.set(wanted)
    }

    fn refresh(&mut self) {
        self.feed.refresh();
    }

    fn voice(&mut self) -> Option<Voice> {
        Some(self.feed.voice().unwrap_or_else(|| self.microphone.voice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Second after second the same, in pieces that follow on each other without a gap.
    #[tokio::test(start_paused = true)]
    async fn a_tone_every_second() {
        let Voice { sound, mut frames } = Microphone::tone().voice();
        assert_eq!(sound, Sound::Pcma);
        let mut heard = Vec::new();
        for n in 0..75 {
            let frame = frames.next().await.unwrap();
            assert_eq!((frame.at, frame.data.len()), (Duration::from_millis(40 * n), 320));
            heard.extend_from_slice(&frame.data);
        }
        let (first, rest) = heard.split_at(8_000);
        assert_eq!(first, &rest[..8_000]);
        let silence = g711::a_law(0);
        let loud = |samples: &[u8]| samples.iter().filter(|sample| **sample != silence).count();
        assert_eq!((loud(&first[..800]), loud(&first[800..])), (600, 0));
    }
}
