//! Firmware of devices: what runs, what is newest, and the order to fetch it. Spec §7.5.17, §8.14, §8.15.

use kandian_proto::DevId;
use kandian_proto::message::device::UpgradeRequest;
use kandian_proto::value::Port;

use super::command;
use crate::access::CommandFailure;
use crate::app::App;
use crate::rules::Age;
use crate::store::{Device, Firmware, FirmwareFilter, StoreError};

/// Versions of one model that are compared: more than a manufacturer makes.
const VERSIONS: u32 = 10_000;

/// The firmware of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// What it runs, by its last login; empty before the first.
    pub current: String,
    /// The newest that is known for its model. That is what it runs when the catalogue has nothing newer: a client that
    /// compares the two offers no upgrade then.
    pub newest: String,
}

/// Why a device was not told to fetch firmware, or does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UpgradeFailure {
    /// There is no such device.
    #[error("there is no such device")]
    NoDevice,
    /// The catalogue has nothing newer for its model.
    #[error("the catalogue has nothing newer for this model")]
    NothingNewer,
    /// The device was asked, and how that ended.
    #[error(transparent)]
    Command(#[from] CommandFailure),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The firmware of a device; `None` when there is no such device. The device need not be there.
///
/// # Errors
///
/// When the database fails.
pub async fn versions(app: &App, device: DevId) -> Result<Option<Versions>, StoreError> {
    let Some(device) = app.store.device(device).await? else { return Ok(None) };
    let newer = newer(app, &device).await?;
    let newest = newer.map_or_else(|| device.dev_ver.clone(), |firmware| firmware.entry.version);
    Ok(Some(Versions { current: device.dev_ver, newest }))
}

/// Tells a device to fetch the newest firmware of its model; the version. The device says later how it went (E-89, E-125).
///
/// # Errors
///
/// [`UpgradeFailure`].
pub async fn upgrade(app: &App, device: DevId) -> Result<String, UpgradeFailure> {
    let told = tell(app, device).await;
    match &told {
        Ok(version) => tracing::info!(%device, version, "fetches firmware"),
        Err(reason) => tracing::warn!(%device, %reason, "does not fetch firmware"),
    }
    told
}

async fn tell(app: &App, id: DevId) -> Result<String, UpgradeFailure> {
    let device = app.store.device(id).await?.ok_or(UpgradeFailure::NoDevice)?;
    let entry = newer(app, &device).await?.ok_or(UpgradeFailure::NothingNewer)?.entry;
    let (host, port) = (entry.host, Port(entry.port));
    let version = entry.version;
    let request =
        UpgradeRequest::new(id, version.as_str(), host, port, entry.account, entry.password, entry.file);
    command(app, id, request.into()).await?;
    Ok(version)
}

/// The newest firmware for a device, when it is newer than what the device runs. A device without a model has none: firmware
/// of another model may be its last.
async fn newer(app: &App, device: &Device) -> Result<Option<Firmware>, StoreError> {
    if device.model.is_empty() {
        return Ok(None);
    }
    let (manufacturer, model) = (Some(device.manufacturer), Some(device.model.clone()));
    let filter = FirmwareFilter { manufacturer, model, after: 0, limit: VERSIONS };
    let known = app.store.firmware(filter).await?;
    let newest = known.into_iter().max_by_key(|firmware| Age::of(&firmware.entry.version));
    Ok(newest.filter(|firmware| Age::of(&firmware.entry.version) > Age::of(&device.dev_ver)))
}
