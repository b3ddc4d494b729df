//! RTSP and RTP: any bytes, in any pieces, at both ends.
//!
//! The first byte of an input chooses pieces and policies: [`rtsp_byte`].

mod client;
mod media;
mod server;

pub use client::rtsp_client;
pub use media::depacketise;
pub use server::rtsp_server;

use crate::rtsp::message::MAX_HELD_BYTES;

/// The first byte of an input: what the application or the network does, and how long the pieces are.
#[must_use]
pub fn rtsp_byte(policy: u8, piece: u8) -> u8 {
    policy << 5 | piece & 31
}

/// Policy, length of a piece, and the rest of an input.
fn parts(data: &[u8]) -> Option<(u8, usize, &[u8])> {
    let (&first, rest) = data.split_first()?;
    Some((first >> 5, usize::from(first & 31) * 7 + 1, rest))
}

fn assert_held(held: usize) {
    assert!(held <= MAX_HELD_BYTES, "{held} bytes held");
}
