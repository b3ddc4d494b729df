//! The rules of the protocol as machines: what each end does when, without a socket and without a clock.
//!
//! | machine | is |
//! |---|---|
//! | [`device::Device`] | a camera or recorder: redirect, registration, login, heartbeats, reconnection |
//! | [`platform::Link`] | one TCP link at the province platform |
//! | [`platform::Hub`] | who holds which device, over all links |
//!
//! # The contract
//!
//! The two machines with I/O have the same four functions:
//!
//! ```text
//! handle_input(now, input)        something happened
//! poll_output() -> Output         what to do about it
//! request(now, request)           ask the peer            -> Ticket
//! respond(now, ticket, response)  answer the peer
//! ```
//!
//! - After every call of `handle_input`, `request`, `respond` or another function that takes `now`, call
//!   [`poll_output`](platform::Link::poll_output) until it returns [`Output::Timeout`]. Then wait.
//! - Every call brings the time. [`Now::mono`](crate::time::Now) never runs backwards; an earlier value is read
//!   as the latest.
//! - What comes in is taken before what is over: a loop that was held up does not end a link whose heartbeat has
//!   waited in the socket, nor a request whose answer has. The other way round, a deadline is the earliest moment
//!   at which something ends.
//! - A fault of the peer is an event, never an `Err`. An `Err` is a mistake of the caller.
//! - A request of the peer is an event with a [`Ticket`], and waits for [`respond`](platform::Link::respond).
//!   Answer only what is stored. Who does not answer in time has not answered: the ticket expires, the peer
//!   gets nothing.
//! - A request to the peer ends exactly once, with an [`End`].
//!
//! # The loop
//!
//! ```
//! use kandian_proto::session::{Input, Output, platform};
//! use kandian_proto::time::{Millis, Now, UnixMillis};
//! use kandian_proto::{Response, message::device::LoginResponse, value::LoginResult, Outcome};
//!
//! # struct Socket(Vec<u8>);
//! # impl Socket { fn send(&mut self, bytes: &[u8]) { self.0.extend_from_slice(bytes) } }
//! # let mut socket = Socket(Vec::new());
//! # let received = {
//! #     use kandian_proto::message::device::LoginRequest;
//! #     let login = LoginRequest::new("V1.6_20140318", kandian_proto::DevId::new("81100000001").unwrap(), "key",
//! #         std::net::Ipv4Addr::LOCALHOST, kandian_proto::value::Port(554), kandian_proto::value::NetType(0),
//! #         kandian_proto::value::NatType(0));
//! #     let xml = kandian_proto::encode(&login, Default::default()).unwrap();
//! #     let mut out = Vec::new();
//! #     kandian_codec::encode(&kandian_codec::FrameRef::new(kandian_codec::Command::LOGIN, 0, &xml), &mut out, 65_535).unwrap();
//! #     out
//! # };
//! let now = Now { mono: Millis(0), wall: Some(UnixMillis(1_395_109_800_000)) };
//! let mut link = platform::Link::new(Default::default(), now);
//! link.handle_input(now, Input::Bytes(&received));
//! loop {
//!     match link.poll_output() {
//!         Output::Transmit(bytes) => socket.send(&bytes),
//!         Output::Event(platform::Event::Request { ticket, request, .. }) => {
//!             println!("{request:?}"); // secrets are masked
//!             let refusal = LoginResponse::new(Outcome::Failure(LoginResult::UNKNOWN_DEVICE))
//!                 .time(now.civil(480).unwrap())
//!                 .dev_id("81100000001".parse::<kandian_proto::DevId>()?);
//!             link.respond(now, ticket, Response::Login(refusal))?;
//!         }
//!         Output::Event(event) => println!("{event:?}"),
//!         Output::Disconnect(reason) => return Ok(println!("closed: {reason:?}")),
//!         Output::Timeout(at) => break println!("nothing to do until {at:?}"),
//!         _ => unreachable!("a platform opens no connections"),
//!     }
//! }
//! # assert_eq!(socket.0[..3], [0xFA, 0xF5, 0x31]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod addresses;
pub mod device;
mod error;
mod io;
mod jitter;
mod pending;
pub mod platform;
mod quirks;
mod refusal;
mod ticket;
mod wire;

pub use addresses::Addresses;
pub use error::{CloseReason, End, PeerFault, SendError};
pub use io::{Exchange, HttpAnswer, HttpRequest, Input, Output, Server, TimerKind};
pub use quirks::{ChannelBase, ForeignDevId, KeepAlive, Quirks, ResponseMatch, Silence, UnknownQuirk};
pub use ticket::Ticket;
