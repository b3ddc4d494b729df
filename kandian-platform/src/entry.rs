//! A device as people and programs enter it, before anything of it is believed.

use kandian_proto::value::{DevType, Manufacturer};
use kandian_proto::{DevId, InvalidDevId, Secret};
use serde::{Deserialize, Deserializer};

use crate::rules;
use crate::store::{NewDevice, Origin};

/// Longest name that people give, in bytes.
const LONGEST_NAME: usize = 128;
/// Longest key that a device can have (E-37).
const LONGEST_KEY: usize = 64;

/// What is entered of a device: by REST, in a line of a list, or on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Its key.
    #[serde(deserialize_with = "secret")]
    pub key: Secret,
    /// What it is: `ipc`, `dvr` or `nvr`; a camera when nothing is said.
    #[serde(default)]
    pub kind: Option<String>,
    /// A name for people.
    #[serde(default)]
    pub name: String,
    /// Its model.
    #[serde(default)]
    pub model: String,
    /// The manufacturer's code; that of the id when nothing is said.
    #[serde(default)]
    pub manufacturer: Option<String>,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    String::deserialize(from).map(Secret::from)
}

/// What is wrong with an entry. It never quotes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// The id.
    #[error("This is no device id: {0}")]
    Id(#[from] InvalidDevId),
    /// The kind.
    #[error("The kind of a device is ipc, dvr or nvr")]
    Kind,
    /// The manufacturer.
    #[error("A manufacturer's code has three letters or digits (E-24)")]
    Manufacturer,
    /// The key.
    #[error("A key is one line of 1 to 64 bytes")]
    Key,
    /// The name or the model.
    #[error("A name is one line of at most 128 bytes")]
    Name,
    /// The name of a channel or an input.
    #[error("The name of a channel or an input is one line of 1 to 63 bytes")]
    PointName,
}

impl Entry {
    /// The device that is meant.
    ///
    /// # Errors
    ///
    /// [`EntryError`]: the first thing that is wrong.
    pub fn into_device(self, origin: Origin) -> Result<NewDevice, EntryError> {
        let id: DevId = self.id.parse()?;
        let dev_type = self.kind.as_deref().map_or(Ok(DevType::IPCAM), kind)?;
        let manufacturer = match &self.manufacturer {
            Some(code) => Manufacturer::new(code).ok(),
            None => rules::manufacturer_of(id),
        };
        let manufacturer = manufacturer.ok_or(EntryError::Manufacturer)?;
        let (name, model) = (checked_name(self.name)?, checked_name(self.model)?);
        Ok(NewDevice { id, key: checked_key(self.key)?, dev_type, manufacturer, model, name, origin })
    }
}

/// The kind of device with this name.
///
/// # Errors
///
/// When there is none.
pub fn kind(name: &str) -> Result<DevType, EntryError> {
    match name {
        "ipc" => Ok(DevType::IPCAM),
        "dvr" => Ok(DevType::DVR),
        "nvr" => Ok(DevType::NVR),
        _ => Err(EntryError::Kind),
    }
}

/// A key that devices can have.
///
/// # Errors
///
/// When none can.
pub fn checked_key(key: Secret) -> Result<Secret, EntryError> {
    let text = key.reveal();
    let fits = !text.is_empty() && text.len() <= LONGEST_KEY && !text.contains(char::is_control);
    if fits { Ok(key) } else { Err(EntryError::Key) }
}

/// A name that fits into a line.
///
/// # Errors
///
/// When it does not.
pub fn checked_name(name: String) -> Result<String, EntryError> {
    let fits = name.len() <= LONGEST_NAME && !name.contains(char::is_control);
    if fits { Ok(name) } else { Err(EntryError::Name) }
}

/// Bytes of the name of a channel or an input, at most: what a client shows of one. E-37
const POINT_NAME: usize = 63;

/// A name for a channel or an input, without the spaces around it.
///
/// # Errors
///
/// When nothing is left, or it does not fit.
pub fn checked_point_name(name: &str) -> Result<String, EntryError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.len() <= POINT_NAME && !name.contains(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(EntryError::PointName) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(change: impl FnOnce(&mut Entry)) -> Result<NewDevice, EntryError> {
        let mut entry = Entry { id: "81200000001".into(), key: "K7M2P9Q4".into(), ..Entry::default() };
        change(&mut entry);
        entry.into_device(Origin::Manual)
    }

    /// E-24, E-37: what is not said is taken from the id; what cannot be is named.
    #[test]
    fn entries() {
        let device = entry(|_| ()).unwrap();
        assert_eq!((device.manufacturer.as_str(), device.dev_type), ("812", DevType::IPCAM));
        assert_eq!(entry(|e| e.kind = Some("nvr".into())).unwrap().dev_type, DevType::NVR);
        assert_eq!(entry(|e| e.id = "812-1".into()).unwrap_err(), EntryError::Id(InvalidDevId));
        assert_eq!(entry(|e| e.kind = Some("tv".into())).unwrap_err(), EntryError::Kind);
        assert_eq!(entry(|e| e.manufacturer = Some("8".into())).unwrap_err(), EntryError::Manufacturer);
        for key in ["", "two\nlines", &"x".repeat(65)] {
            assert_eq!(entry(|e| e.key = key.into()).unwrap_err(), EntryError::Key);
        }
        assert_eq!(entry(|e| e.name = "\u{1b}[2J".into()).unwrap_err(), EntryError::Name);
        assert_eq!(entry(|e| e.model = "x".repeat(129)).unwrap_err(), EntryError::Name);
    }
}
