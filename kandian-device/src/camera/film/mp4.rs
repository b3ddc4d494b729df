//! MP4 files.

use std::io::{self, Read as _, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kandian_proto::rtsp::h264::{MAX_NALS, ParameterSets, avcc};
use kandian_proto::rtsp::rtp::MAX_UNIT_BYTES;
use kandian_proto::rtsp::sdp::Sound;
use re_mp4::{StsdBoxContent, Track, TrackKind};

use super::{Medium, Piece};

/// Longest frame of AAC that is read; what does not fit into a packet is of no use anyway.
const MOST_SOUND: u64 = 8 << 10;
/// Most samples that a file may have: a day of pictures and sound.
const MOST_SAMPLES: usize = 8 << 20;
/// The rates of AAC, by their number (ISO 14496-3 §1.6.3.4).
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// An MP4 file, of which the pictures and the sound are known by place and time.
pub(super) struct Mp4 {
    medium: Box<dyn Medium>,
    pub(super) sets: ParameterSets,
    pub(super) sound: Option<Sound>,
    /// Bytes of the lengths of NAL units.
    length_bytes: usize,
    samples: Vec<Sample>,
    length: Duration,
}

/// A picture or a frame of sound.
#[derive(Clone, Copy)]
struct Sample {
    at: Duration,
    offset: u64,
    size: u64,
    is_sound: bool,
}

/// The medium, for a library that wants to have it.
struct Borrowed<'a>(&'a mut dyn Medium);

impl io::Read for Borrowed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl io::Seek for Borrowed<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Mp4 {
    pub(super) fn open(mut medium: Box<dyn Medium>, length: u64) -> Result<Self, String> {
        let mp4 = parse(&mut *medium, length)?;
        let tracks = || mp4.tracks().values();
        let video = tracks()
            .find(|track| track.kind == Some(TrackKind::Video))
            .ok_or("there is no H.264 in this MP4 file")?;
        let StsdBoxContent::Avc1(avc) = &video.trak(&mp4).mdia.minf.stbl.stsd.contents else {
            let codec = video.codec_string(&mp4).unwrap_or_else(|| "something else".to_owned());
            return Err(format!("its video is {codec} and not H.264 (avc1); make it so: {ENCODE}"));
        };
        let has_order = video.samples.windows(2).all(|pair| {
            let [before, after] = pair else { return true };
            after.composition_timestamp > before.composition_timestamp
        });
        if !has_order {
            return Err(format!(
                "its pictures are not in the order of time (B-frames); make one without: {ENCODE}"
            ));
        }
        let mut sets = ParameterSets::default();
        let nals = avc.avcc.sequence_parameter_sets.iter().chain(&avc.avcc.picture_parameter_sets);
        nals.for_each(|nal| sets.take(&nal.bytes));
        let heard = tracks().find_map(|track| Some((track, sound(track, &mp4)?)));
        let (mut samples, end) = samples(video, heard.as_ref().map(|(track, _)| *track))?;
        samples.retain(|sample| sample.at < end);
        Ok(Self {
            sets,
            sound: heard.map(|(_, sound)| sound),
            length_bytes: usize::from(avc.avcc.length_size_minus_one & 3) + 1,
            samples,
            length: end,
            medium,
        })
    }

    pub(super) fn pass(&mut self, take: &mut dyn FnMut(Piece) -> bool) -> Result<Duration, String> {
        for index in 0..self.samples.len() {
            let sample = self.samples[index];
            let data = match self.read(sample) {
                Ok(data) => data,
                // It has become shorter since it was opened.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    tracing::warn!(at = ?sample.at, "an MP4 file ends before its end");
                    return Ok(sample.at);
                }
                Err(error) => return Err(error.to_string()),
            };
            let piece = if sample.is_sound {
                Piece::Sound(sample.at, data.into())
            } else {
                Piece::Picture(sample.at, self.annex_b(&data))
            };
            if !take(piece) {
                break;
            }
        }
        Ok(self.length)
    }

    fn read(&mut self, sample: Sample) -> io::Result<Vec<u8>> {
        self.medium.seek(SeekFrom::Start(sample.offset))?;
        let mut data = Vec::new();
        let read = Borrowed(&mut *self.medium).take(sample.size).read_to_end(&mut data)?;
        if (read as u64) < sample.size { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(data) }
    }

    /// A sample with start codes instead of lengths.
    fn annex_b(&self, sample: &[u8]) -> Bytes {
        let mut out = BytesMut::with_capacity(sample.len() + 64);
        for nal in avcc(sample, self.length_bytes).take(MAX_NALS) {
            out.extend_from_slice(&[0, 0, 0, 1]);
            out.extend_from_slice(nal);
        }
        out.freeze()
    }
}

