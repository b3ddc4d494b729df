//! What a view is to be like.

use core::net::IpAddr;

use crate::rtsp::message::{Range, Scale};
use crate::time::Millis;

/// How media is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Inside the connection.
    Tcp,
    /// As datagrams.
    Udp {
        /// The ports for RTP and RTCP of each track, video first, as the device sees them: those STUN found, where there
        /// is a NAT.
        ports: [(u16, u16); 2],
        /// The address STUN found; none where there is no NAT.
        mapped: Option<IpAddr>,
    },
}

/// The waits of a client, each with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// An answer. The device itself waits up to 4 s for the platform's verdict.
    pub answer: Millis,
    /// UDP: between two signs of life.
    pub keep_alive: Millis,
    /// UDP: from the answer to PLAY to the first packet of the video with payload (R-15.16, E-175).
    pub first_media: Millis,
    /// Between two punching packets of a track of which nothing has come.
    pub punch: Millis,
    /// UDP: between two reports (RFC 3550 §6.2).
    pub report: Millis,
    /// So long without media, and the application is told.
    pub silence: Millis,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            answer: Millis::from_secs(10),
            keep_alive: Millis::from_secs(30),
            first_media: Millis::from_secs(5),
            punch: Millis(500),
            report: Millis(crate::rtsp::rtcp::INTERVAL_MILLIS),
            silence: Millis::from_secs(10),
        }
    }
}

/// What a view is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// How media is to come.
    pub mode: Mode,
    /// Whether sound is wanted, where the device has it.
    pub sound: bool,
    /// Where a recording begins.
    pub range: Option<Range>,
    /// How fast a recording is played.
    pub scale: Option<Scale>,
    /// What the client calls itself.
    pub user_agent: String,
    /// The SSRC of its reports; random.
    pub ssrc: u32,
    /// Of the client's own part of a Digest proof; random, and told to nobody.
    pub seed: u64,
    /// The waits.
    pub timing: Timing,
}

impl Options {
    /// A view inside the connection, with sound.
    #[must_use]
    pub fn tcp() -> Self {
        Self {
            mode: Mode::Tcp,
            sound: true,
            range: None,
            scale: None,
            user_agent: "kandian".to_owned(),
            ssrc: 0,
            seed: 0,
            timing: Timing::default(),
        }
    }

    /// A view over UDP, with sound.
    #[must_use]
    pub fn udp(ports: [(u16, u16); 2], mapped: Option<IpAddr>, ssrc: u32) -> Self {
        Self { mode: Mode::Udp { ports, mapped }, ssrc, ..Self::tcp() }
    }

    /// The same without sound.
    #[must_use]
    pub fn without_sound(mut self) -> Self {
        self.sound = false;
        self
    }

    /// The same from another place of a recording, or at another speed.
    #[must_use]
    pub fn begin(mut self, range: Option<Range>, scale: Option<Scale>) -> Self {
        (self.range, self.scale) = (range, scale);
        self
    }

    /// The same with a random number for Digest proofs.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same with other waits.
    #[must_use]
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }
}
