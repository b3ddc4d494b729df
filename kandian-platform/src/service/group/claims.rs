//! A province platform claims a device that a user adds. Spec §6.5, §6.6 (7); E-33.

use kandian_proto::enrolment::{Answer, Event, Province, Reason, apply};
use kandian_proto::message::group::DeviceUseRequest;
use kandian_proto::value::DeviceUseResult;
use kandian_proto::{DevId, Secret};

use super::office::{Credentials, Stranger, authenticate};
use crate::access::PeerAddr;
use crate::app::App;
use crate::service::limited::limited;
use crate::store::StoreError;

/// What a claim came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The answer.
    pub result: DeviceUseResult,
    /// Why.
    pub reason: Reason,
}

/// Decides a claim; its effect is on disk when this returns. Who claims has been authenticated, and wrong keys are counted
/// by the caller.
///
/// # Errors
///
/// When the database fails.
pub async fn claim(app: &App, by: Province, device: DevId, key: &Secret) -> Result<Claimed, StoreError> {
    let key = key.clone();
    let moved = app.store.move_enrolment(device, app.clock.wall(), move |state| {
        let moved = apply(state, Event::Claim { key: &key, by });
        let result = match moved.answer {
            Answer::Claim(result) => result,
            Answer::Redirect(_) | Answer::None => DeviceUseResult::OTHER,
        };
        (moved.state, Claimed { result, reason: moved.reason })
    });
    let claimed = moved.await?;
    tracing::info!(%device, province = %by, reason = ?claimed.reason, "claim");
    Ok(claimed)
}

/// Decides the claim of a province platform of another process.
///
/// A wrong key counts for the device and the address of the province platform, so that who has its password does not guess
/// keys. That the address has brought too many wrong keys of all devices does not count against it: its users make them.
///
/// # Errors
///
/// [`Stranger`].
pub async fn claim_from(
    app: &App,
    request: &DeviceUseRequest,
    peer: PeerAddr,
) -> Result<DeviceUseResult, Stranger> {
    let credentials = Credentials {
        province_no: &request.province_no,
        cms_no: &request.cms_no,
        password: &request.cms_password,
    };
    let province = authenticate(app, credentials, peer).await?.id;
    let device = request.dev_id;
    let attempt = match app.guard.attempt(app.clock.now().mono, device, peer.ip()) {
        Ok(attempt) => attempt,
        Err(met) => {
            limited(app, met, "claim", &device, peer.ip()).await;
            return Err(Stranger::TooMany);
        }
    };
    let claimed = claim(app, province, device, &request.dev_key).await;
    let now = app.clock.now().mono;
    if !claimed.as_ref().is_ok_and(|claimed| claimed.result == DeviceUseResult::BAD_DEV_KEY) {
        app.guard.right(now, attempt);
        return Ok(claimed?.result);
    }
    metrics::counter!("kandian_wrong_keys_total", "what" => "claim").increment(1);
    if let Some(met) = app.guard.wrong(now, attempt) {
        limited(app, met, "claim", &device, peer.ip()).await;
    }
    Ok(DeviceUseResult::BAD_DEV_KEY)
}
