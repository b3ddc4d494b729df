//! Reporting the addresses: at the start, and once a day. Spec §6.1; E-39.
//!
//! The settings are read at the start, so that a change of theirs is a start.

use std::sync::Arc;
use std::time::Duration;

use kandian_proto::message::group::{AddressReportRequest, ClientDownloads};
use kandian_proto::value::AddressReportResult;
use kandian_proto::{Request, Response};

use super::ask::{Known, ask};
use super::{LastReport, pause};
use crate::app::App;
use crate::rules::{ClientKind, Dotted};
use crate::service::group::register_url;
use crate::store::Download;

/// How long an answer holds.
const DAY: Duration = Duration::from_secs(86_400);

/// Why a report was not taken.
enum NotTaken {
    /// By the group platform, with this result.
    Refused(AddressReportResult),
    /// It was not answered, or this platform has nothing to say.
    Failed(String),
}

/// Reports until the platform stops.
pub(crate) async fn report_addresses(app: Arc<App>) {
    let mut failures = 0;
    loop {
        let reported = tokio::select! {
            reported = report(&app) => reported,
            () = app.stop.cancelled() => return,
        };
        let (wait, failure) = match reported {
            Ok(()) => {
                failures = 0;
                tracing::info!("the group platform knows the addresses of this platform");
                (DAY, None)
            }
            Err(NotTaken::Refused(result)) => {
                tracing::error!(%result, "the group platform refused the addresses of this platform");
                (pause::REFUSED, Some(format!("refused: {result}")))
            }
            Err(NotTaken::Failed(why)) => {
                failures += 1;
                tracing::warn!(%why, failures, "the addresses of this platform could not be reported");
                (pause::after(failures), Some(why))
            }
        };
        app.uplink.addresses_reported(LastReport { at: app.clock.wall(), failure });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = app.uplink.addresses_wanted() => {}
            () = app.stop.cancelled() => return,
        }
    }
}

async fn report(app: &App) -> Result<(), NotTaken> {
    let failed = |why: &dyn std::fmt::Display| NotTaken::Failed(why.to_string());
    let dev_url = register_url(app).map_err(|error| failed(&error))?;
    let mcu_url = app.config.province.mcu_url.clone().ok_or_else(|| failed(&"no province.mcu_url is set"))?;
    let Known { province_no, cms_no, password } = Known::of(app);
    let version = Dotted::ONE.to_string();
    let request = AddressReportRequest::new(province_no, cms_no, password, version, mcu_url, dev_url);
    match ask(app, &Request::AddressReport(request)).await.map_err(|error| failed(&error))? {
        Response::AddressReport(answer) => {
            let downloads = answer.outcome.into_result().map_err(NotTaken::Refused)?;
            keep(app, &downloads).await.map_err(|error| failed(&error))
        }
        _ => Err(failed(&"an answer to another question")),
    }
}

/// The downloads are for short messages and pages, not for this platform.
async fn keep(app: &App, answer: &ClientDownloads) -> Result<(), crate::store::StoreError> {
    let at = app.clock.wall();
    let answered = [
        (ClientKind::Android, &answer.mcu_android_ver, &answer.mcu_android_url),
        (ClientKind::Ios, &answer.mcu_ios_ver, &answer.mcu_ios_url),
        (ClientKind::Windows, &answer.mcu_win_ver, &answer.mcu_win_url),
    ];
    let usable = answered.into_iter().filter(|(client, _, url)| match crate::rules::client_url(url) {
        Ok(()) => true,
        Err(why) => {
            tracing::warn!(%client, %why, "the group platform named a download that nobody can use");
            false
        }
    });
    let download = |(client, version, url): (ClientKind, &String, &kandian_proto::value::Url)| Download {
        client,
        version: shown(version),
        url: url.clone(),
        at,
    };
    app.store.set_downloads(usable.map(download).collect()).await
}

/// A version, as far as it is one line of a sensible length.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(32).collect()
}
