//! What a registration is answered with. Spec §7.2.1.

use std::net::SocketAddr;

use kandian_proto::Secret;
use kandian_proto::enrolment::Registration;
use kandian_proto::message::register::{RegisterGrant, RegisterRequest};
use kandian_proto::value::{DevType, Host, Manufacturer, Port};

use crate::config::Config;
use crate::store::{NewDevice, Origin};

/// The servers that a registration names, for an access server that listens at `access`..
///
/// A recorder needs every element with a value: without a second server the first one is named twice (E-53).
#[must_use]
pub fn grant(config: &Config, access: SocketAddr) -> RegisterGrant {
    let advertised = config.access.advertise.clone().unwrap_or_else(|| host_of(config, access));
    let port = config.access.advertise_port.unwrap_or(access.port());
    let (backup, backup_port) = backup(config).unwrap_or((advertised.clone(), port));
    let turn = config.turn.host.clone().unwrap_or_else(|| advertised.clone());
    let backup_turn = config.turn.backup_host.clone();
    let backup_turn_port = if backup_turn.is_some() { config.turn.backup_port } else { config.turn.port };
    let ftp = config.ftp.host.clone().unwrap_or_else(|| advertised.clone());
    RegisterGrant::new(advertised, backup, turn.clone(), backup_turn.unwrap_or(turn))
        .access_port(Port(port))
        .backup_access_port(Port(backup_port))
        .turn_port(Port(config.turn.port))
        .backup_turn_port(Port(backup_turn_port))
        .ftp_ip(ftp)
        .ftp_port(Port(config.ftp.port))
        .ftp_account(config.ftp.account.clone())
        .ftp_password(config.ftp.password.clone().unwrap_or_else(|| Secret::from("")))
}

fn host_of(config: &Config, access: SocketAddr) -> Host {
    let ip = if access.ip().is_unspecified() { config.access.reachable_ip() } else { access.ip() };
    ip.to_string().parse().unwrap_or_default()
}

/// The second access server of the settings, `host:port`.
fn backup(config: &Config) -> Option<(Host, u16)> {
    let (host, port) = config.access.backup.as_deref()?.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Some((host.parse().ok()?, port.parse().ok()?))
}

/// The record of a device that is taken in as it registers., E-35.
#[must_use]
pub fn new_device(request: &RegisterRequest, origin: Origin) -> NewDevice {
    NewDevice {
        id: request.dev_id,
        key: request.dev_key.clone(),
        dev_type: request.dev_type,
        manufacturer: request.manufacturer_no,
        model: request.model.replace('\0', "\u{FFFD}"),
        name: String::new(),
        origin,
    }
}

/// The record of a device that the group platform gave to this province platform (§6.5): its id and its key are known, and
/// the rest when it registers.
#[must_use]
pub fn claimed_device(id: kandian_proto::DevId, key: Secret) -> Option<NewDevice> {
    Some(NewDevice {
        id,
        key,
        dev_type: DevType::IPCAM,
        manufacturer: manufacturer_of(id)?,
        model: String::new(),
        name: String::new(),
        origin: Origin::Group,
    })
}

/// A decision in words, for the log.
#[must_use]
pub fn describe(decision: &Registration) -> String {
    match decision {
        Registration::Accept => "accepted".to_owned(),
        Registration::Store => "accepted and put on record (E-35)".to_owned(),
        Registration::Refuse(result) => format!("refused: {result}"),
    }
}

/// The code that stands for a manufacturer nobody named: the first three characters of the id, else the test
/// code of the field.
#[must_use]
pub fn manufacturer_of(id: kandian_proto::DevId) -> Option<Manufacturer> {
    id.manufacturer().or_else(|| Manufacturer::new("112").ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E-53, E-56: names and addresses as configured; what is not configured is this machine.
    #[test]
    fn servers() {
        let access: SocketAddr = "127.0.0.1:18588".parse().unwrap();
        let plain = grant(&Config::default(), access);
        assert_eq!((plain.access_host.as_str(), plain.access_port), ("127.0.0.1", Port(18588)));
        assert_eq!((plain.backup_access_host.as_str(), plain.backup_access_port), ("127.0.0.1", Port(18588)));
        assert_eq!((plain.turn_ip.as_str(), plain.backup_turn_ip.as_str()), ("127.0.0.1", "127.0.0.1"));
        let mut config = Config::default();
        config.access.advertise = "sh.example".parse().ok();
        config.access.advertise_port = Some(8588);
        config.access.backup = Some("[2001:db8::7]:8589".to_owned());
        config.turn.backup_host = "turn2.example".parse().ok();
        let full = grant(&config, access);
        assert_eq!((full.access_host.as_str(), full.access_port), ("sh.example", Port(8588)));
        assert_eq!((full.backup_access_host.as_str(), full.backup_access_port), ("2001:db8::7", Port(8589)));
        assert_eq!((full.turn_ip.as_str(), full.backup_turn_ip.as_str()), ("sh.example", "turn2.example"));
        assert_eq!(full.ftp_ip.value().map(Host::as_str), Some("sh.example"));
    }
}
