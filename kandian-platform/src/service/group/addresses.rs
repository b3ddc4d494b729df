//! A province platform reports where it is. Spec §6.1; E-37, E-39, E-41.

use kandian_proto::message::group::{AddressReportRequest, ClientDownloads};
use kandian_proto::value::Url;

use super::office::{Credentials, Stranger, authenticate, told};
use crate::access::PeerAddr;
use crate::app::App;
use crate::rules::{BadUrl, ClientKind, Dotted, client_url, device_url, offered};
use crate::store::{AddressReport, Release, StoreError};

/// Where clients are when nothing else is said: the portal that the specification names (3 (11), R-3.15).
const PORTAL: &str = "http://kandian.189.cn/";

/// Why a report was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReportRefused {
    /// Whoever reported is not who it says.
    #[error(transparent)]
    Stranger(#[from] Stranger),
    /// Its version is none (E-41).
    #[error("CmsVer is no version of numbers with dots (E-41)")]
    Version,
    /// Clients could not use the URL.
    #[error("McuUrl: {0}")]
    McuUrl(BadUrl),
    /// Devices could not use the URL.
    #[error("DevUrl: {0}")]
    DevUrl(BadUrl),
    /// No address for downloads can be given.
    #[error("the portal for downloads is no URL")]
    Portal,
}

impl From<StoreError> for ReportRefused {
    fn from(error: StoreError) -> Self {
        Self::Stranger(error.into())
    }
}

/// Stores where a province platform is, and says where its users download the clients.
///
/// # Errors
///
/// [`ReportRefused`]; then the addresses of before hold.
pub async fn report_addresses(
    app: &App,
    request: &AddressReportRequest,
    peer: PeerAddr,
) -> Result<ClientDownloads, ReportRefused> {
    let credentials = Credentials {
        province_no: &request.province_no,
        cms_no: &request.cms_no,
        password: &request.cms_password,
    };
    let province = authenticate(app, credentials, peer).await?;
    let report = match checked(app, request, peer) {
        Ok(report) => report,
        Err(why) => {
            told(province.id, "the report", &why);
            return Err(why);
        }
    };
    let is_new = province.report.as_ref().is_none_or(|before| {
        (&before.mcu_url, &before.dev_url, before.version)
            != (&report.mcu_url, &report.dev_url, report.version)
    });
    if is_new {
        tracing::info!(province = %province.id, mcu_url = ?report.mcu_url, dev_url = ?report.dev_url,
            version = %report.version, "a province platform has other addresses");
    }
    let version = report.version;
    if !app.store.note_addresses(province.id, report).await? {
        return Err(Stranger::Unknown.into());
    }
    downloads(app, &app.store.releases().await?, version).ok_or(ReportRefused::Portal)
}

fn checked(
    app: &App,
    request: &AddressReportRequest,
    peer: PeerAddr,
) -> Result<AddressReport, ReportRefused> {
    client_url(&request.mcu_url).map_err(ReportRefused::McuUrl)?;
    device_url(&request.dev_url).map_err(ReportRefused::DevUrl)?;
    Ok(AddressReport {
        version: request.cms_ver.parse().map_err(|_| ReportRefused::Version)?,
        mcu_url: request.mcu_url.clone(),
        dev_url: request.dev_url.clone(),
        at: app.clock.wall(),
        from: peer.ip().to_string(),
    })
}

/// Every client has a URL and a version, for the answer has no room for "none": where no release is entered, the portal
/// and the first version.
fn downloads(app: &App, releases: &[Release], version: Dotted) -> Option<ClientDownloads> {
    let portal: Url = match &app.config.group.download_url {
        Some(url) => url.clone(),
        None => PORTAL.parse().ok()?,
    };
    let of = |client: ClientKind| match offered(releases, client, version) {
        Some(release) => (release.url.clone(), release.version.clone()),
        None => (portal.clone(), format!("{}-{}", client.letter(), Dotted::ONE)),
    };
    let [android, ios, windows] = ClientKind::ALL.map(of);
    Some(ClientDownloads::new(android.0, android.1, ios.0, ios.1, windows.0, windows.1))
}
