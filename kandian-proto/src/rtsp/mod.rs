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
//!
//! All of it is sans-IO: no socket, no clock, no random source.
//!
pub mod h264;
pub mod message;
pub mod rtcp;
pub mod rtp;
pub mod sdp;
pub mod transport;
