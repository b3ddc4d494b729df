//! A device asks the group platform where to register. Spec §5, §6.6.

use kandian_proto::enrolment::{Answer, Directory, Event, Province, apply};
use kandian_proto::message::redirect::{ProvinceAccess, RedirectRequest, RedirectResponse};
use kandian_proto::value::{Port, RedirectResult, Url};
use kandian_proto::{DevId, Outcome};

use crate::app::App;
use crate::rules;

/// The province platform of this process, as the group platform of this process knows it.
const OWN: &str = "0000-00";

/// Decides a redirect request; its effect is on disk when this returns.
pub async fn redirect(app: &App, request: &RedirectRequest) -> RedirectResponse {
    let device = request.dev_id;
    match step(app, request).await {
        Ok(outcome) => RedirectResponse::new(outcome).dev_id(device),
        Err(error) => {
            tracing::error!(%device, %error, "a redirect could not be decided");
            RedirectResponse::new(Outcome::Failure(RedirectResult::OTHER)).dev_id(device)
        }
    }
}

async fn step(
    app: &App,
    request: &RedirectRequest,
) -> Result<Outcome<RedirectResult, ProvinceAccess>, Box<dyn std::error::Error + Send + Sync>> {
    let own: Province = OWN.parse()?;
    let directory = directory(app, own)?;
    let (device, key) = (request.dev_id, request.dev_key.clone());
    // Who is on record at the province platform of this process has been claimed by it.
    let claimed = app.config.group.assign_unclaimed || on_record(app, device, &key).await?;
    let answer = app.store.move_enrolment(device, app.clock.wall(), move |state| {
        let mut state = state.clone();
        if claimed && state.province().is_none() {
            // The first contact makes the device known; the claim counts from the same moment.
            state = apply(&state, Event::Redirect { key: &key, addresses: &directory }).state;
            state = apply(&state, Event::Claim { key: &key, by: own }).state;
        }
        let moved = apply(&state, Event::Redirect { key: &key, addresses: &directory });
        (moved.state, (moved.answer, moved.reason))
    });
    let (answer, reason) = answer.await?;
    tracing::info!(%device, ?reason, "redirect");
    match answer {
        Answer::Redirect(outcome) => Ok(outcome),
        Answer::Claim(_) | Answer::None => Ok(Outcome::Failure(RedirectResult::OTHER)),
    }
}

async fn on_record(
    app: &App,
    device: DevId,
    key: &kandian_proto::Secret,
) -> Result<bool, crate::store::StoreError> {
    let known = app.store.device(device).await?;
    Ok(known.is_some_and(|known| !known.blocked && known.key.matches(key.reveal())))
}

/// Where the devices of this process register, and its STUN servers (E-31).
fn directory(app: &App, own: Province) -> Result<Directory, Box<dyn std::error::Error + Send + Sync>> {
    let grant = rules::grant(&app.config, app.access_address());
    let url: Url = match &app.config.province.register_url {
        Some(url) => url.clone(),
        None => {
            let host = grant.access_host.as_str();
            let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
            format!("http://{host}:{}/DeviceRegisterServlet", app.device_http_port()).parse()?
        }
    };
    let port = Port(app.config.turn.port);
    let access = ProvinceAccess::new(
        url,
        grant.turn_ip,
        port,
        grant.backup_turn_ip,
        Port(app.config.turn.backup_port),
    );
    Ok(Directory::from([(own, access)]))
}
