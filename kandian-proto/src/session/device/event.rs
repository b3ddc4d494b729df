//! What a device tells the application.

use super::Saved;
use crate::command::Opaque;
use crate::message::device::CloudAccount;
use crate::message::redirect::ProvinceAccess;
use crate::message::register::RegisterGrant;
use crate::session::{CloseReason, End, PeerFault, Ticket};
use crate::time::Timestamp;
use crate::value::{LoginResult, RedirectResult, RegisterResult};
use crate::{Command, DecodeError, Diagnostic, EncodeError, Request};

/// What a device tells the application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Store this before the next restart.
    Save(Saved),
    /// The group platform named the province platform, and STUN servers (R-5.9, E-31).
    Redirected(Box<ProvinceAccess>),
    /// There is no province platform to go to. Nothing more happens until a restart (R-5.6, E-29).
    Unassigned(Obstacle),
    /// The province platform took the device in: access, TURN and FTP servers.
    Registered {
        /// The servers.
        grant: Box<RegisterGrant>,
        /// The platform's time, for reference (E-14).
        time: Option<Timestamp>,
    },
    /// A registration failed; it is repeated after the interval.
    NotRegistered(Obstacle),
    /// Ask UPnP, STUN and TURN now, then call [`set_network`](super::Device::set_network).
    Prepare,
    /// The login was accepted.
    LoggedIn {
        /// The cloud account; `EStorageSpace` 0 means none.
        account: Box<CloudAccount>,
        /// The platform's time; set the clock by it (E-14).
        time: Option<Timestamp>,
    },
    /// The login was refused; it is repeated after three minutes.
    LoginRefused(LoginResult),
    /// Heartbeats run.
    Online,
    /// The link is gone and will be restored. `None`: the peer or the network ended it.
    Offline(Option<CloseReason>),
    /// The platform asks. Do it, then [`respond`](super::Device::respond).
    Request {
        /// For the answer.
        ticket: Ticket,
        /// The request.
        request: Box<Request>,
        /// What was wrong with the document.
        diagnostics: Vec<Diagnostic>,
    },
    /// Something was wrong with the answer whose [`Finished`](Self::Finished) comes next, and it was understood all
    /// the same.
    Tolerated {
        /// Its command word.
        command: Command,
        /// What was wrong.
        diagnostics: Vec<Diagnostic>,
    },
    /// A request to the platform ended. The machine itself makes one, the exception for a missing UPnP mapping
    /// its ticket is one that nobody was given.
    Finished {
        /// The ticket of the request.
        ticket: Ticket,
        /// How.
        end: End,
    },
    /// The application did not answer while the platform still waits; an answer would be dropped.
    Expired {
        /// The ticket of the platform's request.
        ticket: Ticket,
    },
    /// A command word of a vendor, or one without a section. Nothing is answered. E-68, E-69.
    Vendor {
        /// Its SEQ, should an answer be known.
        seq: u16,
        /// The message.
        message: Opaque,
    },
    /// A message that the device sends by itself cannot be written: its identity, its version or its capabilities
    /// do not fit the protocol. The device goes on without it, which for a login means that it never gets in.
    NotSent {
        /// The command word.
        command: Command,
        /// Which element, and why.
        error: EncodeError,
    },
    /// The platform broke a rule.
    Fault(PeerFault),
}

/// Why a redirect or a registration failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// Neither an address of a province platform nor one of a group platform is known.
    #[error("no platform address is configured")]
    NoAddress,
    /// There was no HTTP answer.
    #[error("the platform did not answer")]
    NoAnswer,
    /// The group platform knows no province for this device yet: status 401, or Result 1 (E-27).
    #[error("no province platform has claimed this device yet; add it in the client first")]
    NotAssigned,
    /// An HTTP status other than 200 and 401.
    #[error("HTTP status {0}")]
    Status(u16),
    /// The group platform refused.
    #[error("the group platform refused: {0}")]
    Redirect(RedirectResult),
    /// The province platform refused.
    #[error("the province platform refused: {0}")]
    Register(RegisterResult),
    /// The answer cannot be read.
    #[error("{0}")]
    Unreadable(DecodeError),
    /// The answer names no access server.
    #[error("the answer names no access server")]
    NoServer,
    /// Our own request cannot be written: an identity that does not fit the protocol.
    #[error("the request cannot be written: {0}")]
    Encode(EncodeError),
}

/// How a device starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restart {
    /// As after a power cut or command 6CH: what is saved stays.
    Reboot,
    /// As after the reset button or command 82H: the saved province address is erased (R-5.5, E-30). One that
    /// somebody wrote into the device is a setting of the application, which decides whether factory settings
    /// include it: see [`set_province_url`](super::Device::set_province_url).
    Reset,
}
