//! How many connections there are, in total and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::guard::neighbourhood;

/// Counts connections and refuses those beyond the limits.
#[derive(Debug)]
pub(crate) struct Counts {
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
pub(crate) enum Crowd {
    /// There are as many as there may be.
    All,
    /// There are as many from this address as there may be.
    Address,
}

/// A connection that is counted as long as this lives.
#[derive(Debug)]
pub(crate) struct Place {
    counts: Arc<Counts>,
    /// `None` for a proxy, which brings whoever comes.
    address: Option<IpAddr>,
}

impl Counts {
    pub(crate) fn new(most: usize, most_per_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_address, inner: Mutex::default() })
    }

    /// A place for a connection from this address.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Place, Crowd> {
        let address = neighbourhood(address);
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
        Ok(Place { counts: Arc::clone(self), address: Some(address) })
    }

    /// A place for a connection from a proxy, which counts among all of them and for no address.
    pub(crate) fn enter_proxy(self: &Arc<Self>) -> Result<Place, Crowd> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.total >= self.most {
            return Err(Crowd::All);
        }
        inner.total += 1;
        Ok(Place { counts: Arc::clone(self), address: None })
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
        let Some(address) = self.address else { return };
        if let Some(here) = inner.addresses.get_mut(&address) {
            *here -= 1;
            if *here == 0 {
                inner.addresses.remove(&address);
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

    #[test]
    fn a_proxy_brings_many() {
        let counts = Counts::new(2, 1);
        let _first = counts.enter_proxy().unwrap();
        let second = counts.enter_proxy().unwrap();
        assert_eq!(counts.enter_proxy().unwrap_err(), Crowd::All);
        drop(second);
        assert_eq!((counts.total(), counts.inner.lock().unwrap().addresses.len()), (1, 0));
    }
}
