//! Every message of 手机看店 (China Telecom mobile shop-watching, V1.6.2) as types.
//!
//! This crate turns the bytes inside a frame, an HTTP body or a SOAP envelope into typed messages and
//! back. It is sans-IO: no sockets, no clock, no random source; everything comes in as an argument.
//!
//! # Which module answers which question
//!
//! | question | module |
//! |---|---|
//! | What does command `33H` mean, who sends it, which section defines it? | [`command`] |
//! | What is in a `LOGIN_REQ`? | [`message`], one file per operation |
//! | What does `BitRate` 6 mean? | [`value`] |
//! | What does "high quality" send, and what do parameters look like to a user? | [`presets`] |
//! | What does a device do before anybody has set anything? | [`defaults`] |
//! | Should this channel be recording now, and may the user have these policies? | [`schedule`] |
//! | Which province does a device belong to, and may this user add it? | [`enrolment`] |
//! | What is a recording or a picture called, and is a peer's name safe in a path? | [`name`] |
//! | Why was this document refused, or what was wrong with it? | [`DecodeError`], [`Diagnostic`] |
//! | What does a device do after a lost link? When does a platform close one? | [`session`] |
//! | Is this token good, what does this play URL say, which way leads to the camera? | [`play`] |
//! | How does a device's redirect or registration come over HTTP, sloppy as it is sent? | [`http`] |
//! | How does video get from a camera to a viewer? | `rtsp` (feature `rtsp`) |
//! | What do 100,000 devices do when their platform restarts? | `sim` (feature `sim`) |
//! | How do I write a message so that a firmware of 2014 survives it? | [`Profile`] |
//! | How do I answer a phone client? | `soap` (feature `soap`) |
//! | How do I get JSON? | feature `json`: every message implements serde's traits |
//!
//! # Decode bytes from a socket
//!
//! ```
//! use kandian_codec::{FrameDecoder, Item, Side};
//! use kandian_proto::{Payload, Request, decode_payload};
//!
//! # let received = kandian_codec_example::heartbeat();
//! # mod kandian_codec_example {
//! #     pub fn heartbeat() -> Vec<u8> {
//! #         let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\" ?><HEARTBEAT_REQ><DevID>81100000001</DevID>\
//! #           <CurVideoNum>1</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort>\
//! #           <LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort><TurnRelayIP>0.0.0.0</TurnRelayIP>\
//! #           <RtspTurnRelayPort>0</RtspTurnRelayPort></HEARTBEAT_REQ>";
//! #         let mut out = Vec::new();
//! #         let frame = kandian_codec::FrameRef::new(kandian_codec::Command::HEARTBEAT, 7, xml);
//! #         kandian_codec::encode(&frame, &mut out, 65_535).unwrap();
//! #         out
//! #     }
//! # }
//! let mut decoder = FrameDecoder::new();
//! let mut input = received.as_slice();
//! while let Some(item) = decoder.decode(&mut input)? {
//!     let Item::Frame { frame, .. } = item else { continue };
//!     let read = decode_payload(frame.command, Side::Device, frame.payload)?;
//!     for diagnostic in &read.diagnostics {
//!         println!("{diagnostic}");
//!     }
//!     if let Payload::Request(Request::Heartbeat(heartbeat)) = read.message {
//!         assert_eq!(heartbeat.dev_id.as_str(), "81100000001");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Answer a login
//!
//! ```
//! use kandian_proto::message::device::{CloudAccount, LoginResponse};
//! use kandian_proto::time::Timestamp;
//! use kandian_proto::value::LoginResult;
//! use kandian_proto::{DevId, Outcome, Profile, encode};
//!
//! let device: DevId = "81100000001".parse()?;
//! let now: Timestamp = "20140318103000".parse()?;
//! let refusal =
//!     LoginResponse::new(Outcome::Failure(LoginResult::BAD_DEV_KEY)).dev_id(device).time(now);
//! let xml = encode(&refusal, Profile::Spec)?;
//! assert_eq!(
//!     String::from_utf8(xml)?,
//!     "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><LOGIN_RES><Result>2</Result>\
//!      <DevID>81100000001</DevID><Time>20140318103000</Time></LOGIN_RES>",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Tolerate a vendor's bug
//!
//! ```
//! use kandian_proto::message::device::RebootRequest;
//! use kandian_proto::{Erratum, decode, decode_strict};
//!
//! let printed_like_the_specification = b"<?xml version=\"1.0\" encoding=\" UTF-8\" ?>\
//!     < REBOOT_REQ><DevID>81100000001</ DevID></ REBOOT_REQ>";
//! let read = decode::<RebootRequest>(printed_like_the_specification)?;
//! assert_eq!(read.message.dev_id.as_str(), "81100000001");
//! assert!(read.diagnostics.iter().any(|d| d.erratum == Some(Erratum(2))));
//! assert!(decode_strict::<RebootRequest>(printed_like_the_specification).is_err());
//! # Ok::<(), kandian_proto::DecodeError>(())
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod codec;
pub mod command;
pub mod defaults;
pub mod enrolment;
mod erratum;
#[cfg(feature = "fuzz")]
#[doc(hidden)]
pub mod fuzz;
pub mod http;
mod id;
#[cfg(feature = "json")]
pub mod json;
pub mod message;
pub mod name;
#[doc(hidden)]
pub mod outcome;
pub mod play;
pub mod presets;
mod profile;
#[cfg(feature = "rtsp")]
pub mod rtsp;
pub mod schedule;
mod secret;
pub mod session;
#[cfg(feature = "sim")]
pub mod sim;
#[cfg(feature = "soap")]
pub mod soap;
pub mod time;
pub mod value;
pub mod xml;

pub use codec::{
    Decoded, Message, MessageInfo, decode, decode_strict, decode_strict_with, decode_with, encode,
    encode_into, encode_with_unknown,
};
pub use erratum::Erratum;
pub use id::{DevId, DevIdOrAll, InvalidDevId};
pub use kandian_codec::{Command, Side};

pub use command::{
    Call, Opaque, Operation, OperationInfo, Payload, Request, Response, decode_payload, decode_payload_with,
};
pub use outcome::Outcome;
pub use profile::{Profile, UnknownProfile};
pub use secret::{MASK, Secret, is_secret_name, mask_text, mask_url};
pub use xml::{DecodeError, DecodeErrorKind, Diagnostic, DiagnosticKind, EncodeError, EncodeErrorKind};

#[cfg(feature = "json")]
pub(crate) use json::json_twin;
#[cfg(test)]
pub(crate) use message::macros::golden;
pub(crate) use message::macros::{group, message};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
