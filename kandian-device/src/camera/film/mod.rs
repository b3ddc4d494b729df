//! Files as sources: they are shown in a loop, at the speed at which they were taken.

mod mp4;
mod raw;

use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use kandian_proto::message::device::VideoParameters;
use kandian_proto::rtsp::sdp::Sound;
use kandian_proto::value::FrameRate;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::shaper::Shaper;
use super::{Change, Feed, Frame, Frames, Source, StreamId, Unit, Voice};
use crate::hardware::{Fault, Pending};

/// Pictures that are read ahead.
const AHEAD: usize = 8;
/// Pieces of sound that are read ahead: more than there are between [`AHEAD`] pictures.
const AHEAD_FRAMES: usize = 256;

/// Pictures that are looked at before a file is taken. B-frames come after the first one, and within a group.
const CHECKED: usize = 64;

/// A small clip for a device that has nothing else to show: four seconds of moving colours, in CIF.
const CLIP: &[u8] = include_bytes!("../clip.h264");

/// A file in a loop: H.264 with start codes (Annex B), or MP4 with H.264 and perhaps AAC.
///
/// It is shown as it is: size, rate and bits are those of the file, whatever `SET_CHANNEL` says. A raw file that does not
/// say how many pictures a second it has is shown at the rate that is set for the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Path(PathBuf),
    Memory(&'static [u8]),
}

/// What a film is read from.
trait Medium: Read + Seek + Send {}
impl<T: Read + Seek + Send> Medium for T {}

/// How a file is read.
enum Reel {
    Raw(raw::Raw),
    Mp4(mp4::Mp4),
}

/// What a reel gives.
enum Piece {
    /// An access unit, so long after the reel began.
    Picture(Duration, Bytes),
    Sound(Duration, Bytes),
}

impl File {
    /// The file at a path, which need not be there yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::Path(path.into()) }
    }

    /// Looks into the file, so that one that cannot be shown is refused now and not when somebody watches. Blocks.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub fn check(&self) -> Result<(), Fault> {
        let mut reel = self.reel(Duration::from_millis(40))?;
        let (mut shaper, mut pictures, has_no_times) = (reel.shaper(), 0, reel.has_no_times());
        reel.pass(&mut |piece| {
            if let Piece::Picture(_, data) = piece {
                pictures += usize::from(shaper.unit(data).is_some());
            }
            pictures < CHECKED && !(has_no_times && shaper.has_b_frames())
        })
        .map_err(|error| self.fault(&error))?;
        match pictures {
            _ if has_no_times && shaper.has_b_frames() => Err(self.fault(&B_FRAMES)),
            0 => Err(self.fault(&NO_PICTURE)),
            _ => Ok(()),
        }
    }

    /// The clip that is part of this library.
    #[must_use]
    pub const fn clip() -> Self {
        Self { place: Place::Memory(CLIP) }
    }

    fn reel(&self, interval: Duration) -> Result<Reel, Fault> {
        let opened = || -> io::Result<(Box<dyn Medium>, u64)> {
            match &self.place {
                Place::Memory(bytes) => Ok((Box::new(io::Cursor::new(*bytes)), bytes.len() as u64)),
                Place::Path(path) => {
                    let file = std::fs::File::open(path)?;
                    let meta = file.metadata()?;
                    if !meta.is_file() {
                        return Err(io::Error::other("it is no file; for a pipe or a device use a command"));
                    }
                    Ok((Box::new(file), meta.len()))
                }
            }
        };
        let (mut medium, length) = opened().map_err(|error| self.fault(&error))?;
        let reel = match is_mp4(&mut *medium) {
            Ok(true) => mp4::Mp4::open(medium, length).map(Reel::Mp4),
            Ok(false) => raw::Raw::open(medium, interval).map(Reel::Raw).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        reel.map_err(|error| self.fault(&error))
    }

    fn fault(&self, why: &dyn std::fmt::Display) -> Fault {
        match &self.place {
            Place::Path(path) => Fault(format!("{}: {why}", path.display())),
            Place::Memory(_) => Fault(format!("the clip: {why}")),
        }
    }
}

const B_FRAMES: &str = "its pictures are not in the order of time (B-frames); make one without: \
     ffmpeg -i IN -c:v libx264 -profile:v baseline -g 50 -f h264 OUT.h264";
const NO_PICTURE: &str = "there is no picture that stands by itself in it (IDR with SPS and PPS)";

/// Whether it begins as an MP4 file does.
fn is_mp4(medium: &mut dyn Medium) -> io::Result<bool> {
    let mut head = [0; 8];
    let mut read = 0;
    while let more @ 1.. = medium.read(&mut head[read..])? {
        read += more;
    }
    medium.seek(SeekFrom::Start(0))?;
    Ok(head.ends_with(b"ftyp"))
}

impl Reel {
    fn shaper(&self) -> Shaper {
        match self {
            Self::Raw(_) => Shaper::default(),
            Self::Mp4(mp4) => Shaper::new(mp4.sets.clone()),
        }
    }

    /// Whether nothing says in which order its pictures are shown but they themselves. An MP4 file has their times, by which
    /// it was taken or refused; B-slices alone do not mean another order.
    const fn has_no_times(&self) -> bool {
        matches!(self, Self::Raw(_))
    }

    /// Whether it says how fast it is shown.
    fn has_rate(&self) -> bool {
        match self {
            Self::Raw(raw) => raw.has_rate,
            Self::Mp4(_) => true,
        }
    }

