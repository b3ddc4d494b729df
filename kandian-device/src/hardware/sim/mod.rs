//! Hardware that is not there: enough of it that every command has an effect that can be seen.

mod bench;
mod card;
mod eyes;
mod flash;
mod lens;
mod motor;
mod radio;
mod router;

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use tokio::sync::mpsc;

use self::bench::Hands;
pub use self::bench::{AccessPoint, CardState};
pub use self::card::Card;
pub use self::eyes::{Assigned, Microphones};
pub use self::flash::Flash;
use self::lens::Clapper;
pub use self::lens::Lens;
pub use self::motor::Motor;
pub use self::radio::Radio;
pub use self::router::Router;
use super::{Alarms, Gateway, Happening, Happenings, Hardware, MOST_HAPPENINGS, Pending, Power};
use crate::state::AlarmSource;

/// What the simulated hardware is like.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Size of the card or disk in bytes.
    pub storage_bytes: u64,
    /// Whether the network cable is plugged in; `None` leaves it as it was left, plugged in at first.
    pub wired: Option<bool>,
    /// Access points around the device, instead of those that were left or of three invented ones.
    pub access_points: Option<Vec<AccessPoint>>,
    /// The router before the device; `None` for none, and then the device does not ask for one.
    pub gateway: Option<GatewayState>,
    /// What the cameras see; a test pattern where nothing is said.
    pub sources: Vec<Assigned>,
    /// What they hear.
    pub microphones: Microphones,
    /// JPEG file for single pictures; `None` to take them from the moving ones. A build without an encoder has no decoder
    /// either, and shows a test picture as long as the cameras see nothing else.
    pub picture: Option<PathBuf>,
    /// How long a start takes.
    pub boot: Duration,
    /// How long a Wi-Fi connection takes.
    pub wifi_connection: Duration,
}

/// A simulated router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayState {
    /// It forwards nothing: UPnP is switched off.
    Refuses,
    /// It forwards what it is asked to, and has this public address.
    Forwards(Ipv4Addr),
}

impl GatewayState {
    const fn address(self) -> Option<Ipv4Addr> {
        match self {
            Self::Refuses => None,
            Self::Forwards(address) => Some(address),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            storage_bytes: 1 << 30,
            wired: None,
            access_points: None,
            gateway: None,
            sources: Vec::new(),
            microphones: Microphones::default(),
            picture: None,
            boot: Duration::from_secs(1),
            wifi_connection: Duration::from_secs(1),
        }
    }
}

/// The simulated hardware of one device, for whoever plays the person that pulls cards and presses buttons.
#[derive(Clone)]
pub struct Simulation {
    hands: Hands,
    happenings: Happenings,
    hardware: Hardware,
    router: Option<Arc<Router>>,
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Simulation")
    }
}

impl Simulation {
    /// Builds the hardware of a device in its data directory, as it was left.
    ///
    /// # Errors
    /// When the directory cannot be used.
    pub(crate) fn build(
        directory: &Path,
        device: kandian_proto::DevId,
        clock: Arc<crate::clock::Clock>,
        options: &Options,
    ) -> io::Result<(Self, mpsc::Receiver<Happening>)> {
        let (happenings, receiver) = mpsc::channel(MOST_HAPPENINGS);
        let hands = Hands::open(directory, options)?;
        let radio = Arc::new(Radio::new(hands.clone(), happenings.clone(), options.wifi_connection));
        let video = eyes::video(options, device, clock.offset_minutes());
        let storage = Card::new(directory, device, clock, hands.clone(), options.storage_bytes)?;
        let router = options.gateway.map(|gateway| Arc::new(Router::new(gateway.address())));
        let hardware = Hardware {
            camera: eyes::camera(options),
            video,
            recorder: Arc::new(Clapper),
            gateway: router.clone().map(|router| router as Arc<dyn Gateway>),
            ptz: Arc::new(Motor::default()),
            wifi: Arc::clone(&radio) as Arc<_>,
            network: radio,
            storage: Arc::new(storage),
            alarms: Arc::new(Detectors),
            firmware: Arc::new(Flash::new(directory)),
            power: Arc::new(Pause(options.boot)),
        };
        Ok((Self { hands, happenings, hardware, router }, receiver))
    }

    /// The pieces.
    #[must_use]
    pub fn hardware(&self) -> Hardware {
        self.hardware.clone()
    }

    /// Where pieces say what happened.
    pub(crate) const fn happenings(&self) -> &Happenings {
        &self.happenings
    }

    /// Puts in, pulls or breaks the card.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn set_card(&self, state: CardState) -> io::Result<()> {
        self.hands.change(|bench| bench.card = state)?;
        self.tell(Happening::Storage);
        Ok(())
    }

    /// Plugs the network cable in, or pulls it.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn set_wired(&self, wired: bool) -> io::Result<()> {
        self.hands.change(|bench| bench.wired = wired)?;
        self.tell(Happening::Network);
        Ok(())
    }

    /// Whether the network cable is plugged in.
    #[must_use]
    pub fn is_wired(&self) -> bool {
        self.hands.look(|bench| bench.wired)
    }

    /// Changes the router before the device; returns whether there is one.
    #[must_use]
    pub fn set_gateway(&self, gateway: GatewayState) -> bool {
        let Some(router) = &self.router else { return false };
        router.set(gateway.address());
        self.tell(Happening::Gateway);
        true
    }

    /// Switches an access point on; one with the same name is replaced.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn add_access_point(&self, point: AccessPoint) -> io::Result<()> {
        self.hands.change(|bench| bench.add(point))
    }

    /// Switches an access point off; a connection to it ends. Returns whether there was one.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub fn remove_access_point(&self, ssid: &str) -> io::Result<bool> {
        let was_there = self.hands.look(|bench| bench.access_points.iter().any(|p| p.ssid == ssid));
        self.hands.change(|bench| bench.access_points.retain(|p| p.ssid != ssid))?;
        if self.hardware.wifi.connected().as_deref() == Some(ssid) {
            self.hardware.wifi.disconnect();
        }
        Ok(was_there)
    }

    /// Lets a detector fire, or presses a button.
    pub fn tell(&self, happening: Happening) {
        // When nobody keeps up, the surplus is lost, as with a real detector.
        let _ = self.happenings.try_send(happening);
    }
}

/// Detectors that fire when somebody says so.
#[derive(Clone, Copy, Debug)]
struct Detectors;

impl Alarms for Detectors {
    fn arm(&self, source: AlarmSource, armed: bool) {
        tracing::debug!(?source, armed, "alarm source");
    }
}

/// A start that takes a while.
#[derive(Clone, Copy, Debug)]
struct Pause(Duration);

impl Power for Pause {
    fn restart(&self) -> Pending<'_, ()> {
        Box::pin(tokio::time::sleep(self.0))
    }
}

#[cfg(test)]
mod tests;
