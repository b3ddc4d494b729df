//! The samples of one track that wait for their fragment.

use bytes::Bytes;

/// A picture or a frame of sound.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// When it is shown, in ticks from the beginning of the file.
    pub(super) shown: u64,
    pub(super) data: Bytes,
    /// Whether decoding can begin here.
    pub(super) is_sync: bool,
}

/// Samples of one track for one fragment, with their times.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) track: u32,
    /// When the first one is decoded.
    pub(super) begins: u64,
    pub(super) samples: Vec<Timed>,
}

/// A sample, and how long it lasts.
#[derive(Debug)]
pub(super) struct Timed {
    pub(super) sample: Sample,
    pub(super) lasts: u32,
    /// From its decoding to its showing; negative for pictures that others overtake.
    pub(super) offset: i64,
}

/// One track.
#[derive(Debug)]
pub(super) struct Track {
    id: u32,
    waiting: Vec<Sample>,
    bytes: usize,
    /// When the sample that is shown last ends, as far as is known.
    end: u64,
    /// How long the last sample lasted: a guess for the very last one.
    usual: u32,
}

impl Track {
    pub(super) const fn new(id: u32) -> Self {
        Self { id, waiting: Vec::new(), bytes: 0, end: 0, usual: 1 }
    }

    /// A time that was there before, and one before what was written, is moved to the next tick.
    pub(super) fn push(&mut self, mut sample: Sample) {
        if self.waiting.is_empty() {
            sample.shown = sample.shown.max(self.end);
        }
        while self.waiting.iter().any(|other| other.shown == sample.shown) {
            sample.shown += 1;
        }
        self.bytes += sample.data.len();
        self.waiting.push(sample);
    }

    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    /// Whether all that waits is shown before this moment, so that none of it depends on what comes.
    pub(super) fn may_end_before(&self, shown: u64) -> bool {
        !self.waiting.is_empty() && self.waiting.iter().all(|sample| sample.shown < shown)
    }

    /// How long what waits lasts when the next sample is shown at this moment.
    pub(super) fn lasts_at(&self, shown: u64) -> u64 {
        self.waiting.iter().map(|sample| sample.shown).min().map_or(0, |first| shown.saturating_sub(first))
    }

    /// Everything; it lasts until `next`, or as long as usual.
    pub(super) fn take_all(&mut self, next: Option<u64>) -> Run {
        let waiting = core::mem::take(&mut self.waiting);
        self.run(waiting, next)
    }

    /// Everything but the last sample, whose end is not known.
    pub(super) fn take_but_last(&mut self) -> Run {
        let Some(last) = self.waiting.pop() else { return self.run(Vec::new(), None) };
        let waiting = core::mem::replace(&mut self.waiting, vec![last]);
        let next = self.waiting.first().map(|last| last.shown);
        self.run(waiting, next)
    }

    /// Decoding times are the times of showing, in order: then none is decoded after it is shown when pictures come in
    /// the order in which they are shown, and else by the least offsets.
    fn run(&mut self, samples: Vec<Sample>, next: Option<u64>) -> Run {
        self.bytes = self.waiting.iter().map(|sample| sample.data.len()).sum();
        let mut decoded: Vec<u64> = samples.iter().map(|sample| sample.shown).collect();
        let is_in_order = decoded.is_sorted();
        decoded.sort_unstable();
        // Where pictures overtake each other, the next one to come is not the next one to be shown.
        let next = next.filter(|_| is_in_order);
        let begins = decoded.first().copied().unwrap_or(self.end);
        let mut timed = Vec::with_capacity(samples.len());
        for (index, sample) in samples.into_iter().enumerate() {
            let at = decoded[index];
            let until = decoded.get(index + 1).copied().or(next);
            // A gap of hours was cut before; the bound keeps a wrong one from wrapping around.
            let lasts = until.map_or(self.usual, |until| u32::try_from(until - at).unwrap_or(u32::MAX));
            let offset =
                i64::try_from(sample.shown).unwrap_or(i64::MAX) - i64::try_from(at).unwrap_or(i64::MAX);
            self.usual = lasts;
            self.end = at + u64::from(lasts);
            timed.push(Timed { sample, lasts, offset });
        }
        Run { track: self.id, begins, samples: timed }
    }
}
