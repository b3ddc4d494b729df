//! How a token is made. Spec §7.5.5, §7.5.23; E-91.

use super::{Media, Target};
use crate::Secret;
use crate::time::Now;
use crate::value::HashToken;

/// Bytes of the random key of a token: the 128 bits that E-91 asks for, and as many as the token has.
pub const KEY_BYTES: usize = 16;

/// Makes a play token (`HashToken`): 32 lower-case hexadecimal digits, MD5 over account, password,
/// device, channel, stream type or file name, time and a random key. R-7.57, R-7.90; E-91.
///
/// `key` must come from the system's cryptographic random source, fresh for each token: it alone makes
/// the token unguessable. `secret` is any secret of the account or of the platform; a platform that
/// stores only a hash of the password passes that. The time is the wall clock of `now`, else its
/// monotonic clock.
///
/// The specification prints neither order nor separators nor the form of the time. Nobody needs them:
/// a token is looked up and never computed again. Here every input goes in with its length before it,
/// so that no two sets of inputs give the same bytes.
///
/// ```
/// use kandian_proto::Secret;
/// use kandian_proto::play::{Target, make_token};
/// use kandian_proto::time::Now;
/// use kandian_proto::value::StreamType;
/// let target = Target::live("81100000001".parse()?, 0, StreamType::MAIN);
/// let token = make_token("13312345678", &Secret::from("hunter2"), &target, Now::default(), &[7; 16]);
/// assert_eq!(token.as_str().len(), 32);
/// # Ok::<(), kandian_proto::InvalidDevId>(())
/// ```
#[must_use]
pub fn make_token(
    account: &str,
    secret: &Secret,
    target: &Target,
    now: Now,
    key: &[u8; KEY_BYTES],
) -> HashToken {
    let (kind, media) = match &target.media {
        Media::Live(stream) => ("streamtype", stream.0.to_string()),
        Media::Recording(name) => ("filename", name.as_str().to_owned()),
    };
    let time = now.wall.map_or(now.mono.0.to_be_bytes(), |wall| wall.0.to_be_bytes());
    let parts: [&[u8]; 8] = [
        account.as_bytes(),
        secret.reveal().as_bytes(),
        target.dev_id.as_str().as_bytes(),
        &target.channel_no.to_be_bytes(),
        kind.as_bytes(),
        media.as_bytes(),
        &time,
        key,
    ];
    let mut input = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
    for part in parts {
        input.extend((part.len() as u64).to_be_bytes());
        input.extend(part);
    }
    kandian_codec::digest(&input).into()
}
