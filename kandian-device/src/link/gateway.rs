//! A port of the router that leads to the device. Spec §7.3.2, §7.5.1, E-75, E-76.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use kandian_proto::time::Millis;
use rand::RngExt as _;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::hardware::{Fault, Gateway};

/// Ports of a router that may be asked for.
const PORTS: RangeInclusive<u16> = 10_000..=60_000;

/// What the router forwards to the device.
#[derive(Debug, Default)]
pub(super) struct Forwarding {
    /// The port asked for. It stays the same for as long as the router forwards it (E-76).
    port: Option<u16>,
    address: Option<SocketAddrV4>,
    failed: bool,
    asking: JoinSet<Result<SocketAddrV4, Fault>>,
}

impl Forwarding {
    /// Asks the router, in place of a question that is open; [`Forwarding::answered`] brings the answer. It comes before
    /// the machine, which gives the router that long, connects without it.
    pub(super) fn ask(&mut self, gateway: &Arc<dyn Gateway>, inside: u16, patience: Millis) {
        let outside = *self.port.get_or_insert_with(|| rand::rng().random_range(PORTS));
        let (gateway, within) = (Arc::clone(gateway), Duration::from_millis(patience.0 * 9 / 10));
        let question = async move {
            let answer = timeout(within, gateway.forward(outside, inside)).await;
            let address = answer.map_err(|_| Fault("the router does not answer".to_owned()))??;
            let is_public = address != Ipv4Addr::UNSPECIFIED;
            let nowhere = || Fault("the router has no address".to_owned());
            is_public.then(|| SocketAddrV4::new(address, outside)).ok_or_else(nowhere)
        };
        self.asking.abort_all();
        self.asking.spawn(question.in_current_span());
    }

    /// Waits for the answer of the router; `None` when nothing was asked.
    pub(super) async fn answered(&mut self) -> Option<Result<Result<SocketAddrV4, Fault>, JoinError>> {
        self.asking.join_next().await
    }

    /// Takes note of an answer.
    pub(super) fn note(&mut self, answer: &Result<SocketAddrV4, Fault>) {
        (self.address, self.failed) = (answer.as_ref().ok().copied(), answer.is_err());
        if self.failed {
            // A port that somebody else has is not asked for again.
            self.port = None;
        }
    }

    /// The router, or the way to it, is another one.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Where the device can be reached from outside; `None` for nowhere (E-75).
    pub(super) const fn address(&self) -> Option<SocketAddrV4> {
        self.address
    }

    /// Whether the router was asked and did not forward.
    pub(super) const fn has_failed(&self) -> bool {
        self.failed
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;
    use crate::hardware::Pending;

    /// A router that says yes, no, or nothing.
    #[derive(Default)]
    struct Router(Mutex<Vec<u16>>, Option<Ipv4Addr>, bool);

    impl Gateway for Router {
        fn forward(&self, outside: u16, _inside: u16) -> Pending<'_, Result<Ipv4Addr, Fault>> {
            self.0.lock().unwrap().push(outside);
            let (address, is_silent) = (self.1, self.2);
            Box::pin(async move {
                if is_silent {
                    std::future::pending::<()>().await;
                }
                address.ok_or_else(|| Fault("no".to_owned()))
            })
        }
    }

    async fn ask(forwarding: &mut Forwarding, router: &Arc<Router>) -> Result<SocketAddrV4, Fault> {
        let gateway: Arc<dyn Gateway> = Arc::clone(router) as Arc<_>;
        forwarding.ask(&gateway, 8554, Millis(15_000));
        let answer = forwarding.answered().await.unwrap().unwrap();
        forwarding.note(&answer);
        answer
    }

    /// 100 mappings: all ports in range, more than one; a mapping that lives keeps its port., E-76
    #[tokio::test]
    async fn ports_are_chosen_at_random() {
        let router = Arc::new(Router(Mutex::default(), Some(Ipv4Addr::new(203, 0, 113, 7)), false));
        for _ in 0..100 {
            let mut forwarding = Forwarding::default();
            let first = ask(&mut forwarding, &router).await.unwrap();
            assert_eq!(ask(&mut forwarding, &router).await.unwrap(), first);
            assert_eq!(forwarding.address(), Some(first));
        }
        let asked = router.0.lock().unwrap().clone();
        assert_eq!(asked.len(), 200);
        assert!(asked.iter().all(|port| (10_000..=60_000).contains(port)));
        assert!(asked.into_iter().collect::<BTreeSet<_>>().len() > 50);
    }

    /// A router that refuses, says nothing or has no address: the device goes on without, and knows it.
    #[tokio::test(start_paused = true)]
    async fn routers_fail() {
        let refuses = Router::default();
        let silent = Router(Mutex::default(), None, true);
        let nowhere = Router(Mutex::default(), Some(Ipv4Addr::UNSPECIFIED), false);
        for router in [refuses, silent, nowhere] {
            let mut forwarding = Forwarding::default();
            let started = tokio::time::Instant::now();
            ask(&mut forwarding, &Arc::new(router)).await.unwrap_err();
            assert!(started.elapsed() < Duration::from_secs(15));
            assert_eq!((forwarding.address(), forwarding.has_failed()), (None, true));
        }
    }
}
