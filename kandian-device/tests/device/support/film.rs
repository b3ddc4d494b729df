//! A camera that shows the same film again and again, without an encoder.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kandian_device::camera::{Change, Feed, StreamId, Unit};
use kandian_device::hardware::{Fault, Pending, Source};
use kandian_proto::message::device::VideoParameters;
use tokio::time::{Interval, interval};

/// A picture every so often; every tenth stands by itself.
pub(crate) struct Film {
    pub(crate) every: Duration,
    /// Bytes of a picture.
    pub(crate) bytes: usize,
    /// How often it was opened.
    pub(crate) opened: AtomicUsize,
    /// How often it runs at this moment.
    pub(crate) running: Arc<AtomicUsize>,
}

impl Film {
    pub(crate) fn new(every_ms: u64, bytes: usize) -> Arc<Self> {
        let every = Duration::from_millis(every_ms);
        Arc::new(Self { every, bytes, opened: AtomicUsize::new(0), running: Arc::default() })
    }
}

impl Source for Film {
    fn open(
        &self,
        _stream: StreamId,
        _wanted: &VideoParameters,
    ) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let (ticks, every, bytes) = (interval(self.every), self.every, self.bytes);
        self.running.fetch_add(1, Ordering::Relaxed);
        let running = Arc::clone(&self.running);
        let reel = Reel { ticks, every, bytes, number: 0, is_key: false, running };
        Box::pin(async move { Ok(Box::new(reel) as Box<dyn Feed>) })
    }
}

struct Reel {
    ticks: Interval,
    every: Duration,
    bytes: usize,
    number: u32,
    is_key: bool,
    running: Arc<AtomicUsize>,
}

impl Drop for Reel {
    fn drop(&mut self) {
        self.running.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Feed for Reel {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        Box::pin(async move {
            self.ticks.tick().await;
            let is_key = self.number.is_multiple_of(10) || std::mem::take(&mut self.is_key);
            let mut data = Vec::new();
            let mut nal = |bytes: &[u8]| {
                data.extend_from_slice(&[0, 0, 0, 1]);
                data.extend_from_slice(bytes);
            };
            if is_key {
                nal(&[0x67, 0x42, 0xC0, 0x1E, 0xD9]);
                nal(&[0x68, 0xCE, 0x3C, 0x80]);
            }
            // The number, without bytes that look like a start code.
            let mut slice = vec![if is_key { 0x65 } else { 0x41 }, 0x9A];
            slice.extend(self.number.to_be_bytes().map(|byte| byte | 0x80));
            slice.resize(self.bytes.max(slice.len()), 0xAA);
            nal(&slice);
            let at = self.every * self.number;
            self.number += 1;
            Ok(Unit { at, is_key, data: data.into() })
        })
    }

    fn set(&mut self, _wanted: &VideoParameters) -> Change {
        Change::Ignored
    }

    fn refresh(&mut self) {
        self.is_key = true;
    }
}
