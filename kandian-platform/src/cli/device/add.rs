//! `device add`.

use clap::{Args, ValueEnum};
use kandian_platform::access::Presence;
use kandian_platform::api::device_json;
use kandian_platform::clock::Clock;
use kandian_platform::entry::Entry;
use kandian_platform::store::{Origin, StoreError};
use kandian_proto::{DevId, Secret};

use crate::cli::failure::{Failure, text};
use crate::cli::output;
use crate::cli::record::{noting, open};
use crate::cli::settings::Where;

const EXAMPLE: &str = "\
Example:
  kandian-platform device add --data-dir data --id 81100000001 --key K7M2P9Q4 --kind ipc --name 收银台

The platform may run or not. The key of a flag is seen by other users of this machine while the command runs; the
variable KANDIAN_DEVICE_KEY is not.";

/// Enters a device.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Add {
    #[command(flatten)]
    place: Where,
    /// Its id: 11 digits, or what the label says
    #[arg(long)]
    id: DevId,
    /// Its key
    #[arg(long, env = "KANDIAN_DEVICE_KEY", hide_env_values = true)]
    key: String,
    /// What it is
    #[arg(long, value_enum, default_value = "ipc")]
    kind: Kind,
    /// A name for people
    #[arg(long, default_value = "")]
    name: String,
    /// Its model
    #[arg(long, default_value = "")]
    model: String,
    /// The manufacturer's code [default: the first three characters of the id]
    #[arg(long, value_name = "CODE")]
    manufacturer: Option<String>,
    /// Print the device as a JSON object, as the REST interface does
    #[arg(long)]
    json: bool,
}

/// Kinds of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Camera
    Ipc,
    /// Digital video recorder
    Dvr,
    /// Network video recorder
    Nvr,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Ipc => "ipc",
            Self::Dvr => "dvr",
            Self::Nvr => "nvr",
        }
    }
}

impl Add {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let id = self.id;
        let entry = Entry {
            id: id.to_string(),
            key: Secret::from(self.key),
            kind: Some(self.kind.name().to_owned()),
            name: self.name,
            model: self.model,
            manufacturer: self.manufacturer,
        };
        let device = entry.into_device(Origin::Manual).map_err(text)?;
        let store = open(&self.place).await?;
        let now = Clock::start().wall();
        match noting(&store, now, "device.add", id.as_str(), "").add_device(device, now).await {
            Err(StoreError::Exists) => return Err(format!("device {id} is on record already").into()),
            outcome => outcome.map_err(text)?,
        }
        if !self.json {
            return output::line(&format!("{id} is on record"));
        }
        let device = store.device(id).await.map_err(text)?.ok_or("it was removed at the same time")?;
        output::json(&device_json(&device, Presence::Offline))
    }
}
