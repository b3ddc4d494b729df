//! How many connections there are, in total and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts connections and refuses those beyond the limits.
#[derive(Debug)]
pub(super) struct Counts {
    most: usize,
    most_per_address: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    total: usize,
    addresses: HashMap<IpAddr, usize>,
}

/// Why a connection was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crowd {
    /// There are as many as there may be.
    All,
    /// There are as many from this address as there may be.
    Address,
}

/// A connection that is counted as long as this lives.
#[derive(Debug)]
pub(super) struct Place {
    counts: Arc<Counts>,
    address: IpAddr,
}

impl Counts {
    pub(super) fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_address, inner: Mutex::default() })
    }

    /// A place for a connection from this address.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Place, Crowd> {
        // ::ffff:a.b.c.d is the same peer as a.b.c.d.
        let address = address.to_canonical();
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.total >= self.most {
            return Err(Crowd::All);
        }
        let here = inner.addresses.entry(address).or_default();
        if *here >= self.most_per_address {
            return Err(Crowd::Address);
        }
        *here += 1;
        inner.total += 1;
        Ok(Place { counts: Arc::clone(self), address })
    }

    #[cfg(test)]
    fn total(&self) -> usize {
        self.inner.lock().unwrap().total
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inner = self.counts.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.total -= 1;
        if let Some(here) = inner.addresses.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                inner.addresses.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_and_places_come_back() {
        let counts = Counts::new(3, 2);
        let (a, b): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        let first = counts.enter(a).unwrap();
        let _second = counts.enter(mapped).unwrap();
        assert_eq!(counts.enter(a).unwrap_err(), Crowd::Address);
        let _third = counts.enter(b).unwrap();
        assert_eq!(counts.enter(b).unwrap_err(), Crowd::All);
        drop(first);
        assert_eq!(counts.total(), 2);
        assert!(counts.enter(a).is_ok());
        assert_eq!(counts.inner.lock().unwrap().addresses.len(), 2);
    }
}
