//! Frames as a deployed device sends them, with invented values.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod common;

use common::{all_options, whole, wire};
use kandian_codec::{Command, DecoderOptions, DigestVerdict, FrameRef, Status, decode, digest};

struct Vector {
    command: Command,
    seq: u16,
    /// DATA, which ends in the line feed the device's XML writer adds.
    data: &'static str,
    /// The whole frame in hex.
    frame: &'static str,
    digest: &'static str,
}

/// LOGIN_REQ, the first frame of a device. Its counter starts at 1 where the specification says 0
/// (E-65), and LEN counts the line feed (E-63).
const LOGIN: Vector = Vector {
    command: Command::LOGIN,
    seq: 1,
    data: "<?xml version=\"1.0\" encoding=\"utf-8\"?><LOGIN_REQ><DevVer>V1.6_20141105</DevVer>\
        <DevID>85000012345</DevID><DevKey>12345678</DevKey><UpnpIP></UpnpIP>\
        <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP>\
        <RtspLocalPort>1554</RtspLocalPort><TurnRelayIP></TurnRelayIP>\
        <RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType>\
        <NatType>1</NatType></LOGIN_REQ>\n",
    frame: "\
        faf531000100016b3c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e3c4c\
        4f47494e5f5245513e3c4465765665723e56312e365f32303134313130353c2f4465765665723e3c44657649443e3835\
        3030303031323334353c2f44657649443e3c4465764b65793e31323334353637383c2f4465764b65793e3c55706e7049\
        503e3c2f55706e7049503e3c5274737055706e70506f72743e303c2f5274737055706e70506f72743e3c4c6f63616c49\
        503e3139322e3136382e312e38383c2f4c6f63616c49503e3c527473704c6f63616c506f72743e313535343c2f527473\
        704c6f63616c506f72743e3c5475726e52656c617949503e3c2f5475726e52656c617949503e3c527473705475726e52\
        656c6179506f72743e303c2f527473705475726e52656c6179506f72743e3c4e6574547970653e303c2f4e6574547970\
        653e3c4e6174547970653e313c2f4e6174547970653e3c2f4c4f47494e5f5245513e0acee15b569bc8548b5d334e0923\
        e1572e",
    digest: "cee15b569bc8548b5d334e0923e1572e",
};

/// HEARTBEAT_REQ with a relay in use (E-60).
const HEARTBEAT: Vector = Vector {
    command: Command::HEARTBEAT,
    seq: 3,
    data: "<?xml version=\"1.0\" encoding=\"utf-8\"?><HEARTBEAT_REQ><DevID>85000012345</DevID>\
        <CurVideoNum>0</CurVideoNum><UpnpIP>203.0.113.7</UpnpIP>\
        <RtspUpnpPort>18588</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP>\
        <RtspLocalPort>1554</RtspLocalPort><TurnRelayIP>198.51.100.20</TurnRelayIP>\
        <RtspTurnRelayPort>52124</RtspTurnRelayPort></HEARTBEAT_REQ>\n",
    frame: "\
        faf53300030001503c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e3c48\
        45415254424541545f5245513e3c44657649443e38353030303031323334353c2f44657649443e3c437572566964656f\
        4e756d3e303c2f437572566964656f4e756d3e3c55706e7049503e3230332e302e3131332e373c2f55706e7049503e3c\
        5274737055706e70506f72743e31383538383c2f5274737055706e70506f72743e3c4c6f63616c49503e3139322e3136\
        382e312e38383c2f4c6f63616c49503e3c527473704c6f63616c506f72743e313535343c2f527473704c6f63616c506f\
        72743e3c5475726e52656c617949503e3139382e35312e3130302e32303c2f5475726e52656c617949503e3c52747370\
        5475726e52656c6179506f72743e35323132343c2f527473705475726e52656c6179506f72743e3c2f48454152544245\
        41545f5245513e0ace434a91e62259741227cfbba99d4c76",
    digest: "ce434a91e62259741227cfbba99d4c76",
};

/// VIDEO_PTZ_RES, which echoes SEQ 0x1234 of the request and carries the same command word (E-66).
const VIDEO_PTZ: Vector = Vector {
    command: Command::VIDEO_PTZ,
    seq: 0x1234,
    data: "<?xml version=\"1.0\" encoding=\"utf-8\"?><VIDEO_PTZ_RES><Result>0</Result>\
        <DevID>85000012345</DevID></VIDEO_PTZ_RES>\n",
    frame: "\
        faf56412340000723c3f786d6c2076657273696f6e3d22312e302220656e636f64696e673d227574662d38223f3e3c56\
        4944454f5f50545a5f5245533e3c526573756c743e303c2f526573756c743e3c44657649443e38353030303031323334\
        353c2f44657649443e3c2f564944454f5f50545a5f5245533e0ae0ee8c55d09a591acb15dff979a63bb7",
    digest: "e0ee8c55d09a591acb15dff979a63bb7",
};

const VECTORS: [Vector; 3] = [LOGIN, HEARTBEAT, VIDEO_PTZ];

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// the golden frames, with SEQ and LEN in network byte order.
#[test]
fn they_decode() {
    for vector in VECTORS {
        let frame = bytes(vector.frame);
        let Ok(Status::Complete { frame: decoded, consumed, digest }) = decode(&frame, DecoderOptions::new())
        else {
            panic!("{}", vector.command);
        };
        assert_eq!(decoded, FrameRef::new(vector.command, vector.seq, vector.data.as_bytes()));
        assert_eq!((consumed, digest), (frame.len(), DigestVerdict::Ok));
    }
}

/// bit by bit, Remark 0.
#[test]
fn they_are_what_we_encode() {
    for vector in VECTORS {
        assert_eq!(wire(vector.command, vector.seq, vector.data.as_bytes()), bytes(vector.frame));
    }
}

/// E-61: MD5 over all 8 header bytes and DATA, raw, without a key.
#[test]
fn the_digest_covers_header_and_data() {
    for vector in VECTORS {
        let frame = bytes(vector.frame);
        let (signed, found) = frame.split_last_chunk::<16>().unwrap();
        assert_eq!(found[..], bytes(vector.digest));
        assert_eq!(digest(signed), *found);
        assert_ne!(digest(&signed[8..]), *found);
    }
}

/// E-64: Remark is accepted with any value, and the digest covers it.
#[test]
fn remark_is_covered_by_the_digest() {
    let mut frame = bytes(LOGIN.frame);
    frame[5] = 7;
    assert!(
        matches!(decode(&frame, DecoderOptions::new()), Ok(Status::BadDigest { header, .. }) if header.remark == 7)
    );
    let (signed, found) = frame.split_last_chunk_mut::<16>().unwrap();
    *found = digest(signed);
    assert!(
        matches!(decode(&frame, DecoderOptions::new()), Ok(Status::Complete { frame, .. }) if frame.remark == 7)
    );
}

#[test]
fn they_pass_under_all_policies() {
    let stream: Vec<u8> = VECTORS.iter().flat_map(|vector| bytes(vector.frame)).collect();
    for options in all_options() {
        let (items, error) = whole(&stream, options);
        assert_eq!((common::seqs(&items), error), (vec![1, 3, 0x1234], None));
    }
}
