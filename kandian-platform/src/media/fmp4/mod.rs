//! H.264 as fragmented MP4 for Media Source Extensions: an initialisation segment, then one fragment per picture.
//!
//! # Time
//!
//! A fragment says how long its picture is shown, and that is not known before the next one has come. Waiting for it would
//! cost the delay of a picture. So each picture gets the time that passed *since the one before* as its length, and begins
//! where that one ended: the time line has no gaps and no overlaps, nothing waits, and all that happens is that the distance
//! between two pictures applies one picture later. A browser that finds a gap of more than two pictures in a time line
//! throws away everything up to the next IDR picture; here none can arise.
//!
//! Pictures are decoded in the order in which they are shown: what a device sends live has no B-pictures. A stream that has
//! them would be shown in the order of decoding.

mod boxes;

use bytes::Bytes;
use kandian_proto::rtsp::h264::{NalType, ParameterSets, Sps, annex_b};
use kandian_proto::rtsp::rtp::Media;

/// Ticks of the time line in a second.
pub const TIMESCALE: u32 = 90_000;
/// What a picture lasts of which nothing is known: a 25th of a second.
const USUAL: u32 = TIMESCALE / 25;
/// The shortest and the longest that a picture lasts. A stream that stopped for longer goes on as if it had not.
const SHORTEST: u64 = 90;
const LONGEST: u64 = TIMESCALE as u64;

/// What a decoder needs first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// The codec, as in `avc1.42C01E` (RFC 6381).
    pub codec: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The initialisation segment.
    pub segment: Bytes,
}

/// One picture as a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Whether decoding can begin here.
    pub is_idr: bool,
    /// The fragment.
    pub bytes: Bytes,
}

/// What became of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// A new initialisation segment goes before the fragment.
    pub init: Option<Init>,
    /// The fragment; none while decoding cannot begin.
    pub fragment: Option<Fragment>,
}

/// Makes fragments of pictures, for one time line that goes on when the camera is connected anew.
#[derive(Debug, Default)]
pub struct Muxer {
    sets: ParameterSets,
    /// The sets of the last initialisation segment.
    announced: ParameterSets,
    /// Where the next picture begins.
    time: u64,
    /// The time of the picture before, as the camera says it.
    before: Option<u64>,
    usual: Option<u32>,
    size: (u32, u32),
    number: u32,
    /// Nothing can be shown before the next IDR picture.
    waits: bool,
}

impl Muxer {
    /// A time line that begins at 0.
    #[must_use]
    pub fn new() -> Self {
        Self { waits: true, ..Self::default() }
    }

    /// The pictures come from another connection from here on. `sets` are those that the camera announced.
    pub fn begin(&mut self, sets: &ParameterSets) {
        (self.before, self.waits) = (None, true);
        if sets.is_complete() {
            self.sets = sets.clone();
        }
    }

    /// Width and height of the pictures; 0 before the first one.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Takes a picture.
    pub fn push(&mut self, media: &Media) -> Made {
        let mut slices = Vec::new();
        let mut is_idr = false;
        for nal in annex_b(&media.data) {
            match NalType::of(nal) {
                NalType::SPS | NalType::PPS => self.sets.take(nal),
                NalType::DELIMITER => {}
                kind => {
                    is_idr |= kind == NalType::IDR;
                    slices.push(nal);
                }
            }
        }
        // After a loss a picture refers to one that never came, and shows it.
        self.waits |= media.lost > 0;
        if self.waits && !is_idr || slices.is_empty() {
            return Made::default();
        }
        let init = match self.init(is_idr) {
            Ok(init) => init,
            Err(NotYet) => return Made::default(),
        };
        self.waits = false;
        let length = self.length(media.timestamp);
        self.number = self.number.wrapping_add(1);
        let bytes = boxes::fragment(self.number, self.time, length, is_idr, &slices);
        self.time += u64::from(length);
        Made { init, fragment: bytes.map(|bytes| Fragment { is_idr, bytes }) }
    }

    /// The initialisation segment that is due before a picture.
    fn init(&mut self, is_idr: bool) -> Result<Option<Init>, NotYet> {
        if !is_idr || self.sets == self.announced {
            return if self.announced.is_complete() { Ok(None) } else { Err(NotYet) };
        }
        if !self.sets.is_complete() {
            return Err(NotYet);
        }
        let sps = Sps::parse(&self.sets.sps).map_err(|_| NotYet)?;
        let segment = boxes::init(&self.sets, (sps.width, sps.height)).ok_or(NotYet)?;
        let [profile, constraints, level] = sps.profile_level_id;
        let codec = format!("avc1.{profile:02X}{constraints:02X}{level:02X}");
        (self.announced, self.size) = (self.sets.clone(), (sps.width, sps.height));
        Ok(Some(Init { codec, width: sps.width, height: sps.height, segment }))
    }

    /// How long a picture lasts: what passed since the one before.
    fn length(&mut self, at: u64) -> u32 {
        let passed = self.before.replace(at).map(|before| at.saturating_sub(before));
        match passed {
            Some(passed @ SHORTEST..=LONGEST) => {
                let passed = u32::try_from(passed).unwrap_or(USUAL);
                self.usual = Some(passed);
                passed
            }
            _ => self.usual.unwrap_or(USUAL),
        }
    }
}

/// Decoding cannot begin: a parameter set is missing, or cannot be read.
struct NotYet;
