//! What a view is to be like, and the connection to a camera.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use kandian_proto::rtsp::client::{Mode, Options, RtspUrl, Timing};
use kandian_proto::rtsp::message::{Range, Scale};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{PullError, Sockets};

/// How long a connection may take: a camera that is switched off does not answer at all.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// What a view is to be like.
#[derive(Debug)]
pub struct View {
    options: Options,
    way: Way,
    connect_within: Duration,
}

#[derive(Debug)]
enum Way {
    Tcp,
    /// Ports are taken when it is known which address the camera is reached from.
    Udp,
    Sockets(Sockets, Option<IpAddr>),
}

impl View {
    /// Inside the connection, with sound.
    #[must_use]
    pub fn tcp() -> Self {
        Self::new(Way::Tcp)
    }

    /// Over UDP, on ports of the system's choice, with sound.
    #[must_use]
    pub fn udp() -> Self {
        Self::new(Way::Udp)
    }

    /// Over UDP on sockets that are bound, of which STUN has found the ports `sockets` says and this address; none where
    /// there is no NAT.
    #[must_use]
    pub fn sockets(sockets: Sockets, mapped: Option<IpAddr>) -> Self {
        Self::new(Way::Sockets(sockets, mapped))
    }

    fn new(way: Way) -> Self {
        let mut options = Options::tcp().seed(rand::random());
        options.ssrc = rand::random();
        Self { options, way, connect_within: CONNECT_WITHIN }
    }

    /// The same without sound.
    #[must_use]
    pub fn without_sound(mut self) -> Self {
        self.options.sound = false;
        self
    }

    /// The same from another place of a recording, or at another speed.
    #[must_use]
    pub fn begin(mut self, range: Option<Range>, scale: Option<Scale>) -> Self {
        (self.options.range, self.options.scale) = (range, scale);
        self
    }

    /// The same with other waits; the connection may take so long.
    #[must_use]
    pub fn timing(mut self, timing: Timing, connect_within: Duration) -> Self {
        (self.options.timing, self.connect_within) = (timing, connect_within);
        self
    }

    pub(super) const fn connect_within(&self) -> Duration {
        self.connect_within
    }

    /// What the machine wants to know, and the sockets for UDP.
    pub(super) async fn ready(self, stream: &TcpStream) -> Result<(Options, Option<Sockets>), PullError> {
        let Self { mut options, way, .. } = self;
        let (sockets, mapped) = match way {
            Way::Tcp => return Ok((options, None)),
            Way::Sockets(sockets, mapped) => (sockets, mapped),
            Way::Udp => {
                let own = stream.local_addr().map_err(|error| PullError::Connection(error.kind()))?;
                let sockets = Sockets::bind(own.ip()).await;
                (sockets.map_err(|error| PullError::Ports(error.kind()))?, None)
            }
        };
        options.mode = Mode::Udp { ports: sockets.ports(), mapped };
        Ok((options, Some(sockets)))
    }
}

/// Connects to the first address that takes it.
pub(super) async fn connect(url: &RtspUrl, within: Duration) -> Result<TcpStream, PullError> {
    let place = || format!("{}:{}", url.host(), url.port());
    match timeout(within, first(url)).await {
        Ok(connected) => connected,
        Err(_) => Err(PullError::ConnectTimeout { place: place(), within }),
    }
}

async fn first(url: &RtspUrl) -> Result<TcpStream, PullError> {
    let host = url.host().as_str();
    let addresses = lookup_host((host, url.port().0)).await;
    let addresses =
        addresses.map_err(|error| PullError::Name { host: host.to_owned(), kind: error.kind() })?;
    let mut kind = io::ErrorKind::NotFound;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Requests are small, and each is waited for. Without it they only come later.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => kind = error.kind(),
        }
    }
    Err(PullError::Connect { place: format!("{host}:{}", url.port()), kind })
}
