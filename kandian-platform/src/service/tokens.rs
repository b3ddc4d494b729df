//! The keys of programs and administrators.
//!
//! A token is `kd_<id>_<secret>`: 8 and 32 characters at random. The secret half has 160 bits, so that a plain SHA-256
//! of it is enough on record; a slow hash is for what people choose.

use kandian_proto::Secret;
use kandian_proto::time::UnixMillis;
use sha2::{Digest, Sha256};

use crate::store::{Store, StoreError, Token, TokenRole};

const PREFIX: &str = "kd_";
/// Without characters that are taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
const ID_LEN: usize = 8;
const SECRET_LEN: usize = 32;

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The name of the token.
    pub name: String,
    /// What it allows.
    pub role: TokenRole,
}

/// Why a token does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is none, or not on record, or its secret half is another.
    #[error("the token is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// It was taken back.
    #[error("the token was revoked")]
    Revoked,
    /// It could not be looked up.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a token and stores its hash. The token itself is shown once, here.
///
/// # Errors
///
/// When the database fails.
pub async fn create_token(
    store: &Store,
    name: &str,
    role: TokenRole,
    now: UnixMillis,
    expires_at: Option<UnixMillis>,
) -> Result<Secret, StoreError> {
    let (id, secret) = (random_text(ID_LEN), random_text(SECRET_LEN));
    let hash = digest(&secret);
    let name = name.to_owned();
    let token = Token { id: id.clone(), name, hash, role, created_at: now, expires_at, revoked_at: None };
    store.add_token(token).await?;
    Ok(Secret::from(format!("{PREFIX}{id}_{secret}")))
}

/// Who holds a token.
///
/// # Errors
///
/// [`TokenError`].
pub async fn authenticate(store: &Store, text: &str, now: UnixMillis) -> Result<Bearer, TokenError> {
    let (id, secret) =
        text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).ok_or(TokenError::Invalid)?;
    let token = store.token(id).await?.ok_or(TokenError::Invalid)?;
    if !Secret::from(token.hash.as_str()).matches(&digest(secret)) {
        return Err(TokenError::Invalid);
    }
    if token.revoked_at.is_some() {
        return Err(TokenError::Revoked);
    }
    if token.expires_at.is_some_and(|at| at <= now) {
        return Err(TokenError::Expired);
    }
    Ok(Bearer { name: token.name, role: token.role })
}

/// What is kept of a secret: its SHA-256 in hexadecimal digits.
pub(crate) fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// So many characters at random, each of 5 bits.
pub(crate) fn random_text(length: usize) -> String {
    use rand::RngExt as _;
    let mut source = rand::rng();
    (0..length).map(|_| char::from(ALPHABET[source.random_range(0..ALPHABET.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_token_opens_until_it_ends() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), None).await.unwrap();
        let (now, later) = (UnixMillis(1_000), UnixMillis(2_000));
        let token = create_token(&store, "crm", TokenRole::Operator, now, Some(later)).await.unwrap();
        let text = token.reveal();
        assert_eq!(text.len(), 3 + ID_LEN + 1 + SECRET_LEN);
        let bearer = Bearer { name: "crm".into(), role: TokenRole::Operator };
        assert_eq!(authenticate(&store, text, now).await, Ok(bearer));
        assert_eq!(authenticate(&store, text, later).await, Err(TokenError::Expired));
        let mut wrong = text.to_owned();
        let last = if wrong.pop() == Some('a') { 'b' } else { 'a' };
        wrong.push(last);
        for text in [wrong.as_str(), "", "kd_", "kd__", "kd_abc", "Bearer x", &text[..20]] {
            assert_eq!(authenticate(&store, text, now).await, Err(TokenError::Invalid), "{text}");
        }
        let id = &text[3..3 + ID_LEN];
        assert!(store.revoke_token(id, now).await.unwrap());
        assert_eq!(authenticate(&store, text, now).await, Err(TokenError::Revoked));
        let stored = store.token(id).await.unwrap().unwrap();
        assert!(!text.contains(&stored.hash) && stored.hash.len() == 64);
    }
}
