//! A device registers. Spec §7.2.1.

use kandian_proto::enrolment::{Admission, Registration, register_device};
use kandian_proto::message::register::{RegisterRequest, RegisterResponse};
use kandian_proto::value::RegisterResult;
use kandian_proto::{DevId, Outcome, Secret};

use super::group;
use super::limited::limited;
use crate::access::PeerAddr;
use crate::app::App;
use crate::config::Policy;
use crate::events::What;
use crate::rules;
use crate::store::{Origin, StoreError};

/// Decides a registration; a device that is taken in is on disk when this returns.
///
/// Where too many wrong keys came from, or too many devices that nobody knew, the answer is 255: the device registers
/// again after 5 minutes. 1 would say that the policy is not to take it in (E-35).
pub async fn register(app: &App, request: &RegisterRequest, peer: PeerAddr) -> RegisterResponse {
    let decision = match guarded(app, request, peer).await {
        Ok(decision) => decision,
        Err(error) => {
            tracing::error!(device = %request.dev_id, %error, "a registration could not be decided");
            Registration::Refuse(RegisterResult::OTHER)
        }
    };
    let words = rules::describe(&decision);
    tracing::info!(device = %request.dev_id, %peer, model = ?request.model, "registration {words}");
    app.bus.publish(app.clock.wall(), request.dev_id, What::Registered { decision: words });
    let outcome = match decision {
        Registration::Refuse(result) => Outcome::Failure(result),
        Registration::Accept | Registration::Store => {
            Outcome::Success(rules::grant(&app.config, app.access_address()))
        }
    };
    let label = match &outcome {
        Outcome::Success(_) => 0,
        Outcome::Failure(result) => result.0,
    };
    metrics::counter!("kandian_registrations_total", "result" => label.to_string()).increment(1);
    let time = app.clock.now().civil(app.config.province.offset_minutes);
    RegisterResponse::new(outcome).dev_id(request.dev_id).time(time)
}

/// A registration tells whether a key is right, as a login does; so the same limit counts.
async fn guarded(app: &App, request: &RegisterRequest, peer: PeerAddr) -> Result<Registration, StoreError> {
    let device = request.dev_id;
    let attempt = match app.guard.attempt(app.clock.now().mono, device, peer.ip()) {
        // Devices register seldom; who shares an address with a guesser logs in meanwhile with what it has.
        Ok(attempt) if !attempt.known_only => attempt,
        Ok(attempt) => {
            app.guard.right(app.clock.now().mono, attempt);
            return Ok(Registration::Refuse(RegisterResult::OTHER));
        }
        Err(met) => {
            limited(app, met, "registration", &device, peer.ip()).await;
            return Ok(Registration::Refuse(RegisterResult::OTHER));
        }
    };
    let decided = decide(app, request, peer).await;
    let now = app.clock.now().mono;
    if let Ok(Registration::Refuse(RegisterResult::BAD_DEV_KEY)) = decided {
        metrics::counter!("kandian_wrong_keys_total", "what" => "registration").increment(1);
        if let Some(met) = app.guard.wrong(now, attempt) {
            limited(app, met, "registration", &device, peer.ip()).await;
        }
    } else {
        app.guard.right(now, attempt);
    }
    decided
}

async fn decide(app: &App, request: &RegisterRequest, peer: PeerAddr) -> Result<Registration, StoreError> {
    // Between the look and the insertion another connection may insert the device: then look again.
    for _ in 0..2 {
        let known = app.store.device(request.dev_id).await?;
        let (auto_enrol, origin) = match (known.is_some(), app.config.enrolment.policy) {
            (true, _) | (false, Policy::Closed) => (false, Origin::Open),
            (false, Policy::Open) => (true, Origin::Open),
            (false, Policy::ViaGroup) => match came_via_group(app, request.dev_id).await? {
                // Another key must not become that of the device by registering first (E-26).
                Some(key) if !key.matches(request.dev_key.reveal()) => {
                    return Ok(Registration::Refuse(RegisterResult::BAD_DEV_KEY));
                }
                sent => (sent.is_some(), Origin::Group),
            },
        };
        let admission =
            Admission { auto_enrol, blocked: known.as_ref().is_some_and(|device| device.blocked) };
        let decision = register_device(known.as_ref().map(|device| &device.key), &request.dev_key, admission);
        match decision {
            Registration::Store => {
                if let Err(met) = app.guard.newcomer(app.clock.now().mono, peer.ip()) {
                    limited(app, met, "new device", &request.dev_id, peer.ip()).await;
                    return Ok(Registration::Refuse(RegisterResult::OTHER));
                }
                let device = rules::new_device(request, origin);
                match app.store.add_device(device, app.clock.wall()).await {
                    Err(StoreError::Exists) => continue,
                    outcome => outcome?,
                }
            }
            // The group platform gave its id and its key, and nothing else (§6.5).
            Registration::Accept
                if known.is_some_and(|d| d.origin == Origin::Group && d.registered_at.is_none()) =>
            {
                let device = rules::new_device(request, Origin::Group);
                app.store.note_first_registration(device, app.clock.wall()).await?;
            }
            Registration::Accept => {
                app.store.note_registration(request.dev_id, &request.model, app.clock.wall()).await?;
            }
            Registration::Refuse(_) => {}
        }
        return Ok(decision);
    }
    Err(StoreError::Exists)
}

/// The key with which the group platform of this process has sent the device here, and not to another province. One of another
/// process tells by §6.5, which puts the device on record.
async fn came_via_group(app: &App, device: DevId) -> Result<Option<Secret>, StoreError> {
    let own = group::own().ok();
    let record = app.store.enrolment(device).await?;
    let of_own = record.filter(|record| own.is_some() && record.state.province() == own);
    Ok(of_own.and_then(|record| record.state.key().cloned()))
}
