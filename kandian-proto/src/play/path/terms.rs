//! What goes into a [`PathChooser`](super::PathChooser) and what comes out.

use super::{Failure, Trace};
use crate::message::client::PlayUrls;
use crate::time::Millis;
use crate::value::{Host, NatType, Port, Url, UrlOrEmpty};

/// How long a connection to the local address or to the mapped port may take: the 3 s that E-186 and
/// E-187 name. In the same network it takes milliseconds, and the others still wait for their turn.
pub const CONNECT_WAIT_DIRECT: Millis = Millis::from_secs(3);

/// How long a connection to the relay may take. It is the last resort and may be reached over a mobile
/// network.
pub const CONNECT_WAIT_RELAY: Millis = Millis::from_secs(5);

/// How long the device may take from the connection to its 200 OK to PLAY: it waits up to 4 s for the
/// platform ([`LIVE_CHECK_WAIT`](crate::play::LIVE_CHECK_WAIT)), and twice that is not a slow network any
/// more.
pub const SIGNAL_WAIT_DIRECT: Millis = Millis::from_secs(8);

/// The same over the relay, where the device first has to take the connection up: up to 4 s, for some
/// devices one viewer after the other, so as much again for one in front.
pub const SIGNAL_WAIT_RELAY: Millis = Millis::from_secs(16);

/// How long media over UDP may take from the 200 OK to PLAY (5 秒内没有获取到视频流).; E-175.
pub const MEDIA_WAIT_UDP: Millis = Millis::from_secs(5);

/// How long interleaved media may take from the 200 OK to PLAY. The specification has no limit;
/// it calls a connection dead over which nothing could be sent for 10 s (§10.4).
pub const MEDIA_WAIT_TCP: Millis = Millis::from_secs(10);

/// How long the platform may take to give new URLs: one SOAP call over a mobile network.
pub const RENEW_WAIT: Millis = Millis::from_secs(10);

/// Age at which URLs are renewed before a new attempt: their tokens live 60 s, and up to 15 s pass
/// until the device has a token verified ([`CONNECT_WAIT_RELAY`], two viewers taken up, the check).
pub const FRESH_FOR: Millis = Millis::from_secs(45);

/// One way to a camera. Spec §15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// Step 1: the local network, media interleaved..
    Local,
    /// Step 2: the mapped port of the gateway, media interleaved..
    Upnp,
    /// Step 3: requests over the relay, media over UDP from the device to the client..
    RelayUdp,
    /// Step 4: everything over the relay (信令与媒体全部转发)..
    RelayTcp,
}

impl Path {
    /// All paths, in the order in which they are tried.
    pub const ORDER: [Self; 4] = [Self::Local, Self::Upnp, Self::RelayUdp, Self::RelayTcp];

    /// Name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local network",
            Self::Upnp => "UPnP",
            Self::RelayUdp => "relay, media over UDP",
            Self::RelayTcp => "relay",
        }
    }

    /// What SETUP has to ask for.
    #[must_use]
    pub const fn transport(self) -> Transport {
        match self {
            Self::RelayUdp => Transport::Udp,
            Self::Local | Self::Upnp | Self::RelayTcp => Transport::Interleaved,
        }
    }

    /// Whether requests go over the relay.
    #[must_use]
    pub const fn is_relay(self) -> bool {
        matches!(self, Self::RelayUdp | Self::RelayTcp)
    }
}

/// How media travel (E-181).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Inside the RTSP connection: `RTP/AVP/TCP;unicast;interleaved=0-1`.
    Interleaved,
    /// RTP over UDP: `RTP/AVP;unicast;destination=…;client_port=…`, with the address and port that STUN
    /// found, and RTP packets with empty payload to the device.
    Udp,
}

/// The user's wish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preference {
    /// All paths, in order.
    #[default]
    Auto,
    /// This path and no other.
    Only(Path),
}

/// Where a camera may be reached, as the platform says. Spec §8.7; E-162.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Urls {
    /// `LocalPlayUrl`.
    pub local: UrlOrEmpty,
    /// `UpnpPlayUrl`.
    pub upnp: UrlOrEmpty,
    /// `TurnPlayUrl`.
    pub turn: UrlOrEmpty,
    /// The device's NAT type, as it reported at login (E-161).
    pub device_nat: NatType,
}

impl Urls {
    /// The URL for a path. Steps 3 and 4 share one.
    #[must_use]
    pub fn of(&self, path: Path) -> Option<&Url> {
        match path {
            Path::Local => self.local.url(),
            Path::Upnp => self.upnp.url(),
            Path::RelayUdp | Path::RelayTcp => self.turn.url(),
        }
    }
}

impl From<PlayUrls> for Urls {
    fn from(urls: PlayUrls) -> Self {
        let PlayUrls { local_play_url, upnp_play_url, turn_play_url, nat_type, .. } = urls;
        Self { local: local_play_url, upnp: upnp_play_url, turn: turn_play_url, device_nat: nat_type }
    }
}

/// Names one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(super) u32);

/// One attempt to see the camera: connect to `host:port`, then DESCRIBE `url`, SETUP with `transport`,
/// PLAY.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Names it in inputs.
    pub id: AttemptId,
    /// Which path it takes.
    pub path: Path,
    /// The platform's URL, as it came.
    pub url: Url,
    /// Its host. It comes from the network: decide whether it may be contacted.
    pub host: Host,
    /// Its port, not 0.
    pub port: Port,
    /// How media travel.
    pub transport: Transport,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The TCP connection stands.
    Connected(AttemptId),
    /// The device answered PLAY with 200 OK.
    PlayAnswered(AttemptId),
    /// The first RTP packet with payload came.
    Media(AttemptId),
    /// The attempt failed.
    Failed(AttemptId, Failure),
    /// The platform gave new URLs.
    Renewed(Urls),
    /// The platform gave no new URLs.
    NotRenewed,
    /// The time came that [`Output::Timeout`] named.
    Timeout,
}

/// Why new URLs are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Renewal {
    /// The token was used for an attempt. E-92.
    TokenSpent,
    /// The URLs are [`FRESH_FOR`] old or older..
    TooOld,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Begin this attempt.
    Attempt(Attempt),
    /// End this attempt: TEARDOWN if there is a session, then close the connection.
    HangUp(AttemptId),
    /// Call the operation of §8.7 again and answer with [`Input::Renewed`] or [`Input::NotRenewed`].
    RenewUrls(Renewal),
    /// The picture is there. The chooser is done.
    Playing(AttemptId),
    /// There is no picture, and this is why. The chooser is done.
    Failed(Trace),
    /// Nothing to do before the next input, or before this time; with the wait that ends then.
    Timeout(Option<(Millis, Wait)>),
}

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wait {
    /// The connection.
    Connect,
    /// The answer to PLAY.
    Signal,
    /// The first media.
    Media,
    /// New URLs.
    Renew,
}

impl Wait {
    /// How long it may take.
    #[must_use]
    pub const fn limit(self, path: Path) -> Millis {
        match self {
            Self::Connect if path.is_relay() => CONNECT_WAIT_RELAY,
            Self::Connect => CONNECT_WAIT_DIRECT,
            Self::Signal if path.is_relay() => SIGNAL_WAIT_RELAY,
            Self::Signal => SIGNAL_WAIT_DIRECT,
            Self::Media => match path.transport() {
                Transport::Udp => MEDIA_WAIT_UDP,
                Transport::Interleaved => MEDIA_WAIT_TCP,
            },
            Self::Renew => RENEW_WAIT,
        }
    }
}
