//! What a link tells the application.

use crate::command::Opaque;
use crate::message::device::HeartbeatRequest;
use crate::session::{Addresses, End, PeerFault, Ticket};
use crate::{Command, Diagnostic, Request};

/// What a link tells the application.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The device asks: a login, its capabilities, an exception, an alarm, a picture, a token. Decide, store,
    /// then [`respond`](super::Link::respond). Heartbeats are answered by the link.
    Request {
        /// For the answer.
        ticket: Ticket,
        /// The request. Its DevID is that of the login, unless the policy accepts foreign ones.
        request: Box<Request>,
        /// What was wrong with the document.
        diagnostics: Vec<Diagnostic>,
    },
    /// The device is alive, and says where it can be reached. Answered already.
    Heartbeat {
        /// The message.
        heartbeat: Box<HeartbeatRequest>,
        /// The addresses, when they differ from the last ones (R-7.53, E-86).
        changed: Option<Addresses>,
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
    /// A request to the device ended.
    Finished {
        /// The ticket of the request.
        ticket: Ticket,
        /// How.
        end: End,
    },
    /// The application did not answer in time; the device got nothing.
    Expired {
        /// The ticket of the device's request.
        ticket: Ticket,
    },
    /// A command word of a vendor, or one without a section. Nothing is answered. E-68, E-69.
    Vendor {
        /// Its SEQ, should an answer be known.
        seq: u16,
        /// The message.
        message: Opaque,
    },
    /// The device broke a rule.
    Fault(PeerFault),
}
