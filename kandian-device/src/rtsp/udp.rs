//! The two ports of a track that goes over UDP.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket as Blocking};
use std::task::{Context, Poll, ready};

use kandian_proto::rtsp::server::ServerPorts;
use tokio::net::UdpSocket;

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
            return Ok(Self { rtp: ready_socket(rtp)?, rtcp: ready_socket(rtcp)? });
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

    /// Sends a packet; `false` when the socket takes none at this moment.
    pub(super) fn send(&self, packet: &[u8], to: SocketAddr) -> bool {
        sent(&self.rtp.try_send_to(packet, to))
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
}
