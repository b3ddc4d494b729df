//! Frames over tokio's `Framed`, with feature `tokio`.

use std::io;

use bytes::{Buf, BytesMut};
use thiserror::Error;
use tokio_util::codec::{Decoder, Encoder};

use crate::encode::{append, header};
use crate::{
    DecoderOptions, EncodeError, Frame, FrameDecoder, FrameError, FrameRef, Item, MAX_PAYLOAD, OptionsError,
    OwnedItem,
};

/// A [`FrameDecoder`] and [`encode`](crate::encode()) in the shape `tokio_util::codec` asks for.
///
/// It takes every byte out of the read buffer at once and never asks that buffer to grow, so what
/// a peer writes into LEN allocates nothing; the bounds of [`FrameDecoder`] hold.
#[derive(Debug)]
pub struct FrameCodec {
    decoder: FrameDecoder,
    send_limit: usize,
}

/// Why a framed link failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// What was received cannot be decoded any further.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// What was to be sent is not allowed. Nothing was written; the link can go on.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The socket failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl FrameCodec {
    /// A codec with the default options, which sends as much DATA as LEN can express.
    #[must_use]
    pub fn new() -> Self {
        Self { decoder: FrameDecoder::new(), send_limit: MAX_PAYLOAD }
    }

    /// A codec that decodes with these options.
    ///
    /// # Errors
    ///
    /// [`OptionsError::ScanNeedsVerify`].
    pub fn with_options(options: DecoderOptions) -> Result<Self, OptionsError> {
        Ok(Self { decoder: FrameDecoder::with_options(options)?, send_limit: MAX_PAYLOAD })
    }

    /// Sets the most bytes of DATA to send, such as
    /// [`DEVICE_MAX_PAYLOAD`](crate::DEVICE_MAX_PAYLOAD).
    #[must_use]
    pub fn with_send_limit(mut self, bytes: usize) -> Self {
        self.send_limit = bytes;
        self
    }

    /// The decoder inside, for its counters.
    #[must_use]
    pub const fn decoder(&self) -> &FrameDecoder {
        &self.decoder
    }
}

impl Default for FrameCodec {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder for FrameCodec {
    type Item = OwnedItem;
    type Error = CodecError;

    fn decode(&mut self, src: &mut BytesMut) -> Result<Option<OwnedItem>, CodecError> {
        let mut input = &src[..];
        let item = self.decoder.decode(&mut input)?.map(|item| Item::to_owned(&item));
        let taken = src.len() - input.len();
        src.advance(taken);
        Ok(item)
    }

    /// Reports a frame that the end of the stream cut short, see [`FrameDecoder::finish`].
    fn decode_eof(&mut self, src: &mut BytesMut) -> Result<Option<OwnedItem>, CodecError> {
        if let Some(item) = self.decode(src)? {
            return Ok(Some(item));
        }
        Ok(self.decoder.finish()?.map(|item| Item::to_owned(&item)))
    }
}

impl Encoder<FrameRef<'_>> for FrameCodec {
    type Error = CodecError;

    fn encode(&mut self, frame: FrameRef<'_>, dst: &mut BytesMut) -> Result<(), CodecError> {
        let header = header(&frame, self.send_limit)?;
        dst.reserve(header.wire_len());
        append(&header, frame.payload, dst);
        Ok(())
    }
}

impl Encoder<Frame> for FrameCodec {
    type Error = CodecError;

    fn encode(&mut self, frame: Frame, dst: &mut BytesMut) -> Result<(), CodecError> {
        Encoder::<FrameRef<'_>>::encode(self, frame.as_frame_ref(), dst)
    }
}

/// Protocol faults become `InvalidData`, frames that may not be sent `InvalidInput`.
impl From<CodecError> for io::Error {
    fn from(error: CodecError) -> Self {
        match error {
            CodecError::Io(error) => error,
            CodecError::Frame(error) => Self::new(io::ErrorKind::InvalidData, error),
            CodecError::Encode(error) => Self::new(io::ErrorKind::InvalidInput, error),
        }
    }
}
