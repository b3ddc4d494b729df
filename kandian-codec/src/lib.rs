//! The TCP frame of 手机看店 (China Telecom's video surveillance protocol for small shops, V1.6.2),
//! between a camera or NVR and its platform. Spec §7.4.
//!
//! This crate knows frames and command words. It does not look into DATA, opens no socket and reads
//! no clock. It is `no_std` with `alloc` and has no `unsafe` code.
//!
//! | To | use |
//! | --- | --- |
//! | decode a stream that arrives in pieces | [`FrameDecoder`] |
//! | decode one frame from a slice | [`decode()`] |
//! | write a frame | [`encode()`], [`encode_into_slice`] |
//! | know what a command word means | [`Command`], [`CommandInfo`] |
//! | decide how much to tolerate | [`DecoderOptions`], [`DigestPolicy`], [`ResyncPolicy`] |
//! | read a damaged capture | [`ResyncPolicy::Scan`] |
//! | plug frames into tokio | `tokio::FrameCodec`, feature `tokio` |
//!
//! # Decode bytes from a socket
//!
//! ```
//! use std::io::{self, Read};
//!
//! use kandian_codec::{Command, FrameDecoder, Item};
//!
//! fn receive(mut socket: impl Read) -> io::Result<u32> {
//!     let mut decoder = FrameDecoder::new();
//!     let mut piece = [0; 2048];
//!     let mut heartbeats = 0;
//!     loop {
//!         let mut input = match socket.read(&mut piece)? {
//!             0 => break,
//!             n => &piece[..n],
//!         };
//!         while let Some(item) = decoder.decode(&mut input).map_err(io::Error::other)? {
//!             match item {
//!                 Item::Frame { frame, .. } => {
//!                     heartbeats += u32::from(frame.command == Command::HEARTBEAT);
//!                 }
//!                 Item::BadDigest { offset, header, .. } => {
//!                     eprintln!("{}: wrong digest at {offset}", header.command);
//!                 }
//!                 Item::Skipped { .. } => {} // only while scanning a capture
//!             }
//!         }
//!     }
//!     decoder.finish().map_err(io::Error::other)?;
//!     Ok(heartbeats)
//! }
//! # use kandian_codec::{encode, FrameRef, MAX_PAYLOAD};
//! # let mut wire = Vec::new();
//! # for seq in 0..9 {
//! #     encode(&FrameRef::new(Command::HEARTBEAT, seq, &[b' '; 600]), &mut wire, MAX_PAYLOAD)?;
//! # }
//! # assert_eq!(receive(&wire[..])?, 9);
//! # assert!(receive(&wire[1..]).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Encode
//!
//! ```
//! use kandian_codec::{Command, DEVICE_MAX_PAYLOAD, FrameRef, encode};
//!
//! let request = FrameRef::new(Command::REBOOT, 0x1234, b"<REBOOT_REQ/>");
//! let mut out = Vec::new();
//! encode(&request, &mut out, DEVICE_MAX_PAYLOAD)?;
//! assert_eq!(out[..8], [0xFA, 0xF5, 0x6C, 0x12, 0x34, 0, 0, 13]);
//! # Ok::<(), kandian_codec::EncodeError>(())
//! ```
//!
//! # References
//!
//! `Spec §7.4.3` is a section of the specification. `E-61` is an entry in the project's list of its
//! errors and gaps, which says what to send and what to accept there.
//!
//! # Features
//!
//! `std` (default): nothing but the `std` features of the dependencies. `tokio`: the codec.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod buffer;
mod command;
mod decode;
mod decoder;
mod digest;
mod encode;
mod error;
mod frame;
#[doc(hidden)]
pub mod fuzz;
mod item;
mod policy;
mod resync;
#[cfg(feature = "tokio")]
pub mod tokio;

pub use command::{Command, CommandInfo, CommandRange, Side};
pub use decode::{Status, decode};
pub use decoder::FrameDecoder;
pub use digest::{Digest, DigestVerdict, digest};
pub use encode::{encode, encode_into_slice};
pub use error::{EncodeError, FrameError, OptionsError, ParsePolicyError};
pub use frame::{
    DEVICE_MAX_PAYLOAD, DIGEST_LEN, Frame, FrameRef, HEADER_LEN, Header, MAGIC, MAX_PAYLOAD, OVERHEAD,
};
pub use item::{Item, OwnedItem, SkipReason};
pub use policy::{DecoderOptions, DigestPolicy, ResyncPolicy};
pub use resync::HASH_BUDGET;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
