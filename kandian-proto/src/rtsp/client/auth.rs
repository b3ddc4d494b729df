//! Who asks, as foreign cameras want to be told: Basic and Digest. RFC 2617; RFC 2069, which old cameras follow.
//!
//! Devices of 手机看店 ask for a token in the URL and for nothing else (§10.2); this is for the cameras behind them.

use core::fmt::{self, Write as _};

use md5::{Digest as _, Md5};

use super::address::Credentials;
use crate::rtsp::base64;
use crate::rtsp::message::{Headers, Method};

/// Longest text of a challenge that is repeated, in bytes. Cameras use some tens; requests must stay short.
const MAX_TEXT_BYTES: usize = 256;

/// Most challenges that are looked at in one answer.
const MOST_CHALLENGES: usize = 8;

/// How a server wants to be told who asks.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    Basic,
    Digest(Digest),
}

/// A challenge to prove that one knows the password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Digest {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// Whether the client's own number goes into the proof (`qop=auth`).
    is_counted: bool,
    /// Whether the algorithm is named, and therefore repeated.
    names_algorithm: bool,
    /// Whether only the number was too old, and the proof was right.
    is_stale: bool,
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic => "Basic",
            Self::Digest(_) => "Digest",
        })
    }
}

impl Challenge {
    /// The best challenge of an answer that can be met: Digest with MD5 before Basic, which shows the password to
    /// everybody on the way.
    pub(super) fn of(headers: &Headers) -> Option<Self> {
        let fields = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("WWW-Authenticate"));
        let challenges = fields.flat_map(|(_, value)| challenges(value)).take(MOST_CHALLENGES);
        let read: Vec<_> = challenges.filter_map(|(scheme, parameters)| read(&scheme, &parameters)).collect();
        let digest = read.iter().find(|challenge| matches!(challenge, Self::Digest(_)));
        digest.or(read.first()).cloned()
    }

    /// Whether the server only wants the answer to a newer number.
    pub(super) const fn is_stale(&self) -> bool {
        matches!(self, Self::Digest(Digest { is_stale: true, .. }))
    }

    /// The value of `Authorization` for the request that is number `count` under this challenge, from 1. `seed` is
    /// random, and known to nobody else.
    pub(super) fn answer(
        &self,
        who: &Credentials,
        method: Method,
        url: &str,
        count: u32,
        seed: u64,
    ) -> String {
        match self {
            Self::Basic => {
                let pair = format!("{}:{}", who.user, who.password.reveal());
                format!("Basic {}", base64::encode(pair.as_bytes()))
            }
            Self::Digest(digest) => digest.answer(who, method, url, count, seed),
        }
    }
}

impl Digest {
    fn read(parameters: &[(String, String)]) -> Option<Self> {
        let find = |name: &str| {
            let found = parameters.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.as_str())
        };
        let algorithm = find("algorithm");
        if algorithm.is_some_and(|algorithm| !algorithm.eq_ignore_ascii_case("MD5")) {
            return None;
        }
        // Without a choice it is as RFC 2069 has it; of a choice only `auth` is of use, as requests have no body.
        let quality =
            find("qop").map(|qop| qop.split(',').any(|qop| qop.trim().eq_ignore_ascii_case("auth")));
        if quality == Some(false) {
            return None;
        }
        let text = |name: &str| find(name).filter(|text| text.len() <= MAX_TEXT_BYTES).map(str::to_owned);
        Some(Self {
            realm: text("realm")?,
            nonce: text("nonce")?,
            opaque: text("opaque"),
            is_counted: quality.is_some(),
            names_algorithm: algorithm.is_some(),
            is_stale: find("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }

    fn answer(&self, who: &Credentials, method: Method, url: &str, count: u32, seed: u64) -> String {
        let Self { realm, nonce, .. } = self;
        let secret = hash(&format!("{}:{realm}:{}", who.user, who.password.reveal()));
        let asked = hash(&format!("{method}:{url}"));
        let mut out = String::from("Digest ");
        parameter(&mut out, "username", &who.user);
        parameter(&mut out, "realm", realm);
        parameter(&mut out, "nonce", nonce);
        parameter(&mut out, "uri", url);
        if self.is_counted {
            // Nobody can foresee it who does not know the seed.
            let own = hash(&format!("{seed:016x}:{nonce}:{count:08x}"));
            let own = &own[..16];
            let proof = hash(&format!("{secret}:{nonce}:{count:08x}:{own}:auth:{asked}"));
            parameter(&mut out, "response", &proof);
            let _ = write!(out, "qop=auth, nc={count:08x}, ");
            parameter(&mut out, "cnonce", own);
        } else {
            parameter(&mut out, "response", &hash(&format!("{secret}:{nonce}:{asked}")));
        }
        if let Some(opaque) = &self.opaque {
            parameter(&mut out, "opaque", opaque);
        }
        if self.names_algorithm {
            out.push_str("algorithm=MD5, ");
        }
        out.truncate(out.trim_end_matches(", ").len());
        out
    }
}

fn read(scheme: &str, parameters: &[(String, String)]) -> Option<Challenge> {
    if scheme.eq_ignore_ascii_case("Basic") {
        Some(Challenge::Basic)
    } else if scheme.eq_ignore_ascii_case("Digest") {
        Digest::read(parameters).map(Challenge::Digest)
    } else {
        None
    }
}

/// Challenges of one header field, each with its parameters. Several may stand in one field, all parted by commas.
fn challenges(value: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for part in parts(value) {
        let part = part.trim();
        let name = part.split('=').next().unwrap_or(part).trim_end();
        // A word before the name of the first parameter, or alone, is a scheme.
        let parameter = match name.split_once(char::is_whitespace) {
            Some((scheme, _)) => {
                found.push((scheme.to_owned(), Vec::new()));
                part.get(scheme.len()..).unwrap_or_default()
            }
            None if !part.contains('=') && !part.is_empty() => {
                found.push((part.to_owned(), Vec::new()));
                continue;
            }
            None => part,
        };
        let pair =
            parameter.trim().split_once('=').map(|(name, value)| (name.trim().to_owned(), plain(value)));
        if let (Some((_, parameters)), Some(pair)) = (found.last_mut(), pair) {
            parameters.push(pair);
        }
    }
    found
}

/// Pieces between the commas that stand in no quotes.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    value.split(move |c| {
        let is_plain = !std::mem::take(&mut is_escaped);
        match c {
            '\\' if is_quoted && is_plain => is_escaped = true,
            '"' if is_plain => is_quoted = !is_quoted,
            ',' => return !is_quoted,
            _ => {}
        }
        false
    })
}

/// A value without its quotes.
fn plain(value: &str) -> String {
    let value = value.trim();
    let Some(quoted) = value.strip_prefix('"') else { return value.to_owned() };
    let mut is_escaped = false;
    let mut out = String::with_capacity(quoted.len());
    for c in quoted.chars() {
        match c {
            '\\' if !is_escaped => is_escaped = true,
            '"' if !is_escaped => break,
            c => {
                is_escaped = false;
                out.push(c);
            }
        }
    }
    out
}

/// Writes a parameter in quotes.
fn parameter(out: &mut String, name: &str, value: &str) {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    let _ = write!(out, "{name}=\"{value}\", ");
}

fn hash(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().fold(String::with_capacity(32), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests;
