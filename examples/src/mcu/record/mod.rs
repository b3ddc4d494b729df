//! A recording: what comes from a camera, in files..
//!
//! A file begins with a picture that stands by itself. After a loss nothing is written until the next such picture, so
//! that no player shows smear. When the parameter sets change (another size, mostly), the head of the file says something
//! that is no longer true, and MP4 has one head: the recording goes on in a second file, `shop-2.mp4` after `shop.mp4`.

mod timeline;

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use kandian_proto::rtsp::rtcp::Ntp;
use kandian_proto::rtsp::rtp::Media;
use kandian_proto::rtsp::sdp::{Codec, Remote, RemoteTrack};
use serde_json::{Value, json};

use super::failure::Failure;
use super::mp4::{Mp4, Mp4Error, Sets, Sound, VIDEO_HZ};
pub(super) use timeline::Timeline;

/// One second as NTP counts.
const NTP_SECOND: f64 = 4_294_967_296.0;
/// Most files of one recording: whoever changes parameters without end fills no directory.
const MOST_PARTS: u32 = 1_000;

/// A recording.
#[derive(Debug)]
pub(super) struct Recorder {
    path: PathBuf,
    overwrite: bool,
    sets: Sets,
    sound: Option<Sound>,
    open: Option<Part>,
    /// Decoding can go on at the next picture that stands by itself.
    waits: bool,
    finished: Vec<Finished>,
    clocks: [Option<(Ntp, u32)>; 2],
    skipped: u64,
}

/// The file that is being written.
#[derive(Debug)]
struct Part {
    path: PathBuf,
    mp4: Mp4<File>,
    video: Timeline,
    sound: Timeline,
    /// When the first picture came, and its RTP time.
    begun: (Duration, u64),
    pictures: u64,
}

/// A file that is complete.
#[derive(Clone, Debug)]
pub(super) struct Finished {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) seconds: f64,
    pub(super) pictures: u64,
}

impl Finished {
    pub(super) fn json(&self) -> Value {
        json!({
            "file": self.path.display().to_string(),
            "bytes": self.bytes,
            "seconds": self.seconds,
            "pictures": self.pictures,
        })
    }
}

impl Recorder {
    /// A recording into this file. It is made with the first picture; that it can be made is known now.
    pub(super) fn new(path: &Path, overwrite: bool) -> Result<Self, Failure> {
        if !overwrite && path.exists() {
            return Err(Failure::Usage(format!("{} exists; --overwrite writes over it", path.display())));
        }
        Ok(Self {
            path: path.to_owned(),
            overwrite,
            sets: Sets::default(),
            sound: None,
            open: None,
            waits: true,
            finished: Vec::new(),
            clocks: [None; 2],
            skipped: 0,
        })
    }

    /// What the camera offers; what of it cannot be recorded, in English and Chinese.
    pub(super) fn described(
        &mut self,
        remote: &Remote,
        with_sound: bool,
    ) -> Option<(&'static str, &'static str)> {
        if let Some(video) = remote.tracks.iter().find(|track| track.codec == Codec::H264) {
            let sets = &video.parameter_sets;
            self.sets = Sets::default();
            [&sets.sps, &sets.pps].into_iter().for_each(|nal| self.sets.take(nal));
        }
        let sound = remote.tracks.iter().find(|track| !track.is_video).filter(|_| with_sound)?;
        self.sound = recordable(sound);
        self.sound.is_none().then_some((
            "the sound of this camera has no place in MP4; only the picture is recorded",
            "该摄像机的声音编码无法写入 MP4，仅录制图像",
        ))
    }

    /// A moment that a sender's report tied to an RTP time.
    pub(super) fn clock(&mut self, is_video: bool, ntp: Ntp, timestamp: u32) {
        self.clocks[usize::from(!is_video)] = Some((ntp, timestamp));
    }

    /// A picture, and when it came. `Ok(true)` when a file was finished because of it.
    pub(super) fn video(&mut self, media: &Media, arrival: Duration) -> Result<bool, Failure> {
        self.waits |= media.lost > 0;
        let mut is_new = false;
        if media.is_idr {
            self.waits = false;
            if let Some(sets) = self.sets.changed_by(&Sets::of(&media.data)) {
                self.sets = sets;
                is_new = self.finish_part()?;
            }
        }
        if self.waits || !self.sets.is_complete() {
            self.skipped += 1;
            return Ok(is_new);
        }
        if self.open.is_none() {
            self.open = Some(self.begin(media.timestamp, arrival)?);
        }
        let Some(part) = &mut self.open else { return Ok(is_new) };
        let shown = part.video.at(media.timestamp, arrival, 0);
        part.pictures += 1;
        part.mp4
            .video(shown.max(0).cast_unsigned(), &media.data, media.is_idr)
            .map_err(|e| written(&part.path, &e))?;
        Ok(is_new)
    }

