//! What the benchmarks share: one sample of every message that travels in frames, and the baselines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "samples are test data that is known to be good")]

pub mod session;

use std::hint::black_box;
use std::path::Path;

use kandian_codec::{FrameDecoder, FrameRef, Item, MAX_PAYLOAD};
use kandian_proto::command::OPERATIONS;
use kandian_proto::xml::Limits;
use kandian_proto::{Command, Operation, Profile, Request, Response};
use md5::{Digest, Md5};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Deserialize;

/// Where the signed part of a frame ends, counted from the end.
const DIGEST_LEN: usize = kandian_codec::DIGEST_LEN;

/// One message in every form in which it is measured.
#[derive(Debug)]
pub struct Sample {
    /// Name of the root element, such as `HEARTBEAT_REQ`.
    pub root: &'static str,
    /// The message.
    pub message: Message,
    /// The document as this library writes it.
    pub document: String,
    /// The frame with the document as its DATA.
    pub frame: Vec<u8>,
}

/// A message of either direction.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a sample lives once")]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

/// The canonical document of every message that travels in frames, in the order of the table.
#[must_use]
pub fn samples() -> Vec<Sample> {
    let framed = OPERATIONS.iter().filter_map(|row| Some((row, row.command()?)));
    framed
        .flat_map(|(row, command)| [(row.operation, command, true), (row.operation, command, false)])
        .map(|(operation, command, is_request)| Sample::new(operation, command, is_request))
        .collect()
}

/// The sample with this root element.
#[must_use]
pub fn sample(root: &str) -> Sample {
    samples().into_iter().find(|s| s.root == root).unwrap()
}

impl Sample {
    fn new(operation: Operation, command: Command, is_request: bool) -> Self {
        let row = operation.info();
        let root = if is_request { row.request.root } else { row.response.root };
        let canonical = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../kandian-proto/testdata/canonical")
            .join(format!("{root}.xml"));
        let canonical = std::fs::read(canonical).unwrap();
        let message = Message::decode(operation, is_request, &canonical);
        let document = message.encode();
        let mut frame = Vec::new();
        kandian_codec::encode(&FrameRef::new(command, 1, &document), &mut frame, MAX_PAYLOAD).unwrap();
        Self { root, message, document: String::from_utf8(document).unwrap(), frame }
    }

    /// The operation and whether the message is its request.
    #[must_use]
    pub fn kind(&self) -> (Operation, bool) {
        match &self.message {
            Message::Request(m) => (m.operation(), true),
            Message::Response(m) => (m.operation(), false),
        }
    }

    /// Reads the document leniently.
    #[must_use]
    pub fn decode(&self) -> Message {
        let (operation, is_request) = self.kind();
        Message::decode(operation, is_request, self.document.as_bytes())
    }
}

impl Message {
    fn decode(operation: Operation, is_request: bool, document: &[u8]) -> Self {
        if is_request {
            Self::Request(operation.decode_request(document, Limits::FRAME).unwrap().message)
        } else {
            Self::Response(operation.decode_response(document, Limits::FRAME).unwrap().message)
        }
    }

    /// Writes the document.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Request(m) => m.encode(&[], Profile::Spec).unwrap(),
            Self::Response(m) => m.encode(&[], Profile::Spec).unwrap(),
        }
    }
}

/// Reads one frame with a decoder in steady state; it borrows from `wire`.
///
/// # Panics
/// When `wire` does not start with a whole frame.
pub fn decode_frame(decoder: &mut FrameDecoder, wire: &[u8]) -> usize {
    let mut input = wire;
    match decoder.decode(&mut input) {
        Ok(Some(Item::Frame { frame, .. })) => frame.payload.len(),
        other => panic!("no frame but {other:?}"),
    }
}

/// Writes one frame into a buffer that is used again and again.
///
/// # Panics
/// When the payload is longer than a frame may be.
pub fn encode_frame(command: Command, payload: &[u8], out: &mut Vec<u8>) -> usize {
    out.clear();
    kandian_codec::encode(&FrameRef::new(command, 1, payload), out, MAX_PAYLOAD).unwrap()
}

/// Baseline of the frame codec: MD5 over the same header and DATA, and nothing else.
#[must_use]
pub fn raw_md5(frame: &[u8]) -> [u8; DIGEST_LEN] {
    Md5::digest(&frame[..frame.len() - DIGEST_LEN]).into()
}

/// Baseline of reading messages: every event of the document, and nothing done with it.
///
/// # Panics
/// When the document is not well-formed.
pub fn quick_xml_events(document: &str) {
    let mut reader = Reader::from_str(document);
    while !matches!(black_box(reader.read_event().unwrap()), Event::Eof) {}
}

/// `HEARTBEAT_REQ` as serde structs have it, for comparison with quick-xml's deserializer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub struct SerdeHeartbeatRequest {
    #[serde(rename = "DevID")]
    pub dev_id: String,
    pub cur_video_num: u8,
    #[serde(rename = "UpnpIP")]
    pub upnp_ip: String,
    pub rtsp_upnp_port: u16,
    #[serde(rename = "LocalIP")]
    pub local_ip: String,
    pub rtsp_local_port: u16,
    #[serde(rename = "TurnRelayIP")]
    pub turn_relay_ip: String,
    pub rtsp_turn_relay_port: u16,
}

/// `LOGIN_REQ` as serde structs have it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the names are those of the specification")]
pub struct SerdeLoginRequest {
    pub dev_ver: String,
    #[serde(rename = "DevID")]
    pub dev_id: String,
    pub dev_key: String,
    #[serde(rename = "UpnpIP")]
    pub upnp_ip: String,
    pub rtsp_upnp_port: u16,
    #[serde(rename = "LocalIP")]
    pub local_ip: String,
    pub rtsp_local_port: u16,
    #[serde(rename = "TurnRelayIP")]
    pub turn_relay_ip: String,
    pub rtsp_turn_relay_port: u16,
}

/// Baseline of reading messages: quick-xml's deserializer.
///
/// # Panics
/// When the document is not that message.
#[must_use]
pub fn quick_xml_serde<'de, T: Deserialize<'de>>(document: &'de str) -> T {
    quick_xml::de::from_str(document).unwrap()
}
