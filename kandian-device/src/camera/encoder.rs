//! The test pattern, encoded by OpenH264 as it is drawn.

use std::time::Duration;

use kandian_proto::message::device::VideoParameters;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{FrameSizeDialect, RateType, Resolution};
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, Profile, RateControlMode,
    UsageType,
};
use openh264::formats::YUVSlices;
use tokio::time::{Instant, Interval, MissedTickBehavior};

use super::pattern::{Canvas, Pattern};
use super::{Change, Feed, Source, StreamId, Unit};
use crate::hardware::{Fault, Pending};

/// Seconds between two pictures that stand by themselves.
const GROUP_SECS: u32 = 2;
/// Bits per second where none are set (E-99).
const USUAL_KBPS: u16 = 256;

/// Draws and encodes a test pattern, by the parameters of the stream.
#[derive(Clone, Debug)]
pub struct TestPattern {
    caption: String,
    offset_minutes: i16,
}

impl TestPattern {
    /// A pattern of a device; the time in it is so many minutes ahead of UTC.
    #[must_use]
    pub fn new(device: impl Into<String>, offset_minutes: i16) -> Self {
        Self { caption: device.into(), offset_minutes }
    }
}

impl Source for TestPattern {
    fn open(&self, stream: StreamId, wanted: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        let caption = format!("{} ch {} stream {}", self.caption, stream.channel, stream.stream.0);
        let pattern = Pattern::new(caption, self.offset_minutes);
        let wanted = wanted.clone();
        Box::pin(async move { Ok(Box::new(Encoded::new(pattern, &wanted)?) as Box<dyn Feed>) })
    }
}

/// An open pattern.
struct Encoded {
    pattern: Pattern,
    /// What draws and encodes; away while it does.
    studio: Option<Studio>,
    /// A picture that is being encoded: kept when nobody waits for it for a while.
    under_way: Option<tokio::task::JoinHandle<(Studio, Result<Unit, Fault>)>>,
    ticks: Interval,
    began: Instant,
    number: u64,
    /// Parameters that came while the studio was away.
    wanted: Option<VideoParameters>,
    is_refreshed: bool,
}

/// A canvas with the encoder for its size.
struct Studio {
    canvas: Canvas,
    encoder: Encoder,
}

impl Studio {
    fn new(wanted: &VideoParameters) -> Result<Self, Fault> {
        let size = wanted.frame_size.resolution(FrameSizeDialect::ThreeCodes);
        let (width, height) = size.map_or((352, 288), Resolution::pixels);
        let kbps = wanted.bit_rate.kbps().unwrap_or(USUAL_KBPS);
        let rate = u32::from(rate(wanted));
        let mode = match wanted.rate_type {
            RateType::VBR => RateControlMode::Quality,
            _ => RateControlMode::Bitrate,
        };
        let config = EncoderConfig::new()
            .bitrate(BitRate::from_bps(u32::from(kbps) * 1_000))
            .max_frame_rate(FrameRate::from_hz(f32::from(self::rate(wanted))))
            .rate_control_mode(mode)
            .usage_type(UsageType::CameraVideoRealTime)
            .profile(Profile::Baseline)
            .intra_frame_period(IntraFramePeriod::from_num_frames(rate * GROUP_SECS))
            .scene_change_detect(false)
            // A picture is left out before the rate is exceeded. Without this the encoder says on standard error that
            // it cannot hold the rate.
            .skip_frames(true)
            .num_threads(1);
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(fault)?;
        Ok(Self { canvas: Canvas::new(usize::from(width), usize::from(height)), encoder })
    }

    fn picture(&mut self, pattern: &Pattern, at: UnixMillis, number: u64) -> Result<(bool, Vec<u8>), Fault> {
        pattern.draw(&mut self.canvas, at, number);
        let (width, height) = self.canvas.size();
        let strides = (width, width / 2, width / 2);
        let picture = YUVSlices::new(self.canvas.planes(), (width, height), strides);
        let encoded = self.encoder.encode(&picture).map_err(fault)?;
        let is_key = encoded.frame_type() == FrameType::IDR;
        Ok((is_key, encoded.to_vec()))
    }
}

fn fault(error: openh264::Error) -> Fault {
    Fault(format!("the encoder: {error}"))
}

/// Pictures in a second; 2 to 25 (E-98).
fn rate(wanted: &VideoParameters) -> u8 {
    wanted.frame_rate.clamp().0
}

fn ticks(wanted: &VideoParameters) -> Interval {
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / u32::from(rate(wanted)));
    // A machine that cannot keep up shows fewer pictures, and not old ones; those that it shows keep the beat.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    ticks
}

impl Encoded {
    fn new(pattern: Pattern, wanted: &VideoParameters) -> Result<Self, Fault> {
        let (studio, began) = (Studio::new(wanted)?, Instant::now());
        Ok(Self {
            pattern,
            studio: Some(studio),
            under_way: None,
            ticks: ticks(wanted),
            began,
            number: 0,
            wanted: None,
            is_refreshed: false,
        })
    }

    /// Sends the studio to work, at the next tick.
    async fn begin(&mut self) -> Result<(), Fault> {
        let mut tick = self.ticks.tick().await;
        if let Some(wanted) = self.wanted.take() {
            self.studio = Some(Studio::new(&wanted)?);
            self.ticks = ticks(&wanted);
            tick = Instant::now();
            self.ticks.reset();
        }
        let Some(mut studio) = self.studio.take() else {
            return Err(Fault("the encoder is gone".to_owned()));
        };
        if std::mem::take(&mut self.is_refreshed) {
            studio.encoder.force_intra_frame();
        }
        let at = latest(tick, self.ticks.period()).saturating_duration_since(self.began);
        let (pattern, number) = (self.pattern.clone(), self.number);
        self.number += 1;
        self.under_way = Some(tokio::task::spawn_blocking(move || {
            let picture = studio.picture(&pattern, now(), number);
            let unit = picture.map(|(is_key, data)| Unit { at, is_key, data: data.into() });
            (studio, unit)
        }));
        Ok(())
    }

    async fn picture(&mut self) -> Result<Unit, Fault> {
        loop {
            let Some(under_way) = &mut self.under_way else {
                self.begin().await?;
                continue;
            };
            let done = under_way.await;
            self.under_way = None;
            let (studio, unit) = done.map_err(|error| Fault(error.to_string()))?;
            self.studio = Some(studio);
            let unit = unit?;
            // An encoder may leave a picture out.
            if !unit.data.is_empty() {
                return Ok(unit);
            }
        }
    }
}

/// The latest beat that has passed. The moments of pictures are beats, as those of a sensor are, and not when the program
/// got its turn: players tell the rate from them.
fn latest(tick: Instant, period: Duration) -> Instant {
    let missed = tick.elapsed().as_nanos() / period.as_nanos().max(1);
    tick + period * u32::try_from(missed).unwrap_or_default()
}

fn now() -> UnixMillis {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    UnixMillis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Feed for Encoded {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        Box::pin(self.picture())
    }

    fn set(&mut self, wanted: &VideoParameters) -> Change {
        // A new encoder begins with a picture that stands by itself; the moments go on.
        self.wanted = Some(wanted.clone());
        Change::Followed
    }

    fn refresh(&mut self) {
        self.is_refreshed = true;
    }
}

#[cfg(test)]
mod tests;
