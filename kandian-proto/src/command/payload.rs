//! From the DATA of a frame, or any document whose operation is known, to a message.

use kandian_codec::{Command, Side};

use super::{OPERATIONS, Operation, Request, Response};
use crate::codec::{finish, read_bytes};
use crate::xml::{DecodeError, DecodeErrorKind, Limits, Mode, Notes, excerpt};
use crate::{Decoded, EncodeError, Profile};

impl Operation {
    /// The operation of a command word; `None` for words without a section (6AH, 6BH, 73H), reserved,
    /// undefined and vendor words.
    #[must_use]
    pub fn of_command(command: Command) -> Option<Self> {
        OPERATIONS.iter().find(|row| row.command() == Some(command)).map(|row| row.operation)
    }

    /// The request of this operation.
    ///
    /// # Errors
    /// As [`decode`](crate::decode).
    pub fn decode_request(self, bytes: &[u8], limits: Limits) -> Result<Decoded<Request>, DecodeError> {
        self.read(bytes, Mode::Lenient, limits, self.info().request.root, Request::read)
    }

    /// The response of this operation.
    ///
    /// # Errors
    /// As [`decode`](crate::decode).
    pub fn decode_response(self, bytes: &[u8], limits: Limits) -> Result<Decoded<Response>, DecodeError> {
        self.read(bytes, Mode::Lenient, limits, self.info().response.root, Response::read)
    }

    /// The request of this operation, and nothing that deviates from the specification.
    ///
    /// # Errors
    /// As [`decode_strict`](crate::decode_strict).
    pub fn decode_request_strict(self, bytes: &[u8], limits: Limits) -> Result<Request, DecodeError> {
        self.read(bytes, Mode::Strict, limits, self.info().request.root, Request::read).map(|d| d.message)
    }

    /// The response of this operation, and nothing that deviates from the specification.
    ///
    /// # Errors
    /// As [`decode_strict`](crate::decode_strict).
    pub fn decode_response_strict(self, bytes: &[u8], limits: Limits) -> Result<Response, DecodeError> {
        self.read(bytes, Mode::Strict, limits, self.info().response.root, Response::read).map(|d| d.message)
    }

    fn read<T>(
        self,
        bytes: &[u8],
        mode: Mode,
        limits: Limits,
        expected: &'static str,
        read: impl FnOnce(Self, &crate::xml::Document<'_>, usize, &mut Notes) -> Result<T, DecodeError>,
    ) -> Result<Decoded<T>, DecodeError> {
        let mut notes = Notes::new(mode, limits);
        let message = read_bytes(bytes, &mut notes, |document, notes| {
            let root = document.root();
            if root.name() != expected {
                let kind = DecodeErrorKind::UnexpectedRoot { expected, found: excerpt(root.name()) };
                return Err(DecodeError::new(kind, "", root.offset()));
            }
            read(self, document, root.index, notes)
        })?;
        Ok(finish(message, notes))
    }
}

/// What the DATA of a frame holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // a message lives for one dispatch; boxing would cost more
#[non_exhaustive]
pub enum Payload {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
    /// A command word without a defined message, kept as it came (E-68, E-69).
    Opaque(Opaque),
}

/// A message that the specification does not define: words 6AH, 6BH and 73H, which have no section, and
/// the words that vendors define for themselves.
///
/// It may hold secrets that no type names: `Debug` shows the length only, JSON shows
/// [`redacted`](crate::xml::redacted) text.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opaque {
    /// The command word.
    pub command: Command,
    /// DATA as it came, XML or not.
    pub xml: Vec<u8>,
}

impl core::fmt::Debug for Opaque {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let xml = format_args!("{} bytes", self.xml.len());
        f.debug_struct("Opaque").field("command", &self.command).field("xml", &xml).finish()
    }
}

impl Opaque {
    /// A message of a vendor's own command.
    #[must_use]
    pub fn new(command: Command, xml: impl Into<Vec<u8>>) -> Self {
        Self { command, xml: xml.into() }
    }

    /// Whether it is a response, by the suffix of its root element; `None` when that does not tell.
    #[must_use]
    pub fn is_response(&self) -> Option<bool> {
        let root = root_name(&self.xml)?;
        match root {
            _ if root.ends_with(b"_RES") => Some(true),
            _ if root.ends_with(b"_REQ") => Some(false),
            _ => None,
        }
    }
}

impl Payload {
    /// Writes it as a document; opaque messages as they came.
    ///
    /// # Errors
    /// As [`encode`](crate::encode).
    pub fn encode(&self, profile: Profile) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Request(m) => m.encode(&[], profile),
            Self::Response(m) => m.encode(&[], profile),
            Self::Opaque(m) => Ok(m.xml.clone()),
        }
    }
}

/// Reads the DATA of a frame leniently. Nothing in a frame says whether it is a request or a response
/// (E-66); the sender and the command word do.
///
/// # Errors
/// As [`decode`](crate::decode).
pub fn decode_payload(command: Command, sender: Side, data: &[u8]) -> Result<Decoded<Payload>, DecodeError> {
    decode_payload_with(command, sender, data, Limits::FRAME)
}

/// [`decode_payload`] with other limits.
///
/// # Errors
/// As [`decode`](crate::decode).
pub fn decode_payload_with(
    command: Command,
    sender: Side,
    data: &[u8],
    limits: Limits,
) -> Result<Decoded<Payload>, DecodeError> {
    match Operation::of_command(command) {
        None => Ok(finish(Payload::Opaque(Opaque::new(command, data)), Notes::new(Mode::Lenient, limits))),
        Some(operation) if operation.info().requesting_side() == sender => {
            operation.decode_request(data, limits).map(|read| read.map(Payload::Request))
        }
        Some(operation) => operation.decode_response(data, limits).map(|read| read.map(Payload::Response)),
    }
}

/// The sender of a frame as far as its root element tells, for captures where the direction is not
/// known otherwise.
#[must_use]
pub fn side_by_root(command: Command, data: &[u8]) -> Option<Side> {
    let requester = Operation::of_command(command)?.info().requesting_side();
    let responder = if requester == Side::Device { Side::Platform } else { Side::Device };
    let root = root_name(data)?;
    match root {
        _ if root.ends_with(b"_REQ") => Some(requester),
        _ if root.ends_with(b"_RES") => Some(responder),
        _ => None,
    }
}

/// The name in the first tag that is neither a declaration nor a comment, without further checks.
fn root_name(data: &[u8]) -> Option<&[u8]> {
    let mut tags = data.split(|&b| b == b'<').skip(1);
    let tag = tags.find(|t| !t.starts_with(b"?") && !t.starts_with(b"!"))?.trim_ascii_start();
    tag.split(|&b| b == b'>' || b == b'/' || b.is_ascii_whitespace()).next().filter(|name| !name.is_empty())
}
