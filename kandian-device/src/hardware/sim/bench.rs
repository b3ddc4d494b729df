//! The workbench: what a person did to the simulated hardware, kept over restarts.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fs, io};

use kandian_proto::Secret;
use kandian_proto::value::{Signal, WifiSecurity};
use serde::{Deserialize, Serialize};

use super::Options;
use crate::state::file;

/// Name of the file in the data directory.
const FILE: &str = "hardware.json";
/// Most access points around a device.
const MOST_ACCESS_POINTS: usize = 64;

/// What happened to the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CardState {
    /// It is in, and works.
    Inserted,
    /// It is out.
    Removed,
    /// It is in, and does not work.
    Faulty,
    /// It is in, and has no file system.
    Unformatted,
}

/// A simulated access point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPoint {
    /// Its name.
    pub ssid: String,
    /// How well it is received.
    pub signal: Signal,
    /// How it is secured.
    pub security: WifiSecurity,
    /// What lets one in; empty for an open one.
    pub password: Secret,
}

/// The state of the simulated hardware.
#[derive(Debug)]
pub(super) struct Bench {
    pub(super) wired: bool,
    pub(super) card: CardState,
    pub(super) access_points: Vec<AccessPoint>,
}

impl Bench {
    fn invented() -> Self {
        let point = |ssid: &str, signal, security, password: &str| AccessPoint {
            ssid: ssid.to_owned(),
            signal: Signal::saturating(signal),
            security,
            password: password.into(),
        };
        Self {
            wired: true,
            card: CardState::Inserted,
            access_points: vec![
                point("kandian-shop", 82, WifiSecurity::WPA2_PSK, "kandian-wifi"),
                point("kandian-guest", 64, WifiSecurity::NONE, ""),
                point("ChinaNet-neighbour", 31, WifiSecurity::WPA_WPA2_PSK, "not for you"),
            ],
        }
    }

    pub(super) fn add(&mut self, point: AccessPoint) {
        self.access_points.retain(|other| other.ssid != point.ssid);
        if self.access_points.len() < MOST_ACCESS_POINTS {
            self.access_points.push(point);
        }
    }
}

/// The bench, in several hands.
#[derive(Clone, Debug)]
pub(super) struct Hands {
    path: PathBuf,
    bench: Arc<Mutex<Bench>>,
}

impl Hands {
    /// The bench as it was left, with what the options say.
    pub(super) fn open(directory: &Path, options: &Options) -> io::Result<Self> {
        let path = directory.join(FILE);
        let mut bench = match fs::read(&path) {
            // A simulation is not worth a damaged file: it is invented anew.
            Ok(text) => serde_json::from_slice(&text).map_or_else(
                |error| {
                    tracing::warn!(path = %path.display(), %error, "the simulated hardware starts anew");
                    Bench::invented()
                },
                Form::into_bench,
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Bench::invented(),
            Err(error) => return Err(error),
        };
        bench.wired = options.wired.unwrap_or(bench.wired);
        if let Some(points) = &options.access_points {
            bench.access_points.clone_from(points);
        }
        Ok(Self { path, bench: Arc::new(Mutex::new(bench)) })
    }

    pub(super) fn look<T>(&self, look: impl FnOnce(&Bench) -> T) -> T {
        look(&self.bench.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the bench and writes it down.
    pub(super) fn change(&self, change: impl FnOnce(&mut Bench)) -> io::Result<()> {
        let mut bench = self.bench.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut bench);
        let text = serde_json::to_vec_pretty(&Form::from(&*bench)).map_err(io::Error::other)?;
        file::replace(&self.path, &text)
    }
}

/// The bench, written down.
#[derive(Serialize, Deserialize)]
struct Form {
    wired: bool,
    card: CardState,
    access_points: Vec<PointForm>,
}

#[derive(Serialize, Deserialize)]
struct PointForm {
    ssid: String,
    signal: u8,
    security: u16,
    password: String,
}

impl From<&Bench> for Form {
    fn from(bench: &Bench) -> Self {
        let point = |point: &AccessPoint| PointForm {
            ssid: point.ssid.clone(),
            signal: point.signal.get(),
            security: point.security.0,
            password: point.password.reveal().to_owned(),
        };
        Self {
            wired: bench.wired,
            card: bench.card,
            access_points: bench.access_points.iter().map(point).collect(),
        }
    }
}

impl Form {
    fn into_bench(self) -> Bench {
        let point = |form: PointForm| AccessPoint {
            ssid: form.ssid,
            signal: Signal::saturating(form.signal),
            security: WifiSecurity(form.security),
            password: form.password.into(),
        };
        let access_points = self.access_points.into_iter().take(MOST_ACCESS_POINTS).map(point).collect();
        Bench { wired: self.wired, card: self.card, access_points }
    }
}
