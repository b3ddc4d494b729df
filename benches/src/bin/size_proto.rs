//! A minimal program that decodes frames and every message in them, and writes the messages again, for
//! `.ci/sizes.sh`.

use std::io::{Read, stdin};

use kandian_codec::{FrameDecoder, Item, Side};
use kandian_proto::{Profile, decode_payload};

fn main() {
    let mut input = Vec::new();
    let _ = stdin().read_to_end(&mut input).unwrap_or_default();
    let mut decoder = FrameDecoder::new();
    let mut rest = input.as_slice();
    let mut bytes = 0;
    while let Ok(Some(item)) = decoder.decode(&mut rest) {
        let Item::Frame { frame, .. } = item else { continue };
        let Ok(read) = decode_payload(frame.command, Side::Device, frame.payload) else { continue };
        bytes += read.message.encode(Profile::Spec).map_or(0, |written| written.len());
    }
    println!("{bytes}");
}
