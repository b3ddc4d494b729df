//! The province platform at the group platform: what it reports, and what it asks. Spec §6; E-38,
//! E-39.
//!
//! | what | when | lost when the group platform is down |
//! |---|---|---|
//! | its addresses (6.1) | at the start, once a day, when an administrator says so | nothing: it is repeated until it is taken |
//! | its users (6.2 to 6.4) | with the change of an account, which queues it in its commit | nothing: the queue is on disk |
//! | a claim (6.5) | when a user adds a device that nobody here knows | the user hears 255, and adds it again |

mod ask;
mod courier;
mod pause;
mod reporter;
mod uplink;

use kandian_proto::message::group::DeviceUseRequest;
use kandian_proto::value::DeviceUseResult;
use kandian_proto::{DevId, Request, Response, Secret};

pub use ask::AskFailure;
pub use uplink::{LastReport, Standing, Uplink};

pub(crate) use courier::deliver_reports;
pub(crate) use reporter::report_addresses;

use crate::app::App;
use crate::service::group;
use ask::Known;

/// Whether there is a group platform to ask: one of the settings, or the one of this process.
#[must_use]
pub fn has_group(app: &App) -> bool {
    app.config.province.group.url.is_some() || app.config.roles.group()
}

/// Claims a device for a user of this province platform (§6.5); `None` when the group platform did not answer, of which the
/// log says why.
///
/// A claim whose answer was lost is claimed again by the next attempt, which the group platform takes for the same (E-33).
pub async fn claim(app: &App, device: DevId, key: &Secret) -> Option<DeviceUseResult> {
    if app.config.province.group.url.is_none() {
        return claim_here(app, device, key).await;
    }
    let Known { province_no, cms_no, password } = Known::of(app);
    let request = DeviceUseRequest::new(province_no, cms_no, password, device, key.clone());
    match app.uplink.in_turn(ask::ask(app, &Request::DeviceUse(request))).await {
        Ok(Ok(Response::DeviceUse(answer))) => {
            tracing::info!(%device, result = %answer.result, "claimed at the group platform");
            Some(answer.result)
        }
        Ok(Ok(_)) => None,
        Ok(Err(error)) => {
            tracing::warn!(%device, %error, "the group platform did not answer a claim");
            None
        }
        Err(_) => {
            tracing::warn!(%device, "the group platform did not answer a claim in time");
            None
        }
    }
}

/// The group platform of this process needs no question over the network.
async fn claim_here(app: &App, device: DevId, key: &Secret) -> Option<DeviceUseResult> {
    let by = group::own().ok()?;
    match group::claim(app, by, device, key).await {
        Ok(claimed) => Some(claimed.result),
        Err(error) => {
            tracing::error!(%device, %error, "a claim could not be decided");
            None
        }
    }
}
