//! The sections of the settings.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use kandian_proto::Secret;
use kandian_proto::session::Quirks;
use kandian_proto::value::{Host, Url};
use serde::{Deserialize, Serialize};

use super::text::{as_text, maybe_text, secret};
use super::{ForwardedHeader, GroupAccess, Stun};

/// What a platform is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Roles {
    /// Everything in one process.
    #[default]
    All,
    /// The group platform (集团平台): tells devices which province is theirs.
    Group,
    /// A province platform (轻平台): takes devices in and serves their owners.
    Province,
}

impl Roles {
    /// Whether the group platform runs.
    #[must_use]
    pub const fn group(self) -> bool {
        matches!(self, Self::All | Self::Group)
    }

    /// Whether a province platform runs.
    #[must_use]
    pub const fn province(self) -> bool {
        matches!(self, Self::All | Self::Province)
    }
}

/// The port for people and programs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Encryption.
    pub tls: Tls,
    /// Certificate chain in PEM, for `tls = "files"`.
    pub certificate: Option<PathBuf>,
    /// Its private key in PEM.
    pub private_key: Option<PathBuf>,
    /// Authorities in PEM whose certificates clients may show; they need not. See `crm.auth`.
    pub client_ca: Option<PathBuf>,
    /// Reverse proxies in front that encrypt: a token that comes from them draws no warning of plain HTTP, and who
    /// made a request is read from their header. From everybody else that header is ignored.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say who came.
    pub forwarded_header: ForwardedHeader,
    /// Most connections at a time.
    pub max_connections: usize,
    /// Most of them from one address; trusted proxies may have as many as there are.
    pub max_per_address: usize,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            tls: Tls::Off,
            certificate: None,
            private_key: None,
            client_ca: None,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            max_connections: 1_000,
            max_per_address: 200,
        }
    }
}

/// Encryption of the port for people and programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// None; for loopback, or behind a proxy that encrypts.
    #[default]
    Off,
    /// With a certificate that the platform makes itself and keeps in the data directory.
    Generated,
    /// With the certificate and key named beside.
    Files,
}

/// The port where devices ask and register over HTTP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeviceHttp {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Paths of the registration, besides every path with `DeviceRegisterServlet` in it.
    pub register_paths: Vec<String>,
    /// Paths of the redirect.
    pub redirect_paths: Vec<String>,
    /// Most connections at a time; they live for one exchange.
    pub max_connections: usize,
    /// Most of them from one address; trusted proxies may have as many as there are.
    pub max_per_address: usize,
    /// Seconds for a whole exchange. A device writes at once and waits 3 seconds.
    pub timeout_secs: u64,
    /// Reverse proxies in front; who made a request is read from their header. From everybody else that header is
    /// ignored.
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say who came.
    pub forwarded_header: ForwardedHeader,
}

impl Default for DeviceHttp {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8098)),
            register_paths: vec!["/DeviceRegisterServlet".into(), "/tykd/DeviceRegisterServlet".into()],
            redirect_paths: vec!["/ISMPGroupManager".into()],
            max_connections: 2_000,
            max_per_address: 200,
            timeout_secs: 10,
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
        }
    }
}

/// The port where devices log in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// Where it listens; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The name or address that registrations give to devices, without a port; the address it listens on when
    /// absent (E-56).
    #[serde(with = "maybe_text")]
    pub advertise: Option<Host>,
    /// The port given along with it; the one it listens on when absent.
    pub advertise_port: Option<u16>,
    /// A second access server for devices to fall back to, `host:port`; the first one again when absent (E-53).
    pub backup: Option<String>,
    /// Most links at a time.
    pub max_links: usize,
    /// Most of them from one address. Devices of a chain of shops share one behind a carrier's NAT.
    pub max_links_per_address: usize,
    /// Seconds from the connection to the first message, which is a login. Recorders need 3 for a NAT test.
    pub first_message_secs: u64,
    /// Seconds for a login to be accepted, once one was refused or could not be read: firmware repeats it on the same
    /// link.
    pub login_secs: u64,
    /// Load balancers that speak the PROXY protocol, version 2. A connection from anybody else is taken as it is.
    pub proxies: Vec<IpNet>,
    /// What is tolerated of devices for which nothing else is chosen or known.
    #[serde(with = "as_text")]
    pub quirks: Quirks,
    /// Whether the platform tries the port that the router of a device forwards (UPnP), at the address that the device's
    /// link comes from; without it no client is sent there., E-187.
    pub probe_upnp: bool,
    /// Also in private networks and on this machine, which is for laboratories: whoever has a device there can have the
    /// platform connect to any port of the address that he comes from.
    pub probe_private: bool,
    /// Messages kept of each device, to be looked at.
    pub messages_kept: usize,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8588)),
            advertise: None,
            advertise_port: None,
            backup: None,
            max_links: 20_000,
            max_links_per_address: 5_000,
            first_message_secs: 30,
            login_secs: 360,
            proxies: Vec::new(),
            quirks: Quirks::SPEC,
            probe_upnp: true,
            probe_private: false,
            messages_kept: 16,
        }
    }
}

