//! Signatures: HMAC-SHA256 over what is asked, when, and under which key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use kandian_proto::Secret;
use sha2::{Digest as _, Sha256};

/// The headers of a signed request.
pub const HEADERS: [&str; 4] =
    ["kandian-client", "kandian-timestamp", "idempotency-key", "kandian-signature"];
/// The version of what is signed, and so the first line of it.
const VERSION: &str = "kandian-v1";

/// What a signature is made over.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Path and query, as they are sent.
    pub target: &'a str,
    /// Seconds of Unix time, as they are sent.
    pub timestamp: &'a str,
    /// The key of the request, as it is sent.
    pub key: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl Signed<'_> {
    /// SHA-256 of what is asked, without the moment: a request that is repeated has the same.
    #[must_use]
    pub fn request(&self) -> String {
        let body = hexadecimal(&Sha256::digest(self.body));
        hexadecimal(&Sha256::digest(format!("{}\n{}\n{body}", self.method, self.target)))
    }

    /// The text that is signed: six lines, without an end of line behind the last.
    fn text(&self) -> String {
        let Self { method, target, timestamp, key, .. } = self;
        let body = hexadecimal(&Sha256::digest(self.body));
        format!("{VERSION}\n{method}\n{target}\n{timestamp}\n{key}\n{body}")
    }

    /// Whether a signature was made with one of these secrets. It takes as long whichever digit is wrong.
    #[must_use]
    pub fn is_signed_with(&self, secrets: &[Secret], signature: &str) -> bool {
        // All of them are tried, so that the time does not tell which one is current.
        secrets.iter().fold(false, |found, secret| {
            let own = self::signature(self, secret).map(Secret::from);
            own.is_some_and(|own| own.matches(signature)) | found
        })
    }
}

/// The signature of a request, as its header has it. HMAC takes secrets of every length, so there always is one.
#[must_use]
pub fn signature(signed: &Signed<'_>, secret: &Secret) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.reveal().as_bytes()).ok()?;
    mac.update(signed.text().as_bytes());
    Some(format!("v1={}", hexadecimal(&mac.finalize().into_bytes())))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNED: Signed<'_> = Signed {
        method: "POST",
        target: "/api/v1/crm/orders",
        timestamp: "1395109800",
        key: "order-4711",
        body: b"{\"operation\":\"open\",\"number\":\"18912345678\",\"points\":4}",
    };

    /// Every part counts, and so does the secret.
    #[test]
    fn every_part_is_signed() {
        let secrets = [Secret::from("old"), Secret::from("new")];
        let good = signature(&SIGNED, &secrets[1]).unwrap();
        assert!(SIGNED.is_signed_with(&secrets, &good));
        assert!(!SIGNED.is_signed_with(&secrets[..1], &good) && !SIGNED.is_signed_with(&[], &good));
        for other in [
            Signed { method: "PUT", ..SIGNED },
            Signed { target: "/api/v1/crm/orders?x", ..SIGNED },
            Signed { timestamp: "1395109801", ..SIGNED },
            Signed { key: "order-4712", ..SIGNED },
            Signed { body: b"{}", ..SIGNED },
        ] {
            assert!(!other.is_signed_with(&secrets, &good), "{other:?}");
        }
        for wrong in ["", "v1=", &good[3..], &good.to_uppercase(), &format!("{good} ")] {
            assert!(!SIGNED.is_signed_with(&secrets, wrong), "{wrong}");
        }
    }

    /// A part cannot give a character to its neighbour.
    #[test]
    fn parts_are_kept_apart() {
        let moved = Signed { timestamp: "139510980", key: "0order-4711", ..SIGNED };
        assert_ne!(signature(&moved, &"s".into()), signature(&SIGNED, &"s".into()));
    }
}
