//! Several datagrams in one call, where the system can do that: Linux cuts them apart by itself (`UDP_SEGMENT`, since 4.18),
//! as late as in the network card.

use std::io;
use std::net::SocketAddr;

use kandian_proto::rtsp::rtp::Run;
use tokio::net::UdpSocket;

/// Whether this system can do that. An old one would not refuse it: it does not know the word, and sends one giant datagram.
#[cfg(target_os = "linux")]
pub(super) fn are_known(socket: &UdpSocket) -> bool {
    use nix::sys::socket::{getsockopt, sockopt::UdpGsoSegment};
    getsockopt(socket, UdpGsoSegment).is_ok()
}

/// This system does not know how.
#[cfg(not(target_os = "linux"))]
pub(super) const fn are_known(_: &UdpSocket) -> bool {
    false
}

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It is under way, or lost as any datagram may be.
    Away,
    /// The socket takes nothing at this moment.
    Later,
    /// Neither now nor later: this system, this interface or this way takes single datagrams only.
    Never,
}

/// Sends a run in one call.
#[cfg(target_os = "linux")]
pub(super) fn send(socket: &UdpSocket, run: &Run, to: SocketAddr) -> Sent {
    use std::os::fd::AsRawFd as _;

    use nix::errno::Errno;
    use nix::sys::socket::{ControlMessage, MsgFlags, SockaddrStorage, sendmsg};
    use tokio::io::Interest;

    let Ok(length) = u16::try_from(run.packet_bytes()) else { return Sent::Never };
    let packets: Vec<_> = run.packets().map(io::IoSlice::new).collect();
    let sent = socket.try_io(Interest::WRITABLE, || {
        let cut = [ControlMessage::UdpGsoSegments(&length)];
        let to = SockaddrStorage::from(to);
        Ok(sendmsg(socket.as_raw_fd(), &packets, &cut, MsgFlags::empty(), Some(&to))?)
    });
    let Err(error) = sent else { return Sent::Away };
    match error.raw_os_error().map(Errno::from_raw) {
        None | Some(Errno::EAGAIN) if error.kind() == io::ErrorKind::WouldBlock => Sent::Later,
        // An interface without checksums of its own, or a way for shorter packets, which single ones pass in pieces.
        Some(Errno::EINVAL | Errno::EIO | Errno::EMSGSIZE | Errno::EOPNOTSUPP) => Sent::Never,
        _ => Sent::Away,
    }
}

/// This system does not know how.
#[cfg(not(target_os = "linux"))]
pub(super) fn send(_: &UdpSocket, _: &Run, _: SocketAddr) -> Sent {
    Sent::Never
}
