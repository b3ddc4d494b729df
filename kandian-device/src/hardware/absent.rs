//! Pieces that a device does not have.

use std::path::Path;

use kandian_proto::message::device::VideoParameters;
use kandian_proto::value::{PtzDirection, RecordStoreType};

use super::{
    AlarmSource, Alarms, Camera, Fault, Firmware, Medium, Pending, Position, Ptz, RecordJob, Recorder,
    Recording, Seen, Source, Storage, Wifi, WifiProfile,
};
use crate::camera::{Feed, StreamId};

/// Stands for a piece that a device does not have. What the device can do is said by its [`Model`](crate::Model):
/// a command for a piece that the model does not have is refused before it comes here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absent;

fn absent<T>(what: &str) -> Result<T, Fault> {
    Err(Fault(format!("the device has no {what}")))
}

impl Camera for Absent {
    fn snapshot(&self, _channel: u16) -> Pending<'_, Result<Vec<u8>, Fault>> {
        Box::pin(async { absent("camera") })
    }
}

impl Source for Absent {
    fn open(
        &self,
        _stream: StreamId,
        _wanted: &VideoParameters,
    ) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        Box::pin(async { absent("moving pictures") })
    }
}

impl Recorder for Absent {
    fn record(&self, _channel: u16, _place: RecordStoreType, _job: Option<RecordJob>) {}
}

impl Ptz for Absent {
    fn drive(&self, _channel: u16, _direction: PtzDirection) -> Result<(), Fault> {
        absent("motor")
    }

    fn position(&self, _channel: u16) -> Position {
        Position::default()
    }

    fn restore(&self, _channel: u16, _position: Position) {}
}

impl Wifi for Absent {
    fn scan(&self) -> Pending<'_, Result<Vec<Seen>, Fault>> {
        Box::pin(async { absent("Wi-Fi adapter") })
    }

    fn connect<'a>(&'a self, _profile: &'a WifiProfile) -> Pending<'a, Result<(), Fault>> {
        Box::pin(async { absent("Wi-Fi adapter") })
    }

    fn disconnect(&self) {}

    fn connected(&self) -> Option<String> {
        None
    }
}

impl Storage for Absent {
    fn medium(&self) -> Medium {
        Medium::Absent
    }

    fn format(&self) -> Result<(), Fault> {
        absent("storage medium")
    }

    fn recordings(&self) -> Result<Vec<Recording>, Fault> {
        Ok(Vec::new())
    }
}

impl Alarms for Absent {
    fn arm(&self, _source: AlarmSource, _armed: bool) {}
}

impl Firmware for Absent {
    fn space(&self) -> u64 {
        0
    }

    fn install(&self, _image: &Path, _version: &str) -> Result<(), Fault> {
        absent("flash for another firmware")
    }
}
