//! Bytes to messages and back.

use crate::profile::Profile;
use crate::xml::{
    DECLARATION, DecodeError, DecodeErrorKind, Diagnostic, Document, EncodeError, EncodeErrorKind, FieldInfo,
    Group, GroupReader, Limits, Mode, Notes, Source, UnknownElement, XmlWriter, excerpt, parse,
};

/// What is known about a message without having one.
#[derive(Debug)]
#[non_exhaustive]
pub struct MessageInfo {
    /// Name of the root element.
    pub root: &'static str,
    /// Name of the Rust type.
    pub rust_name: &'static str,
    /// Its fields, in wire order.
    pub fields: &'static [FieldInfo],
}

impl MessageInfo {
    #[doc(hidden)]
    pub const fn new(root: &'static str, rust_name: &'static str, fields: &'static [FieldInfo]) -> Self {
        Self { root, rust_name, fields }
    }
}

/// A message with a root element of its own. Implemented by the `message!` macro.
pub trait Message: Group {
    /// Root element and fields.
    const INFO: &'static MessageInfo;
}

/// A message that was read leniently, and everything that was wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<M> {
    /// The message.
    pub message: M,
    /// Every deviation that was accepted, in the order of discovery.
    pub diagnostics: Vec<Diagnostic>,
    /// How many further diagnostics were left out because of
    /// [`Limits::diagnostics`](crate::xml::Limits::diagnostics).
    pub more_diagnostics: usize,
    /// Elements that the message does not define; [`encode_with_unknown`] writes them back.
    pub unknown: Vec<UnknownElement>,
}

impl<M> Decoded<M> {
    /// The same with another message.
    pub fn map<N>(self, f: impl FnOnce(M) -> N) -> Decoded<N> {
        Decoded {
            message: f(self.message),
            diagnostics: self.diagnostics,
            more_diagnostics: self.more_diagnostics,
            unknown: self.unknown,
        }
    }

    /// True when something had to be repaired or guessed at; remarks do not count.
    #[must_use]
    pub fn is_repaired(&self) -> bool {
        self.more_diagnostics > 0 || self.diagnostics.iter().any(Diagnostic::is_repair)
    }
}

/// Reads a message and accepts what deployed equipment sends, within the default [`Limits`].
///
/// # Errors
/// When the bytes cannot be read even so, with the reason, the element and the offset.
pub fn decode<M: Message>(bytes: &[u8]) -> Result<Decoded<M>, DecodeError> {
    decode_with(bytes, Limits::default())
}

/// [`decode`] with other limits.
///
/// # Errors
/// As [`decode`].
pub fn decode_with<M: Message>(bytes: &[u8], limits: Limits) -> Result<Decoded<M>, DecodeError> {
    let mut notes = Notes::new(Mode::Lenient, limits);
    let message = read_bytes(bytes, &mut notes, |document, notes| read_root(document, notes))?;
    Ok(finish(message, notes))
}

/// Reads a message and refuses the first deviation from the specification that [`decode`] would
/// repair.
///
/// # Errors
/// When the bytes are not exactly a message of the specification.
pub fn decode_strict<M: Message>(bytes: &[u8]) -> Result<M, DecodeError> {
    decode_strict_with(bytes, Limits::default())
}

/// [`decode_strict`] with other limits.
///
/// # Errors
/// As [`decode_strict`].
pub fn decode_strict_with<M: Message>(bytes: &[u8], limits: Limits) -> Result<M, DecodeError> {
    let mut notes = Notes::new(Mode::Strict, limits);
    read_bytes(bytes, &mut notes, |document, notes| read_root(document, notes))
}

/// Prepares the bytes, reads the tree, calls `read`, and turns all offsets into offsets of the bytes.
pub(crate) fn read_bytes<T>(
    bytes: &[u8],
    notes: &mut Notes,
    read: impl FnOnce(&Document<'_>, &mut Notes) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let source = Source::prepare(bytes, notes)?;
    let settled = notes.diagnostics.len();
    let result = parse(&source, notes).and_then(|document| read(&document, notes));
    source.in_raw_offsets(result, notes, settled)
}

/// Reads a message whose root element must be its own.
fn read_root<M: Message>(document: &Document<'_>, notes: &mut Notes) -> Result<M, DecodeError> {
    let root = document.root();
    if root.name() != M::INFO.root {
        let kind = DecodeErrorKind::UnexpectedRoot { expected: M::INFO.root, found: excerpt(root.name()) };
        return Err(DecodeError::new(kind, "", root.offset()));
    }
    read_message(document, root.index, notes)
}

/// Reads a message from the children of an element, whatever the element is called.
pub(crate) fn read_message<M: Message>(
    document: &Document<'_>,
    node: usize,
    notes: &mut Notes,
) -> Result<M, DecodeError> {
    read_fields(document, node, M::INFO.root, notes)
}

/// Reads a group from the children of an element that is called `name` where unknown elements are
/// written back.
pub(crate) fn read_fields<G: Group>(
    document: &Document<'_>,
    node: usize,
    name: &'static str,
    notes: &mut Notes,
) -> Result<G, DecodeError> {
    let mut reader = GroupReader::new(document, node, name, G::FIELDS, notes)?;
    let group = G::read(&mut reader)?;
    reader.finish()?;
    Ok(group)
}

pub(crate) fn finish<M>(message: M, notes: Notes) -> Decoded<M> {
    Decoded {
        message,
        diagnostics: notes.diagnostics,
        more_diagnostics: notes.dropped,
        unknown: notes.unknown,
    }
}

/// Writes a message as a document: compact XML with the declaration first.
///
/// # Errors
/// When a value cannot be sent under the profile, with the element's path.
pub fn encode<M: Message>(message: &M, profile: Profile) -> Result<Vec<u8>, EncodeError> {
    encode_with_unknown(message, &[], profile)
}

/// Appends a message to a buffer of the caller, who may use it again and again.
///
/// # Errors
/// As [`encode`]; the buffer is then as it was before.
pub fn encode_into<M: Message>(message: &M, profile: Profile, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    write_document(message, &[], profile, out)
}

/// Writes a message together with elements that it does not define, each back where it stood, after
/// the defined ones.
///
/// # Errors
/// As [`encode`].
pub fn encode_with_unknown<M: Message>(
    message: &M,
    unknown: &[UnknownElement],
    profile: Profile,
) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::with_capacity(512);
    write_document(message, unknown, profile, &mut out)?;
    Ok(out)
}

fn write_document<M: Message>(
    message: &M,
    unknown: &[UnknownElement],
    profile: Profile,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let start = out.len();
    out.extend_from_slice(DECLARATION.as_bytes());
    let written =
        XmlWriter::new(out, profile, unknown).element(M::INFO.root, 0, &mut |writer| message.write(writer));
    let length = out.len() - start;
    let limit = profile.max_document();
    // Client documents do not travel in frames.
    let framed = !M::INFO.root.starts_with("MCU_");
    let checked = written.and_then(|()| match length > limit && framed {
        true => {
            let kind = EncodeErrorKind::DocumentTooLong { length, limit };
            Err(EncodeError::new(kind, M::INFO.root))
        }
        false => Ok(()),
    });
    if checked.is_err() {
        out.truncate(start);
    }
    checked
}
