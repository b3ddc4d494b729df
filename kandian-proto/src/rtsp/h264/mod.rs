//! H.264 as cameras make it: NAL units, access units, parameter sets. R-10.12, R-3.3.
//!
//! ```
//! use kandian_proto::rtsp::h264::{NalType, annex_b, access_units};
//! let stream = [0, 0, 0, 1, 0x67, 0x42, 0, 30, 0, 0, 1, 0x68, 0xCE, 0, 0, 1, 0x65, 0x88, 0, 0, 1, 0x41, 0x9A];
//! let kinds: Vec<_> = annex_b(&stream).map(NalType::of).collect();
//! assert_eq!(kinds, [NalType::SPS, NalType::PPS, NalType::IDR, NalType::SLICE]);
//! let units: Vec<_> = access_units(&stream).collect();
//! assert_eq!(units.iter().map(|unit| unit.is_idr()).collect::<Vec<_>>(), [true, false]);
//! ```

mod bits;
mod nal;
mod slice;
mod split;
mod sps;
mod unit;
mod vui;

pub use nal::NalType;
pub use slice::is_b_slice;
pub use split::{MAX_NALS, annex_b, avcc};
pub use sps::{Sps, SpsError};
pub use unit::{AccessUnit, ParameterSets, access_units};
