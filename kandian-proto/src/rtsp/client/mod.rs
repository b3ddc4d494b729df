//! The client's end of one RTSP connection: a phone, or a gateway of the platform. Spec §10, §15; R-10.13, R-10.15,
//! R-15.1, R-15.11, R-15.13, R-15.16; E-172, E-173, E-175 to E-177.
//!
//! [`Client`] asks for a view step by step (OPTIONS, DESCRIBE, SETUP for each track, PLAY), keeps it alive, and gives
//! access units and frames of sound. Which address to connect to and when to try the next one is the business of
//! [`PathChooser`](crate::play::PathChooser).
//!
//! Cameras that know nothing of 手机看店 can be asked too: see [`RtspUrl`] and [`Client::foreign`].
//!
//! ```
//! use kandian_proto::play::{PlayUrl, Target};
//! use kandian_proto::rtsp::client::{Client, Event, Input, Options, Output};
//! use kandian_proto::time::{Millis, Now};
//! use kandian_proto::value::{Port, StreamType};
//! # let sdp = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";
//! # let answers = [
//! #     "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n".to_owned(),
//! #     format!("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: {}\r\n\r\n{sdp}", sdp.len()),
//! #     "RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 7\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n".to_owned(),
//! #     "RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 7\r\n\r\n".to_owned(),
//! # ];
//! # let mut answers = answers.iter();
//!
//! let target = Target::live("81100000001".parse()?, 0, StreamType::SUB);
//! let url = PlayUrl::new("192.0.2.7".parse()?, Port(554), target, "6f1ed002".parse()?)?;
//! let now = Now::mono(Millis(0));
//! let mut client = Client::new(url, Options::tcp(), now);
//! client.handle_input(now, Input::Connected("192.0.2.7".parse()?));
//! let mut requests = String::new();
//! loop {
//!     match client.poll_output() {
//!         Output::Transmit(bytes) => {
//!             requests.push_str(std::str::from_utf8(&bytes)?);
//!             // … and what the device answers:
//!             let Some(answer) = answers.next() else { break };
//!             client.handle_input(now, Input::Bytes(answer.as_bytes()));
//!         }
//!         Output::Event(Event::Media { track, media }) => println!("{track:?}: {media:?}"),
//!         Output::Event(event) => println!("{event:?}"),
//!         Output::Close(reason) => break println!("{reason:?}"),
//!         Output::Timeout(_) => break,
//!         _ => {}
//!     }
//! }
//! assert!(client.is_playing());
//! assert!(requests.contains("SETUP rtsp://192.0.2.7:554/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002 RTSP/1.0"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod answers;
mod auth;
mod config;
mod io;
mod machine;
mod receive;
mod requests;

pub use address::{Credentials, MAX_CREDENTIAL_BYTES, RtspUrl, RtspUrlError};
pub use config::{Mode, Options, Timing};
pub use io::{BadAnswer, EndReason, Event, Input, NotNow, Output, TimerKind};
pub use machine::Client;
