//! `device list`.

use clap::Args;
use kandian_platform::access::Presence;
use kandian_platform::api::device_json;
use kandian_platform::clock::Clock;
use kandian_platform::store::{Device, DeviceFilter, Store};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::cli::client::Client;
use crate::cli::failure::{Failure, text};
use crate::cli::output::{self, Cell, Table, Tint};
use crate::cli::record::open;
use crate::cli::settings::Where;

/// Devices asked for at a time.
const PAGE: u32 = 500;

const EXAMPLE: &str = "\
Examples:
  kandian-platform device list --data-dir data
  kandian-platform device list --data-dir data --text 收银台
  kandian-platform device list --data-dir data --json | jq -r 'select(.presence != \"online\") | .id'

STATE:
  online   it is logged in
  offline  it is not
  unknown  it was when the platform stopped or crashed, and has not come back yet
Without a platform that runs, nothing is online.";

/// Lists devices.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct List {
    #[command(flatten)]
    place: Where,
    /// Only those with this text in id, name or model
    #[arg(long)]
    text: Option<String>,
    /// One JSON object a line, as the REST interface shows devices
    #[arg(long)]
    json: bool,
}

/// Where the list comes from: the platform that runs knows who is online; without one the database has the rest.
enum Source {
    Platform(Client),
    Database(Box<Store>),
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let source = match Client::find(&self.place)? {
            Some(client) => Source::Platform(client),
            None => Source::Database(Box::new(open(&self.place).await?)),
        };
        let mut shown = Shown::new(self.place.settings()?.province.offset_minutes);
        let mut after = None;
        loop {
            let (devices, next) = source.page(self.text.as_deref(), after.as_deref()).await?;
            for device in &devices {
                if self.json {
                    output::json(device)?;
                } else {
                    shown.add(device);
                }
            }
            match next {
                Some(next) => after = Some(next),
                None if self.json => return Ok(()),
                None => return shown.print(),
            }
        }
    }
}

impl Source {
    /// The devices behind an id, and the id behind which there are more.
    async fn page(
        &self,
        wanted: Option<&str>,
        after: Option<&str>,
    ) -> Result<(Vec<Value>, Option<String>), Failure> {
        match self {
            Self::Platform(client) => {
                let mut path = format!("/api/v1/devices?limit={PAGE}");
                for (name, value) in [("text", wanted), ("after", after)] {
                    let value = value.map(|value| utf8_percent_encode(value, NON_ALPHANUMERIC));
                    path.extend(value.map(|value| format!("&{name}={value}")));
                }
                let mut page = client.ask("GET", &path, Vec::new()).await?.success()?;
                let next = page.get("next").and_then(Value::as_str).map(str::to_owned);
                match page.get_mut("devices").map(Value::take) {
                    Some(Value::Array(devices)) => Ok((devices, next)),
                    _ => Err("the platform answers with no list of devices".into()),
                }
            }
            Self::Database(store) => {
                let after = after.map(str::parse).transpose().map_err(text)?;
                let filter = DeviceFilter {
                    text: wanted.map(str::to_owned),
                    after,
                    limit: PAGE,
                    ..DeviceFilter::default()
                };
                let page = store.devices(&filter).await.map_err(text)?;
                let last = page.items.last().filter(|_| page.more).map(|device| device.id.to_string());
                Ok((page.items.iter().map(on_record).collect(), last))
            }
        }
    }
}

/// A device as the database alone has it.
fn on_record(device: &Device) -> Value {
    device_json(device, if device.online { Presence::Unknown } else { Presence::Offline })
}

/// The table for people.
struct Shown {
    table: Table<7>,
    offset_minutes: i16,
    /// Devices that are online, unknown, offline.
    counts: [u64; 3],
}

impl Shown {
    fn new(offset_minutes: i16) -> Self {
        let table = Table::new(["ID", "STATE", "SEEN", "KIND", "MAKER", "MODEL", "NAME"]);
        Self { table, offset_minutes, counts: [0; 3] }
    }

    fn add(&mut self, device: &Value) {
        let part = |name| device.get(name).and_then(Value::as_str).unwrap_or_default();
        let blocked = device.get("blocked") == Some(&Value::Bool(true));
        let (at, tint) = match part("presence") {
            "online" => (0, Tint::Good),
            "unknown" => (1, Tint::Doubt),
            _ => (2, Tint::Faint),
        };
        let count = self.counts.get_mut(at);
        count.into_iter().for_each(|count| *count += 1);
        let state =
            if blocked { format!("{}, blocked", part("presence")) } else { part("presence").to_owned() };
        let seen = device.get("seen_at").and_then(output::moment);
        let maker = match part("manufacturer_name_zh") {
            "" => part("manufacturer"),
            name => name,
        };
        self.table.add([
            Cell::new(part("id")),
            Cell::new(&state).tinted(if blocked { Tint::Doubt } else { tint }),
            Cell::new(&output::ago(Clock::start().wall(), seen, self.offset_minutes)),
            Cell::new(part("kind")),
            Cell::new(maker),
            Cell::new(part("model")),
            Cell::new(part("name")),
        ]);
    }

    fn print(self) -> Result<(), Failure> {
        let [online, unknown, offline] = self.counts;
        let all = online + unknown + offline;
        if all == 0 {
            return output::line("no devices; enter one with `kandian-platform device add`");
        }
        self.table.print()?;
        let word = if all == 1 { "device" } else { "devices" };
        let doubt = if unknown == 0 { String::new() } else { format!(", {unknown} unknown") };
        output::line(&format!("\n{all} {word}: {online} online{doubt}, {offline} offline"))
    }
}
