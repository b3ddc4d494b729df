//! Where pictures and sound go.

use std::path::{Path, PathBuf};
use std::time::Duration;

use kandian_device::pull::Event;
use kandian_proto::rtsp::rtp::{Media, Track};
use kandian_proto::rtsp::sdp::{Codec, Remote};
use serde_json::json;

use super::stats::Stats;
use crate::mcu::args::Live;
use crate::mcu::failure::Failure;
use crate::mcu::mp4::Sets;
use crate::mcu::output::Output;
use crate::mcu::record::{Finished, Recorder};
use crate::mcu::snapshot;

/// Takes what comes.
#[derive(Debug)]
pub(super) struct Sink {
    output: Output,
    with_sound: bool,
    pub(super) stats: Stats,
    pub(super) recorder: Option<Recorder>,
    /// Where the first picture is to go.
    wanted: Option<PathBuf>,
    /// Where it went.
    pub(super) taken: Option<PathBuf>,
    sets: Sets,
}

impl Sink {
    /// The files that are asked for; what of them cannot be is known before anybody logs in.
    pub(super) fn new(args: &Live, output: Output) -> Result<Self, Failure> {
        let recorder = args.record.as_deref().map(|path| Recorder::new(path, args.overwrite)).transpose()?;
        if let Some(path) = args.snapshot.as_deref().filter(|path| !args.overwrite && path.exists()) {
            return Err(Failure::Usage(format!("{} exists; --overwrite writes over it", path.display())));
        }
        Ok(Self {
            output,
            with_sound: !args.no_sound,
            stats: Stats::new(),
            recorder,
            wanted: args.snapshot.clone(),
            taken: None,
            sets: Sets::default(),
        })
    }

    /// Takes an event of the view.
    pub(super) fn take(&mut self, event: &Event, arrival: Duration) -> Result<(), Failure> {
        match event {
            Event::Described(remote) => self.described(remote),
            Event::Media { track: Track::VIDEO, media } => self.picture(media, arrival)?,
            Event::Media { media, .. } => {
                self.stats.sound(media);
                if let Some(recorder) = &mut self.recorder {
                    recorder.sound(media, arrival);
                }
            }
            Event::Clock { track, ntp, timestamp } => {
                if let Some(recorder) = &mut self.recorder {
                    recorder.clock(*track == Track::VIDEO, *ntp, *timestamp);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn described(&mut self, remote: &Remote) {
        let tracks: Vec<_> = remote.tracks.iter().map(|track| codec(track.codec)).collect();
        self.output.event("described", json!({"tracks": tracks}));
        if let Some(video) = remote.tracks.iter().find(|track| track.codec == Codec::H264) {
            self.sets = Sets::default();
            [&video.parameter_sets.sps, &video.parameter_sets.pps]
                .into_iter()
                .for_each(|nal| self.sets.take(nal));
        }
        if let Some(recorder) = &mut self.recorder
            && let Some((en, zh)) = recorder.described(remote, self.with_sound)
        {
            self.output.note(en, zh);
        }
    }

    fn picture(&mut self, media: &Media, arrival: Duration) -> Result<(), Failure> {
        self.stats.picture(media, arrival);
        if media.is_idr {
            if let Some(sets) = self.sets.changed_by(&Sets::of(&media.data)) {
                self.sets = sets;
            }
            self.look_at_size();
            self.photograph(media)?;
        }
        if let Some(recorder) = &mut self.recorder
            && recorder.video(media, arrival)?
        {
            self.output.note(
                "the parameters of the video changed; the recording goes on in another file",
                "视频参数已改变，录像在另一个文件中继续",
            );
        }
        Ok(())
    }

    fn look_at_size(&mut self) {
        let Ok(sps) = self.sets.read() else { return };
        let size = Some((sps.width, sps.height));
        if self.stats.size != size {
            self.stats.size = size;
            self.output.event("size", json!({"width": sps.width, "height": sps.height}));
        }
    }

    ///
    fn photograph(&mut self, media: &Media) -> Result<(), Failure> {
        let Some(path) = self.wanted.take() else { return Ok(()) };
        match snapshot::jpeg(&self.sets, &media.data) {
            Ok(jpeg) => {
                write(&path, &jpeg)?;
                self.taken = Some(path);
            }
            // The next one may do.
            Err(error) => {
                self.output.note(&format!("snapshot: {error}"), &format!("抓拍：{error}"));
                self.wanted = Some(path);
            }
        }
        Ok(())
    }

    /// Ends the files.
    pub(super) fn finish(&mut self) -> Result<Vec<Finished>, Failure> {
        self.recorder.take().map_or(Ok(Vec::new()), Recorder::finish)
    }
}

/// Writes a file.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::local(path, &error))
}

const fn codec(codec: Codec) -> &'static str {
    match codec {
        Codec::H264 => "H.264",
        Codec::Pcma => "G.711 A-law",
        Codec::Pcmu => "G.711 µ-law",
        Codec::G7221 => "G.722.1",
        Codec::Aac => "AAC",
        _ => "other",
    }
}
