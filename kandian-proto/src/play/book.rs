//! The platform's record of the tokens it handed out. Spec §7.5.5, §7.5.23.

use std::collections::{BTreeMap, BTreeSet};

use super::grant::{
    Accepted, BookOptions, FORGET_AFTER, Grant, IssueError, Issued, MAX_ACCOUNT_BYTES, MAX_GRACE,
    TokenRefusal, VALIDITY,
};
use super::token::{KEY_BYTES, make_token};
use super::{Media, Target};
use crate::DevIdOrAll;
use crate::message::device::{RecordPlayRequest, VideoPlayRequest};
use crate::time::{Millis, Now};
use crate::value::HashToken;

/// The tokens a platform handed out and has to recognise: each works once, for one minute, for one
/// stream or recording of one device (使用一次合法性验证失效，有效期 1 分钟).
/// Spec §7.5.5, §7.5.23; R-7.57 to R-7.60, R-7.90; E-91, E-92, E-93.
///
/// - **What was handed out is honoured.** A full book, or an account with its share used up, refuses
///   to issue and says for how long; it never drops a token somebody is about to use, because that
///   user would see no more than a 401 from the camera. Places are taken from dead tokens: expired
///   ones, oldest first, then used ones, oldest first.
/// - **A token shown at the wrong place stays good.** It was verified for nothing, so "one
///   verification" is not used up. Burning it would punish the innocent (see
///   [`TokenRefusal::WrongDevice`]) and let any device that overheard a token spoil the view; keeping
///   it gives nothing away, for it still opens only what it was issued for.
/// - **The book holds no tokens**, only their MD5 digests. A dump of it opens no camera, and the time
///   of a look-up tells nothing about a token, for the text presented is never compared with one.
///   Upper and lower case are the same (E-91).
/// - **No timer is needed.** Every call forgets what is too old. [`TokenBook::poll_timeout`] and
///   [`TokenBook::handle_timeout`] are for who wants memory back while nothing happens.
/// - Tokens do not survive a restart; a client asks again, as it would after one minute.
///
/// ```
/// use kandian_proto::Secret;
/// use kandian_proto::play::{Grant, Target, TokenBook, TokenRefusal};
/// use kandian_proto::time::{Millis, Now};
/// use kandian_proto::value::StreamType;
///
/// let mut book = TokenBook::new();
/// let target = Target::live("81100000001".parse()?, 0, StreamType::SUB);
/// let grant = Grant::new("13312345678", Secret::from("hunter2"), target.clone());
/// let issued = book.issue(Now::mono(Millis(0)), &grant, &[7; 16])?;
///
/// let soon = Now::mono(Millis(800));
/// let elsewhere = Target { channel_no: 1, ..target.clone() };
/// let refusal = book.verify(soon, &issued.token, &elsewhere);
/// assert_eq!(refusal, Err(TokenRefusal::WrongChannel { issued_for: 0 }));
/// assert!(book.verify(soon, &issued.token, &target).is_ok());
/// let refusal = book.verify(soon, &issued.token, &target);
/// assert_eq!(refusal, Err(TokenRefusal::AlreadyUsed { ago: Millis(0) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TokenBook {
    options: BookOptions,
    latest: Millis,
    next: Number,
    /// By number, and so by age.
    entries: BTreeMap<Number, Entry>,
    by_digest: BTreeMap<kandian_codec::Digest, Number>,
    by_account: BTreeMap<String, BTreeSet<Number>>,
    used: BTreeSet<Number>,
}

/// Running number of a token; does not wrap.
type Number = u64;

#[derive(Clone, Debug)]
struct Entry {
    digest: kandian_codec::Digest,
    account: String,
    target: Target,
    issued_at: Millis,
    used_at: Option<Millis>,
}

