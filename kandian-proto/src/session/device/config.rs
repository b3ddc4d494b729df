//! Who a device is, what it remembers, and how long it waits.

use crate::DevId;
use crate::Secret;
use crate::message::device::AbilityUpRequest;
use crate::message::redirect::RedirectRequest;
use crate::message::register::RegisterRequest;
use crate::session::{Addresses, Server};
use crate::time::Millis;
use crate::value::{DevType, Manufacturer, NatType, NetType, Url};

/// Who the device is. Spec §5, §7.2.1, §7.5.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The device id (`DevID`).
    pub dev_id: DevId,
    /// The device key (`DevKey`).
    pub dev_key: Secret,
    /// The manufacturer's code (`ManufacturerNo`).
    pub manufacturer: Manufacturer,
    /// The model (`Mode`).
    pub model: String,
    /// Camera or recorder (`DevType`).
    pub dev_type: DevType,
    /// The firmware version (`DevVer`), `V1.6_<YYYYMMDD>`.
    pub dev_ver: String,
}

impl Identity {
    pub(super) fn redirect_request(&self) -> RedirectRequest {
        RedirectRequest::new(
            self.manufacturer,
            self.model.as_str(),
            self.dev_type,
            self.dev_id,
            self.dev_key.clone(),
        )
    }

    pub(super) fn register_request(&self) -> RegisterRequest {
        RegisterRequest::new(
            self.manufacturer,
            self.model.as_str(),
            self.dev_type,
            self.dev_id,
            self.dev_key.clone(),
        )
    }
}

/// What outlives a restart; keep it in flash. [`Event::Save`](super::Event::Save) brings it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The province platform's registration address (`LcmsUrl`), once the group platform has named it.
    ///
    pub province_url: Option<Url>,
    /// The STUN servers it named along with it, the primary one first; the NAT test needs them after a restart as
    /// well. Empty: use those of the local configuration, else report `NatType` 0., E-31.
    pub stun_servers: Vec<Server>,
}

/// How the device can be reached at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// The addresses of its RTSP server.
    pub addresses: Addresses,
    /// The network it uses (`NetType`).
    pub net_type: NetType,
    /// What the STUN test found (`NatType`).
    pub nat_type: NatType,
    /// Whether a UPnP mapping was tried and failed; reported as an exception after the login.
    pub upnp_failed: bool,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            addresses: Addresses::default(),
            net_type: NetType::WIRED,
            nat_type: NatType::UNKNOWN,
            upnp_failed: false,
        }
    }
}

/// Everything a device starts with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Who it is.
    pub identity: Identity,
    /// The group platform's redirect address; `None` when the device is not to ask one.
    pub group_url: Option<Url>,
    /// A province platform address that somebody wrote into the device. It goes before everything else, and
    /// the group platform is never asked.
    pub province_url: Option<Url>,
    /// What an earlier run saved.
    pub saved: Saved,
    /// What it can do; sent after every login.
    pub capabilities: AbilityUpRequest,
    /// Whether UPnP, STUN and TURN are to be asked before every connection. When false,
    /// [`Network`] is taken as it is.
    pub prepare: bool,
    /// How it can be reached, as far as that is known at the start.
    pub network: Network,
    /// The waits.
    pub timing: Timing,
    /// Any number that differs from device to device, such as the serial number. Spreads the devices of a
    /// platform over time after a restart.
    pub seed: u64,
}

impl Config {
    /// A device with these capabilities, and defaults for everything else.
    #[must_use]
    pub fn new(identity: Identity, capabilities: AbilityUpRequest, seed: u64) -> Self {
        Self {
            identity,
            group_url: None,
            province_url: None,
            saved: Saved::default(),
            capabilities,
            prepare: false,
            network: Network::default(),
            timing: Timing::default(),
            seed,
        }
    }
}

/// The waits of a device, each with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// Between the starts of two registrations, at least: 300 s., E-54.
    pub registration: Millis,
    /// Added to it at random, so that the devices of a platform that was down do not return together: up to
    /// 60 s. E-54.
    pub registration_spread: Millis,
    /// From a refused login to the next, at least: 180 s., E-58.
    pub refused_login: Millis,
    /// Added to it at random: up to 15 s.
    pub refused_login_spread: Millis,
    /// From the loss of a link to the next attempt, at least: 5 s. E-58.
    pub reconnect: Millis,
    /// Added to it at random: up to 10 s, so that one tenth of the devices returns per second. E-58 allows
    /// 5 to 15 s. Both double with each further loss, up to eight times.
    pub reconnect_spread: Millis,
    /// Between two heartbeats: 120 s..
    pub heartbeat: Millis,
    /// Unanswered heartbeats in a row after which the link counts as broken: 3..
    pub missed_heartbeats: u32,
    /// Between two heartbeats that report changes, at least: 1 s, the time allows.
    pub heartbeat_change: Millis,
    /// For the answer to a login, to the capabilities and to what the application asks: 10 s. E-67.
    pub answer: Millis,
    /// For the answer to a token check: 10 s as well. E-67. Recorders of 2014 give it 4 s for live video and 2 s
    /// for recordings; a player that gives up sooner ends its own request.
    pub token: Millis,
    /// For a TCP connection: 10 s.
    pub connection: Millis,
    /// For an HTTP answer: 30 s.
    pub http: Millis,
    /// For UPnP, STUN and TURN; then the link is made without them: 15 s.
    pub preparation: Millis,
    /// How often the capabilities are sent until heartbeats start without a confirmation: 2.
    pub reports: u32,
    /// The span within which an alarm is not repeated: 60 s., E-136.
    pub same_alarm: Millis,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            registration: Millis::from_secs(300),
            registration_spread: Millis::from_secs(60),
            refused_login: Millis::from_secs(180),
            refused_login_spread: Millis::from_secs(15),
            reconnect: Millis::from_secs(5),
            reconnect_spread: Millis::from_secs(10),
            heartbeat: Millis::from_secs(120),
            missed_heartbeats: 3,
            heartbeat_change: Millis::from_secs(1),
            answer: Millis::from_secs(10),
            token: Millis::from_secs(10),
            connection: Millis::from_secs(10),
            http: Millis::from_secs(30),
            preparation: Millis::from_secs(15),
            reports: 2,
            same_alarm: Millis::from_secs(60),
        }
    }
}