    /// A frame of sound, and when it came.
    pub(super) fn sound(&mut self, media: &Media, arrival: Duration) {
        if let (Some(part), Some(sound)) = (&mut self.open, &self.sound) {
            let first = first_sound(&self.clocks, part, sound, media.timestamp, arrival);
            let shown = part.sound.at(media.timestamp, arrival, first);
            // What was heard before the first picture is left out.
            if let Ok(shown) = u64::try_from(shown) {
                part.mp4.sound(shown, media.data.clone());
            }
        }
    }

    /// Bytes in all files.
    pub(super) fn bytes(&self) -> u64 {
        let open = self.open.as_ref().map_or(0, |part| part.mp4.written());
        open + self.finished.iter().map(|part| part.bytes).sum::<u64>()
    }

    /// Pictures that were left out, because one that they need was lost.
    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Ends the recording.
    pub(super) fn finish(mut self) -> Result<Vec<Finished>, Failure> {
        self.finish_part()?;
        Ok(self.finished)
    }

    fn begin(&self, timestamp: u64, arrival: Duration) -> Result<Part, Failure> {
        let path = self.part_path()?;
        let mut options = OpenOptions::new();
        options.write(true);
        if self.overwrite {
            options.create(true).truncate(true)
        } else {
            options.create_new(true)
        };
        let file = options.open(&path).map_err(|error| Failure::local(&path, &error))?;
        let mp4 =
            Mp4::begin(file, &self.sets, self.sound.as_ref()).map_err(|error| written(&path, &error))?;
        Ok(Part {
            path,
            mp4,
            video: Timeline::new(VIDEO_HZ),
            sound: Timeline::new(self.sound.as_ref().map_or(VIDEO_HZ, Sound::hz)),
            begun: (arrival, timestamp),
            pictures: 0,
        })
    }

    /// `shop.mp4`, `shop-2.mp4`, `shop-3.mp4`.
    fn part_path(&self) -> Result<PathBuf, Failure> {
        let number = self.finished.len() as u32 + 1;
        if number == 1 {
            return Ok(self.path.clone());
        }
        if number > MOST_PARTS {
            return Err(Failure::Local(format!("the parameters of the video changed {MOST_PARTS} times")));
        }
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let extension =
            self.path.extension().map(|text| format!(".{}", text.to_string_lossy())).unwrap_or_default();
        Ok(self.path.with_file_name(format!("{stem}-{number}{extension}")))
    }

    /// Whether there was one to finish.
    fn finish_part(&mut self) -> Result<bool, Failure> {
        let Some(part) = self.open.take() else { return Ok(false) };
        let Part { path, mp4, pictures, .. } = part;
        let (file, bytes, ticks) = mp4.finish().map_err(|error| written(&path, &error))?;
        // A full disk may say so only now.
        file.sync_all().map_err(|error| Failure::local(&path, &error))?;
        let seconds = ticks as f64 / f64::from(VIDEO_HZ);
        self.finished.push(Finished { path, bytes, seconds, pictures });
        Ok(true)
    }
}

fn written(path: &Path, error: &Mp4Error) -> Failure {
    Failure::local(path, error)
}

fn recordable(track: &RemoteTrack) -> Option<Sound> {
    match track.codec {
        Codec::Pcma if track.clock_hz == 8_000 => Some(Sound::Alaw),
        Codec::Pcmu if track.clock_hz == 8_000 => Some(Sound::Ulaw),
        Codec::Aac if !track.config.is_empty() => {
            Some(Sound::Aac { config: track.config.clone(), hz: track.clock_hz })
        }
        _ => None,
    }
}

/// Where the first frame of sound stands against the first picture: by the clocks of the reports, and before there are
/// any by when they came.
fn first_sound(
    clocks: &[Option<(Ntp, u32)>; 2],
    part: &Part,
    sound: &Sound,
    timestamp: u64,
    arrival: Duration,
) -> i64 {
    let hz = f64::from(sound.hz());
    let (came, first_picture) = part.begun;
    let by_arrival = ((arrival.as_secs_f64() - came.as_secs_f64()) * hz) as i64;
    let [Some(video), Some(audio)] = clocks else { return by_arrival };
    let wall = |&(ntp, rtp): &(Ntp, u32), at: u64, hz: f64| {
        // The low 32 bits are those of RTP.
        let step = (at as u32).wrapping_sub(rtp).cast_signed();
        ntp.0 as f64 / NTP_SECOND + f64::from(step) / hz
    };
    let apart = wall(audio, timestamp, hz) - wall(video, first_picture, f64::from(VIDEO_HZ));
    // Clocks that disagree by more than anybody's buffer were not set together.
    if apart.abs() < 5.0 { (apart * hz) as i64 } else { by_arrival }
}
