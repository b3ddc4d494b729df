//! Watching: tokens, RTSP URLs, the check of a token, and the way to the camera.
//! Spec §7.5.5, §7.5.23, §8.7, §10.2, §15.
//!
//! | question | who asks | type |
//! |---|---|---|
//! | What is to be seen? | everybody | [`Target`], [`Media`], [`FileName`] |
//! | May this token be used, here and now? | platform | [`TokenBook`] |
//! | How is a play URL written, and what did a player make of it? | everybody | [`PlayUrl`], [`ReadUrl`] |
//! | May this RTSP request be served? | device | [`PlayGate`] |
//! | Which address and which transport next, and why was there no picture? | client | [`PathChooser`], [`path::Trace`] |
//!
//! All of it is sans-IO: no clock, no random source, no socket. Moments come in as
//! [`Now`](crate::time::Now), random bytes and the results of I/O as arguments.
//!
//! # One view from end to end
//!
//! ```
//! use kandian_proto::play::*;
//! use kandian_proto::time::{Millis, Now};
//! use kandian_proto::value::{GenericResult, Port, StreamType};
//! use kandian_proto::{Request, Secret};
//!
//! let at = |millis| Now::mono(Millis(millis));
//! let target = Target::live("81100000001".parse()?, 0, StreamType::SUB);
//!
//! // The platform answers a client (§8.7): a token, bound to what it is for, inside a URL.
//! let mut book = TokenBook::new();
//! let grant = Grant::new("13312345678", Secret::from("…"), target);
//! let issued = book.issue(at(0), &grant, &[7; 16])?; // 16 bytes of the system's random source
//! let url = PlayUrl::new("192.168.1.64".parse()?, Port(554), issued.target, issued.token)?.to_url();
//!
//! // A player asks the camera (§10.1), which has the platform verify the token (§7.5.5).
//! let mut gate = PlayGate::new();
//! let asked = PlayUrl::parse(url.as_str())?.url;
//! let Decision::Ask(check) = gate.handle_request(at(900), &asked, StreamState::Available) else { panic!() };
//! let Request::VideoPlay(request) = check.request() else { panic!() };
//!
//! // The platform answers from its book; the camera serves.
//! let verdict = book.verify_live(at(950), &request);
//! assert_eq!(verdict.map(|accepted| accepted.account).as_deref(), Ok("13312345678"));
//! assert_eq!(gate.handle_answer(at(990), check.id, GenericResult::OK), Some(Decision::Serve));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod book;
mod grant;
pub mod path;
mod target;
mod token;
mod url;
mod verify;

pub use book::TokenBook;
pub use grant::{
    Accepted, BookOptions, FORGET_AFTER, Grant, IssueError, Issued, MAX_ACCOUNT_BYTES, MAX_GRACE, MAX_TOKENS,
    MAX_TOKENS_PER_ACCOUNT, TokenRefusal, VALIDITY,
};
pub use path::PathChooser;
pub use target::{FileName, InvalidFileName, MAX_FILE_NAME_BYTES, Media, Target};
pub use token::{KEY_BYTES, make_token};
pub use url::{
    DEFAULT_PORT, LEGACY_FILE_NAME_BYTES, LEGACY_PATH_BYTES, LEGACY_PLAYBACK_URL_BYTES, LEGACY_URL_BYTES,
    LegacyLimit, MAX_PARAMETERS, MAX_URL_BYTES, PlayUrl, PlayUrlError, ReadUrl, UrlDeviation, UrlErrorKind,
    UrlNote, UrlPart, rtsp_address,
};
#[cfg(feature = "rtsp")]
pub(crate) use url::{control_track, percent::decode as percent_decode};
pub use verify::{
    Check, CheckId, Decision, LIVE_CHECK_WAIT, MAX_REFUSALS, MAX_TARGETS, PlayGate, PlayRefusal,
    RECORD_CHECK_WAIT, StreamState,
};
