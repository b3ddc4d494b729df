//! Where the device is: its own address, the way to the platform, the port of the router. Spec §7.3.2, §7.5.1,
//!

use std::io;
use std::net::SocketAddrV4;

use kandian_proto::session::device::Network;
use kandian_proto::session::{Addresses, Input};
use kandian_proto::value::NetType;
use tokio::task::JoinError;

use super::super::socket::Socket;
use super::Drive;
use crate::hardware::Fault;
use crate::journal::note;

impl Drive<'_> {
    /// What the login says about where the device is.
    pub(super) fn network(&self) -> Network {
        // Port 0 says that nothing can be seen (E-75).
        let port = self.unit.desk.port.borrow().unwrap_or_default();
        let local = self.own.map(|own| SocketAddrV4::new(own, port));
        let addresses = Addresses { local, upnp: self.forwarding.address(), ..Addresses::default() };
        Network {
            addresses,
            net_type: self.route.unwrap_or(NetType::WIRED),
            upnp_failed: self.forwarding.has_failed(),
            ..Network::default()
        }
    }

    /// Asks the router for a port, before a connection or because it has forgotten the last one.
    pub(super) fn ask_router(&mut self) {
        let (hardware, config) = (&self.unit.hardware, &self.unit.config);
        if let Some(gateway) = &hardware.gateway {
            // While the port is taken: the one that the device is waiting for.
            let port = self.unit.desk.port.borrow().unwrap_or(config.rtsp_port);
            self.forwarding.ask(gateway, port, config.timing.preparation);
        }
    }

    /// The RTSP server has another port, or none: the platform hears of it, and the router leads there., E-86
    pub(super) fn port_changed(&mut self) {
        self.port.mark_unchanged();
        if self.own.is_none() || self.route.is_none() {
            // The login will say it.
            return;
        }
        self.count();
        self.device.set_network(self.unit.clock.now(), self.network());
        self.ask_router();
    }

    /// The machine connects now, or tells the platform of the change.
    pub(super) fn forwarded(&mut self, answered: Result<Result<SocketAddrV4, Fault>, JoinError>) {
        // A question that another one replaced has no answer.
        let Ok(answer) = answered else { return };
        match &answer {
            Ok(address) => note!(self.unit, info, "the router forwards {address} (UPnP)"),
            Err(fault) => note!(self.unit, warn, "no port at the router (UPnP): {fault}"),
        }
        self.forwarding.note(&answer);
        self.count();
        if self.route.is_some() {
            self.device.set_network(self.unit.clock.now(), self.network());
        }
    }

    /// Another way to the platform means another connection: the old one belongs to an interface that is gone, or
    /// that is not to be used any more.
    ///
    /// The machine waits 5 to 15 s before it connects again (E-58); when the network was gone for longer, it does so
    /// at once.
    pub(super) fn rerouted(&mut self) {
        let route = self.unit.hardware.network.route();
        if route == self.route {
            return;
        }
        let name = |route: Option<NetType>| route.and_then(NetType::name).unwrap_or("NONE");
        note!(self.unit, warn, "the network is now {}, it was {}", name(route), name(self.route));
        self.route = route;
        self.forwarding.forget();
        if route.is_some() {
            // The machine may be waiting for the answer of the router that is gone.
            self.ask_router();
        }
        self.unit.link.send_modify(|link| link.rerouted(route.is_some()));
        if !matches!(self.socket, Socket::None) {
            self.socket.drop_connection();
            self.feed(Input::Disconnected);
        }
    }
}

pub(super) fn no_network() -> io::Error {
    io::Error::new(io::ErrorKind::NetworkUnreachable, "the device has no network")
}
