//! Where a device says that its RTSP server can be reached.

use core::net::SocketAddrV4;

use crate::message::device::{HeartbeatRequest, LoginRequest};
use crate::value::{Ipv4OrEmpty, OrUnchanged, Port};

/// Where a device can be reached, as LOGIN_REQ and HEARTBEAT_REQ report it; `None` for "not available"
/// (E-75). Spec §7.5.1, §7.5.3. For a platform all of it is hearsay until probed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Addresses {
    /// The port mapped at the router by UPnP (`UpnpIP`, `RtspUpnpPort`).
    pub upnp: Option<SocketAddrV4>,
    /// In the device's own network (`LocalIP`, `RtspLocalPort`).
    pub local: Option<SocketAddrV4>,
    /// The relayed port at the TURN server (`TurnRelayIP`, `RtspTurnRelayPort`).
    pub relay: Option<SocketAddrV4>,
}

impl Addresses {
    /// What a login says.
    #[must_use]
    pub fn of_login(login: &LoginRequest) -> Self {
        Self {
            upnp: join(login.upnp_ip, login.rtsp_upnp_port),
            local: join(login.local_ip, login.rtsp_local_port),
            relay: join(login.turn_relay_ip, login.rtsp_turn_relay_port),
        }
    }

    /// What a heartbeat says; TURN elements that are absent are as before (E-85).
    #[must_use]
    pub fn after_heartbeat(self, heartbeat: &HeartbeatRequest) -> Self {
        let (mut ip, mut port) = split(self.relay);
        heartbeat.turn_relay_ip.apply_to(&mut ip);
        heartbeat.rtsp_turn_relay_port.apply_to(&mut port);
        Self {
            upnp: join(heartbeat.upnp_ip, heartbeat.rtsp_upnp_port),
            local: join(heartbeat.local_ip, heartbeat.rtsp_local_port),
            relay: join(ip, port),
        }
    }

    /// Puts the addresses into a heartbeat.
    pub(crate) fn into_heartbeat(self, heartbeat: HeartbeatRequest) -> HeartbeatRequest {
        let (upnp, local, relay) = (split(self.upnp), split(self.local), split(self.relay));
        heartbeat
            .upnp_ip(upnp.0)
            .rtsp_upnp_port(upnp.1)
            .local_ip(local.0)
            .rtsp_local_port(local.1)
            .turn_relay_ip(OrUnchanged::Value(relay.0))
            .rtsp_turn_relay_port(OrUnchanged::Value(relay.1))
    }

    /// Puts the addresses into a login.
    pub(crate) fn into_login(self, login: LoginRequest) -> LoginRequest {
        let (upnp, local, relay) = (split(self.upnp), split(self.local), split(self.relay));
        login
            .upnp_ip(upnp.0)
            .rtsp_upnp_port(upnp.1)
            .local_ip(local.0)
            .rtsp_local_port(local.1)
            .turn_relay_ip(relay.0)
            .rtsp_turn_relay_port(relay.1)
    }
}

fn join(ip: Ipv4OrEmpty, port: Port) -> Option<SocketAddrV4> {
    Some(SocketAddrV4::new(ip.get()?, port.get()?))
}

fn split(address: Option<SocketAddrV4>) -> (Ipv4OrEmpty, Port) {
    address.map_or((Ipv4OrEmpty::NONE, Port::NONE), |a| ((*a.ip()).into(), Port(a.port())))
}
