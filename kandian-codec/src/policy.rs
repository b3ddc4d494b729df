//! How much a decoder tolerates.

use core::fmt;
use core::str::FromStr;

use crate::{MAX_PAYLOAD, OptionsError, ParsePolicyError};

/// What to do with the digest of a received frame. Spec §7.4.8, E-61, E-62.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestPolicy {
    /// `verify`: tolerates nothing. A frame with a wrong digest is named and withheld
    /// ([`Item::BadDigest`](crate::Item::BadDigest)); the stream goes on behind it.
    #[default]
    Verify,
    /// `report`: tolerates a peer that computes the digest wrongly. The frame is handed out with
    /// [`DigestVerdict::Bad`](crate::DigestVerdict::Bad), for the caller to log.
    Report,
    /// `ignore`: tolerates a peer that sends no meaningful digest at all. Nothing is hashed, which
    /// is also how deployed devices treat what they receive.
    Ignore,
}

/// What to do where a frame must start and does not. Spec §7.4, E-62.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResyncPolicy {
    /// `close`: tolerates nothing. The first wrong byte ends the stream, because after it no
    /// length can be trusted. Right for a live link; deployed devices do the same.
    #[default]
    Close,
    /// `scan`: tolerates lost bytes, garbage and wrong lengths. Looks for the next frame with a
    /// correct digest. For captures and research; it waits for as many bytes as a false frame
    /// start announces, which a live link cannot afford.
    Scan,
}

macro_rules! policy_names {
    ($policy:ident: $expected:literal, $($variant:ident = $name:literal),*) => {
        impl fmt::Display for $policy {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $name),* })
            }
        }

        /// Reads what `Display` writes.
        impl FromStr for $policy {
            type Err = ParsePolicyError;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(ParsePolicyError { expected: $expected }),
                }
            }
        }
    };
}

policy_names!(DigestPolicy: "verify, report, ignore", Verify = "verify", Report = "report", Ignore = "ignore");
policy_names!(ResyncPolicy: "close, scan", Close = "close", Scan = "scan");

/// Settings of a decoder. The defaults accept every frame the specification allows and tolerate
/// nothing else.
///
/// ```
/// use kandian_codec::{DecoderOptions, DigestPolicy};
///
/// let lenient = DecoderOptions::new().with_digest(DigestPolicy::Report).with_max_payload(16 * 1024);
/// assert_eq!(lenient.max_payload, 16 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecoderOptions {
    /// What to do with the digest. Default: [`DigestPolicy::Verify`].
    pub digest: DigestPolicy,
    /// What to do where no frame starts. Default: [`ResyncPolicy::Close`].
    pub resync: ResyncPolicy,
    /// Most bytes of DATA to accept; also bounds the memory of a decoder. Default and upper end:
    /// [`MAX_PAYLOAD`](crate::MAX_PAYLOAD).
    pub max_payload: usize,
}

impl DecoderOptions {
    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self { digest: DigestPolicy::Verify, resync: ResyncPolicy::Close, max_payload: MAX_PAYLOAD }
    }

    /// Sets what to do with the digest.
    #[must_use]
    pub const fn with_digest(mut self, digest: DigestPolicy) -> Self {
        self.digest = digest;
        self
    }

    /// Sets what to do where no frame starts.
    #[must_use]
    pub const fn with_resync(mut self, resync: ResyncPolicy) -> Self {
        self.resync = resync;
        self
    }

    /// Sets the most bytes of DATA to accept. Values above [`MAX_PAYLOAD`](crate::MAX_PAYLOAD)
    /// mean that; LEN cannot say more.
    #[must_use]
    pub const fn with_max_payload(mut self, bytes: usize) -> Self {
        self.max_payload = bytes;
        self
    }

    /// Refuses what cannot work.
    pub(crate) const fn validated(self) -> Result<Self, OptionsError> {
        match (self.resync, self.digest) {
            (ResyncPolicy::Scan, DigestPolicy::Report | DigestPolicy::Ignore) => {
                Err(OptionsError::ScanNeedsVerify)
            }
            _ => Ok(self),
        }
    }
}

impl Default for DecoderOptions {
    fn default() -> Self {
        Self::new()
    }
}
