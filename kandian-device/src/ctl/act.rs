//! What a command does.

use kandian_proto::Secret;
use kandian_proto::session::device::Restart;
use kandian_proto::value::{AlarmType, ExceptionType, Signal, WifiSecurity};

use super::{Button, Card, Command, Network, Reply, Source};
use crate::alarm::Raised;
use crate::boot::press_reset;
use crate::config::parse;
use crate::hardware::sim::{AccessPoint, CardState, GatewayState, Simulation};
use crate::link::{Delivery, Order};
use crate::state::AlarmSource;
use crate::unit::Unit;

/// Carries out a command of the operator.
pub(crate) async fn act(unit: &Unit, command: Command) -> Reply {
    tracing::info!(?command, "the operator");
    let done = match command {
        Command::Status => return Reply::Status(Box::new(unit.status().await)),
        Command::WifiList => return networks(unit).await,
        Command::Alarm { source, channel } => raise(unit, source, channel).await,
        Command::Exception { kind, channel, text } => report(unit, kind, channel, text).await,
        Command::Button(Button::Reset) => press_reset(unit).await.map(|()| {
            "reset: settings are those of the factory, recordings stay, the device starts again".to_owned()
        }),
        Command::Button(Button::Power) => {
            unit.line.send(Order::Restart(Restart::Reboot)).await;
            Ok("the device starts again".to_owned())
        }
        Command::Province { url } => write_province(unit, url).await,
        Command::Card(_)
        | Command::WifiAdd { .. }
        | Command::WifiRemove { .. }
        | Command::Wire { .. }
        | Command::Gateway { .. } => match &unit.simulation {
            Some(simulation) => simulate(simulation, command),
            None => Err("this device has real hardware; do it by hand".to_owned()),
        },
    };
    done.map_or_else(Reply::Failed, Reply::Done)
}

async fn raise(unit: &Unit, source: Source, channel: u16) -> Result<String, String> {
    let (kind, input) = match source {
        Source::Motion => (AlarmType::MOTION, None),
        Source::Infrared => (AlarmType::INFRARED, None),
        Source::Manual => (AlarmType::MANUAL, None),
        Source::Dido(input) => (AlarmType::DIGITAL_INPUT, Some(input)),
    };
    match unit.raise(AlarmSource { channel, kind, input }).await {
        Raised::Sent(delivery) => delivered(&delivery),
        Raised::Disarmed => Ok("the source is disarmed; nothing was sent (R-7.103)".to_owned()),
        Raised::NoSuchSource => Err("the device has no such source or channel".to_owned()),
    }
}

async fn report(unit: &Unit, kind: u16, channel: u16, text: Option<String>) -> Result<String, String> {
    let kind = ExceptionType(kind);
    if !kind.is_known() {
        return Err(format!("there is no exception type {}; use 0 to 12", kind.0));
    }
    if !unit.has_channel(channel) {
        return Err(format!("the device has no channel {channel}"));
    }
    let text = text.unwrap_or_else(|| kind.name_zh().unwrap_or_default().to_owned());
    delivered(&unit.report(channel, kind, &text).await)
}

/// What became of a message to the platform, in words.
fn delivered(delivery: &Delivery) -> Result<String, String> {
    match delivery {
        Delivery::Acknowledged => Ok(delivery.to_string()),
        other => Err(other.to_string()),
    }
}

async fn networks(unit: &Unit) -> Reply {
    let used = unit.hardware.wifi.connected();
    match unit.hardware.wifi.scan().await {
        Ok(seen) => Reply::Networks(
            seen.into_iter()
                .map(|point| Network {
                    in_use: used.as_ref() == Some(&point.ssid),
                    signal: point.signal.get(),
                    security: point.security.0,
                    ssid: point.ssid,
                })
                .collect(),
        ),
        Err(fault) => Reply::Failed(fault.to_string()),
    }
}

async fn write_province(unit: &Unit, text: Option<String>) -> Result<String, String> {
    let manual = text.as_deref().map(parse::platform_url).transpose()?;
    let stored = unit.change(|state| {
        state.province.manual = manual;
        Ok(())
    });
    stored.await.map_err(|refusal| refusal.why)?;
    unit.line.send(Order::Restart(Restart::Reboot)).await;
    Ok("stored; the device starts again".to_owned())
}

fn simulate(simulation: &Simulation, command: Command) -> Result<String, String> {
    let (done, words) = match command {
        Command::Card(card) => {
            let (state, words) = match card {
                Card::Insert => (CardState::Inserted, "the card is in"),
                Card::Remove => (CardState::Removed, "the card is out"),
                Card::Fail => (CardState::Faulty, "the card is broken"),
                Card::Erase => (CardState::Unformatted, "the card has no file system"),
            };
            (simulation.set_card(state), words)
        }
        Command::Wire { plugged } => {
            let words = if plugged { "the cable is in" } else { "the cable is out" };
            (simulation.set_wired(plugged), words)
        }
        Command::WifiAdd { ssid, signal, security, password } => {
            let (security, password) = (WifiSecurity(security), Secret::from(password));
            if !security.is_known() || ssid.is_empty() {
                return Err("an access point needs a name, and a security of 0 to 5".to_owned());
            }
            let point = AccessPoint { ssid, signal: Signal::saturating(signal), security, password };
            (simulation.add_access_point(point), "the access point is on")
        }
        Command::WifiRemove { ssid } => match simulation.remove_access_point(&ssid) {
            Ok(true) => (Ok(()), "the access point is off"),
            Ok(false) => return Err(format!("there is no access point {ssid:?}")),
            Err(error) => (Err(error), ""),
        },
        Command::Gateway { address } => {
            let (state, words) = match address {
                Some(address) => (GatewayState::Forwards(address), "the router forwards ports"),
                None => (GatewayState::Refuses, "the router forwards nothing"),
            };
            if !simulation.set_gateway(state) {
                return Err("the device was started without a router; start it with --gateway".to_owned());
            }
            (Ok(()), words)
        }
        other => return Err(format!("{other:?} needs no simulation")),
    };
    done.map(|()| words.to_owned()).map_err(|error| format!("it cannot be written down: {error}"))
}
