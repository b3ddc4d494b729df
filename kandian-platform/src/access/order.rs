//! What a link is ordered to do, and how a command to a device ends.

use kandian_proto::session::{CloseReason, End, SendError};
use kandian_proto::{DecodeError, Request, Response};
use tokio::sync::oneshot;

/// What a link is ordered to do.
#[derive(Debug)]
pub(crate) enum Order {
    /// Ask the device.
    Ask {
        /// The request.
        request: Box<Request>,
        /// Where the answer goes.
        reply: oneshot::Sender<Result<Answer, CommandFailure>>,
    },
    /// Close.
    Close(CloseReason),
}

/// A device's answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The response.
    pub response: Box<Response>,
}

/// Why a command had no success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandFailure {
    /// The device is not logged in.
    #[error("the device is offline")]
    Offline,
    /// The platform has restarted and the device has not come back yet.
    #[error("the platform has just started and has not heard of the device yet")]
    Unknown,
    /// The device did not answer in time. It says nothing about the device being offline (E-67).
    #[error("the device did not answer in time")]
    NoAnswer,
    /// The device said no.
    #[error("the device refused with result {code}")]
    Refused {
        /// The code of `Result`.
        code: u16,
        /// Its whole response.
        response: Box<Response>,
    },
    /// The device does not have the command: its type has none, or it never answers it.
    #[error("the device does not have this command: {0}")]
    Unsupported(SendError),
    /// The same command is under way, or too many are.
    #[error("the device is busy: {0}")]
    Busy(SendError),
    /// The link ended before the answer came. The command may have been carried out.
    #[error("the link ended before the answer came")]
    LinkLost,
    /// The device's answer cannot be read. The command may have been carried out.
    #[error("the answer of the device cannot be read: {0}")]
    Unreadable(DecodeError),
    /// The request cannot be sent.
    #[error("the request cannot be sent: {0}")]
    Invalid(SendError),
    /// It was sent in parts, because the device reads no more at a time, and a later part had no success.
    #[error("{done} of {of} parts were carried out, then {failure}")]
    Partly {
        /// How many were.
        done: usize,
        /// How many there are.
        of: usize,
        /// What became of the next one.
        failure: Box<CommandFailure>,
    },
}

impl CommandFailure {
    /// A name for programs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Unknown => "unknown",
            Self::NoAnswer => "no_answer",
            Self::Refused { .. } => "refused",
            Self::Unsupported(_) => "unsupported",
            Self::Busy(_) => "busy",
            Self::LinkLost => "link_lost",
            Self::Unreadable(_) => "unreadable",
            Self::Invalid(_) => "invalid",
            Self::Partly { .. } => "partly",
        }
    }

    pub(super) fn of_end(end: End) -> Result<Answer, Self> {
        match end {
            End::Answered(response) => Ok(Answer { response }),
            End::Refused { code, response } => Err(Self::Refused { code, response }),
            End::Unreadable(error) => Err(Self::Unreadable(error)),
            End::LinkLost => Err(Self::LinkLost),
            // A way to end that this version does not know is no answer either.
            _ => Err(Self::NoAnswer),
        }
    }

    pub(super) fn of_send(error: SendError) -> Self {
        match error {
            SendError::NotOnline => Self::Offline,
            SendError::Unsupported(_) | SendError::NotForDevice { .. } => Self::Unsupported(error),
            SendError::Busy(_) | SendError::Full(_) | SendError::Blocked => Self::Busy(error),
            _ => Self::Invalid(error),
        }
    }
}
