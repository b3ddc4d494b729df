//! What the platform asks, and the answers of the application.

use kandian_codec::{Command, FrameRef};

use super::Event;
use super::machine::Device;
use crate::command::Opaque;
use crate::session::platform::answer_timeout;
use crate::session::refusal::{Refusal, device_of, refuse};
use crate::session::{End, PeerFault, SendError, Ticket, wire};
use crate::time::{Millis, Now};
use crate::xml::Limits;
use crate::{Operation, Profile, Response};

/// Most requests of the platform that wait for the application: one for each of its 31 commands.
const MOST_OWED: usize = 31;

/// One request of the platform that the application has not answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owed {
    ticket: Ticket,
    operation: Operation,
    command: Command,
    /// The response carries it.
    seq: u16,
    pub(super) deadline: Millis,
}

impl Device {
    /// Answers a request of the platform.
    ///
    /// # Errors
    ///
    /// [`SendError::UnknownTicket`] when nothing waits under this ticket any more, [`SendError::WrongResponse`],
    /// [`SendError::Encode`]; after the latter two the ticket is still open.
    pub fn respond(&mut self, now: Now, ticket: Ticket, response: Response) -> Result<(), SendError> {
        self.advance(now);
        let at = self.owed.iter().position(|o| o.ticket == ticket && o.deadline > self.now);
        let Some((at, owed)) = at.and_then(|at| Some((at, *self.owed.get(at)?))) else {
            return Err(SendError::UnknownTicket(ticket));
        };
        let found = response.operation();
        if found != owed.operation {
            return Err(SendError::WrongResponse { expected: owed.operation, found });
        }
        let document = response.encode(&[], Profile::Spec)?;
        self.owed.swap_remove(at);
        self.transmit(wire::frame(owed.command, owed.seq, &document));
        Ok(())
    }

    /// A frame with a command word that platforms request.
    pub(super) fn asked(&mut self, operation: Operation, frame: FrameRef<'_>) {
        let (command, seq) = (frame.command, frame.seq);
        if !self.is_logged_in() {
            return self.event(Event::Fault(PeerFault::BeforeLogin(command)));
        }
        let read = match operation.decode_request(frame.payload, Limits::FRAME) {
            Ok(read) => read,
            Err(error) => {
                self.event(Event::Fault(PeerFault::Unreadable { command, error }));
                return self.refuse(operation, frame, Refusal::BadRequest);
            }
        };
        let (claimed, expected) = (device_of(&read.message).unwrap_or_default(), self.config.identity.dev_id);
        if claimed != expected {
            self.event(Event::Fault(PeerFault::ForeignDevId { command, claimed, expected }));
            return self.refuse(operation, frame, Refusal::UnknownDevice);
        }
        if self.owed.len() >= MOST_OWED {
            self.event(Event::Fault(PeerFault::TooManyRequests(self.owed.len())));
            return self.refuse(operation, frame, Refusal::BadRequest);
        }
        let ticket = self.tickets.next();
        let deadline = self.now + answer_timeout(command);
        self.owed.push(Owed { ticket, operation, command, seq, deadline });
        let request = Box::new(read.message);
        self.event(Event::Request { ticket, request, diagnostics: read.diagnostics });
    }

    fn refuse(&mut self, operation: Operation, frame: FrameRef<'_>, refusal: Refusal) {
        let device = self.config.identity.dev_id;
        let Some(response) = refuse(operation, refusal, device, None) else { return };
        if let Ok(document) = response.encode(&[], Profile::Spec) {
            self.transmit(wire::frame(frame.command, frame.seq, &document));
        }
    }

    /// A command word without a message: kept for who knows it, never answered (E-68, E-69).
    pub(super) fn undefined(&mut self, frame: FrameRef<'_>) {
        if !self.is_logged_in() {
            return self.event(Event::Fault(PeerFault::BeforeLogin(frame.command)));
        }
        let message = Opaque::new(frame.command, frame.payload);
        self.event(Event::Vendor { seq: frame.seq, message });
    }

    /// Ends what is over at this moment.
    pub(super) fn expire_requests(&mut self) {
        while let Some(at) = self.owed.iter().position(|o| o.deadline <= self.now) {
            let ticket = self.owed.swap_remove(at).ticket;
            self.event(Event::Expired { ticket });
        }
        while let Some(open) = self.pending.expire(self.now) {
            self.event(Event::Finished { ticket: open.ticket, end: End::NoAnswer });
        }
    }
}
