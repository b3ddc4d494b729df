//! A device asks the group platform where to register. Spec §5, §6.6.

use std::sync::Arc;

use kandian_proto::enrolment::{Answer, Event, Reason, State, apply};
use kandian_proto::message::redirect::{ProvinceAccess, RedirectRequest, RedirectResponse};
use kandian_proto::value::RedirectResult;
use kandian_proto::{DevId, Outcome, Secret};

use super::group;
use super::limited::limited;
use crate::access::{Met, PeerAddr};
use crate::app::App;
use crate::store::StoreError;

type Decision = Outcome<RedirectResult, ProvinceAccess>;
type Failure = group::DirectoryError;

/// What a redirect request came to.
enum Step {
    Decided(Decision),
    /// The key is another (E-28).
    WrongKey,
    /// Nobody knew the device, and too many of those have come.
    Crowded(Met),
}

/// Decides a redirect request; its effect is on disk when this returns.
///
/// It tells whether a key is right, as a login does; so the same limits count, and the answer beyond them is 255.
pub async fn redirect(app: &App, request: &RedirectRequest, peer: PeerAddr) -> RedirectResponse {
    let device = request.dev_id;
    let outcome = guarded(app, request, peer).await.unwrap_or_else(|error| {
        tracing::error!(%device, %error, "a redirect could not be decided");
        Outcome::Failure(RedirectResult::OTHER)
    });
    RedirectResponse::new(outcome).dev_id(device)
}

async fn guarded(app: &App, request: &RedirectRequest, peer: PeerAddr) -> Result<Decision, Failure> {
    let device = request.dev_id;
    let refused = Outcome::Failure(RedirectResult::OTHER);
    let attempt = match app.guard.attempt(app.clock.now().mono, device, peer.ip()) {
        Ok(attempt) if !attempt.known_only => attempt,
        Ok(attempt) => {
            app.guard.right(app.clock.now().mono, attempt);
            return Ok(refused);
        }
        Err(met) => {
            limited(app, met, "redirect", &device, peer.ip()).await;
            return Ok(refused);
        }
    };
    let step = step(app, request, peer).await;
    let now = app.clock.now().mono;
    let Ok(Step::WrongKey) = step else {
        app.guard.right(now, attempt);
        return match step? {
            Step::Decided(decision) => Ok(decision),
            Step::WrongKey => Ok(refused),
            Step::Crowded(met) => {
                limited(app, met, "new device", &device, peer.ip()).await;
                Ok(refused)
            }
        };
    };
    metrics::counter!("kandian_wrong_keys_total", "what" => "redirect").increment(1);
    if let Some(met) = app.guard.wrong(now, attempt) {
        limited(app, met, "redirect", &device, peer.ip()).await;
    }
    Ok(refused)
}

async fn step(app: &App, request: &RedirectRequest, peer: PeerAddr) -> Result<Step, Failure> {
    let own = group::own()?;
    let directory = group::directory(app).await?;
    let (device, key) = (request.dev_id, request.dev_key.clone());
    let on_record = on_record(app, device, &key).await?;
    // Its key is known here: another one must not become the key of the group platform by coming first (E-26).
    if on_record == Some(false) {
        tracing::info!(%device, reason = ?Reason::KeyWrong, "redirect");
        return Ok(Step::WrongKey);
    }
    // Who is on record at the province platform of this process has been claimed by it.
    let claimed = app.config.group.assign_unclaimed || on_record == Some(true);
    let (guard, now) = (Arc::clone(&app.guard), app.clock.now().mono);
    let moved = app.store.move_enrolment(device, app.clock.wall(), move |state| {
        let mut state = state.clone();
        if state == State::Absent
            && on_record.is_none()
            && let Err(met) = guard.newcomer(now, peer.ip())
        {
            return (state, Err(met));
        }
        if on_record == Some(true) && state.province().is_none_or(|by| by == own) {
            // The key on record here counts, whoever asked the group platform first (E-26).
            state = apply(&state, Event::SetKey { key: &key }).state;
        }
        if claimed && state.province().is_none() {
            // The first contact makes the device known; the claim counts from the same moment.
            state = apply(&state, Event::Redirect { key: &key, addresses: &directory }).state;
            state = apply(&state, Event::Claim { key: &key, by: own }).state;
        }
        let moved = apply(&state, Event::Redirect { key: &key, addresses: &directory });
        (moved.state, Ok((moved.answer, moved.reason)))
    });
    let (answer, reason) = match moved.await? {
        Ok(moved) => moved,
        Err(met) => return Ok(Step::Crowded(met)),
    };
    tracing::info!(%device, ?reason, "redirect");
    Ok(match answer {
        _ if reason == Reason::KeyWrong => Step::WrongKey,
        Answer::Redirect(outcome) => Step::Decided(outcome),
        Answer::Claim(_) | Answer::None => Step::Decided(Outcome::Failure(RedirectResult::OTHER)),
    })
}

/// Whether this is the key of a device that is on record at the province platform of this process and not blocked;
/// `None` when it is not there.
async fn on_record(app: &App, device: DevId, key: &Secret) -> Result<Option<bool>, StoreError> {
    let known = app.store.device(device).await?.filter(|known| !known.blocked);
    Ok(known.map(|known| known.key.matches(key.reveal())))
}
