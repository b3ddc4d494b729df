//! What was tried and what came of it, for the person who sees no picture.

use core::fmt;

use super::{Path, UdpObstacle};
use crate::play::PlayUrlError;
use crate::time::Millis;

/// Why a path was not tried.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// The user chose another one.
    NotChosen,
    /// The platform gave no URL for it. R-15.3, R-15.6; E-162.
    NoUrl,
    /// The platform gave a URL that names no address to connect to.
    BadUrl(PlayUrlError),
    /// UDP cannot work. R-15.10; E-174.
    Udp(UdpObstacle),
    /// The relay could not be reached a moment ago, over the same address.
    RelayUnreachable,
    /// The device itself refused a moment ago, over the same relay: 403, 404 or 453.
    DeviceRefused {
        /// The RTSP status.
        status: u16,
    },
    /// It needs new URLs, because its token is used up or too old, and the platform gave none.
    NoNewUrls,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotChosen => f.write_str("not chosen by the user"),
            Self::NoUrl => f.write_str("the platform offers no such path to this device"),
            Self::BadUrl(error) => write!(f, "the platform's URL is unusable: {error}"),
            Self::Udp(obstacle) => obstacle.fmt(f),
            Self::RelayUnreachable => f.write_str("the relay cannot be reached"),
            Self::DeviceRefused { status } => write!(f, "the device has refused with RTSP status {status}"),
            Self::NoNewUrls => f.write_str("the platform gave no new token"),
        }
    }
}

/// Why an attempt gave no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// The connection was refused, or there is no route. Reported by the caller.
    Connect,
    /// No connection within the time limit.
    ConnectTimeout {
        /// The limit.
        waited: Millis,
    },
    /// The device answered a request with an error status. Reported by the caller.
    Rtsp {
        /// The RTSP status, such as 401 for a token that was refused. Spec §10.2.
        status: u16,
    },
    /// The other side closed the connection. Reported by the caller.
    Closed,
    /// What came is no RTSP, or nothing that can be played. Reported by the caller.
    Protocol,
    /// The client has no UDP ports, or no mapping for them. Reported by the caller.
    NoUdpPorts,
    /// Connected, but the device did not answer all requests up to PLAY within the time limit.
    SignalTimeout {
        /// The limit.
        waited: Millis,
    },
    /// PLAY was answered with 200 OK, but no media came within the time limit. R-15.16; E-175.
    NoMedia {
        /// The limit.
        waited: Millis,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("the connection was refused"),
            Self::ConnectTimeout { waited } => write!(f, "no connection within {} s", waited.as_secs()),
            Self::Rtsp { status: 401 } => f.write_str("the token was refused (RTSP status 401)"),
            Self::Rtsp { status: 403 } => f.write_str("the stream is switched off (RTSP status 403)"),
            Self::Rtsp { status: 404 } => f.write_str("no such device or stream there (RTSP status 404)"),
            Self::Rtsp { status: 453 } => f.write_str("too many viewers (RTSP status 453)"),
            Self::Rtsp { status } => write!(f, "refused with RTSP status {status}"),
            Self::Closed => f.write_str("the other side closed the connection"),
            Self::Protocol => f.write_str("the answer was not understood"),
            Self::NoUdpPorts => f.write_str("this client has no UDP ports"),
            Self::SignalTimeout { waited } => {
                write!(f, "connected, but no answer within {} s", waited.as_secs())
            }
            Self::NoMedia { waited } => {
                write!(f, "the device agreed to play, but no picture came within {} s", waited.as_secs())
            }
        }
    }
}

/// What came of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepOutcome {
    /// It was not tried.
    Skipped(Skip),
    /// It was tried in vain.
    Failed(Failure),
    /// The picture came.
    Playing,
}

/// One path, in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which path.
    pub path: Path,
    /// Where it leads, as `host:port`; nothing when there was no usable URL.
    pub address: Option<String>,
    /// How long the attempt took; 0 for one that was skipped.
    pub took: Millis,
    /// What came of it.
    pub outcome: StepOutcome,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path.name())?;
        if let Some(address) = &self.address {
            write!(f, " ({address})")?;
        }
        match &self.outcome {
            StepOutcome::Skipped(skip) => write!(f, ": skipped, {skip}"),
            StepOutcome::Failed(failure) => write!(f, ": {failure} (after {} ms)", self.took.0),
            StepOutcome::Playing => write!(f, ": playing (after {} ms)", self.took.0),
        }
    }
}

/// Everything that was tried or skipped for one view, one step per path, in the order of time.
///
/// Its [`Display`](fmt::Display) form has one line per step and no token.
///
/// ```
/// use kandian_proto::play::path::{Output, PathChooser, Preference, Urls};
/// use kandian_proto::time::Now;
/// use kandian_proto::value::NatType;
/// let mut chooser = PathChooser::new(Now::default(), Urls::default(), NatType::UNKNOWN, Preference::Auto);
/// let Output::Failed(trace) = chooser.poll_output() else { panic!() };
/// assert_eq!(
///     trace.to_string().lines().next(),
///     Some("local network: skipped, the platform offers no such path to this device"),
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The steps, at most one per path.
    pub steps: Vec<Step>,
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            step.fmt(f)?;
        }
        Ok(())
    }
}
