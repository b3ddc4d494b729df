//! Datagrams in bursts, with a pause between them.

use std::time::Duration;

use kandian_proto::rtsp::queue::ViewerQueue;
use kandian_proto::rtsp::rtp::{DEFAULT_PACKET_BYTES, Run};
use tokio::time::Instant;

/// Bytes sent without a pause, and at most one packet more. A picture that stands by itself, or a whole group for who comes
/// in, is more than the buffers on the way take at once.
const BURST: usize = 48 << 10;
/// Between two bursts.
const BREATH: Duration = Duration::from_millis(4);
/// Packets sent as one at most. Linux takes 64, and 64 KB.
const MOST_PACKETS: usize = 32;

/// Sends what waits for a viewer over UDP.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    /// Packets that their socket did not take.
    held: Option<Run>,
    rests_until: Option<Instant>,
}

impl Bursts {
    pub(super) const fn are_held(&self) -> bool {
        self.held.is_some()
    }

    /// Sends a burst, unless it is too early for one; returns when there is more to be sent. `send` gives back what a socket
    /// does not take.
    pub(super) fn send(
        &mut self,
        queue: &mut ViewerQueue,
        mut send: impl FnMut(Run) -> Option<Run>,
    ) -> Option<Instant> {
        let now = Instant::now();
        let is_empty = |held: &Option<Run>, queue: &ViewerQueue| held.is_none() && queue.is_empty();
        if is_empty(&self.held, queue) {
            return None;
        }
        if let Some(until) = self.rests_until.filter(|until| *until > now) {
            return Some(until);
        }
        self.rests_until = Some(now + BREATH);
        let mut left = BURST;
        while left > 0 {
            let most = left.div_ceil(DEFAULT_PACKET_BYTES).min(MOST_PACKETS);
            let Some(run) = self.held.take().or_else(|| queue.run(most)) else { break };
            left = left.saturating_sub(run.bytes());
            self.held = send(run);
            if self.held.is_some() {
                break;
            }
        }
        self.rests_until.filter(|_| !is_empty(&self.held, queue))
    }
}

#[cfg(test)]
mod tests {
    use kandian_proto::rtsp::queue::Limits;
    use kandian_proto::rtsp::rtp::{Packetiser, Unit};
    use tokio::time::sleep_until;

    use super::*;

    fn picture(bytes: usize) -> Unit {
        let picture = [&[0x65][..], &vec![0x88; bytes]].concat();
        Packetiser::video(1, 0).h264([&picture[..]], 0)
    }

    /// A large picture goes out in bursts, whoever asks for more in between, and whole.
    #[tokio::test(start_paused = true)]
    async fn a_large_picture() {
        let (unit, mut queue) = (picture(300_000), ViewerQueue::new(Limits::DEFAULT));
        queue.push(&unit);
        let (mut bursts, mut sent, mut count) = (Bursts::default(), Vec::new(), 0);
        loop {
            let before = sent.len();
            let mut send = |run: Run| {
                sent.extend(run.packets().map(<[u8]>::to_vec));
                None
            };
            let more = bursts.send(&mut queue, &mut send);
            assert_eq!(bursts.send(&mut queue, &mut send), more, "nothing for who asks again");
            assert!((sent.len() - before) * DEFAULT_PACKET_BYTES < BURST + DEFAULT_PACKET_BYTES);
            count += 1;
            match more {
                Some(at) => sleep_until(at).await,
                None => break,
            }
        }
        assert_eq!(count, 300_000 / BURST + 1);
        assert_eq!(sent, unit.packets().map(|packet| packet.to_vec()).collect::<Vec<_>>());
    }

    /// What a socket does not take goes first the next time; nothing is lost, and nothing sent twice.
    #[tokio::test(start_paused = true)]
    async fn a_socket_that_is_full() {
        let (unit, mut queue) = (picture(20_000), ViewerQueue::new(Limits::DEFAULT));
        queue.push(&unit);
        let (mut bursts, mut sent) = (Bursts::default(), Vec::new());
        while let Some(at) = bursts.send(&mut queue, |run| {
            sent.extend(run.packets().take(2).map(<[u8]>::to_vec));
            run.skip(2)
        }) {
            assert!(bursts.are_held());
            sleep_until(at).await;
        }
        assert_eq!(sent, unit.packets().map(|packet| packet.to_vec()).collect::<Vec<_>>());
    }
}
