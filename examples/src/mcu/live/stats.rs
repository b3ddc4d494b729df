//! What came, in numbers.

use std::collections::VecDeque;
use std::time::Duration;

use kandian_proto::rtsp::rtp::Media;
use serde_json::{Value, json};

use crate::mcu::mp4::VIDEO_HZ;
use crate::mcu::record::Timeline;

/// The span of which rates are shown.
const WINDOW: Duration = Duration::from_secs(2);
/// Most pictures of it that are remembered: no camera has more in two seconds.
const MOST: usize = 500;

/// What came since the first picture.
#[derive(Debug)]
pub(super) struct Stats {
    /// When the first picture came that can be decoded by itself.
    pub(super) first: Option<Duration>,
    /// The camera's clock: what waited for this client comes at once, and was not taken at once.
    clock: Timeline,
    /// When the last picture was taken after the first, in ticks.
    last: i64,
    pub(super) pictures: u64,
    pub(super) sounds: u64,
    bytes: u64,
    pub(super) lost: u64,
    /// Arrival and bytes of the latest pictures.
    recent: VecDeque<(Duration, usize)>,
    /// The size of the picture.
    pub(super) size: Option<(u32, u32)>,
}

impl Stats {
    pub(super) const fn new() -> Self {
        Self {
            first: None,
            clock: Timeline::new(VIDEO_HZ),
            last: 0,
            pictures: 0,
            sounds: 0,
            bytes: 0,
            lost: 0,
            recent: VecDeque::new(),
            size: None,
        }
    }

    /// A picture came. Those before the first that can be decoded by itself count for nothing.
    pub(super) fn picture(&mut self, media: &Media, arrival: Duration) {
        self.lost += u64::from(media.lost);
        if self.first.is_some() || media.is_idr {
            self.count(media.timestamp, media.data.len(), arrival);
        }
    }

    fn count(&mut self, timestamp: u64, length: usize, arrival: Duration) {
        self.first.get_or_insert(arrival);
        self.pictures += 1;
        self.bytes += length as u64;
        self.last = self.last.max(self.clock.at(timestamp, arrival, 0));
        self.recent.push_back((arrival, length));
        while self.recent.len() > MOST || self.recent.front().is_some_and(|(at, _)| arrival - *at > WINDOW) {
            self.recent.pop_front();
        }
    }

    /// A frame of sound came.
    pub(super) fn sound(&mut self, media: &Media) {
        self.lost += u64::from(media.lost);
        self.sounds += 1;
        self.bytes += media.data.len() as u64;
    }

    /// How long there were pictures.
    pub(super) fn span(&self) -> Duration {
        Duration::from_secs_f64(self.last as f64 / f64::from(VIDEO_HZ))
    }

    /// Pictures a second and kbit/s of the last two seconds. `now` lets them fall when nothing comes.
    pub(super) fn now(&self, now: Duration) -> (f64, f64) {
        let Some((oldest, _)) = self.recent.front() else { return (0.0, 0.0) };
        let recent = self.recent.iter().filter(|(at, _)| now.saturating_sub(*at) <= WINDOW);
        let (count, bytes) = recent.fold((0_u32, 0), |(count, bytes), (_, more)| (count + 1, bytes + more));
        rates(count.saturating_sub(1).into(), bytes as f64, now.saturating_sub(*oldest).min(WINDOW))
    }

    /// Pictures a second and kbit/s of all the time.
    pub(super) fn all(&self) -> (f64, f64) {
        rates(self.pictures.saturating_sub(1) as f64, self.bytes as f64, self.span())
    }

    pub(super) fn json(&self) -> Value {
        let (fps, kbps) = self.all();
        json!({
            "pictures": self.pictures,
            "frames_of_sound": self.sounds,
            "bytes": self.bytes,
            "lost_packets": self.lost,
            "seconds": self.span().as_secs_f64(),
            "fps": (fps * 10.0).round() / 10.0,
            "kbps": kbps.round(),
            "width": self.size.map(|(width, _)| width),
            "height": self.size.map(|(_, height)| height),
        })
    }
}

/// Of so many, and so many bytes, in so much time.
fn rates(count: f64, bytes: f64, span: Duration) -> (f64, f64) {
    let seconds = span.as_secs_f64();
    if seconds > 0.0 { (count / seconds, bytes * 8.0 / 1_000.0 / seconds) } else { (0.0, 0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A camera sends what it has from the last picture that stands by itself in one go.
    #[test]
    fn what_was_taken_before_and_comes_at_once_is_not_fast() {
        let mut stats = Stats::new();
        for n in 0..101 {
            let arrival = Duration::from_millis(if n < 50 { 10 } else { n * 40 - 1_990 });
            stats.count(n * 3_600, 1_000, arrival);
        }
        assert_eq!((stats.pictures, stats.span()), (101, Duration::from_secs(4)));
        let (fps, kbps) = stats.all();
        assert!((fps - 25.0).abs() < 0.01 && (kbps - 202.0).abs() < 0.01, "{fps} {kbps}");
    }
}
