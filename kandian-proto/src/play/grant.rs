//! What goes into a [`TokenBook`](super::TokenBook) and what comes out. Spec §7.5.5, §7.5.23.

use super::Target;
use crate::time::Millis;
use crate::value::{GenericResult, HashToken};
use crate::{DevId, Secret};

/// How long a token may be used, counted from its issue (有效期 1 分钟): at this age it still is, a
/// millisecond later no more.; E-93.
pub const VALIDITY: Millis = Millis::from_secs(60);

/// Age at which a token leaves the book. For the second minute a token that comes too late is called
/// expired or used, and not unknown, so that the person at the other end learns the true reason; after
/// that nobody waits any more.
pub const FORGET_AFTER: Millis = Millis::from_secs(120);

/// Tokens in one book, unless [`BookOptions`] says otherwise: three for each view (§8.7, E-92) during
/// [`FORGET_AFTER`] make 180 views per second, in about 20 MB. A platform with more has more nodes.
pub const MAX_TOKENS: usize = 65_536;

/// Tokens of one account, unless [`BookOptions`] says otherwise: a wall of 64 channels takes 192. One
/// account, stolen or run by a script, must not fill the book of everybody.
pub const MAX_TOKENS_PER_ACCOUNT: usize = 256;

/// Longest name of an account, in bytes. A mobile number has 11; the book keeps one name per token.
pub const MAX_ACCOUNT_BYTES: usize = 64;

/// Longest grace: the 10 s that E-92 names.
pub const MAX_GRACE: Millis = Millis::from_secs(10);

/// Settings of a [`TokenBook`](super::TokenBook).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookOptions {
    /// How long after its first success the same device may have the same token verified again, for
    /// players that send DESCRIBE twice and for devices that lost the answer (E-92). 0, the default,
    /// is the specification: one verification. At most [`MAX_GRACE`] counts; the minute of
    /// [`VALIDITY`] is never exceeded.
    pub grace: Millis,
    /// Most tokens in the book, at least 1; see [`MAX_TOKENS`].
    pub tokens: usize,
    /// Most tokens of one account, at least 1; see [`MAX_TOKENS_PER_ACCOUNT`].
    pub tokens_per_account: usize,
}

impl Default for BookOptions {
    fn default() -> Self {
        Self { grace: Millis(0), tokens: MAX_TOKENS, tokens_per_account: MAX_TOKENS_PER_ACCOUNT }
    }
}

/// Who may see what. Input of [`TokenBook::issue`](super::TokenBook::issue); the book has asked nobody whether it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The user's account (`Account`), 1 to [`MAX_ACCOUNT_BYTES`] bytes.
    pub account: String,
    /// A secret of that account or of the platform; goes into the token and nowhere else. E-91.
    pub secret: Secret,
    /// What the token is for.
    pub target: Target,
}

impl Grant {
    /// A grant.
    #[must_use]
    pub fn new(account: impl Into<String>, secret: Secret, target: Target) -> Self {
        Self { account: account.into(), secret, target }
    }
}

/// A new token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The token, for one URL. Each URL of §8.7 gets its own (E-92).
    pub token: HashToken,
    /// What it is for.
    pub target: Target,
    /// The last moment at which it may be used.
    pub valid_until: Millis,
}

/// Why no token was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The name of the account is empty or longer than [`MAX_ACCOUNT_BYTES`].
    #[error("an account has 1 to {MAX_ACCOUNT_BYTES} bytes")]
    Account,
    /// The account holds as many tokens as one account may, all of them unused.
    #[error("the account has {limit} unused play tokens; the next place is free in {} ms", .retry_after.0)]
    AccountFull {
        /// The limit.
        limit: usize,
        /// How long until the oldest expires.
        retry_after: Millis,
    },
    /// The book is full of unused tokens.
    #[error("{limit} unused play tokens are out; the next place is free in {} ms", .retry_after.0)]
    Full {
        /// The limit.
        limit: usize,
        /// How long until the oldest expires.
        retry_after: Millis,
    },
    /// The token is in the book already: `key` came twice. The random source is broken; stop.
    #[error("the random key of a play token came twice; the random source is broken")]
    RepeatedKey,
}

/// A verification that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// For whom the token was issued.
    pub account: String,
    /// Whether it had been verified before and the grace let it pass.
    pub again: bool,
}

/// Why a token was refused, for the log and for the user; the device only gets a number.
///
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// Not in the book: never issued, revoked, or issued more than [`FORGET_AFTER`] ago.
    #[error("the token is unknown")]
    Unknown,
    /// Issued for another device. Happens innocently: the private address in a `LocalPlayUrl` may
    /// belong to another camera.
    #[error("the token is for device {issued_for}")]
    WrongDevice {
        /// The right device.
        issued_for: DevId,
    },
    /// Issued for another channel of the device.
    #[error("the token is for channel {issued_for}")]
    WrongChannel {
        /// The right channel.
        issued_for: u16,
    },
    /// Issued for another stream or recording of the channel.
    #[error("the token is for another stream or recording")]
    WrongMedia,
    /// Verified before.
    #[error("the token was used {} ms ago", .ago.0)]
    AlreadyUsed {
        /// Time since its first success.
        ago: Millis,
    },
    /// Older than [`VALIDITY`].
    #[error("the token is {} ms old, older than one minute", .age.0)]
    Expired {
        /// Time since its issue.
        age: Millis,
    },
}

impl TokenRefusal {
    /// The `Result` of the answer to 35H and 74H: 1 for a token that does not exist, else 255. E-11.
    #[must_use]
    pub const fn result(self) -> GenericResult {
        match self {
            Self::Unknown => GenericResult::NOT_FOUND,
            _ => GenericResult::OTHER,
        }
    }
}