/// The group platform.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// How a device is told that no province has claimed it. E-27.
    pub unassigned: Unassigned,
    /// Gives devices that nobody has claimed to the province platform of this process, as if it had claimed them.
    pub assign_unclaimed: bool,
    /// Where people download a client of which no release is entered; the portal that the specification names (3 (11),
    /// ) when absent.
    #[serde(with = "maybe_text")]
    pub download_url: Option<Url>,
    /// The STUN servers that devices are told. E-31.
    pub stun: Stun,
}

/// How a device is told that no province has claimed it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unassigned {
    /// Status 401, as §6.6 says, with Result 1 in the body. The reason phrase has two letters: a longer one
    /// overruns a buffer of deployed recorders.
    #[default]
    #[serde(rename = "401")]
    Status401,
    /// Status 200 with Result 1, for devices that fail on any other status.
    #[serde(rename = "200")]
    Status200,
}

/// The province platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Province {
    /// What clients call it in their list of platforms (§9.1).
    pub name: String,
    /// Where its clients log in (`McuUrl`), as in `https://sh.example/MobileService`.
    #[serde(with = "maybe_text")]
    pub mcu_url: Option<Url>,
    /// Where its devices register (`DevUrl`), as the group platform tells them; made from the advertised address when absent.
    #[serde(with = "maybe_text")]
    pub register_url: Option<Url>,
    /// Lowest protocol version of a device's firmware (`V<major>.<minor>`). E-51, E-74.
    pub minimum_version: String,
    /// Minutes by which the times on the wire are ahead of UTC. E-13.
    pub offset_minutes: i16,
    /// The group platform of another process. Spec §6.
    pub group: GroupAccess,
}

impl Default for Province {
    fn default() -> Self {
        let offset_minutes = kandian_proto::time::CHINA_OFFSET_MINUTES;
        Self {
            name: String::new(),
            mcu_url: None,
            register_url: None,
            minimum_version: "V1.0".to_owned(),
            offset_minutes,
            group: GroupAccess::default(),
        }
    }
}

/// Accounts of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Accounts {
    /// How long a login lasts that nobody uses. E-153.
    pub session_minutes: u32,
}

impl Default for Accounts {
    fn default() -> Self {
        Self { session_minutes: 30 }
    }
}

/// Which devices are taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Enrolment {
    /// What becomes of a device that is not on record.
    pub policy: Policy,
}

/// What becomes of a device that is not on record. E-35.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// It is stored with the key it presents, and belongs to nobody until an owner proves that key.
    #[default]
    Open,
    /// It is stored when the group platform has sent it here.
    ViaGroup,
    /// It is refused; administrators enter devices.
    Closed,
}

/// Where everything is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `postgres://…`, or nothing for SQLite in the data directory.
    #[serde(with = "secret")]
    pub url: Option<Secret>,
}

/// TURN servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Turn {
    /// Name or address; the advertised one when absent.
    #[serde(with = "maybe_text")]
    pub host: Option<Host>,
    /// TCP and UDP port.
    pub port: u16,
    /// The second server; the first one again when absent.
    #[serde(with = "maybe_text")]
    pub backup_host: Option<Host>,
    /// Its port.
    pub backup_port: u16,
}

impl Default for Turn {
    fn default() -> Self {
        Self { host: None, port: 3478, backup_host: None, backup_port: 3478 }
    }
}

/// The FTP server for pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ftp {
    /// Name or address; the advertised one when absent.
    #[serde(with = "maybe_text")]
    pub host: Option<Host>,
    /// TCP port.
    pub port: u16,
    /// Account that devices use.
    pub account: String,
    /// Its password.
    #[serde(with = "secret")]
    pub password: Option<Secret>,
}

impl Default for Ftp {
    fn default() -> Self {
        Self { host: None, port: 2121, account: "camera".to_owned(), password: None }
    }
}

impl Access {
    /// The address that stands for this server in registrations, when nothing else is said: where it listens, or the
    /// address of this machine when it listens everywhere.
    #[must_use]
    pub fn reachable_ip(&self) -> IpAddr {
        let ip = self.listen.ip();
        if ip.is_unspecified() { own_address().unwrap_or(ip) } else { ip }
    }
}

/// The address of the interface that leads out of this machine. Nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // A documentation address: only the routing table is asked.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}
