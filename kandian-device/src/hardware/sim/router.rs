//! A router.

use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};

use crate::hardware::{Fault, Gateway, Pending};

/// A simulated router: its public address, or none when it forwards nothing.
#[derive(Debug)]
pub struct Router {
    address: Mutex<Option<Ipv4Addr>>,
}

impl Router {
    pub(super) const fn new(address: Option<Ipv4Addr>) -> Self {
        Self { address: Mutex::new(address) }
    }

    /// Gives it another address, or lets it refuse from now on.
    pub(super) fn set(&self, address: Option<Ipv4Addr>) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }
}

impl Gateway for Router {
    fn forward(&self, _outside: u16, _inside: u16) -> Pending<'_, Result<Ipv4Addr, Fault>> {
        let address = *self.address.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(async move { address.ok_or_else(|| Fault("the router forwards nothing".to_owned())) })
    }
}
