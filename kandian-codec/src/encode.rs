//! Writing frames. Spec §7.4.

use alloc::vec::Vec;

use bytes::BufMut;

use crate::digest::digest;
use crate::{DIGEST_LEN, EncodeError, FrameRef, HEADER_LEN, Header, MAX_PAYLOAD};

/// Appends a frame to `out` and returns the number of bytes added. Spec §7.4.
///
/// `limit` is the most bytes of DATA to send: [`DEVICE_MAX_PAYLOAD`](crate::DEVICE_MAX_PAYLOAD)
/// towards a device, [`MAX_PAYLOAD`] towards a platform. The payload is copied once; `out` grows
/// at most once.
///
/// ```
/// use kandian_codec::{Command, DEVICE_MAX_PAYLOAD, FrameRef, encode};
///
/// let mut out = Vec::new();
/// let written = encode(&FrameRef::new(Command::REBOOT, 0, b"<REBOOT_REQ/>"), &mut out, DEVICE_MAX_PAYLOAD)?;
/// assert_eq!(written, 13 + 24);
/// assert_eq!(out[..3], [0xFA, 0xF5, 0x6C]);
/// # Ok::<(), kandian_codec::EncodeError>(())
/// ```
///
/// # Errors
///
/// [`EncodeError::PayloadTooLong`]; `out` is then unchanged.
#[inline]
pub fn encode(frame: &FrameRef<'_>, out: &mut Vec<u8>, limit: usize) -> Result<usize, EncodeError> {
    let header = header(frame, limit)?;
    out.reserve(header.wire_len());
    append(&header, frame.payload, out);
    Ok(header.wire_len())
}

/// Writes a frame to the start of `out` and returns the number of bytes written. For callers
/// without an allocator, or with a fixed send buffer. Spec §7.4.
///
/// # Errors
///
/// [`EncodeError::PayloadTooLong`] and [`EncodeError::BufferTooSmall`]; `out` is then unchanged.
pub fn encode_into_slice(frame: &FrameRef<'_>, out: &mut [u8], limit: usize) -> Result<usize, EncodeError> {
    let header = header(frame, limit)?;
    let needed = header.wire_len();
    let parts = out.get_mut(..needed).and_then(<[u8]>::split_last_chunk_mut::<DIGEST_LEN>);
    let Some((signed, found)) = parts else {
        return Err(EncodeError::BufferTooSmall { needed });
    };
    let (head, data) = signed.split_at_mut(HEADER_LEN);
    head.copy_from_slice(&header.to_bytes());
    data.copy_from_slice(frame.payload);
    *found = digest(signed);
    Ok(needed)
}

/// The header of a frame that keeps to `limit`.
pub(crate) fn header(frame: &FrameRef<'_>, limit: usize) -> Result<Header, EncodeError> {
    let limit = limit.min(MAX_PAYLOAD);
    let len = frame.payload.len();
    let too_long = EncodeError::PayloadTooLong { len, limit };
    match u16::try_from(len) {
        Ok(wire) if len <= limit => {
            Ok(Header { command: frame.command, seq: frame.seq, remark: frame.remark, len: wire })
        }
        _ => Err(too_long),
    }
}

/// Appends the frame. The digest is taken over the bytes just written, one run in memory, which
/// hashes faster than header and payload apart.
#[inline]
pub(crate) fn append<B: BufMut + AsRef<[u8]>>(header: &Header, payload: &[u8], out: &mut B) {
    let start = out.as_ref().len();
    out.put_slice(&header.to_bytes());
    out.put_slice(payload);
    let digest = digest(out.as_ref().get(start..).unwrap_or_default());
    out.put_slice(&digest);
}
