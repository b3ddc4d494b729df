//! Wi-Fi: 62H, 63H, and the same over the hotspot. Spec §7.5.8, §7.5.9, §11,
//! E-106 to E-108.

use std::collections::HashMap;

use kandian_proto::message::device::{AccessPoint, AccessPoints, SetWifiRequest};
use kandian_proto::value::WifiSecurity;

use super::{After, Chore, Refusal, Verdict};
use crate::hardware::{Seen, WifiProfile};
use crate::unit::Unit;

/// Most access points in an answer.
const MOST: usize = 10;
/// Longest name of a network, in bytes (IEEE 802.11).
const MOST_SSID: usize = 32;

/// The strongest access points., E-107.
pub(crate) async fn scan(unit: &Unit) -> Verdict<AccessPoints> {
    has_wifi(unit)?;
    let seen = unit.hardware.wifi.scan().await;
    let seen = seen.map_err(|fault| Refusal::wrong("R-7.65", format!("the scan failed: {fault}")))?;
    let list = strongest(seen, unit.hardware.wifi.connected().as_deref());
    Ok(AccessPoints::new().access_points(list))
}

/// Ten at most, one of each name, the strongest first; the one in use is always among them (E-107).
fn strongest(seen: Vec<Seen>, used: Option<&str>) -> Vec<AccessPoint> {
    let mut best: HashMap<String, Seen> = HashMap::new();
    for point in seen {
        // A hidden network has no name to choose, and a name that cannot be written is none.
        if point.ssid.is_empty() || point.ssid.trim() != point.ssid {
            continue;
        }
        let known = best.get(&point.ssid).is_some_and(|known| known.signal >= point.signal);
        if !known {
            best.insert(point.ssid.clone(), point);
        }
    }
    let is_used = |point: &Seen| Some(point.ssid.as_str()) == used;
    let mut list: Vec<Seen> = best.into_values().collect();
    list.sort_by(|a, b| b.signal.cmp(&a.signal).then_with(|| a.ssid.cmp(&b.ssid)));
    if let Some(at) = list.iter().position(is_used).filter(|at| *at >= MOST) {
        let point = list.remove(at);
        list.insert(MOST - 1, point);
    }
    list.truncate(MOST);
    list.iter().map(|p| AccessPoint::new(p.ssid.as_str(), p.signal, p.security, is_used(p))).collect()
}

/// The access point of a request.
pub(super) fn profile(request: &SetWifiRequest) -> WifiProfile {
    let (security, password) = (request.security, request.password.clone());
    WifiProfile { ssid: request.ssid.clone(), security, password }
}

/// Takes an access point; the connection follows the answer..
pub(crate) async fn set(unit: &Unit, profile: WifiProfile) -> Verdict<After> {
    has_wifi(unit)?;
    check(&profile).map_err(|why| Refusal::wrong("E-108", why))?;
    let wanted = profile.clone();
    let changed = unit.change(|state| {
        state.wifi = Some(wanted);
        Ok(After::Chore(Chore::Wifi(profile)))
    });
    changed.await
}

fn has_wifi(unit: &Unit) -> Verdict<()> {
    let missing = || Refusal::missing("R-7.65", "the device has no Wi-Fi adapter");
    unit.config.model.wifi.then_some(()).ok_or_else(missing)
}

/// Whether an access point could take this. Lengths are those of IEEE 802.11 and of WEP keys, as text and in
/// hexadecimal digits.
fn check(profile: &WifiProfile) -> Result<(), String> {
    let (ssid, length) = (profile.ssid.len(), profile.password.reveal().len());
    if !(1..=MOST_SSID).contains(&ssid) {
        return Err(format!("a name has 1 to {MOST_SSID} bytes, not {ssid}"));
    }
    let fits = match profile.security {
        WifiSecurity::NONE => length == 0,
        WifiSecurity::WEP => matches!(length, 5 | 10 | 13 | 26),
        WifiSecurity::WPA_PSK | WifiSecurity::WPA_WPA2_PSK | WifiSecurity::WPA2_PSK => {
            (8..=64).contains(&length)
        }
        // There is nothing to detect it with.
        other => return Err(format!("security {other} cannot be set")),
    };
    if fits { Ok(()) } else { Err(format!("{} takes no password of {length} bytes", profile.security)) }
}

#[cfg(test)]
mod tests {
    use kandian_proto::value::Signal;

    use super::*;

    /// 14 networks: 10, the strongest first, each once, the one in use among them., E-107.
    #[test]
    fn ten_strongest() {
        let seen = |ssid: String, signal| Seen {
            ssid,
            signal: Signal::saturating(signal),
            security: WifiSecurity::WPA2_PSK,
        };
        let mut scan: Vec<_> = (0..14).map(|n| seen(format!("net{n:02}"), n * 5 + 5)).collect();
        scan.push(seen("net13".into(), 1));
        scan.push(seen(String::new(), 100));
        let list = strongest(scan.clone(), None);
        let names: Vec<_> = list.iter().map(|p| p.ssid.as_str()).collect();
        let expected: Vec<_> = (4..14).rev().map(|n| format!("net{n:02}")).collect();
        assert_eq!(names, expected);
        let list = strongest(scan, Some("net00"));
        assert_eq!(list.len(), 10);
        let used: Vec<_> = list.iter().filter(|p| p.in_use).map(|p| p.ssid.as_str()).collect();
        assert_eq!(used, ["net00"]);
        assert_eq!(list.last().map(|p| p.ssid.as_str()), Some("net00"));
    }
}
