//! `device`.

use clap::{Subcommand, ValueEnum};
use kandian_platform::clock::Clock;
use kandian_platform::rules;
use kandian_platform::store::{DeviceFilter, NewDevice, Origin, StoreError};
use kandian_proto::value::{DevType, Manufacturer};
use kandian_proto::{DevId, Secret};

use super::Failure;
use super::settings::Where;
use super::token::{audit, open, text};

/// Kinds of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Camera
    Ipc,
    /// Digital video recorder
    Dvr,
    /// Network video recorder
    Nvr,
}

/// Devices on record.
#[derive(Debug, Subcommand)]
pub(crate) enum Device {
    /// Enter a device
    Add {
        #[command(flatten)]
        place: Box<Where>,
        /// Its id: 11 digits, or what the label says
        #[arg(long)]
        id: DevId,
        /// Its key
        #[arg(long)]
        key: String,
        /// What it is
        #[arg(long, value_enum, default_value = "ipc")]
        kind: Kind,
        /// A name for people
        #[arg(long, default_value = "")]
        name: String,
        /// The manufacturer's code [default: the first three characters of the id]
        #[arg(long)]
        manufacturer: Option<String>,
    },
    /// List devices
    List {
        #[command(flatten)]
        place: Box<Where>,
        /// Only those with this text in id, name or model
        #[arg(long)]
        text: Option<String>,
    },
    /// Take a device off the record, with its alarms and pictures
    Remove {
        #[command(flatten)]
        place: Box<Where>,
        /// Its id
        id: DevId,
    },
}

impl Device {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add { place, id, key, kind, name, manufacturer } => {
                let manufacturer = match manufacturer {
                    Some(code) => Manufacturer::new(&code).ok(),
                    None => rules::manufacturer_of(id),
                };
                let manufacturer = manufacturer.ok_or("a manufacturer's code has three letters or digits")?;
                let dev_type = match kind {
                    Kind::Ipc => DevType::IPCAM,
                    Kind::Dvr => DevType::DVR,
                    Kind::Nvr => DevType::NVR,
                };
                let (key, model, origin) = (Secret::from(key), String::new(), Origin::Manual);
                let device = NewDevice { id, key, dev_type, manufacturer, model, name, origin };
                let store = open(&place).await?;
                let now = Clock::start().wall();
                match store.add_device(device, now).await {
                    Err(StoreError::Exists) => return Err(format!("device {id} is on record already")),
                    outcome => outcome.map_err(text)?,
                }
                audit(&store, now, "device.add", id.as_str(), "").await?;
                println!("{id} is on record");
            }
            Self::List { place, text: wanted } => list(&place, wanted).await?,
            Self::Remove { place, id } => {
                let store = open(&place).await?;
                if !store.remove_device(id).await.map_err(text)? {
                    return Err(format!("there is no device {id}"));
                }
                audit(&store, Clock::start().wall(), "device.remove", id.as_str(), "").await?;
                println!("{id} is off the record");
            }
        }
        Ok(())
    }
}

async fn list(place: &Where, wanted: Option<String>) -> Result<(), Failure> {
    let store = open(place).await?;
    let mut filter = DeviceFilter { text: wanted, limit: 500, ..DeviceFilter::default() };
    loop {
        let page = store.devices(&filter).await.map_err(text)?;
        for device in &page.items {
            let state = if device.online { "online" } else { "offline" };
            let kind = device.dev_type.name_en().unwrap_or("?");
            println!("{:<12}  {state:<7}  {kind:<22}  {}", device.id.as_str(), visible(&device.name));
        }
        filter.after = page.items.last().map(|device| device.id);
        if !page.more {
            return Ok(());
        }
    }
}

/// A text of a stranger, without what a terminal would obey.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