impl TokenBook {
    /// An empty book, by the specification.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty book with other limits, or with a grace.
    #[must_use]
    pub fn with_options(options: BookOptions) -> Self {
        let options = BookOptions {
            grace: options.grace.min(MAX_GRACE),
            tokens: options.tokens.max(1),
            tokens_per_account: options.tokens_per_account.max(1),
        };
        Self { options, ..Self::default() }
    }

    /// Makes a token and remembers what it is for. `key` is fresh from the system's cryptographic
    /// random source; see [`make_token`].
    ///
    /// # Errors
    /// When there is no place, or the account or the key cannot be right.
    pub fn issue(&mut self, now: Now, grant: &Grant, key: &[u8; KEY_BYTES]) -> Result<Issued, IssueError> {
        let at = self.advance(now);
        if !(1..=MAX_ACCOUNT_BYTES).contains(&grant.account.len()) {
            return Err(IssueError::Account);
        }
        let token = make_token(&grant.account, &grant.secret, &grant.target, now, key);
        let digest = digest(&token);
        if self.by_digest.contains_key(&digest) {
            return Err(IssueError::RepeatedKey);
        }
        self.make_place(at, &grant.account)?;

        let number = self.next;
        self.next += 1;
        self.by_digest.insert(digest, number);
        self.by_account.entry(grant.account.clone()).or_default().insert(number);
        let (account, target) = (grant.account.clone(), grant.target.clone());
        self.entries.insert(number, Entry { digest, account, target, issued_at: at, used_at: None });
        Ok(Issued { token, target: grant.target.clone(), valid_until: at + VALIDITY })
    }

    /// Whether the token is good for what a device was asked for. Success uses it up; a refusal
    /// changes nothing.
    ///
    /// # Errors
    /// Of several reasons the first in the order of [`TokenRefusal`] is given.
    pub fn verify(
        &mut self,
        now: Now,
        presented: &HashToken,
        target: &Target,
    ) -> Result<Accepted, TokenRefusal> {
        let at = self.advance(now);
        let grace = self.options.grace;
        let number = self.by_digest.get(&digest(presented)).copied().ok_or(TokenRefusal::Unknown)?;
        let entry = self.entries.get_mut(&number).ok_or(TokenRefusal::Unknown)?;

        if entry.target.dev_id != target.dev_id {
            return Err(TokenRefusal::WrongDevice { issued_for: entry.target.dev_id });
        }
        if entry.target.channel_no != target.channel_no {
            return Err(TokenRefusal::WrongChannel { issued_for: entry.target.channel_no });
        }
        if !is_presented_as(&entry.target.media, &target.media) {
            return Err(TokenRefusal::WrongMedia);
        }
        if let Some(ago) = entry.used_at.map(|used_at| at - used_at)
            && (grace == Millis(0) || ago > grace)
        {
            return Err(TokenRefusal::AlreadyUsed { ago });
        }
        let age = at - entry.issued_at;
        if age > VALIDITY {
            return Err(TokenRefusal::Expired { age });
        }

        let again = entry.used_at.is_some();
        entry.used_at.get_or_insert(at);
        let account = entry.account.clone();
        self.used.insert(number);
        Ok(Accepted { account, again })
    }

    /// [`TokenBook::verify`] for `VIDEO_PLAY_REQ`, 35H.
    ///
    /// # Errors
    /// As [`TokenBook::verify`].
    pub fn verify_live(&mut self, now: Now, request: &VideoPlayRequest) -> Result<Accepted, TokenRefusal> {
        self.verify(now, &request.hash_token, &Target::from(request))
    }

    /// [`TokenBook::verify`] for `RECORD_PLAY_REQ`, 74H. A name that is no file name was never issued.
    ///
    /// # Errors
    /// As [`TokenBook::verify`].
    pub fn verify_recording(
        &mut self,
        now: Now,
        request: &RecordPlayRequest,
    ) -> Result<Accepted, TokenRefusal> {
        let target = Target::try_from(request).map_err(|_| TokenRefusal::WrongMedia)?;
        self.verify(now, &request.hash_token, &target)
    }

