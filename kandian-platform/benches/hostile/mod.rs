//! Hostile peers in number, and a device that must not notice them.

mod attack;
mod healthy;

pub(crate) use attack::ATTACKS;
pub(crate) use healthy::Healthy;

use std::net::SocketAddr;

/// Where the platform listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) rest: SocketAddr,
    pub(crate) device_http: SocketAddr,
    pub(crate) access: SocketAddr,
}
