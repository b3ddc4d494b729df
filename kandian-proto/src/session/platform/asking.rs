//! What the application asks the device, and its answers.

use kandian_codec::{Command, FrameRef, Side};

use super::link::{Link, Phase};
use super::{Event, answer_timeout, applies_to};
use crate::command::{Interface, Opaque};
use crate::session::pending::Match;
use crate::session::refusal::code_of_refusal;
use crate::session::wire::check_vendor;
use crate::session::{End, PeerFault, ResponseMatch, SendError, Silence, Ticket};
use crate::time::Now;
use crate::xml::Limits;
use crate::{Operation, Request};

/// Silent in a row until a command counts as unsupported.
const SILENCES: u8 = 2;

impl Link {
    /// Asks the device. The ticket comes back in [`Event::Finished`], whatever happens.
    ///
    /// # Errors
    ///
    /// [`SendError::NotOnline`], [`SendError::Busy`] while a request of this command is open,
    /// [`SendError::Unsupported`], [`SendError::NotForDevice`], [`SendError::WrongDirection`],
    /// [`SendError::Blocked`], [`SendError::Full`] or [`SendError::Encode`]. Nothing was sent then.
    pub fn request(&mut self, now: Now, request: Request) -> Result<Ticket, SendError> {
        self.advance(now);
        let operation = request.operation();
        let command = match operation.info().interface {
            Interface::Frame(command) if operation.info().requesting_side() == Side::Platform => command,
            _ => return Err(SendError::WrongDirection(operation)),
        };
        self.may_ask(operation, command)?;
        let document = request.encode(&[], self.quirks.profile)?;
        let ticket = self.tickets.next();
        let seq = self.pending.start(ticket, command, self.now + answer_timeout(command));
        self.send(command, seq, &document);
        Ok(ticket)
    }

    fn may_ask(&self, operation: Operation, command: Command) -> Result<(), SendError> {
        if !matches!(self.phase, Phase::Online { .. }) {
            return Err(SendError::NotOnline);
        }
        if let Some(device_type) = self.device_type.filter(|&t| !applies_to(operation, t)) {
            return Err(SendError::NotForDevice { operation, device_type });
        }
        if self.pending.is_open(command) {
            return Err(SendError::Busy(command));
        }
        if self.pending.len() >= self.config.open_requests {
            return Err(SendError::Full(self.pending.len()));
        }
        let silent = self.silent.iter().any(|&(c, times)| c == command && times >= SILENCES);
        if silent && self.quirks.silence == Silence::Unsupported && may_be_missing(command) {
            return Err(SendError::Unsupported(command));
        }
        // A request that would wait for the socket would be answered late, if at all.
        if self.blocked { Err(SendError::Blocked) } else { Ok(()) }
    }

    /// Sends a message of a vendor's own command word, 90H–FFH. Nothing waits for an answer; what comes is an
    /// [`Event::Vendor`].
    ///
    /// # Errors
    ///
    /// [`SendError::NotVendor`], [`SendError::TooLong`], [`SendError::NotOnline`] or [`SendError::Blocked`].
    pub fn send_vendor(&mut self, now: Now, seq: u16, message: &Opaque) -> Result<(), SendError> {
        self.advance(now);
        check_vendor(message)?;
        if !matches!(self.phase, Phase::Online { .. }) {
            return Err(SendError::NotOnline);
        }
        if self.blocked {
            return Err(SendError::Blocked);
        }
        self.send(message.command, seq, &message.xml);
        Ok(())
    }

    /// A frame with a command word that platforms request.
    pub(super) fn answered(&mut self, operation: Operation, frame: FrameRef<'_>) {
        let (command, seq) = (frame.command, frame.seq);
        if !matches!(self.phase, Phase::Online { .. }) {
            return self.fault(PeerFault::NotLoggedIn(command));
        }
        let open = match self.pending.take(command, seq, self.quirks.response_match) {
            Match::Found(open) => open,
            Match::Late => return self.fault(PeerFault::Unmatched { command, seq, late: true }),
            Match::Unknown => {
                if self.pending.is_open(command) {
                    self.learned.response_match = ResponseMatch::Command;
                }
                return self.fault(PeerFault::Unmatched { command, seq, late: false });
            }
        };
        self.silent.retain(|&(c, _)| c != command);
        let end = match operation.decode_response(frame.payload, Limits::FRAME) {
            Err(error) => {
                self.fault(PeerFault::Unreadable { command, error: error.clone() });
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

    /// Remembers that the device kept silent on a command.
    pub(super) fn note_silence(&mut self, command: Command) {
        match self.silent.iter_mut().find(|(c, _)| *c == command) {
            Some((_, times)) => {
                *times = times.saturating_add(1);
                if may_be_missing(command) {
                    self.learned.silence = Silence::Unsupported;
                }
            }
            None => self.silent.push((command, 1)),
        }
    }
}

/// The commands that deployed recorders drop unknown. Silence on others has other meanings: an empty search, a refused
/// binding, a disk that is being formatted.
const fn may_be_missing(command: Command) -> bool {
    matches!(
        command,
        Command::GET_WIFI
            | Command::SET_WIFI
            | Command::ADD_PICTURE_POLICY
            | Command::QUERY_PICTURE_POLICY
            | Command::DEL_PICTURE_POLICY
            | Command::GET_ALARM
            | Command::LOG_UPLOAD
            | Command::ESTORE_ACTIVATE
            | Command::RESET_DEFAULT
    )
}
