//! The three kinds of failure that are not about bytes alone: the peer broke a rule, the peer said no,
//! our own caller made a mistake. They never mix.

use kandian_codec::{Command, FrameError};

use super::{Ticket, TimerKind};
use crate::value::DevType;
use crate::{DecodeError, DevId, EncodeError, Operation, Response};

/// The peer broke a rule. Always an event; the machine has already done what the rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeerFault {
    /// Bytes that are no frame; the link closes (E-62).
    #[error("{0}")]
    NotAFrame(FrameError),
    /// A frame with a wrong digest that the policy `report` lets pass. What it says follows, and may have been
    /// changed on the way.
    #[error("{0}: wrong digest, read all the same")]
    DigestTolerated(Command),
    /// A frame with a wrong digest; dropped without an answer (E-62).
    #[error("{command}: wrong digest, {in_a_row} in a row")]
    WrongDigest {
        /// Its command word.
        command: Command,
        /// How many came without a good one in between; the third closes the link.
        in_a_row: u8,
    },
    /// DATA that is no message. A request was refused where its response has a Result; a response ended
    /// its request.
    #[error("{command}: {error}")]
    Unreadable {
        /// The command word.
        command: Command,
        /// What is wrong with DATA.
        error: DecodeError,
    },
    /// Something other than a login as the first message; the link closes (R-7.26, E-72).
    #[error("{0} before a login")]
    BeforeLogin(Command),
    /// Something other than a login on a link whose login was refused, or is not decided yet. It is refused where
    /// its response has a Result; else the link closes, unless a login is still to be decided (E-10).
    #[error("{0} without an accepted login")]
    NotLoggedIn(Command),
    /// A request in the name of another device; refused (E-72).
    #[error("{command} of device {claimed} on the link of device {expected}")]
    ForeignDevId {
        /// The command word.
        command: Command,
        /// The id in the message.
        claimed: DevId,
        /// The id of the login.
        expected: DevId,
    },
    /// A response to nothing that is open; dropped. Also what comes after the time for it.
    #[error("{command} with SEQ {seq} answers nothing that is open")]
    Unmatched {
        /// The command word.
        command: Command,
        /// Its SEQ.
        seq: u16,
        /// Whether it is the answer to a request whose time is over.
        late: bool,
    },
    /// More requests than the application answers; refused.
    #[error("{0} requests wait already")]
    TooManyRequests(usize),
}

/// Why a link was closed from this side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// The peer did not send what was due in time.
    Timeout(TimerKind),
    /// The peer broke a rule that costs the link; the fault was an event before.
    PeerFault,
    /// The peer does not take what is sent to it.
    SlowReader,
    /// The application asked for it.
    Application,
    /// A newer login of the same device took the place (E-72).
    Replaced,
    /// The login was refused (device side, E-53).
    LoginRefused,
    /// The device starts again.
    Restart,
}

/// How a request to the peer ended. Every request ends exactly once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The peer answered that it is done.
    Answered(Box<Response>),
    /// The peer answered that it will not or cannot: the code of `Result`.
    Refused {
        /// The code.
        code: u16,
        /// The whole response.
        response: Box<Response>,
    },
    /// The peer answered with something that cannot be read.
    Unreadable(DecodeError),
    /// The time is over. It says nothing about the device being offline: recorders keep silent on
    /// commands they do not know (E-67).
    NoAnswer,
    /// The link ended first. Nothing is sent again.
    LinkLost,
}

/// A mistake of our own caller, never of the peer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// There is no logged-in link. What is not sent now is not sent later.
    #[error("the device is not logged in")]
    NotOnline,
    /// A request with this command word is open; at most one is, per device.
    #[error("a request {0} is open already")]
    Busy(Command),
    /// As many requests are open as a link may have.
    #[error("{0} requests are open already")]
    Full(usize),
    /// The peer takes nothing at the moment.
    #[error("the link takes no more bytes for now")]
    Blocked,
    /// This side does not send requests of this operation on a link.
    #[error("{0:?} is not requested by this side of the link")]
    WrongDirection(Operation),
    /// The device type has no such command.
    #[error("{operation:?} does not exist for device type {device_type}")]
    NotForDevice {
        /// The operation.
        operation: Operation,
        /// The type of the device.
        device_type: DevType,
    },
    /// The device never answers this command, and its profile says what that means.
    #[error("the device does not answer {0}")]
    Unsupported(Command),
    /// The command word is not one that vendors define for themselves, 90H to FFH (E-69).
    #[error("{0} is not a vendor's command word")]
    NotVendor(Command),
    /// The message is longer than a frame can be.
    #[error("{0} bytes do not fit into a frame")]
    TooLong(usize),
    /// The same alarm was sent less than 60 seconds ago.
    #[error("the same alarm was sent less than 60 seconds ago")]
    Repeated,
    /// The message cannot be written for this peer.
    #[error("{0}")]
    Encode(#[from] EncodeError),
    /// No request is open under this ticket: answered already, expired, or its link is gone.
    #[error("no request {0} is open")]
    UnknownTicket(Ticket),
    /// The response belongs to another operation than the request.
    #[error("the request is {expected:?}, the response {found:?}")]
    WrongResponse {
        /// The operation of the request.
        expected: Operation,
        /// The operation of the response.
        found: Operation,
    },
}
