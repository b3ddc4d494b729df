//! Another camera as a source: whatever speaks RTSP becomes a camera of 手机看店.

use std::time::Duration;

use bytes::Bytes;
use kandian_proto::message::device::VideoParameters;
use kandian_proto::rtsp::h264::ParameterSets;
use kandian_proto::rtsp::rtp::{Media, Track};
use kandian_proto::rtsp::sdp::{Codec, Remote, RemoteTrack, Sound};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::pace::Pace;
use super::shaper::{DISORDER, Shaper};
use super::{Change, Feed, Frame, Frames, Source, StreamId, Unit, Voice};
use crate::hardware::{Fault, Pending};
use crate::pull::{Event, Pull, PullError, RtspUrl, View};

/// How long a camera may take from the connection to the answer to PLAY. Whoever watches waits for it.
const BEGINS: Duration = Duration::from_secs(15);
/// How long it may take to a picture that stands by itself. Some cameras send one in ten seconds.
const FIRST_PICTURE: Duration = Duration::from_secs(20);
/// Pieces of sound that wait to be taken: two seconds and more.
const MOST_FRAMES: usize = 128;

/// How the media of the other camera come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Inside the connection: works everywhere, and loses nothing.
    #[default]
    Tcp,
    /// As datagrams.
    Udp,
}

/// Another camera, pulled while somebody watches. The stage that has it opens it again when it vanishes.
///
/// What it sends is passed on as it is: size, rate and bits are those of the other camera, whatever `SET_CHANNEL` says. Its
/// sound is passed on when it is G.711 or AAC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    url: RtspUrl,
    transport: Transport,
}

impl Upstream {
    /// The camera at this URL.
    #[must_use]
    pub const fn new(url: RtspUrl, transport: Transport) -> Self {
        Self { url, transport }
    }

    async fn connect(&self) -> Result<Viewed, Fault> {
        let view = match self.transport {
            Transport::Tcp => View::tcp(),
            Transport::Udp => View::udp(),
        };
        let mut pull = Pull::foreign(self.url.clone(), view).await.map_err(fault)?;
        let mut remote = Remote::default();
        loop {
            match pull.next().await.map_err(fault)? {
                Event::Described(described) => remote = described,
                Event::Playing { .. } => return Ok(Viewed::new(pull, &remote)),
                // Some cameras send before they say that they do; the first picture is waited for anyway.
                _ => {}
            }
        }
    }
}

impl Source for Upstream {
    fn open(&self, _: StreamId, _: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        Box::pin(async move {
            let viewed = timeout(BEGINS, self.connect()).await;
            let viewed = viewed.map_err(|_| Fault(format!("the camera does not play within {BEGINS:?}")))?;
            Ok(Box::new(viewed?) as Box<dyn Feed>)
        })
    }
}

fn fault(error: PullError) -> Fault {
    Fault(format!("the camera: {error}"))
}

/// A camera that plays.
struct Viewed {
    pull: Pull,
    began: Instant,
    shaper: Shaper,
    /// It was said that there are B-frames.
    is_disordered: bool,
    has_picture: bool,
    first_picture_within: Duration,
    video: Pace,
    audio: Pace,
    heard: mpsc::Sender<Frame>,
    voice: Option<Voice>,
}

impl Viewed {
    fn new(pull: Pull, remote: &Remote) -> Self {
        let track = |is_video| remote.tracks.iter().find(|track| track.is_video == is_video);
        let sets = track(true).map_or_else(ParameterSets::default, |track| track.parameter_sets.clone());
        let pace = |is_video| Pace::new(track(is_video).map_or(0, |track| track.clock_hz));
        let (heard, frames) = mpsc::channel(MOST_FRAMES);
        let voice =
            track(false).and_then(sound).map(|sound| Voice { sound, frames: Box::new(Heard(frames)) });
        Self {
            pull,
            began: Instant::now(),
            shaper: Shaper::new(sets),
            is_disordered: false,
            has_picture: false,
            first_picture_within: FIRST_PICTURE,
            video: pace(true),
            audio: pace(false),
            heard,
            voice,
        }
    }

    async fn picture(&mut self) -> Result<Unit, Fault> {
        loop {
            let within = self.first_picture_within;
            if !self.has_picture && self.began.elapsed() > within {
                let why = "there was no picture that stands by itself (IDR with SPS and PPS) within";
                return Err(Fault(format!("the camera: {why} {within:?}")));
            }
            match self.pull.next().await.map_err(fault)? {
                Event::Media { track: Track::VIDEO, media } => {
                    if let Some(unit) = self.video(media) {
                        return Ok(unit);
                    }
                }
                Event::Media { media, .. } => self.audio(media),
                Event::NoVideo => {
                    return Err(Fault("the camera: no video comes over UDP; try TCP".to_owned()));
                }
                Event::Silent => return Err(Fault("the camera: it sends nothing any more".to_owned())),
                Event::SourceEnded { track: Track::VIDEO } => {
                    return Err(Fault("the camera: it says that its stream has ended".to_owned()));
                }
                _ => {}
            }
        }
    }

    fn video(&mut self, media: Media) -> Option<Unit> {
        let at = self.video.time(media.timestamp, self.began.elapsed());
        let shaped = self.shaper.unit(media.data)?;
        self.has_picture = true;
        if self.shaper.has_b_frames() && !std::mem::replace(&mut self.is_disordered, true) {
            tracing::warn!("the camera: {DISORDER}");
        }
        Some(Unit { at, is_key: shaped.is_key, data: shaped.data })
    }

    fn audio(&mut self, media: Media) {
        let at = self.audio.time(media.timestamp, self.began.elapsed());
        // When nobody takes it, sound that is late is of no use.
        let _ = self.heard.try_send(Frame { at, data: media.data });
    }
}

/// The sound of a track, when it can be passed on.
fn sound(track: &RemoteTrack) -> Option<Sound> {
    /// Whole hertz that a clock of AAC has at most.
    const MOST_HZ: u32 = 96_000;
    match track.codec {
        Codec::Pcma if track.clock_hz == 8_000 => Some(Sound::Pcma),
        Codec::Pcmu if track.clock_hz == 8_000 => Some(Sound::Pcmu),
        Codec::Aac if !track.config.is_empty() && (1..=MOST_HZ).contains(&track.clock_hz) => {
            let channels = channels(&track.config);
            Some(Sound::Aac { rate_hz: track.clock_hz, channels, config: track.config.clone() })
        }
        codec => {
            tracing::info!(?codec, "the sound of the camera is not passed on: only G.711 and AAC are");
            None
        }
    }
}

/// The number of channels of an AudioSpecificConfig (ISO 14496-3 §1.6.2.1).
fn channels(config: &Bytes) -> u8 {
    config.get(1).map_or(1, |second| (second >> 3 & 0x0F).clamp(1, 8))
}

impl Feed for Viewed {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        Box::pin(self.picture())
    }

    fn set(&mut self, _: &VideoParameters) -> Change {
        Change::Ignored
    }

    fn voice(&mut self) -> Option<Voice> {
        self.voice.take()
    }
}

/// What was heard.
struct Heard(mpsc::Receiver<Frame>);

impl Frames for Heard {
    fn next(&mut self) -> Pending<'_, Option<Frame>> {
        Box::pin(self.0.recv())
    }
}

#[cfg(test)]
mod tests;
