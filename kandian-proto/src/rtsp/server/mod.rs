//! The server's end of one RTSP connection. Spec §10, §15; R-10.1 to R-10.16; E-92, E-172, E-176 to E-178, E-185.
//!
//! [`Server`] reads requests, has the application look up what is wanted, has the platform verify the token once,
//! answers, and watches over silence and over clients that do not read. Media is not its business: the application
//! sends [`Unit`](super::rtp::Unit)s to the sessions that play, through a [`ViewerQueue`](super::queue::ViewerQueue)
//! each.
//!
//! ```
//! use kandian_proto::play::StreamState;
//! use kandian_proto::rtsp::{h264::ParameterSets, sdp::Description, transport::Transport};
//! use kandian_proto::rtsp::server::{Config, Event, FirstPacket, Input, Output, Server};
//! use kandian_proto::rtsp::rtp::Track;
//! use kandian_proto::time::{Millis, Now};
//! use kandian_proto::value::GenericResult;
//!
//! let url = "rtsp://192.0.2.7/realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken=6f1ed002";
//! let now = Now::mono(Millis(0));
//! let mut server = Server::new(Config::new("192.0.2.9".parse()?, "192.0.2.7".parse()?, 42), now);
//! let mut sent = String::new();
//! for request in [
//!     format!("DESCRIBE {url} RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
//!     format!("SETUP {url}/trackID=0 RTSP/1.0\r\nCSeq: 2\r\nTransport: {}\r\n\r\n", Transport::tcp(0, 1)),
//!     format!("PLAY {url} RTSP/1.0\r\nCSeq: 3\r\nSession: 000000000000002a\r\n\r\n"),
//! ] {
//!     server.handle_input(now, Input::Bytes(request.as_bytes()));
//!     loop {
//!         match server.poll_output() {
//!             Output::Transmit(bytes) => sent.push_str(std::str::from_utf8(&bytes)?),
//!             Output::Event(Event::Wanted { ticket, target }) if target.channel_no == 0 => {
//!                 server.wanted(now, ticket, Ok(Description::live(ParameterSets::default())));
//!             }
//!             Output::Event(Event::Wanted { ticket, .. }) => server.wanted(now, ticket, Err(StreamState::Unknown)),
//!             Output::Event(Event::Verify(check)) => server.verdict(now, check.id, GenericResult::OK),
//!             Output::Event(Event::SetUp { ticket, .. }) => server.set_up(now, ticket, Ok(None)),
//!             Output::Event(Event::Play { ticket, .. }) => {
//!                 let first = FirstPacket { track: Track::VIDEO, sequence: 1, timestamp: 0 };
//!                 server.playing(now, ticket, Ok(&[first]));
//!             }
//!             Output::Event(event) => println!("{event:?}"),
//!             Output::Close(reason) => return Ok(println!("{reason:?}")),
//!             Output::Timeout(_) => break,
//!             _ => {}
//!         }
//!     }
//! }
//! assert_eq!(sent.matches("RTSP/1.0 200 OK").count(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asked;
mod config;
mod control;
mod describe;
mod io;
mod machine;
mod path;
mod session;
mod setup;
mod timers;

pub use config::{Config, Destination, Timing, UNPROVEN};
pub use io::{
    CloseReason, Delivery, EndReason, Event, FirstPacket, Input, Output, ServerPorts, SessionKey, Ticket,
    TimerKind,
};
pub use machine::{MAX_SESSIONS, Server};
pub use path::{Heard, UdpPath, is_allowed};
