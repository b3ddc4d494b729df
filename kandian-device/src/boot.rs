//! Starts, and what happens to the hardware in between.

use std::convert::Infallible;
use std::sync::Arc;

use kandian_proto::session::device::{Config as SessionConfig, Device, Identity, Restart, Saved};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::handler::{self, After};
use crate::hardware::{Happening, Position};
use crate::journal::note;
use crate::link::{self, Ended, Order};
use crate::status::LinkPhase;
use crate::unit::Unit;
use crate::{picture, record, rtsp};

/// One start after the other, until the device is switched off.
pub(crate) async fn boots(unit: &Arc<Unit>, shutdown: &CancellationToken) {
    loop {
        let ended = boot(unit, shutdown).await;
        // Power is off.
        record::stop(unit);
        unit.recent.clear();
        let Some(Ended::Restart(restart)) = ended else { return };
        unit.hang_up_wifi();
        if restart == Restart::Reset {
            forget(unit);
        }
        note!(unit, info, "starting again");
        unit.link.send_modify(|link| {
            link.phase = LinkPhase::Starting;
            link.restarts += 1;
        });
        tokio::select! {
            () = unit.hardware.power.restart() => {}
            () = shutdown.cancelled() => return,
        }
    }
}

/// What hardware remembers of settings that are gone.
fn forget(unit: &Unit) {
    for channel in 0..unit.config.model.channels {
        unit.hardware.ptz.restore(channel, Position::default());
    }
}

/// From one start to the next: settings go into the hardware, then the device does what it is for, with or without
/// a platform. `None` when the device is switched off before there was a network.
async fn boot(unit: &Arc<Unit>, shutdown: &CancellationToken) -> Option<Ended> {
    note!(unit, info, "start with firmware {}", unit.firmware());
    prepare(unit);
    // Before the login, which says which port it is.
    let opened = rtsp::open(unit).await;
    let never: Infallible = tokio::select! {
        ended = goes_online(unit, shutdown) => return ended,
        never = record::keep(unit) => never,
        never = picture::follow(unit) => never,
        never = rtsp::serve(unit, opened) => never,
    };
    match never {}
}

async fn goes_online(unit: &Arc<Unit>, shutdown: &CancellationToken) -> Option<Ended> {
    tokio::select! {
        () = network(unit) => {}
        () = shutdown.cancelled() => return None,
    }
    let device = Device::new(session(unit).await, unit.clock.now());
    Some(link::drive(unit, device, shutdown).await)
}

/// Brings the settings to the hardware.
fn prepare(unit: &Arc<Unit>) {
    let state = unit.store.read();
    for (channel, position) in &state.ptz {
        unit.hardware.ptz.restore(*channel, *position);
    }
    for (source, armed) in handler::alarm_sources(unit) {
        unit.hardware.alarms.arm(source, armed);
    }
    if let Some(profile) = state.wifi.clone() {
        // Nobody asked for it just now, so nobody is told; the network says whether it worked.
        unit.dial(profile, false);
    }
}

/// Waits for a way to the platform. A device without one has nobody to talk to, and must not use up what it may
/// ask.
async fn network(unit: &Unit) {
    let mut changes = unit.network.subscribe();
    while unit.hardware.network.route().is_none() {
        unit.link.send_modify(|link| link.phase = LinkPhase::NoNetwork);
        note!(unit, warn, "no network; waiting for a cable or Wi-Fi");
        // The sender is part of the unit.
        let _ = changes.changed().await;
    }
}

/// What the machine starts with.
async fn session(unit: &Unit) -> SessionConfig {
    let (config, state) = (&unit.config, unit.store.read());
    let identity = Identity {
        dev_id: config.id,
        dev_key: config.key.clone(),
        manufacturer: config.manufacturer,
        model: config.model_name.clone(),
        dev_type: config.model.kind,
        dev_ver: unit.firmware(),
    };
    let mut session = SessionConfig::new(identity, unit.capabilities().await, rand::random());
    session.group_url.clone_from(&config.group);
    session.province_url = state.province.manual.clone().or_else(|| config.province.clone());
    session.saved =
        Saved { province_url: state.province.url.clone(), stun_servers: state.province.stun.clone() };
    session.prepare = unit.hardware.gateway.is_some();
    session.timing = config.timing.clone();
    session
}

/// What happens to the hardware by itself.
pub(crate) async fn happen(unit: &Arc<Unit>, happenings: &mut mpsc::Receiver<Happening>) {
    while let Some(happening) = happenings.recv().await {
        match happening {
            Happening::Network => unit.network_changed().await,
            Happening::Gateway => unit.gateway_changed().await,
            Happening::ResetButton => {
                if let Err(why) = press_reset(unit).await {
                    note!(unit, error, "the reset button did nothing: {why}");
                }
            }
            // These wait for the platform, and must not keep the network from being noticed.
            Happening::Alarm(source) => beside(unit, move |unit| async move {
                unit.raise(source).await;
            }),
            Happening::Storage => beside(unit, |unit| async move { unit.storage_changed().await }),
            Happening::Exception { channel, kind, text } => beside(unit, move |unit| async move {
                unit.report(channel, kind, &text).await;
            }),
        }
    }
    // Hardware that says nothing more still works.
    std::future::pending::<()>().await;
}

fn beside<F: Future<Output = ()> + Send + 'static>(unit: &Arc<Unit>, work: impl FnOnce(Arc<Unit>) -> F) {
    tokio::spawn(work(Arc::clone(unit)).in_current_span());
}

/// The reset button does what 82H does. E-30
///
/// # Errors
/// Why nothing was reset.
pub(crate) async fn press_reset(unit: &Unit) -> Result<(), String> {
    let after = handler::reset(unit).await.map_err(|refusal| refusal.why)?;
    if let After::Restart(restart) = after {
        unit.line.send(Order::Restart(restart)).await;
    }
    Ok(())
}
