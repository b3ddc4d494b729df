//! Who may log in. Spec §7.5.1.

use kandian_proto::message::device::LoginRequest;
use kandian_proto::session::Quirks;
use kandian_proto::value::LoginResult;

use crate::store::LoginRecord;

/// Decides a login by what is on record: 1 for a device that is not there or blocked, 2 for another key, 3 for firmware
/// of an older protocol than `minimum` (E-51, E-74). The version comes last: it is nobody's business before.
///
/// # Errors
///
/// The result to refuse it with.
pub fn check_login(
    login: &LoginRequest,
    record: Option<&LoginRecord>,
    minimum: &str,
) -> Result<(), LoginResult> {
    let Some(record) = record.filter(|record| !record.blocked) else {
        return Err(LoginResult::UNKNOWN_DEVICE);
    };
    if !record.key.matches(login.dev_key.reveal()) {
        return Err(LoginResult::BAD_DEV_KEY);
    }
    match (protocol_version(&login.dev_ver), protocol_version(minimum)) {
        (Some(found), Some(least)) if found < least => Err(LoginResult::PROTOCOL_UNSUPPORTED),
        // A version of another form says nothing about the protocol (E-74).
        _ => Ok(()),
    }
}

/// What to tolerate of a device: what an administrator chose, else what is known of its manufacturer's firmware, else what
/// the settings say.
#[must_use]
pub fn quirks(record: &LoginRecord, dev_ver: &str, fallback: Quirks) -> Quirks {
    record.quirks.unwrap_or_else(|| match Quirks::of_device(Some(record.manufacturer), dev_ver) {
        Quirks::SPEC => fallback,
        known => known,
    })
}

/// The protocol version in `V<major>.<minor>_<date>`.
#[must_use]
pub fn protocol_version(dev_ver: &str) -> Option<(u32, u32)> {
    let version = dev_ver.strip_prefix(['V', 'v'])?.split('_').next()?;
    let mut parts = version.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().map_or(Some(0), |minor| minor.parse().ok())?;
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use kandian_proto::value::{DevType, Manufacturer, NatType, NetType, Port};

    use super::*;

    fn login(key: &str, dev_ver: &str) -> LoginRequest {
        let id: kandian_proto::DevId = "81100000001".parse().unwrap();
        LoginRequest::new(dev_ver, id, key, Ipv4Addr::LOCALHOST, Port(554), NetType(0), NatType(0))
    }

    fn record(blocked: bool) -> LoginRecord {
        LoginRecord {
            key: "K7M2P9Q4".into(),
            blocked,
            dev_type: DevType::IPCAM,
            manufacturer: Manufacturer::new("811").unwrap(),
            quirks: None,
            public_address: String::new(),
        }
    }

    /// E-51: one login per result.
    #[test]
    fn each_result() {
        let good = login("K7M2P9Q4", "V1.6_20141105");
        assert_eq!(check_login(&good, Some(&record(false)), "V1.6"), Ok(()));
        assert_eq!(check_login(&good, None, "V1.6"), Err(LoginResult::UNKNOWN_DEVICE));
        assert_eq!(check_login(&good, Some(&record(true)), "V1.6"), Err(LoginResult::UNKNOWN_DEVICE));
        let other = login("12345678", "V1.6_20141105");
        assert_eq!(check_login(&other, Some(&record(false)), "V1.6"), Err(LoginResult::BAD_DEV_KEY));
        let refused = Err(LoginResult::PROTOCOL_UNSUPPORTED);
        assert_eq!(check_login(&good, Some(&record(false)), "V1.7"), refused);
        assert_eq!(check_login(&good, Some(&record(false)), "V2"), refused);
    }

    /// E-74: versions of other forms are let in.
    #[test]
    fn versions() {
        for (text, version) in [
            ("V1.6_20141105", Some((1, 6))),
            ("v1.10", Some((1, 10))),
            ("V1.6.2_20140318", Some((1, 6))),
            ("V2_20140318", Some((2, 0))),
            ("1.6", None),
            ("V1.x", None),
            ("", None),
        ] {
            assert_eq!(protocol_version(text), version, "{text}");
        }
        assert_eq!(check_login(&login("K7M2P9Q4", "build 7"), Some(&record(false)), "V1.6"), Ok(()));
    }
}
