//! What the example devices and the example platform share: a clock, one HTTP exchange, an identity.
//!
//! The programs `device_threads`, `device_poll` and `platform_demo` show how the session machines of
//! `kandian-proto` are driven with nothing but the standard library.

mod http;

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Parser;
use kandian_proto::message::device::AbilityUpRequest;
use kandian_proto::session::device::{Config, Identity};
use kandian_proto::time::{Millis, Now, UnixMillis};
use kandian_proto::value::{DevType, LocalStoreFlag, Manufacturer, Url};
use kandian_proto::{DevId, Secret};

pub use http::{Post, post, serve};

/// The command line of the example devices.
#[derive(Clone, Debug, Parser)]
pub struct DeviceArgs {
    /// Registration address of the province platform
    #[arg(long, default_value = "http://127.0.0.1:8098/DeviceRegisterServlet")]
    pub province: Url,
    /// Device id: 11 digits, the first three of them the manufacturer's
    #[arg(long, default_value = "81100000001")]
    pub id: DevId,
    /// Manufacturer's code
    #[arg(long, default_value = "811")]
    pub manufacturer: Manufacturer,
    /// Device key
    #[arg(long, default_value = "K7M2P9Q4")]
    pub key: String,
}

impl DeviceArgs {
    /// A camera with one channel.
    #[must_use]
    pub fn config(&self) -> Config {
        let identity = Identity {
            dev_id: self.id,
            dev_key: Secret::from(self.key.as_str()),
            manufacturer: self.manufacturer,
            model: "KD-EXAMPLE".to_owned(),
            dev_type: DevType::IPCAM,
            dev_ver: "V1.6_20140318".to_owned(),
        };
        let capabilities = AbilityUpRequest::new(self.id, 1_u16, LocalStoreFlag::NO_MEDIUM, 0_u16);
        // Any number that differs from device to device.
        let seed = self.id.as_str().bytes().fold(0, |seed, b| seed * 31 + u64::from(b));
        let mut config = Config::new(identity, capabilities, seed);
        config.province_url = Some(self.province.clone());
        config
    }
}

/// Both clocks, as the machines want them.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Starts at zero.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// This moment.
    #[must_use]
    pub fn now(self) -> Now {
        let mono = Millis(self.0.elapsed().as_millis() as u64);
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map(|d| d.as_millis() as i64);
        Now { mono, wall: wall.ok().map(UnixMillis) }
    }
}