/// Reads what a file says of itself.
fn parse(medium: &mut dyn Medium, length: u64) -> Result<re_mp4::Mp4, String> {
    let buffered = io::BufReader::new(Borrowed(medium));
    // The library computes with what it reads, and panics where that is nonsense. What it leaves behind is not used again.
    let parsed = catch_unwind(AssertUnwindSafe(|| re_mp4::Mp4::read(buffered, length)));
    let parsed = parsed.map_err(|_| "it is a damaged MP4 file".to_owned())?;
    parsed.map_err(|error| format!("it is no whole MP4 file: {error}"))
}

/// How a file becomes one that can be shown.
const ENCODE: &str = "ffmpeg -i IN -c:v libx264 -profile:v baseline -g 50 -c:a aac OUT.mp4";

/// Pictures and sound in the order of time, and when the pictures end.
fn samples(video: &Track, audio: Option<&Track>) -> Result<(Vec<Sample>, Duration), String> {
    let of = |track: &Track, is_sound: bool| -> Vec<Sample> {
        let first = track.samples.first().map_or(0, |sample| sample.decode_timestamp);
        let samples = track.samples.iter().filter_map(|sample| {
            let ticks = sample.decode_timestamp.checked_sub(first)?;
            let at = span(u64::try_from(ticks).ok()?, sample.timescale);
            Some(Sample { at, offset: sample.offset, size: sample.size, is_sound })
        });
        samples.collect()
    };
    if video.samples.len() + audio.map_or(0, |track| track.samples.len()) > MOST_SAMPLES {
        return Err(format!("it has more than {MOST_SAMPLES} pictures and frames of sound"));
    }
    let mut samples = of(video, false);
    if samples.iter().any(|sample| sample.size > MAX_UNIT_BYTES as u64) {
        return Err(format!("a picture of it has more than {} MB", MAX_UNIT_BYTES >> 20));
    }
    let last = video.samples.last().map_or(Duration::ZERO, |sample| span(sample.duration, sample.timescale));
    let end = samples.last().map_or(Duration::ZERO, |sample| sample.at) + last.max(Duration::from_millis(1));
    let frames = audio.map(|track| of(track, true)).unwrap_or_default();
    samples.extend(frames.into_iter().filter(|frame| frame.size <= MOST_SOUND));
    samples.sort_by_key(|sample| sample.at);
    Ok((samples, end))
}

fn span(ticks: u64, timescale: u64) -> Duration {
    let nanos = u128::from(ticks) * 1_000_000_000 / u128::from(timescale.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// The sound of a track, when it is AAC.
fn sound(track: &Track, mp4: &re_mp4::Mp4) -> Option<Sound> {
    let StsdBoxContent::Mp4a(mp4a) = &track.trak(mp4).mdia.minf.stbl.stsd.contents else { return None };
    let specific = &mp4a.esds.as_ref()?.es_desc.dec_config.dec_specific;
    let rate_hz = *RATES.get(usize::from(specific.freq_index))?;
    let (profile, rate, channels) = (specific.profile, specific.freq_index, specific.chan_conf);
    if !(1..=31).contains(&profile) || !(1..=7).contains(&channels) {
        return None;
    }
    // The AudioSpecificConfig: five bits of profile, four of rate, four of channels.
    let config = u16::from(profile) << 11 | u16::from(rate) << 7 | u16::from(channels) << 3;
    Some(Sound::Aac { rate_hz, channels, config: Bytes::copy_from_slice(&config.to_be_bytes()) })
}
