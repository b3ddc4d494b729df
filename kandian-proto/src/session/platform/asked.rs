//! What the device asks, and the answers of the application.

use kandian_codec::{Command, FrameRef};

use super::link::{Link, Phase};
use super::{Event, ticket_timeout};
use crate::command::Opaque;
use crate::message::device::{HeartbeatRequest, HeartbeatResponse};
use crate::session::refusal::{Refusal, claimed_device, device_of, refuse};
use crate::session::{Addresses, CloseReason, ForeignDevId, PeerFault, SendError, Ticket};
use crate::time::{Millis, Now, Timestamp};
use crate::xml::Limits;
use crate::{DevId, Diagnostic, Operation, Request, Response};

/// One request of the device that the application has not answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owed {
    pub(super) ticket: Ticket,
    operation: Operation,
    command: Command,
    /// The response carries it.
    seq: u16,
    pub(super) deadline: Millis,
    /// Who asked.
    device: DevId,
}

impl Link {
    /// Answers a request of the device. Store first, then answer: what is answered is done.
    ///
    /// An answer to a login decides whether the link is logged in.
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
        let document = response.encode(&[], self.quirks.profile)?;
        self.owed.swap_remove(at);
        self.send(owed.command, owed.seq, &document);
        if let Response::Login(login) = &response {
            self.login_answered(ticket, owed.device, login.outcome.success().is_some());
        }
        Ok(())
    }

    /// What the answer to a login changes. When several wait, only the answer to the last one counts, in whatever
    /// order the application gives them.
    fn login_answered(&mut self, ticket: Ticket, device: DevId, accepted: bool) {
        let Some((_, addresses)) = self.login.take_if(|(last, _)| *last == ticket) else { return };
        let was_online = matches!(self.phase, Phase::Online { .. });
        match (accepted, self.phase) {
            (_, Phase::Closed) => {}
            (true, _) => {
                if was_online && device != self.device {
                    self.forget_device();
                }
                self.device = device;
                self.addresses = addresses;
                self.phase = Phase::Online { until: self.now + self.config.heartbeat };
            }
            // It was logged in, and has now shown something that is refused.
            (false, Phase::Online { .. }) => {
                self.forget_device();
                self.phase = Phase::NotLoggedIn { until: self.now + self.config.accepted_login };
            }
            (false, _) => {}
        }
    }

    /// Another device, or none, speaks on this link from now on: what was asked of the former one will not be
    /// answered by it.
    fn forget_device(&mut self) {
        self.end_requests();
        self.owed.retain(|owed| owed.operation == Operation::Login);
        self.silent.clear();
        self.device_type = None;
    }

    /// A frame with a command word that devices request.
    pub(super) fn asked(&mut self, now: Now, operation: Operation, frame: FrameRef<'_>) {
        let online = matches!(self.phase, Phase::Online { .. });
        if !online && operation != Operation::Login {
            self.fault(PeerFault::NotLoggedIn(frame.command));
            let refused = self.refuse(now, operation, frame, Refusal::BadRequest);
            // Silence would leave the device waiting for heartbeat answers; a closed link makes it log in again.
            if !refused && self.login.is_none() {
                self.shut(CloseReason::PeerFault);
            }
            return;
        }
        let read = match operation.decode_request(frame.payload, Limits::FRAME) {
            Ok(read) => read,
            Err(error) => return self.unreadable(now, operation, frame, error),
        };
        if online && operation != Operation::Login && !self.is_its_own(now, operation, frame, &read.message) {
            return;
        }
        match read.message {
            Request::Heartbeat(heartbeat) => self.heartbeat(now, frame.seq, heartbeat, read.diagnostics),
            request => self.ask_application(now, operation, frame, request, read.diagnostics),
        }
    }

    /// DATA that is no message. A heartbeat is a sign of life all the same (E-59 asks for the request, not
    /// for its contents), and closing the link over it would help nobody.
    fn unreadable(&mut self, now: Now, operation: Operation, frame: FrameRef<'_>, error: crate::DecodeError) {
        self.fault(PeerFault::Unreadable { command: frame.command, error });
        if operation == Operation::Heartbeat {
            self.alive();
            return self.confirm_heartbeat(now, frame.seq);
        }
        if let Phase::New { .. } = self.phase {
            // A login all the same; it may come again, better.
            self.phase = Phase::NotLoggedIn { until: self.now + self.config.accepted_login };
        }
        let _ = self.refuse(now, operation, frame, Refusal::BadRequest);
    }

    /// Whether a request names the device of the login; refused when not (E-72).
    fn is_its_own(&mut self, now: Now, operation: Operation, frame: FrameRef<'_>, request: &Request) -> bool {
        let claimed = device_of(request).unwrap_or_default();
        if claimed == self.device {
            return true;
        }
        let command = frame.command;
        self.learned.foreign_dev_id = ForeignDevId::Accept;
        self.fault(PeerFault::ForeignDevId { command, claimed, expected: self.device });
        let accepted = self.quirks.foreign_dev_id == ForeignDevId::Accept;
        if !accepted {
            let _ = self.refuse(now, operation, frame, Refusal::UnknownDevice);
        }
        accepted
    }

    fn ask_application(
        &mut self,
        now: Now,
        operation: Operation,
        frame: FrameRef<'_>,
        request: Request,
        diagnostics: Vec<Diagnostic>,
    ) {
        if self.owed.len() >= self.config.unanswered {
            self.fault(PeerFault::TooManyRequests(self.owed.len()));
            let _ = self.refuse(now, operation, frame, Refusal::BadRequest);
            return;
        }
        let mut device = self.device;
        let ticket = self.tickets.next();
        if let Request::Login(login) = &request {
            device = login.dev_id;
            self.login = Some((ticket, Addresses::of_login(login)));
            if let Phase::New { .. } = self.phase {
                self.phase = Phase::NotLoggedIn { until: self.now + self.config.accepted_login };
            }
        }
        let (command, seq) = (frame.command, frame.seq);
        let deadline = self.now + ticket_timeout(command);
        self.owed.push(Owed { ticket, operation, command, seq, deadline, device });
        self.event(Event::Request { ticket, request: Box::new(request), diagnostics });
    }

    fn heartbeat(&mut self, now: Now, seq: u16, heartbeat: HeartbeatRequest, diagnostics: Vec<Diagnostic>) {
        self.alive();
        self.confirm_heartbeat(now, seq);
        let addresses = self.addresses.after_heartbeat(&heartbeat);
        let changed = (addresses != self.addresses).then_some(addresses);
        self.addresses = addresses;
        self.event(Event::Heartbeat { heartbeat: Box::new(heartbeat), changed, diagnostics });
    }

    /// The answer to a heartbeat; it has no Result, so there is nothing to decide (E-10).
    fn confirm_heartbeat(&mut self, now: Now, seq: u16) {
        let time = self.reference_time(now);
        let response = HeartbeatResponse::new().dev_id(self.device).time(time);
        if let Ok(document) = crate::encode(&response, self.quirks.profile) {
            self.send(Command::HEARTBEAT, seq, &document);
        }
    }

    /// Refuses a request by itself; returns whether its response can say so (E-10). The response
    /// repeats the id of the request (E-22); before a login it is all that is known of the device.
    fn refuse(&mut self, now: Now, operation: Operation, frame: FrameRef<'_>, refusal: Refusal) -> bool {
        let time = self.reference_time(now);
        let device = match self.phase {
            Phase::Online { .. } => self.device,
            _ => claimed_device(operation, frame.payload),
        };
        let Some(response) = refuse(operation, refusal, device, Some(time)) else { return false };
        if let Ok(document) = response.encode(&[], self.quirks.profile) {
            self.send(frame.command, frame.seq, &document);
        }
        true
    }

    /// The civil time for an answer (E-14). A platform knows the time; without one the start of the Unix
    /// epoch is sent, which no device mistakes for today.
    fn reference_time(&self, now: Now) -> Timestamp {
        now.civil(self.config.offset_minutes).unwrap_or(EPOCH)
    }

    /// A command word without a message: kept for who knows it, never answered (E-68, E-69).
    pub(super) fn undefined(&mut self, frame: FrameRef<'_>) {
        if !matches!(self.phase, Phase::Online { .. }) {
            return self.fault(PeerFault::NotLoggedIn(frame.command));
        }
        let message = Opaque::new(frame.command, frame.payload);
        self.event(Event::Vendor { seq: frame.seq, message });
    }
}

const EPOCH: Timestamp = match Timestamp::new(1970, 1, 1, 0, 0, 0) {
    Some(time) => time,
    None => panic!("a date of the calendar"),
};
