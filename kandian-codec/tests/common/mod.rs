//! What several test files need.
#![allow(dead_code, reason = "no test file uses all of it")]
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use kandian_codec::{
    Command, DecoderOptions, DigestPolicy, FrameDecoder, FrameError, FrameRef, MAX_PAYLOAD, OwnedItem,
    ResyncPolicy, encode,
};

/// Every combination of policies that a decoder accepts.
pub(crate) fn all_options() -> [DecoderOptions; 4] {
    let options = DecoderOptions::new();
    [options, options.with_digest(DigestPolicy::Report), options.with_digest(DigestPolicy::Ignore), scan()]
}

pub(crate) fn scan() -> DecoderOptions {
    DecoderOptions::new().with_resync(ResyncPolicy::Scan)
}

pub(crate) fn wire(command: Command, seq: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    encode(&FrameRef::new(command, seq, payload), &mut out, MAX_PAYLOAD).unwrap();
    out
}

/// What a stream gives: its items, and the error that ended it.
pub(crate) type Reading = (Vec<OwnedItem>, Option<FrameError>);

/// Reads pieces to the end of the stream.
pub(crate) fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, options: DecoderOptions) -> Reading {
    let mut decoder = FrameDecoder::with_options(options).unwrap();
    let mut items = Vec::new();
    let outcome = feed(&mut decoder, pieces, &mut items).and_then(|()| end(&mut decoder, &mut items));
    (items, outcome.err())
}

pub(crate) fn feed<'a>(
    decoder: &mut FrameDecoder,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    items: &mut Vec<OwnedItem>,
) -> Result<(), FrameError> {
    for piece in pieces {
        let mut input = piece;
        while let Some(item) = decoder.decode(&mut input)? {
            items.push(item.to_owned());
        }
        assert!(input.is_empty());
    }
    Ok(())
}

pub(crate) fn end(decoder: &mut FrameDecoder, items: &mut Vec<OwnedItem>) -> Result<(), FrameError> {
    while let Some(item) = decoder.finish()? {
        items.push(item.to_owned());
    }
    Ok(())
}

pub(crate) fn whole(stream: &[u8], options: DecoderOptions) -> Reading {
    read([stream], options)
}

/// Sequence numbers of the frames among the items.
pub(crate) fn seqs(items: &[OwnedItem]) -> Vec<u16> {
    let seq = |item: &OwnedItem| match item {
        OwnedItem::Frame { frame, .. } => Some(frame.seq),
        _ => None,
    };
    items.iter().filter_map(seq).collect()
}
