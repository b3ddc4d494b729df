//! A Wi-Fi adapter and a cable.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kandian_proto::value::NetType;

use super::bench::Hands;
use crate::hardware::{Fault, Happening, Happenings, Network, Pending, Seen, Wifi, WifiProfile};

/// A simulated Wi-Fi adapter among the access points of the bench, beside a network cable.
#[derive(Debug)]
pub struct Radio {
    hands: Hands,
    happenings: Happenings,
    takes: Duration,
    connected: Mutex<Option<String>>,
}

impl Radio {
    pub(super) fn new(hands: Hands, happenings: Happenings, takes: Duration) -> Self {
        Self { hands, happenings, takes, connected: Mutex::new(None) }
    }

    fn set(&self, to: Option<String>) {
        let mut connected = self.connected.lock().unwrap_or_else(PoisonError::into_inner);
        if *connected != to {
            *connected = to;
            let _ = self.happenings.try_send(Happening::Network);
        }
    }

    /// What the access point says to somebody who wants in.
    fn admission(&self, profile: &WifiProfile) -> Result<(), Fault> {
        self.hands.look(|bench| {
            let point = bench.access_points.iter().find(|point| point.ssid == profile.ssid);
            let point = point.ok_or_else(|| Fault("no such access point is in reach".to_owned()))?;
            if point.security != profile.security {
                return Err(Fault(format!("the access point has security {}", point.security)));
            }
            if point.password != profile.password {
                return Err(Fault("the access point refuses the password".to_owned()));
            }
            Ok(())
        })
    }
}

impl Wifi for Radio {
    fn scan(&self) -> Pending<'_, Result<Vec<Seen>, Fault>> {
        let seen = self.hands.look(|bench| {
            let points = bench.access_points.iter();
            points.map(|p| Seen { ssid: p.ssid.clone(), signal: p.signal, security: p.security }).collect()
        });
        Box::pin(async { Ok(seen) })
    }

    fn connect<'a>(&'a self, profile: &'a WifiProfile) -> Pending<'a, Result<(), Fault>> {
        Box::pin(async move {
            self.set(None);
            tokio::time::sleep(self.takes).await;
            self.admission(profile)?;
            self.set(Some(profile.ssid.clone()));
            Ok(())
        })
    }

    fn disconnect(&self) {
        self.set(None);
    }

    fn connected(&self) -> Option<String> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Network for Radio {
    fn route(&self) -> Option<NetType> {
        if self.hands.look(|bench| bench.wired) {
            Some(NetType::WIRED)
        } else {
            self.connected().map(|_| NetType::WIFI)
        }
    }
}
