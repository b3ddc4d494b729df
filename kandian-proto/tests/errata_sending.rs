//! Errata about what is written, and what the peers of a profile would not survive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::device::*;
use kandian_proto::message::register;
use kandian_proto::{DecodeErrorKind, Profile, decode, encode};
use support::{accepts, doc, refuses};

const REGISTER: &str = "<REGISTER_RES><Result>0</Result><DevID>81100000001</DevID><NatIP>access1.sh.kandian.example</NatIP>\
    <NatPort>8588</NatPort><BackupNatIP>203.0.113.31</BackupNatIP><BackupNatPort>8588</BackupNatPort>\
    <TurnIP>203.0.113.40</TurnIP><TurnPort>3478</TurnPort><BackupTurnIP>203.0.113.41</BackupTurnIP>\
    <BackupTurnPort>3478</BackupTurnPort><FtpIP>203.0.113.50</FtpIP><FtpPort>21</FtpPort><FtpAccount>kdpic</FtpAccount>\
    <FtpPassword>Pic&lt;2014&gt;&amp;</FtpPassword><Time>20140318103000</Time></REGISTER_RES>";

// E-37
#[test]
fn e37_lengths() {
    let limit = |field: &str, value: String| {
        let text = doc(&REGISTER.replace(field, &value));
        let message = decode::<register::RegisterResponse>(text.as_bytes()).unwrap().message;
        encode(&message, Profile::Spec).err().map(|e| e.path)
    };
    assert_eq!(limit("kdpic", "k".repeat(31)), None);
    assert_eq!(limit("kdpic", "k".repeat(32)).as_deref(), Some("REGISTER_RES/FtpAccount"));
    // 1,024 bytes are read, one more is not.
    assert!(
        decode::<register::RegisterResponse>(doc(&REGISTER.replace("kdpic", &"k".repeat(1_024))).as_bytes())
            .is_ok()
    );
    let long = refuses::<register::RegisterResponse>(&REGISTER.replace("kdpic", &"k".repeat(1_025)));
    assert!(matches!(long, DecodeErrorKind::Limit { limit: 1_024, .. }));
}

// E-63: small devices read no more than 4,072 bytes, and seven policies at once.
#[test]
fn e63_legacy_limits() {
    let entry = "<WeekPolicy><StoreType>0</StoreType><StreamType>1</StreamType><Week>1</Week><StartTime>08:00</StartTime><EndTime>09:00</EndTime></WeekPolicy>";
    let add = |n: usize| {
        accepts::<AddRecordPolicyRequest>(&format!(
            "<ADD_RECORD_POLICY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo>{}</ADD_RECORD_POLICY_REQ>",
            entry.repeat(n)
        ))
    };
    assert!(encode(&add(7), Profile::LegacyRecorder).is_ok());
    assert!(encode(&add(8), Profile::LegacyRecorder).is_err());
    assert!(encode(&add(8), Profile::Spec).is_ok());
    refuses::<AddRecordPolicyRequest>(
        "<ADD_RECORD_POLICY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo></ADD_RECORD_POLICY_REQ>",
    );
}

// Values with spaces reach a legacy recorder as their first word only: refused before they are sent.
#[test]
fn legacy_values_have_no_spaces() {
    let request = accepts::<SetWifiRequest>(
        "<SET_WIFI_REQ><DevID>81100000001</DevID><SSID>my shop</SSID><Security>4</Security><Password>hunter22</Password></SET_WIFI_REQ>",
    );
    assert!(encode(&request, Profile::Spec).is_ok());
    let error = encode(&request, Profile::LegacyRecorder).unwrap_err();
    assert_eq!(error.path, "SET_WIFI_REQ/SSID");
}
