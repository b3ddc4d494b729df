//! What the program says about one frame, document or stretch of bytes, before it takes a form.

use std::net::SocketAddr;

use kandian_codec::{Command, DigestVerdict, Side};
use kandian_proto::Payload;
use kandian_proto::command::OperationInfo;
use kandian_proto::xml::{Outline, UnknownElement};

use super::note::Note;
use super::time::Time;

/// One block of the output, one line of the JSON.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) place: Place,
    /// Position in the stream or file.
    pub(super) offset: u64,
    pub(super) subject: Subject,
    pub(super) reading: Reading,
    pub(super) notes: Vec<Note>,
    /// Notes that were counted only.
    pub(super) more_notes: usize,
}

/// Where something comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) time: Option<Time>,
    /// Source and destination.
    pub(super) link: Option<(SocketAddr, SocketAddr)>,
    /// Who sent it, when something besides the content tells.
    pub(super) sender: Option<Side>,
}

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    Frame {
        command: Command,
        seq: u16,
        payload: usize,
        digest: DigestVerdict,
    },
    /// A document outside frames.
    Document {
        bytes: usize,
    },
    /// Bytes that are none of both.
    Bytes {
        count: u64,
        what: &'static str,
    },
}

/// What the bytes say.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) operation: Option<&'static OperationInfo>,
    /// Name of the root element, as the specification has it.
    pub(super) root: Option<&'static str>,
    pub(super) sender: Option<Side>,
    pub(super) content: Content,
    pub(super) unknown: Vec<UnknownElement>,
    /// Offsets of unknown elements that may be pieces of a secret whose end is not certain.
    pub(super) doubtful: Vec<usize>,
}

/// The content, as far as it could be read.
#[derive(Debug, Default)]
#[allow(clippy::large_enum_variant)] // one report lives at a time
pub(super) enum Content {
    #[default]
    Nothing,
    Message(Payload),
    /// The fields of a message that cannot be read as a whole.
    Outline(Outline),
}

impl Report {
    /// A report on bytes that hold no message.
    pub(super) fn bytes(place: Place, offset: u64, count: u64, what: &'static str, note: Note) -> Self {
        let subject = Subject::Bytes { count, what };
        Self { place, offset, subject, reading: Reading::default(), notes: vec![note], more_notes: 0 }
    }

    /// Name of the operation: the root element without `_REQ` or `_RES`.
    pub(super) fn name(&self) -> Option<&'static str> {
        match self.subject {
            Subject::Frame { command, .. } => command.info().map(|info| info.name),
            _ => self
                .reading
                .operation
                .map(|row| row.request.root.strip_suffix("_REQ").unwrap_or(row.request.root)),
        }
    }
}
