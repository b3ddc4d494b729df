//! Ports for RTP and RTCP. RFC 3550 §11.

use std::io;
use std::net::{IpAddr, SocketAddr};

use kandian_proto::rtsp::rtp::Track;
use tokio::net::UdpSocket;

/// Times a pair of ports is looked for: the system gives one port, and the next one must be free too.
const MOST_ATTEMPTS: usize = 64;

/// The sockets of a view over UDP: a pair for video and a pair for sound, each with an even port for RTP and the next one
/// for RTCP.
#[derive(Debug)]
pub struct Sockets {
    pairs: [Pair; 2],
    /// What the camera is to send to.
    ports: [(u16, u16); 2],
}

#[derive(Debug)]
struct Pair {
    rtp: UdpSocket,
    rtcp: UdpSocket,
}

impl Sockets {
    /// Sockets on free ports of this address of the machine.
    ///
    /// # Errors
    /// When there are none.
    pub async fn bind(own: IpAddr) -> io::Result<Self> {
        let pairs = [Pair::bind(own).await?, Pair::bind(own).await?];
        let ports = [pairs[0].ports()?, pairs[1].ports()?];
        Ok(Self { pairs, ports })
    }

    /// The same, seen from outside on other ports: those that STUN found.
    #[must_use]
    pub const fn mapped(mut self, ports: [(u16, u16); 2]) -> Self {
        self.ports = ports;
        self
    }

    /// The ports that the camera is told, of RTP and RTCP, video first.
    #[must_use]
    pub const fn ports(&self) -> [(u16, u16); 2] {
        self.ports
    }

    /// The sockets of a track, of RTP and RTCP, for STUN to be asked from before a view begins.
    #[must_use]
    pub fn of(&self, track: Track) -> (&UdpSocket, &UdpSocket) {
        let pair = self.pair(track);
        (&pair.rtp, &pair.rtcp)
    }

    fn pair(&self, track: Track) -> &Pair {
        &self.pairs[usize::from(track != Track::VIDEO)]
    }

    /// Sends; what the system does not take now is lost, as on the way.
    pub(super) fn send(&self, track: Track, is_rtcp: bool, to: SocketAddr, data: &[u8]) {
        let pair = self.pair(track);
        let socket = if is_rtcp { &pair.rtcp } else { &pair.rtp };
        let _ = socket.try_send_to(data, to);
    }

    /// Takes one datagram of each socket that has one.
    pub(super) fn receive(&self, buffer: &mut [u8], mut take: impl FnMut(Track, SocketAddr, &[u8])) {
        for (track, pair) in [Track::VIDEO, Track::AUDIO].into_iter().zip(&self.pairs) {
            for socket in [&pair.rtp, &pair.rtcp] {
                // An error here is an answer of some host to what was sent before.
                if let Ok((length, from)) = socket.try_recv_from(buffer) {
                    take(track, from, buffer.get(..length).unwrap_or_default());
                }
            }
        }
    }
}

/// Returns when a datagram is there; never without sockets.
pub(super) async fn readable(sockets: Option<&Sockets>) {
    let Some(Sockets { pairs: [video, sound], .. }) = sockets else { return std::future::pending().await };
    // An error shows when reading.
    tokio::select! {
        _ = video.rtp.readable() => {}
        _ = video.rtcp.readable() => {}
        _ = sound.rtp.readable() => {}
        _ = sound.rtcp.readable() => {}
    }
}

impl Pair {
    async fn bind(own: IpAddr) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        // Ports that do not do are held until a pair is found, so that the system does not give them again.
        let mut unused = Vec::new();
        for _ in 0..MOST_ATTEMPTS {
            let rtp = UdpSocket::bind((own, 0)).await?;
            let port = rtp.local_addr()?.port();
            if !port.is_multiple_of(2) {
                unused.push(rtp);
                continue;
            }
            // Even, so that there is a next one.
            match UdpSocket::bind((own, port + 1)).await {
                Ok(rtcp) => return Ok(Self { rtp, rtcp }),
                Err(error) => last = error,
            }
            unused.push(rtp);
        }
        Err(last)
    }

    fn ports(&self) -> io::Result<(u16, u16)> {
        Ok((self.rtp.local_addr()?.port(), self.rtcp.local_addr()?.port()))
    }
}
