//! A minimal program that decodes frames, for `.ci/sizes.sh`.

use std::io::{Read, stdin};

use kandian_codec::{FrameDecoder, Item};

fn main() {
    let mut input = Vec::new();
    let _ = stdin().read_to_end(&mut input).unwrap_or_default();
    let mut decoder = FrameDecoder::new();
    let mut rest = input.as_slice();
    let mut bytes = 0;
    while let Ok(Some(item)) = decoder.decode(&mut rest) {
        if let Item::Frame { frame, .. } = item {
            bytes += frame.payload.len();
        }
    }
    println!("{bytes}");
}
