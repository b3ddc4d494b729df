//! Why there is no view, or no more.

use std::io;
use std::time::Duration;

use kandian_proto::rtsp::client::{EndReason, RtspUrlError};

/// Why a view could not begin, or is over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// The text is no URL of a camera.
    #[error("no RTSP URL: {0}")]
    Url(#[from] RtspUrlError),
    /// The name of the camera has no address.
    #[error("{host} has no address: {kind}")]
    Name {
        /// The name.
        host: String,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// None of its addresses takes a connection.
    #[error("no connection to {place}: {kind}")]
    Connect {
        /// Host and port.
        place: String,
        /// What the system says of the last address.
        kind: io::ErrorKind,
    },
    /// It was not connected in time.
    #[error("no connection to {place} within {within:?}")]
    ConnectTimeout {
        /// Host and port.
        place: String,
        /// The time.
        within: Duration,
    },
    /// There are no ports for UDP.
    #[error("no ports for UDP: {0}")]
    Ports(io::ErrorKind),
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Connection(io::ErrorKind),
    /// The camera asks, and does not read the answers.
    #[error("the camera does not read what is sent to it")]
    Unread,
    /// The view ended by the protocol.
    #[error("{0}")]
    Ended(EndReason),
}
