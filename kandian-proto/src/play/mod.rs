//! Watching: what is to be seen, its RTSP URL, and the token in it. Spec §7.5.5, §7.5.23, §8.7.
//!
//! | question | who asks | type |
//! |---|---|---|
//! | What is to be seen? | everybody | [`Target`], [`Media`], [`FileName`] |
//! | May this token be used, here and now? | platform | [`TokenBook`] |
//! | How is a play URL written, and what did a player make of it? | everybody | [`PlayUrl`], [`ReadUrl`] |
//!
//! All of it is sans-IO: no clock, no random source, no socket. Moments come in as
//! [`Now`](crate::time::Now), random bytes and the results of I/O as arguments.

mod book;
mod grant;
mod target;
mod token;
mod url;

pub use book::TokenBook;
pub use grant::{
    Accepted, BookOptions, FORGET_AFTER, Grant, IssueError, Issued, MAX_ACCOUNT_BYTES, MAX_GRACE, MAX_TOKENS,
    MAX_TOKENS_PER_ACCOUNT, TokenRefusal, VALIDITY,
};
pub use target::{FileName, InvalidFileName, MAX_FILE_NAME_BYTES, Media, Target};
pub use token::{KEY_BYTES, make_token};
pub use url::{
    DEFAULT_PORT, LEGACY_FILE_NAME_BYTES, LEGACY_PATH_BYTES, LEGACY_PLAYBACK_URL_BYTES, LEGACY_URL_BYTES,
    LegacyLimit, MAX_PARAMETERS, MAX_URL_BYTES, PlayUrl, PlayUrlError, ReadUrl, UrlDeviation, UrlErrorKind,
    UrlNote, UrlPart, rtsp_address,
};