    fn sound(&self) -> Option<Sound> {
        match self {
            Self::Raw(_) => None,
            Self::Mp4(mp4) => mp4.sound.clone(),
        }
    }

    /// Reads it from its begin to its end, or until `take` has enough; gives its length. Blocks.
    fn pass(&mut self, take: &mut dyn FnMut(Piece) -> bool) -> Result<Duration, String> {
        match self {
            Self::Raw(raw) => raw.pass(take),
            Self::Mp4(mp4) => mp4.pass(take),
        }
    }
}

impl Source for File {
    fn open(&self, _: StreamId, wanted: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        let rate = wanted.frame_rate.clamp();
        let interval = Duration::from_secs(1) / u32::from(rate.0);
        let file = self.clone();
        Box::pin(async move {
            let opened = tokio::task::spawn_blocking(move || file.reel(interval).map(|reel| (file, reel)));
            let opened = opened.await.map_err(|error| Fault(format!("the file cannot be read: {error}")))?;
            let (file, reel) = opened?;
            Ok(Box::new(Projection::start(file, reel, rate)?) as Box<dyn Feed>)
        })
    }
}

/// A film that is shown.
struct Projection {
    began: Instant,
    pictures: mpsc::Receiver<Result<Unit, Fault>>,
    /// It is not time for it yet.
    next: Option<Unit>,
    voice: Option<Voice>,
    /// The rate at which it is shown, when it has none of its own.
    rate: Option<FrameRate>,
}

impl Projection {
    fn start(file: File, reel: Reel, rate: FrameRate) -> Result<Self, Fault> {
        let ((show, pictures), (let_hear, frames)) = (mpsc::channel(AHEAD), mpsc::channel(AHEAD_FRAMES));
        let began = Instant::now();
        let voice = reel.sound().map(|sound| {
            let frames = Box::new(Soundtrack { began, frames, next: None });
            Voice { sound, frames }
        });
        let rate = (!reel.has_rate()).then_some(rate);
        // Ends when the receivers are gone. It is no task of the runtime, whose places for what blocks are for short work.
        std::thread::Builder::new().name("film".to_owned()).spawn(move || {
            if let Err(fault) = roll(&file, reel, &show, &let_hear) {
                let _ = show.blocking_send(Err(fault));
            }
        })?;
        Ok(Self { began, pictures, next: None, voice, rate })
    }

    async fn picture(&mut self) -> Result<Unit, Fault> {
        if self.next.is_none() {
            let read = self.pictures.recv().await;
            self.next = Some(read.unwrap_or_else(|| Err(Fault("the film is torn".to_owned())))?);
        }
        let at = self.next.as_ref().map_or(Duration::ZERO, |unit| unit.at);
        sleep_until(self.began + at).await;
        self.next.take().ok_or_else(|| Fault("the film is torn".to_owned()))
    }
}

/// Reads a film again and again, as fast as it is shown; returns when nobody wants it any more.
fn roll(
    file: &File,
    mut reel: Reel,
    show: &mpsc::Sender<Result<Unit, Fault>>,
    let_hear: &mpsc::Sender<Frame>,
) -> Result<(), Fault> {
    let (mut base, mut shaper, has_no_times) = (Duration::ZERO, reel.shaper(), reel.has_no_times());
    loop {
        let (mut is_wanted, mut has_picture, mut has_b_frames) = (true, false, false);
        let length = reel.pass(&mut |piece| {
            match piece {
                Piece::Picture(at, data) => {
                    if let Some(shaped) = shaper.unit(data) {
                        has_picture = true;
                        has_b_frames |= has_no_times && shaper.has_b_frames();
                        let unit = Unit { at: base + at, is_key: shaped.is_key, data: shaped.data };
                        is_wanted = !has_b_frames && show.blocking_send(Ok(unit)).is_ok();
                    }
                }
                // Whoever does not take it does not hold the pictures up.
                Piece::Sound(at, data) => drop(let_hear.try_send(Frame { at: base + at, data })),
            }
            is_wanted
        });
        let length = length.map_err(|error| file.fault(&error))?;
        if has_b_frames {
            return Err(file.fault(&B_FRAMES));
        }
        if !is_wanted {
            return Ok(());
        }
        if !has_picture {
            return Err(file.fault(&NO_PICTURE));
        }
        base += length;
    }
}

impl Feed for Projection {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        Box::pin(self.picture())
    }

    fn set(&mut self, wanted: &VideoParameters) -> Change {
        match self.rate {
            Some(rate) if rate != wanted.frame_rate.clamp() => Change::Reopen,
            _ => Change::Ignored,
        }
    }

    fn voice(&mut self) -> Option<Voice> {
        self.voice.take()
    }
}

/// The sound of a film.
struct Soundtrack {
    began: Instant,
    frames: mpsc::Receiver<Frame>,
    next: Option<Frame>,
}

impl Soundtrack {
    async fn frame(&mut self) -> Option<Frame> {
        if self.next.is_none() {
            self.next = Some(self.frames.recv().await?);
        }
        let at = self.next.as_ref()?.at;
        sleep_until(self.began + at).await;
        self.next.take()
    }
}

impl Frames for Soundtrack {
    fn next(&mut self) -> Pending<'_, Option<Frame>> {
        Box::pin(self.frame())
    }
}

#[cfg(test)]
mod tests;
