//! What the tests of watching share: moments, targets, tokens, URLs.

use kandian_proto::play::{FileName, Grant, PlayUrl, Target};
use kandian_proto::time::{Millis, Now};
use kandian_proto::value::{HashToken, Port, StreamType};
use kandian_proto::{DevId, Secret};

/// A device id of the specification's form.
pub(crate) const DEVICE: &str = "81100000001";
/// Name of a recording of [`DEVICE`].
pub(crate) const FILE: &str = "81100000001_0_20140318080000.ts";
/// Canonical tokens.
pub(crate) const TOKEN: &str = "6f1ed002ab5595859014ebf0951522d9";
pub(crate) const OTHER_TOKEN: &str = "0d107d09f5bbe40cade3de5c71e9e9b7";

/// Milliseconds on the monotonic clock.
pub(crate) const fn at(millis: u64) -> Now {
    Now::mono(Millis(millis))
}

pub(crate) fn device(text: &str) -> DevId {
    text.parse().unwrap()
}

pub(crate) fn token(text: &str) -> HashToken {
    text.parse().unwrap()
}

pub(crate) fn live() -> Target {
    Target::live(device(DEVICE), 0, StreamType::MAIN)
}

pub(crate) fn recording() -> Target {
    Target::recording(device(DEVICE), 0, FileName::new(FILE).unwrap())
}

pub(crate) fn grant(account: &str, target: Target) -> Grant {
    Grant::new(account, Secret::from("hunter2"), target)
}

/// A key like no other.
pub(crate) fn key(number: u64) -> [u8; 16] {
    let mut key = [0x5a; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    key
}

pub(crate) fn play_url(target: Target) -> PlayUrl {
    PlayUrl::new("192.168.1.64".parse().unwrap(), Port(554), target, token(TOKEN)).unwrap()
}
