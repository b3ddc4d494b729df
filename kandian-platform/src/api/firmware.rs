//! The catalogue of firmware.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use kandian_proto::Secret;
use kandian_proto::value::Manufacturer;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::problem::Problem;
use super::view;
use crate::app::App;
use crate::rules::{BadFirmware, NewFirmware};
use crate::service::{Actor, Bearer, noted};
use crate::store::{Firmware, FirmwareFilter};

const MOST: u32 = 500;
const USUAL: u32 = 50;
const FTP_PORT: u16 = 21;

impl From<BadFirmware> for Problem {
    fn from(error: BadFirmware) -> Self {
        Self::invalid(error.to_string())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    manufacturer: Option<String>,
    model: Option<String>,
    after: Option<i64>,
    limit: Option<u32>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    query: Result<Query<Listed>, QueryRejection>,
) -> Result<Json<Value>, Problem> {
    let Query(listed) = query?;
    let manufacturer = listed.manufacturer.as_deref().map(manufacturer).transpose()?;
    let limit = listed.limit.unwrap_or(USUAL).clamp(1, MOST);
    let after = listed.after.unwrap_or(0);
    let found =
        app.store.firmware(FirmwareFilter { manufacturer, model: listed.model, after, limit }).await?;
    Ok(Json(json!({ "firmware": found.iter().map(shown).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entered {
    manufacturer: String,
    model: String,
    version: String,
    ftp_host: String,
    #[serde(default = "ftp_port")]
    ftp_port: u16,
    ftp_account: String,
    ftp_password: String,
    file: String,
}

const fn ftp_port() -> u16 {
    FTP_PORT
}

impl Entered {
    fn checked(self) -> Result<NewFirmware, BadFirmware> {
        NewFirmware {
            manufacturer: manufacturer(&self.manufacturer)?,
            model: self.model,
            version: self.version,
            host: self.ftp_host.parse().map_err(|_| BadFirmware::Server)?,
            port: self.ftp_port,
            account: self.ftp_account,
            password: Secret::from(self.ftp_password),
            file: self.file,
        }
        .checked()
    }
}

fn manufacturer(code: &str) -> Result<Manufacturer, BadFirmware> {
    Manufacturer::new(code).map_err(|_| BadFirmware::Manufacturer)
}

pub(super) async fn create(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Body(entered): Body<Entered>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (entry, created_at) = (entered.checked()?, app.clock.wall());
    let store = noted(&app, &Actor::from(&bearer), "firmware.add", named(&entry), "");
    let id = store.add_firmware(entry.clone(), created_at).await?;
    Ok((StatusCode::CREATED, Json(shown(&Firmware { id, entry, created_at }))))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: i64 = text.parse().map_err(|_| Problem::invalid("The number of firmware is a number"))?;
    let store = noted(&app, &Actor::from(&bearer), "firmware.remove", id, "");
    if store.remove_firmware(id).await?.is_none() {
        let title = "There is no firmware with this number";
        let next = "see GET /api/v1/firmware for what there is";
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_such_firmware", title, next));
    }
    Ok(StatusCode::NO_CONTENT)
}

fn named(entry: &NewFirmware) -> String {
    format!("{} {} {}", entry.manufacturer.as_str(), entry.model, entry.version)
}

/// Without the password.
fn shown(firmware: &Firmware) -> Value {
    let entry = &firmware.entry;
    json!({
        "id": firmware.id,
        "manufacturer": entry.manufacturer.as_str(),
        "model": entry.model,
        "version": entry.version,
        "ftp_host": entry.host.as_str(),
        "ftp_port": entry.port,
        "ftp_account": entry.account,
        "file": entry.file,
        "created_at": view::time(firmware.created_at),
    })
}
