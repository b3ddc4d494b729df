//! HTTP for devices: the redirect (Spec §5) and the registration (§7.2.1), as equipment in shops really speaks it.
//!
//! | side | reads | writes |
//! |---|---|---|
//! | platform | [`RequestReader`] → [`Request`] → [`Routes`] → [`Exchange`](crate::session::Exchange) | [`register_answer`], [`redirect_answer`], [`malformed`], [`Refusal`] |
//! | device | [`AnswerReader`] → [`Answer`] | [`request`] |
//!
//! # Why not an HTTP library
//!
//! Firmware writes requests with `printf` and reads answers with one `recv`. A strict server refuses an empty
//! request target, white space before a colon or a stray line, and the device is offline for good; a well-meant
//! status line, a second segment or 1,024 bytes of answer crash it. Both ends here read what such peers send, and
//! write what they survive.
//!
//! # Why it is safe to be lenient here
//!
//! - **One exchange per connection.** What follows a request is dropped, and every answer says
//!   `Connection: close`. No second request can hide behind the first one.
//! - **The length of a body is never guessed.** What two readers could cut differently is refused: lengths that
//!   differ, a length beside chunks, chunks before HTTP/1.1, a length spread over two lines.
//! - **Everything is bounded**, see [`Limits`], and every byte is looked at once, however the pieces fall.
//!
//! Give it a listener of its own; do not share the port with a portal, nor put a proxy in front that sends several
//! requests over one connection.
//!
//! # The loop of a platform
//!
//! ```
//! use kandian_proto::http::{Limits, Refusal, RequestReader, Routes, malformed, register_answer};
//! use kandian_proto::message::register::{RegisterRequest, RegisterResponse};
//! use kandian_proto::session::Exchange;
//! use kandian_proto::time::Timestamp;
//! use kandian_proto::value::RegisterResult;
//! use kandian_proto::{Outcome, Profile, decode};
//!
//! # let pieces: [&[u8]; 2] = [b"POST  HTTP/1.1\r\nHost : 198.51.100.10:8098\r\nContent-Le", b"ngth: 7\r\n\r\nrubbish"];
//! # let mut sent = Vec::new();
//! # let now: Timestamp = "20140318103000".parse()?;
//! let routes = Routes::new().register_at("/tykd/DeviceRegisterServlet");
//! let mut reader = RequestReader::new(Limits::REQUEST);
//! for piece in pieces {
//!     let request = match reader.push(piece) {
//!         Ok(Some(request)) => request,
//!         Ok(None) => {
//!             if let Some(bytes) = reader.take_continue() {
//!                 sent.extend_from_slice(bytes);
//!             }
//!             continue; // at the end of the stream, and when the time is over: `reader.end()`
//!         }
//!         Err(error) => {
//!             sent = Refusal::from(error).to_bytes();
//!             break;
//!         }
//!     };
//!     sent = match routes.find(&request) {
//!         Ok(Exchange::Register) => match decode::<RegisterRequest>(request.document()) {
//!             Ok(read) => {
//!                 let refusal = Outcome::Failure(RegisterResult::UNKNOWN_DEVICE);
//!                 let response = RegisterResponse::new(refusal).dev_id(read.message.dev_id).time(now);
//!                 register_answer(&response, Profile::Spec)?
//!             }
//!             Err(_) => malformed(Exchange::Register, request.document(), now),
//!         },
//!         Ok(Exchange::Redirect) => unreachable!("not in this example"),
//!         Err(why) => why.refusal().to_bytes(),
//!     };
//! }
//! assert!(sent.starts_with(b"HTTP/1.1 200 OK\r\n"));
//! assert!(sent.ends_with(b"<Result>255</Result><DevID></DevID><Time>20140318103000</Time></REGISTER_RES>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! After the answer shut down the writing half and read for a moment before closing: bytes that nobody has read
//! make the kernel reset the connection, and the answer may be lost with it. A recorder that closes or resets
//! right after its one read is no fault.
//!
//! # The loop of a device
//!
//! ```
//! use kandian_proto::http::{AnswerReader, Limits, request};
//!
//! let (server, bytes) = request("http://198.51.100.10:8098/DeviceRegisterServlet", b"<REGISTER_REQ/>")?;
//! assert_eq!(server.to_string(), "198.51.100.10:8098");
//! assert!(bytes.starts_with(b"POST /DeviceRegisterServlet HTTP/1.1\r\nHost: 198.51.100.10:8098\r\n"));
//!
//! let mut reader = AnswerReader::new(Limits::ANSWER);
//! assert_eq!(reader.push(b"HTTP/1.0 200 OK\r\nset-cookie: JSESSIONID=1\r\n\r\n<REGISTER_RES/>\n")?, None);
//! let answer = reader.end()?.unwrap(); // the server closed; else `push` gives the answer
//! assert_eq!((answer.status, answer.document()), (200, &b"<REGISTER_RES/>"[..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod body;
mod chunks;
mod document;
mod error;
mod fields;
mod framing;
mod head;
mod limits;
mod post;
mod reader;
mod refusal;
mod request;
mod respond;
mod route;
mod url;

pub use answer::{Answer, AnswerReader};
pub use error::{HttpError, HttpErrorKind, NotHttp};
pub use fields::Fields;
pub use limits::Limits;
pub use post::request;
pub use refusal::{Refusal, Status};
pub use request::{CONTINUE, Method, Request, RequestReader, Version};
pub use respond::{
    AnswerError, REDIRECT_ANSWER_BYTES, REGISTER_ANSWER_BYTES, Unassigned, answer, malformed,
    redirect_answer, register_answer, unassigned_answer,
};
pub use route::{NoRoute, Routes};
pub use url::{HttpUrl, HttpUrlError, HttpUrlErrorKind, MAX_URL_BYTES};

/// The content type of every document, in both directions (R-5.7, R-7.15; E-36).
const XML: &str = "text/xml;charset=UTF-8";
