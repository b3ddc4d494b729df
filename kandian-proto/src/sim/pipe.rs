//! One direction of a connection.

use super::Network;
use super::random::Random;
use crate::time::Millis;

/// Losses in a row after which TCP gives up.
const MOST_LOSSES: u32 = 6;

/// How long a packet is late because it, or its repetitions, got lost: 1 s, then twice as long each time.
/// `None`: given up, after [`gave_up_after`].
pub(super) fn repetitions(network: &Network, random: &mut Random) -> Option<Millis> {
    let mut losses = 0;
    while network.loss > 0.0 && random.chance(network.loss) {
        losses += 1;
        if losses == MOST_LOSSES {
            return None;
        }
    }
    Some(Millis(1_000 * ((1 << losses) - 1)))
}

/// When a sender learns that its packets do not arrive.
pub(super) fn gave_up_after() -> Millis {
    Millis(1_000 * ((1 << MOST_LOSSES) - 1))
}

/// One direction of a connection: bytes in, the moment they arrive out, always in order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pipe {
    /// When the last byte has left, in microseconds.
    free: u64,
    /// When the last piece arrives.
    last: Millis,
    /// Bytes that were sent and have not been taken by the other end.
    pub(super) under_way: u32,
    /// Whether the sender was told to wait.
    pub(super) blocked: bool,
    /// Whether the moment is set at which the sender's TCP gives up.
    pub(super) doomed: bool,
}

impl Pipe {
    /// Sends a piece; `None` when it never arrives.
    pub(super) fn carry(
        &mut self,
        now: Millis,
        bytes: usize,
        latency: Millis,
        network: &Network,
        random: &mut Random,
    ) -> Option<Millis> {
        self.free = self.free.max(now.0 * 1_000) + bytes as u64 * 1_000_000 / network.bandwidth;
        let late = repetitions(network, random)?;
        let arrival = Millis(self.free.div_ceil(1_000)) + latency + late;
        self.last = self.last.max(arrival);
        Some(self.last)
    }

    /// Nothing moves until then.
    pub(super) fn stall(&mut self, until: Millis) {
        self.free = self.free.max(until.0 * 1_000);
    }

    /// When an end of the connection that follows everything sent arrives.
    pub(super) fn end(&self, now: Millis, latency: Millis) -> Millis {
        self.last.max(now + latency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandwidth_and_order_hold() {
        let network = Network { bandwidth: 1_000, ..Network::default() };
        let mut random = Random::new(1, 0, 0);
        let mut pipe = Pipe::default();
        let mut send =
            |now, bytes| pipe.carry(Millis(now), bytes, Millis(20), &network, &mut random).map(|at| at.0);
        assert_eq!(send(0, 100), Some(120));
        assert_eq!(send(0, 100), Some(220));
        assert_eq!(send(1_000, 100), Some(1_120));
    }

    #[test]
    fn a_lost_packet_delays_what_follows() {
        let network = Network { loss: 0.5, ..Network::default() };
        let mut random = Random::new(1, 0, 0);
        let mut pipe = Pipe::default();
        let mut last = Millis(0);
        for now in 0..100 {
            if let Some(at) = pipe.carry(Millis(now), 1, Millis(20), &network, &mut random) {
                assert!(at >= last);
                last = at;
            }
        }
        assert!(last > Millis(1_000));
        let always = Network { loss: 1.0, ..Network::default() };
        assert_eq!(repetitions(&always, &mut random), None);
    }
}
