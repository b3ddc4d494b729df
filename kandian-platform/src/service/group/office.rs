//! Whether a province platform is who it says: the check before 6.1 to 6.5.; E-166.

use kandian_proto::Secret;
use kandian_proto::enrolment::Province;

use crate::access::PeerAddr;
use crate::app::App;
use crate::service::limited::limited;
use crate::store::{ProvinceRecord, StoreError};

/// What a province platform says it is.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// `ProvinceNo`.
    pub province_no: &'a str,
    /// `CmsNo`.
    pub cms_no: &'a str,
    /// `CmsPassword`.
    pub password: &'a Secret,
}

/// Why it is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stranger {
    /// There is no such province platform.
    #[error("there is no such province platform")]
    Unknown,
    /// The password is another.
    #[error("the password is wrong")]
    WrongPassword,
    /// Too many wrong ones came lately.
    #[error("too many wrong passwords came lately")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds the province platform and checks its password.
///
/// Wrong passwords count as those of accounts do: from one address first, so that nobody keeps a province platform out
/// from elsewhere; beyond the limit over all addresses it is let in from where it reported last.
///
/// # Errors
///
/// [`Stranger`].
pub async fn authenticate(
    app: &App,
    credentials: Credentials<'_>,
    peer: PeerAddr,
) -> Result<ProvinceRecord, Stranger> {
    let Ok(id) = Province::new(credentials.province_no, credentials.cms_no) else {
        return Err(Stranger::Unknown);
    };
    let record = app.store.province(id).await?.ok_or(Stranger::Unknown)?;
    let attempt = match app.guard.attempt(app.clock.now().mono, id, peer.ip()) {
        Ok(attempt) => attempt,
        Err(met) => {
            limited(app, met, "province", &id, peer.ip()).await;
            return Err(Stranger::TooMany);
        }
    };
    let home = record.report.as_ref().is_some_and(|report| report.from == peer.ip().to_string());
    if attempt.known_only && !home {
        app.guard.right(app.clock.now().mono, attempt);
        return Err(Stranger::TooMany);
    }
    if app.passwords.matches(credentials.password, Some(&record.password)).await {
        app.guard.right(app.clock.now().mono, attempt);
        return Ok(record);
    }
    metrics::counter!("kandian_wrong_keys_total", "what" => "province").increment(1);
    if let Some(met) = app.guard.wrong(app.clock.now().mono, attempt) {
        limited(app, met, "province", &id, peer.ip()).await;
    }
    Err(Stranger::WrongPassword)
}

/// Decides who asks, and logs a refusal that an operator must know of.
pub(super) fn told(province: impl std::fmt::Display, what: &str, why: &dyn std::fmt::Display) {
    tracing::warn!(%province, %why, "{what} of a province platform was refused");
}
