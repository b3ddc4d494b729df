//! Properties of arbitrary streams, and of streams made of frames and damage.

mod common;

use common::{all_options, read, whole, wire};
use kandian_codec::{
    Command, DecoderOptions, DigestVerdict, FrameRef, MAX_PAYLOAD, Status, decode, encode, fuzz,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A piece of a stream: a good frame, a frame with one bit flipped, or bytes rich in frame starts.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let frame = (any::<u8>(), any::<u16>(), vec(any::<u8>(), 0..80))
        .prop_map(|(command, seq, payload)| wire(Command(command), seq, &payload));
    let damaged = (frame.clone(), any::<prop::sample::Index>(), 0_u32..8).prop_map(|(mut frame, at, bit)| {
        let at = at.index(frame.len());
        frame[at] ^= 1_u8 << bit;
        frame
    });
    let byte = prop_oneof![3 => Just(0xFA), 3 => Just(0xF5), 2 => Just(0), 2 => any::<u8>()];
    prop_oneof![4 => frame, 2 => damaged, 1 => vec(byte, 0..60)]
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_encoded_decodes(
        command: u8,
        seq: u16,
        remark: u8,
        payload in vec(any::<u8>(), 0..2000),
        behind in vec(any::<u8>(), 0..30),
    ) {
        let frame = FrameRef { command: Command(command), seq, remark, payload: &payload };
        let mut out = Vec::new();
        let consumed = encode(&frame, &mut out, MAX_PAYLOAD).unwrap();
        prop_assert_eq!(consumed, payload.len() + 24);
        out.extend_from_slice(&behind);
        let complete = Status::Complete { frame, consumed, digest: DigestVerdict::Ok };
        prop_assert_eq!(decode(&out, DecoderOptions::new()), Ok(complete));
        let owned = frame.to_owned();
        prop_assert_eq!(owned.as_frame_ref(), frame);
    }

    #[test]
    fn any_split_gives_the_same_items(stream in stream(), cuts in vec(any::<prop::sample::Index>(), 0..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        for options in all_options() {
            let pieces = cuts.windows(2).map(|ends| &stream[ends[0]..ends[1]]);
            prop_assert_eq!(read(pieces, options), whole(&stream, options));
        }
    }

    #[test]
    fn the_laws_hold_for_streams_of_frames_and_damage(stream in stream()) {
        fuzz::frame(&stream);
        fuzz::resync(&stream);
    }

    #[test]
    fn the_laws_hold_for_arbitrary_bytes(bytes in vec(any::<u8>(), 0..600)) {
        fuzz::frame(&bytes);
        fuzz::resync(&bytes);
    }
}

/// Inputs that random search does not reach.
#[test]
fn the_laws_hold_at_the_edges() {
    let longest = wire(Command::LOGIN, 1, &[0xFA; MAX_PAYLOAD]);
    let mut damaged = longest.clone();
    damaged[60_000] ^= 1;
    let edges = [
        vec![],
        b"\xFA\xF5".repeat(40),
        b"\xFA\xF5".repeat(70_000),
        b"\xFA".repeat(5_000),
        longest.clone(),
        [&damaged[..], &longest].concat(),
        [b"\xFA\xF5\x31\x00\x00\x00\xFF\xFF", &longest[..]].concat(),
    ];
    for edge in edges {
        fuzz::frame(&edge);
        fuzz::resync(&edge);
    }
}
