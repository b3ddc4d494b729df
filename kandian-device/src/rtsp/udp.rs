//! The two ports of a track that goes over UDP.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket as Blocking};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use kandian_proto::rtsp::rtp::Run;
use kandian_proto::rtsp::server::ServerPorts;
use tokio::net::UdpSocket;

use super::segments::{self, Sent};

/// Attempts to find two ports beside each other. Every second port that the system gives is even, and the next one is
/// nearly always free.
const ATTEMPTS: usize = 64;
/// Errors of a socket that are passed over in one look.
const ERRORS: usize = 8;
/// Longest datagram that is looked at. Empty packets and reports have less than a hundred bytes.
pub(super) const MOST_HEARD: usize = 1_500;

/// An even port for RTP, and the next one for RTCP (RFC 3550 §11).
#[derive(Debug)]
pub(super) struct Ports {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    /// Several packets are sent as one, where the system can, until it takes them one by one only.
    sends_runs: AtomicBool,
}

/// A datagram that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    /// Whether to the port for RTCP.
    pub(super) is_rtcp: bool,
    pub(super) from: SocketAddr,
    pub(super) length: usize,
}

impl Ports {
    /// Opens two ports at the address that the client came to, so that what it gets comes from there.
    ///
    /// # Errors
    /// When there are none.
    pub(super) fn open(at: IpAddr) -> io::Result<Self> {
        for _ in 0..ATTEMPTS {
            let rtp = Blocking::bind((at, 0))?;
            let port = rtp.local_addr()?.port();
            if port % 2 == 1 {
                continue;
            }
            let Ok(rtcp) = Blocking::bind((at, port + 1)) else { continue };
            let (rtp, rtcp) = (ready_socket(rtp)?, ready_socket(rtcp)?);
            let sends_runs = AtomicBool::new(segments::are_known(&rtp));
            return Ok(Self { rtp, rtcp, sends_runs });
        }
        Err(io::Error::new(io::ErrorKind::AddrInUse, "there are no two free ports beside each other"))
    }

    /// As the client hears of them.
    ///
    /// # Errors
    /// When the system does not know them.
    pub(super) fn numbers(&self) -> io::Result<ServerPorts> {
        let (rtp, rtcp) = (self.rtp.local_addr()?.port(), self.rtcp.local_addr()?.port());
        Ok(ServerPorts { source: None, rtp, rtcp })
    }

    /// Sends packets; gives back those that the socket does not take at this moment.
    pub(super) fn send(&self, run: Run, to: SocketAddr) -> Option<Run> {
        if run.packet_count() > 1 && self.sends_runs.load(Ordering::Relaxed) {
            match segments::send(&self.rtp, &run, to) {
                Sent::Away => return None,
                Sent::Later => return Some(run),
                Sent::Never => {
                    tracing::debug!(%to, "datagrams are sent one by one");
                    self.sends_runs.store(false, Ordering::Relaxed);
                }
            }
        }
        let taken = run.packets().take_while(|packet| sent(&self.rtp.try_send_to(packet, to))).count();
        run.skip(taken)
    }

    /// Sends a report. One that is lost is followed by the next one.
    pub(super) fn report(&self, report: &[u8], to: SocketAddr) {
        let _ = self.rtcp.try_send_to(report, to);
    }

    /// Waits for a datagram.
    pub(super) fn poll_heard(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<Heard> {
        for (socket, is_rtcp) in [(&self.rtp, false), (&self.rtcp, true)] {
            if let Poll::Ready((from, length)) = poll_socket(socket, cx, buffer) {
                return Poll::Ready(Heard { is_rtcp, from, length });
            }
        }
        Poll::Pending
    }
}

fn ready_socket(socket: Blocking) -> io::Result<UdpSocket> {
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

/// A packet that the network does not take is lost, as any other may be: who sees nothing says so by its silence.
fn sent(result: &io::Result<usize>) -> bool {
    !matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

fn poll_socket(socket: &UdpSocket, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<(SocketAddr, usize)> {
    for _ in 0..ERRORS {
        // A socket that is broken is heard no more; its session ends for want of signs of life.
        if ready!(socket.poll_recv_ready(cx)).is_err() {
            return Poll::Pending;
        }
        // An error is either "nothing there", and the next look registers whom to wake, or what became of an earlier
        // packet, and is over with this look.
        if let Ok((length, from)) = socket.try_recv_from(buffer) {
            return Poll::Ready((from, length));
        }
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use kandian_proto::rtsp::rtp::Packetiser;

    use super::*;

    /// Two ports beside each other, the first one even. RFC 3550 §11
    #[tokio::test]
    async fn ports_come_in_pairs() {
        let mut open = Vec::new();
        for _ in 0..50 {
            let ports = Ports::open(IpAddr::from([127, 0, 0, 1])).unwrap();
            let numbers = ports.numbers().unwrap();
            assert_eq!((numbers.rtp % 2, numbers.rtcp), (0, numbers.rtp + 1));
            open.push(ports);
        }
    }

    /// Packets that are sent as one arrive as they are, and so they do where the system takes them one by one only.
    #[tokio::test]
    async fn runs_arrive_as_packets() {
        let slice: Vec<u8> =
            core::iter::once(0x65).chain((0..9_000).map(|n| (n % 251) as u8 | 0x80)).collect();
        let unit = Packetiser::video(1, 0).h264([&slice[..]], 0);
        for sends_runs in [true, false] {
            let ports = Ports::open(IpAddr::from([127, 0, 0, 1])).unwrap();
            ports.sends_runs.store(sends_runs, Ordering::Relaxed);
            let viewer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            // Known to be ready to be written to, which the first look finds out.
            ports.rtp.writable().await.unwrap();
            let rest = ports.send(unit.run(0, 32).unwrap(), viewer.local_addr().unwrap());
            assert_eq!((rest, ports.sends_runs.load(Ordering::Relaxed)), (None, sends_runs));
            for packet in unit.packets() {
                let mut buffer = [0; 2_048];
                let length = viewer.recv(&mut buffer).await.unwrap();
                assert_eq!(buffer[..length], packet[..]);
            }
        }
    }

    /// Where it cannot be sent as one it is sent all the same: longer together than a system takes.
    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn runs_that_the_system_refuses() {
        let slice = [&[0x65][..], &[0x88; 90_000]].concat();
        let unit = Packetiser::video(1, 0).packet_bytes(30_000).h264([&slice[..]], 0);
        let ports = Ports::open(IpAddr::from([127, 0, 0, 1])).unwrap();
        let viewer = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        ports.rtp.writable().await.unwrap();
        assert_eq!(ports.send(unit.run(0, 32).unwrap(), viewer.local_addr().unwrap()), None);
        assert!(!ports.sends_runs.load(Ordering::Relaxed));
        let mut buffer = vec![0; 64 << 10];
        let length = viewer.recv(&mut buffer).await.unwrap();
        assert_eq!(buffer[..length], unit.packet(0).unwrap()[..]);
    }
}
