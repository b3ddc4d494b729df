//! What the application asks the platform, and its answers.

use kandian_codec::{Command, FrameRef, Side};

use super::Event;
use super::machine::Device;
use crate::command::{Interface, Opaque};
use crate::session::pending::Match;
use crate::session::refusal::code_of_refusal;
use crate::session::wire::check_vendor;
use crate::session::{End, PeerFault, ResponseMatch, SendError, Ticket, wire};
use crate::time::{Millis, Now};
use crate::xml::Limits;
use crate::{Operation, Profile, Request};

/// Most requests that are open: a token check for each viewer, and a few notices.
const MOST_OPEN: usize = 64;

impl Device {
    /// Asks the platform: an exception, an alarm, a picture, a token. The ticket comes back in
    /// [`Event::Finished`], whatever happens. What cannot be sent now is not sent later.
    ///
    /// # Errors
    ///
    /// [`SendError::NotOnline`], [`SendError::Repeated`] for an alarm that was sent less than 60 seconds ago,
    /// [`SendError::WrongDirection`], [`SendError::Full`], [`SendError::Blocked`] or [`SendError::Encode`]. Nothing
    /// was sent then.
    pub fn request(&mut self, now: Now, request: Request) -> Result<Ticket, SendError> {
        self.advance(now);
        self.ask(request)
    }

    pub(super) fn ask(&mut self, request: Request) -> Result<Ticket, SendError> {
        let operation = request.operation();
        let Some(command) = command_to_send(operation) else {
            return Err(SendError::WrongDirection(operation));
        };
        if !self.is_logged_in() {
            return Err(SendError::NotOnline);
        }
        if self.blocked {
            return Err(SendError::Blocked);
        }
        if self.pending.len() >= MOST_OPEN {
            return Err(SendError::Full(self.pending.len()));
        }
        if let Request::AlarmNotify(alarm) = &request
            && self.alarms.is_repeated(self.now, alarm, self.config.timing.same_alarm)
        {
            return Err(SendError::Repeated);
        }
        let document = request.encode(&[], Profile::Spec)?;
        if let Request::AlarmNotify(alarm) = &request {
            self.alarms.sent(self.now, alarm);
        }
        let ticket = self.tickets.next();
        let deadline = self.now + self.patience(command);
        let seq = self.pending.start(ticket, command, deadline);
        self.transmit(wire::frame(command, seq, &document));
        Ok(ticket)
    }

    /// Sends a message of a vendor's own command word, 90H–FFH, with the SEQ of the request it answers or any other.
    ///
    /// # Errors
    ///
    /// [`SendError::NotVendor`], [`SendError::TooLong`], [`SendError::NotOnline`] or [`SendError::Blocked`].
    pub fn send_vendor(&mut self, now: Now, seq: u16, message: &Opaque) -> Result<(), SendError> {
        self.advance(now);
        check_vendor(message)?;
        if !self.is_logged_in() {
            return Err(SendError::NotOnline);
        }
        if self.blocked {
            return Err(SendError::Blocked);
        }
        self.transmit(wire::frame(message.command, seq, &message.xml));
        Ok(())
    }

    fn patience(&self, command: Command) -> Millis {
        match command {
            Command::VIDEO_PLAY | Command::RECORD_PLAY => self.config.timing.token,
            _ => self.config.timing.answer,
        }
    }

    /// The answer to a request of the application.
    pub(super) fn answered(&mut self, operation: Operation, frame: FrameRef<'_>) {
        let (command, seq) = (frame.command, frame.seq);
        // A platform that answers with another SEQ is understood when nothing else can be meant (E-66); but a
        // "yes" to one viewer's token must never open the door to another.
        let policy = match command {
            Command::VIDEO_PLAY | Command::RECORD_PLAY => ResponseMatch::SeqAndCommand,
            _ => ResponseMatch::Command,
        };
        let open = match self.pending.take(command, seq, policy) {
            Match::Found(open) => open,
            Match::Late => {
                return self.event(Event::Fault(PeerFault::Unmatched { command, seq, late: true }));
            }
            Match::Unknown => {
                return self.event(Event::Fault(PeerFault::Unmatched { command, seq, late: false }));
            }
        };
        let end = match operation.decode_response(frame.payload, Limits::FRAME) {
            Err(error) => {
                self.event(Event::Fault(PeerFault::Unreadable { command, error: error.clone() }));
                End::Unreadable(error)
            }
            Ok(read) => {
                if !read.diagnostics.is_empty() {
                    self.event(Event::Tolerated { command, diagnostics: read.diagnostics });
                }
                match code_of_refusal(&read.message) {
                    None => End::Answered(Box::new(read.message)),
                    Some(code) => End::Refused { code, response: Box::new(read.message) },
                }
            }
        };
        self.event(Event::Finished { ticket: open.ticket, end });
    }
}

/// The command word of what an application may ask. Login, capabilities and heartbeats are the machine's own.
fn command_to_send(operation: Operation) -> Option<Command> {
    let info = operation.info();
    let own = matches!(operation, Operation::Login | Operation::AbilityUp | Operation::Heartbeat);
    match info.interface {
        Interface::Frame(command) if info.requesting_side() == Side::Device && !own => Some(command),
        _ => None,
    }
}
