//! Errata about elements: repeated, missing, unknown, or with a level around them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fmt::Debug;

use kandian_proto::command::Operation;
use kandian_proto::message::device::*;
use kandian_proto::message::wifi_setup;
use kandian_proto::xml::Limits;
use kandian_proto::{
    Command, DecodeErrorKind, Erratum, Message, Side, decode, decode_payload, decode_strict,
    decode_strict_with,
};
use support::{doc, tolerates};

/// The ids of the diagnostics of a document.
#[track_caller]
fn ids<M: Message + Debug>(text: &str) -> Vec<u16> {
    let read = decode::<M>(doc(text).as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    read.diagnostics.iter().map(|d| d.erratum.map_or(0, |e| e.0)).collect()
}

// E-63: a frame without content is a malformed request.
#[test]
fn e63_a_frame_without_content() {
    for error in [
        decode::<RebootRequest>(b"").unwrap_err(),
        decode_strict::<RebootRequest>(b"").unwrap_err(),
        decode_payload(Command::REBOOT, Side::Platform, b"").unwrap_err(),
        Operation::Reboot.decode_request(b"", Limits::FRAME).unwrap_err(),
    ] {
        assert_eq!((&error.kind, error.erratum()), (&DecodeErrorKind::NoBytes, Some(Erratum(63))));
    }
    assert_eq!(decode::<RebootRequest>(b"\n").unwrap_err().kind, DecodeErrorKind::NoElement);
}

#[test]
fn strict_reading_within_other_limits() {
    let text = doc("<REBOOT_REQ><DevID>81100000001</DevID></REBOOT_REQ>");
    let read = |bytes| {
        decode_strict_with::<RebootRequest>(text.as_bytes(), Limits::FRAME.with_document_bytes(bytes))
    };
    assert!(read(text.len()).is_ok());
    assert!(matches!(read(text.len() - 1).unwrap_err().kind, DecodeErrorKind::Limit { .. }));
}

const BOUND: &str = "<NVR_QUERY_IPCAM_RES><Result>0</Result><DevID>81200000101</DevID><Channel><ChannelNo>0</ChannelNo>\
    <IpcamDevID>81100000001</IpcamDevID></Channel></NVR_QUERY_IPCAM_RES>";

// E-04
#[test]
fn e04_a_stray_end_tag_before_the_first_child() {
    for stray in ["</Channel>", "</Channel> ..... </Channel>", " </ Channel>\n"] {
        let text = BOUND.replacen("<Result>", &format!("{stray}<Result>"), 1);
        tolerates::<NvrQueryIpcamResponse>(4, &text, BOUND);
    }
    // At the end it can only be meant for the root (E-03).
    let text = "<GET_WIFI_REQ></GET_WIFI>\n";
    assert_eq!(ids::<wifi_setup::GetWifiRequest>(text), [3]);
}
