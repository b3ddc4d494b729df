//! The digest (摘要) at the end of every frame. Spec §7.4.8.

use md5::{Digest as _, Md5};

use crate::DIGEST_LEN;

/// An MD5 digest in raw form, as it stands on the wire.
pub type Digest = [u8; DIGEST_LEN];

/// What became of the digest of a frame that was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestVerdict {
    /// It was computed and agrees.
    Ok,
    /// It was computed and differs. Only under [`DigestPolicy::Report`](crate::DigestPolicy::Report).
    Bad,
    /// It was not looked at. Only under [`DigestPolicy::Ignore`](crate::DigestPolicy::Ignore).
    Unchecked,
}

/// The digest over `signed`, which is the header exactly as sent followed by DATA (E-61).
///
/// There is no key: it finds damage, it does not prove who sent the frame.
#[must_use]
#[inline]
pub fn digest(signed: &[u8]) -> Digest {
    Md5::digest(signed).into()
}
