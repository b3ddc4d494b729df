//! What clients ask before they log in anywhere. Spec §9; E-39, E-165, E-169, E-171.

use kandian_proto::message::directory::{CheckVersionRequest, Platform};
use kandian_proto::value::Url;

use crate::app::App;
use crate::rules::{ClientKind, Dotted, offered};
use crate::store::StoreError;

/// Whether a client may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// It may.
    NotNeeded,
    /// It is too old, and a newer one is here.
    Needed(Url),
}

/// Whether an Android client is too old for the platform that it uses. A text that is no version of one is not checked
/// (E-165), and neither is a client when no release is entered.
///
/// # Errors
///
/// When the database fails.
pub async fn check_version(app: &App, request: &CheckVersionRequest) -> Result<Upgrade, StoreError> {
    let Some(version) = ClientKind::Android.version(&request.version) else { return Ok(Upgrade::NotNeeded) };
    let releases = app.store.releases().await?;
    let platform = platform_version(app, request).await?;
    Ok(match offered(&releases, ClientKind::Android, platform) {
        Some(release) if version < release.minimum => Upgrade::Needed(release.url.clone()),
        _ => Upgrade::NotNeeded,
    })
}

/// The version of the platform that a client says it uses. Of one that nobody knows the least is assumed: a client must not
/// be made too new for it.
async fn platform_version(app: &App, request: &CheckVersionRequest) -> Result<Dotted, StoreError> {
    let reports = app.store.provinces().await?.into_iter().filter_map(|province| province.report);
    let used = |report: &crate::store::AddressReport| report.mcu_url == request.cms_url;
    Ok(reports.into_iter().find(used).map_or(Dotted::ONE, |report| report.version))
}

/// The province platforms that clients can choose from: those that reported (§6.1), and the one of this process when the
/// settings name it.; E-39, E-169.
///
/// # Errors
///
/// When the database fails.
pub async fn platforms(app: &App) -> Result<Vec<Platform>, StoreError> {
    let mut found = Vec::new();
    if app.config.roles.group() {
        for province in app.store.provinces().await? {
            found.extend(province.report.map(|report| Platform::new(province.name, report.mcu_url)));
        }
    }
    let own = &app.config.province;
    if app.config.roles.province()
        && let Some(url) = &own.mcu_url
        && !own.name.is_empty()
        && !found.iter().any(|platform| platform.cms_url == *url)
    {
        found.push(Platform::new(own.name.clone(), url.clone()));
    }
    Ok(found)
}
