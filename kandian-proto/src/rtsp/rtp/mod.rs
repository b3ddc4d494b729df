//! RTP: access units into packets and back. R-10.12, R-15.13; E-179, E-185.
//!
//! Packets are built once per access unit, and every viewer sends the same bytes:
//!
//! ```
//! use kandian_proto::rtsp::rtp::{Depacketiser, Format, Media, Packetiser};
//! use kandian_proto::rtsp::h264::annex_b;
//!
//! let picture = [&[0, 0, 0, 1, 0x65, 0x88][..], &[0x5A; 3_000]].concat();
//! let mut packetiser = Packetiser::video(0x1234_5678, 1_000);
//! let unit = packetiser.h264(annex_b(&picture), 90_000);
//! assert_eq!((unit.packets().count(), unit.is_idr()), (3, true));
//! assert_eq!(unit.interleaved()[..2], [b'$', 0]); // for TCP: the whole unit, ready to be written
//!
//! let mut depacketiser = Depacketiser::new(Format::H264);
//! unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
//! let Some(Media { data, is_idr: true, .. }) = depacketiser.poll() else { panic!() };
//! assert_eq!(data, picture);
//! ```

mod assemble;
mod depacketise;
mod packetise;
mod reorder;
mod unit;

pub use depacketise::{Counts, Depacketiser, Format, MAX_UNIT_BYTES, Media, RtpError};
pub use packetise::{DEFAULT_PACKET_BYTES, LEAST_PACKET_BYTES, Packetiser};
pub(in crate::rtsp) use unit::is_punch;
pub use unit::{Kind, Run, Track, Unit, punch};

/// Bytes of a header without extras.
pub const HEADER_BYTES: usize = 12;

/// The static payload type of G.711 µ-law, 8 kHz (RFC 3551).
pub const PCMU: u8 = 0;

/// The static payload type of G.711 A-law, 8 kHz (RFC 3551): the usual sound of a device (E-179).
pub const PCMA: u8 = 8;

/// The payload type that [`Packetiser::video`] uses.
pub const H264: u8 = 96;

/// The payload type that [`Packetiser::aac`] uses.
pub const AAC: u8 = 97;

/// Ticks of the clock of video, in a second.
pub const VIDEO_CLOCK_HZ: u32 = 90_000;
