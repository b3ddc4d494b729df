//! `province`.

use clap::Subcommand;
use kandian_platform::api::time_json;
use kandian_platform::clock::Clock;
use kandian_platform::service::accounts::Passwords;
use kandian_platform::service::group::{NewProvince, add_province, set_province_password};
use kandian_platform::store::{ProvinceRecord, ProvinceRemoval};
use kandian_proto::Secret;
use kandian_proto::enrolment::Province as Numbers;
use serde_json::{Value, json};

use super::failure::{Failure, text};
use super::output::{self, Cell, Table, Tint};
use super::record::{noting, open};
use super::settings::Where;

/// Where a password is taken from that somebody chose.
const PASSWORD_VARIABLE: &str = "KANDIAN_PASSWORD";

const ADD: &str = "\
Example:
  kandian-platform province add --data-dir group 3100-01 --name 上海

The numbers are the first four digits of GB/T 2260 and the two that the operator assigns. Without a
password one is made and shown once. With KANDIAN_PASSWORD in the environment that one is taken; a
flag would be seen by other users of this machine. The province platform needs it in its settings:

  [province.group]
  url = \"https://group.example/GroupService\"
  province_no = \"3100\"
  cms_no = \"01\"
  password = \"…\"";

const PASSWORD: &str = "\
Example:
  kandian-platform province password --data-dir group 3100-01

From then on the group platform refuses the old one; set the new one in the settings of the province
platform.";

/// Province platforms that the group platform knows
#[derive(Debug, Subcommand)]
pub(crate) enum Province {
    /// Put a province platform on record
    #[command(after_help = ADD)]
    Add {
        #[command(flatten)]
        place: Box<Where>,
        /// Its numbers, as in 3100-01
        id: Numbers,
        /// What clients show in their list of platforms
        #[arg(long)]
        name: String,
        /// Print a JSON object, with the password that was made in it
        #[arg(long)]
        json: bool,
    },
    /// List province platforms, with the addresses that they reported
    List {
        #[command(flatten)]
        place: Box<Where>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Give a province platform another password; it is made and shown once
    #[command(after_help = PASSWORD)]
    Password {
        #[command(flatten)]
        place: Box<Where>,
        /// Its numbers, as in 3100-01
        id: Numbers,
    },
    /// Take a province platform to which no device belongs off the record, with the users it reported
    Remove {
        #[command(flatten)]
        place: Box<Where>,
        /// Its numbers, as in 3100-01
        id: Numbers,
    },
}

impl Province {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add { place, id, name, json } => add(&place, id, name, json).await,
            Self::List { place, json } => list(&place, json).await,
            Self::Password { place, id } => password(&place, id).await,
            Self::Remove { place, id } => remove(&place, id).await,
        }
    }
}

fn chosen() -> Option<Secret> {
    std::env::var(PASSWORD_VARIABLE).ok().map(Secret::from)
}

async fn add(place: &Where, id: Numbers, name: String, as_json: bool) -> Result<(), Failure> {
    let store = open(place).await?;
    let now = Clock::start().wall();
    let password = chosen();
    let is_made = password.is_none();
    let new = NewProvince { id, name, password };
    let store = noting(&store, now, "province.add", &id.to_string(), "");
    let password = add_province(&store, &Passwords::default(), new, now).await.map_err(text)?;
    let made = is_made.then(|| password.reveal());
    if as_json {
        return output::json(&json!({ "id": id.to_string(), "password": made }));
    }
    output::line(&format!("{id} is on record"))?;
    made.map_or(Ok(()), |password| output::line(&format!("password, shown this once: {password}")))
}

async fn list(place: &Where, as_json: bool) -> Result<(), Failure> {
    let provinces = open(place).await?.provinces().await.map_err(text)?;
    if as_json {
        return provinces.iter().try_for_each(|province| output::json(&shown(province)));
    }
    if provinces.is_empty() {
        return output::line("no province platforms; enter one with `kandian-platform province add`");
    }
    let offset_minutes = place.settings()?.province.offset_minutes;
    let mut table = Table::new(["NUMBERS", "NAME", "VERSION", "REPORTED", "CLIENTS", "DEVICES"]);
    for province in &provinces {
        let report = province.report.as_ref();
        let version = report.map(|report| report.version.to_string()).unwrap_or_default();
        let at = report.map(|report| output::date_and_time(report.at, offset_minutes));
        table.add([
            Cell::new(&province.id.to_string()),
            Cell::new(&province.name),
            Cell::new(&version),
            Cell::new(at.as_deref().unwrap_or("never")).tinted(if at.is_some() {
                Tint::Good
            } else {
                Tint::Faint
            }),
            Cell::new(report.map_or("", |report| report.mcu_url.as_str())),
            Cell::new(report.map_or("", |report| report.dev_url.as_str())),
        ]);
    }
    table.print()
}

/// Without its hash: nobody needs it.
fn shown(province: &ProvinceRecord) -> Value {
    let report = province.report.as_ref();
    json!({
        "id": province.id.to_string(),
        "name": province.name,
        "created_at": time_json(province.created_at),
        "version": report.map(|report| report.version.to_string()),
        "mcu_url": report.map(|report| report.mcu_url.as_str()),
        "dev_url": report.map(|report| report.dev_url.as_str()),
        "reported_at": report.map_or(Value::Null, |report| time_json(report.at)),
        "reported_from": report.map(|report| report.from.as_str()),
    })
}

async fn password(place: &Where, id: Numbers) -> Result<(), Failure> {
    let store = noting(&open(place).await?, Clock::start().wall(), "province.password", &id.to_string(), "");
    let set = set_province_password(&store, &Passwords::default(), id, chosen()).await;
    let password = set.map_err(text)?;
    output::line(password.reveal())
}

async fn remove(place: &Where, id: Numbers) -> Result<(), Failure> {
    let store = noting(&open(place).await?, Clock::start().wall(), "province.remove", &id.to_string(), "");
    match store.remove_province(id).await.map_err(text)? {
        ProvinceRemoval::Done => {}
        ProvinceRemoval::Unknown => {
            return Err(format!("there is no {id}; see `kandian-platform province list`").into());
        }
        ProvinceRemoval::HasDevices(count) => {
            return Err(format!(
                "{count} devices belong to {id}; release them or give them to another one first, over REST"
            )
            .into());
        }
    }
    output::line(&format!("{id} is off the record"))
}