    /// Takes back all tokens of an account, or those for one device: the user lost the device, or the
    /// account was closed. Returns how many tokens left the book.
    pub fn revoke(&mut self, account: &str, devices: DevIdOrAll) -> usize {
        let numbers: Vec<Number> = self.by_account.get(account).into_iter().flatten().copied().collect();
        let before = self.entries.len();
        for number in numbers {
            if self.entries.get(&number).is_some_and(|entry| devices.includes(&entry.target.dev_id)) {
                self.remove(number);
            }
        }
        before - self.entries.len()
    }

    /// Tokens in the book, dead ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the book is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// When [`TokenBook::handle_timeout`] would forget something; `None` for an empty book. Changes with
    /// every call that takes `&mut self`.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.entries.first_key_value().map(|(_, entry)| entry.issued_at + FORGET_AFTER)
    }

    /// Forgets the tokens that reached the age [`FORGET_AFTER`].
    pub fn handle_timeout(&mut self, now: Now) {
        self.advance(now);
    }

    /// The moment, never before an earlier one; forgets what is too old by then.
    fn advance(&mut self, now: Now) -> Millis {
        self.latest = self.latest.max(now.mono);
        while let Some((&number, entry)) = self.entries.first_key_value()
            && self.latest - entry.issued_at >= FORGET_AFTER
        {
            self.remove(number);
        }
        self.latest
    }

    /// Drops dead tokens until there is a place for one more of `account`.
    fn make_place(&mut self, at: Millis, account: &str) -> Result<(), IssueError> {
        let BookOptions { tokens, tokens_per_account, .. } = self.options;
        while let Some(own) = self.by_account.get(account)
            && own.len() >= tokens_per_account
        {
            let oldest = own.first().copied();
            let dead = oldest
                .filter(|&number| self.is_expired(at, number))
                .or_else(|| own.iter().copied().find(|number| self.used.contains(number)));
            let Some(dead) = dead else {
                let retry_after = self.time_to_expiry(at, oldest);
                return Err(IssueError::AccountFull { limit: tokens_per_account, retry_after });
            };
            self.remove(dead);
        }
        while self.entries.len() >= tokens {
            let oldest = self.entries.first_key_value().map(|(&number, _)| number);
            let dead =
                oldest.filter(|&number| self.is_expired(at, number)).or_else(|| self.used.first().copied());
            let Some(dead) = dead else {
                let retry_after = self.time_to_expiry(at, oldest);
                return Err(IssueError::Full { limit: tokens, retry_after });
            };
            self.remove(dead);
        }
        Ok(())
    }

    fn is_expired(&self, at: Millis, number: Number) -> bool {
        self.entries.get(&number).is_some_and(|entry| at - entry.issued_at > VALIDITY)
    }

    fn time_to_expiry(&self, at: Millis, number: Option<Number>) -> Millis {
        let entry = number.and_then(|number| self.entries.get(&number));
        // One more than the validity: at that age a token is still good.
        entry.map_or(VALIDITY, |entry| entry.issued_at + VALIDITY + Millis(1) - at)
    }

    fn remove(&mut self, number: Number) {
        let Some(entry) = self.entries.remove(&number) else { return };
        self.by_digest.remove(&entry.digest);
        self.used.remove(&number);
        if let Some(own) = self.by_account.get_mut(&entry.account) {
            own.remove(&number);
            if own.is_empty() {
                self.by_account.remove(&entry.account);
            }
        }
    }
}

fn digest(token: &HashToken) -> kandian_codec::Digest {
    kandian_codec::digest(token.to_lookup_key().as_bytes())
}

fn is_presented_as(issued: &Media, presented: &Media) -> bool {
    match (issued, presented) {
        (Media::Live(issued), Media::Live(presented)) => issued == presented,
        (Media::Recording(issued), Media::Recording(presented)) => issued.is_presented_as(presented),
        _ => false,
    }
}
