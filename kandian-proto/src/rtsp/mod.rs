//! RTSP and RTP, both ends: what a device, a phone and a gateway of the platform need to send and receive video.
//! Spec §10, §15; feature `rtsp`.
//!
//! | question | module |
//! |---|---|
//! | What did the peer send, and what is wrong with it? | [`message`] |
//! | How shall packets travel? | [`transport`] |
//! | What is there to be seen? | [`sdp`] |
//! | Which NAL units make a picture, and how large is it? | [`h264`] |
//! | How does a picture become packets, and packets a picture? | [`rtp`] |
//! | Who is still there? | [`rtcp`] |
//! | What does a device answer, and when is a viewer gone? | [`server`] |
//! | What does a viewer get who reads too slowly? | [`queue`] |
//! | How does a client get from a URL to pictures? | [`client`] |
//!
//! All of it is sans-IO: no socket, no clock, no random source. The machines follow the contract of
//! [`session`](crate::session).
//!
//! # One packet for all viewers
//!
//! An access unit is cut into packets once, by one [`rtp::Packetiser`] per track, into one piece of memory that is ready
//! for TCP as a whole and for UDP in slices. A [`rtp::Unit`] of it goes into the [`queue::ViewerQueue`] of each viewer,
//! where it costs two counters. Hence all viewers of a source share sequence numbers and SSRC, and each learns from
//! `RTP-Info` where it came in.

mod base64;
pub mod client;
pub mod h264;
pub mod message;
pub mod queue;
pub mod rtcp;
pub mod rtp;
pub mod sdp;
pub mod server;
pub mod transport;
