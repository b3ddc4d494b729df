//! Secrets never reach a diagnostic, an error, `Debug` or the JSON twin, however broken the document is.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use kandian_proto::message::device::LoginRequest;
use kandian_proto::xml::{Limits, outline};
use kandian_proto::{Command, Message, Payload, Side, decode, decode_payload, decode_strict};

/// A login request with this in place of its key.
fn login(key: &str) -> String {
    support::doc(&format!(
        "<LOGIN_REQ><DevVer>V1.0_20140301</DevVer><DevID>81100000001</DevID>{key}<UpnpIP>0.0.0.0</UpnpIP>\
         <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort>\
         <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>1</NetType>\
         <NatType>1</NatType></LOGIN_REQ>"
    ))
}

/// Everything that may be written to a log about a document.
fn everything_said(document: &str) -> String {
    let bytes = document.as_bytes();
    let mut said = format!("{:?}", decode::<LoginRequest>(bytes));
    match decode::<LoginRequest>(bytes) {
        Ok(read) => read.diagnostics.iter().for_each(|d| said += &format!("\n{d}\n{d:?}")),
        Err(error) => said += &format!("\n{error}\n{error:?}"),
    }
    if let Err(error) = decode_strict::<LoginRequest>(bytes) {
        said += &format!("\n{error}\n{error:?}");
    }
    let info = LoginRequest::INFO;
    said += &format!("\n{:?}", outline(bytes, info.root, info.fields, Limits::FRAME, false));
    said += &format!("\n{:?}", decode_payload(Command::LOGIN, Side::Device, bytes));
    said += &format!("\n{:?}", decode_payload(Command(0x91), Side::Device, bytes));
    #[cfg(feature = "json")]
    if let Ok(read) = decode_payload(Command::LOGIN, Side::Device, bytes) {
        said += &serde_json::to_string(&read.message).unwrap();
    }
    said
}

#[test]
fn broken_markup_in_and_behind_a_secret_is_not_quoted() {
    for key in [
        "<DevKey>SEKRET1</DevKey>",
        "<DevKey>p&SEKRET1;x</DevKey>",
        "<DevKey><![CDATA[SEKRET1",
        "<DevKey><![CDATA[SEKRET1]]</DevKey>",
        "<DevKey>pw<!SEKRET1>x</DevKey>",
        "<DevKey>ab</SEKRET1>",
        "<DevKey>ab</ SEKRET1 >",
        "<DevKey>ab< SEKRET1>c</DevKey>",
        "<DevKey>ab<SEKRET1>c</DevKey>",
        "<DevKey>ab<SEKRET1>c</SEKRET1></DevKey>",
        "<DevKey>ab<SEKRET1 a='b'>c</SEKRET1></DevKey>",
        "<DevKey>ab<SEKRET1 a='b'>c",
        "<DevKey>ab<SEKRET1>c",
        "<DevKey>ab<SEKRET1",
        "<DevKey/>SEKRET1",
        "<DevKey/>a&SEKRET1;b",
        "<DevKey></DevKey></SEKRET1>",
        "<DevKey>ab</DevKey>SEKRET1",
        "<DevKey>ab</x>SEKRET1</DevKey>",
        "<DevKey>ab</x>cd<SEKRET1>ef</DevKey>",
        "<DevKey>ab</x>cd<SEKRET1>ef<!SEKRET1></DevKey>",
        "<DevKey=SEKRET1/>",
        "DevKey=SEKRET1",
        "<DevKey SEKRET1>x</DevKey>",
        "<Passwd>p&SEKRET1;x</Passwd>",
        "<Vendor><DevKey>ab</SEKRET1></Vendor>",
        "<Vendor><Token>SEKRET1</Token><x>SEKRET1</x></Vendor>",
    ] {
        let said = everything_said(&login(key));
        // Names of pseudo-elements are kept as data, which `Debug` has to name.
        let said = said.replace("name: \"SEKRET1\"", "");
        assert!(!said.contains("SEKRET1"), "{key}\n{said}");
    }
}

/// A value of a secret type that deviates, or is none, is called `***`; a URL hides its password.
#[test]
fn values_that_are_none_are_not_quoted() {
    use kandian_proto::message::client::VideoPlayResponse;
    use kandian_proto::message::device::VideoPlayRequest;
    let token = |token: &str| {
        let text = format!(
            "<VIDEO_PLAY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
             <HashToken>{token}</HashToken></VIDEO_PLAY_REQ>"
        );
        match decode::<VideoPlayRequest>(support::doc(&text).as_bytes()) {
            Ok(read) => read.diagnostics[0].to_string(),
            Err(error) => error.to_string(),
        }
    };
    let answer = String::from_utf8(support::read("canonical/MCU_VIDEO_PLAY_RES.xml")).unwrap();
    let (before, rest) = answer.split_once("<LocalPlayUrl>").unwrap();
    let (_, behind) = rest.split_once("</LocalPlayUrl>").unwrap();
    let url = |url: &str| {
        let text = format!("{before}<LocalPlayUrl>{url}</LocalPlayUrl>{behind}");
        match decode::<VideoPlayResponse>(text.as_bytes()) {
            Ok(read) => read.diagnostics[0].to_string(),
            Err(error) => error.to_string(),
        }
    };
    for (said, quoted) in [
        (token("SEKRET1"), "`***` is not 32"),
        (token("SEKRET1!"), "`***` is not a token"),
        (url("h/?hashtoken=SEKRET1"), "`h/?hashtoken=***`"),
        (url("rtsp://u:SEKRET1@h/ x"), "`rtsp://u:***@h/ x` is not"),
    ] {
        assert!(said.contains(quoted) && !said.contains("SEKRET1"), "{said}");
    }
}

/// What is no secret is still quoted, inside of a secret as well.
#[test]
fn names_of_the_specification_are_quoted_everywhere() {
    let said = |key: &str| everything_said(&login(key));
    assert!(said("<DevKey>ab</DevID>").contains("`</DevID>` closes `<DevKey>`; write `</DevKey>`"));
    assert!(said("<DevKey>ab</ DevKey>").contains("write `</DevKey>`"));
    assert!(said("< DevKey>ab</DevKey>").contains("write `<DevKey>`"));
    assert!(said("<DevKey>a&b;</DevKey>").contains("the entity `&***;` is not defined"));
    assert!(said("<Colour>a&nbsp;</Colour>").contains("the entity `&nbsp;` is not defined"));
    assert!(said("<DevKey>ab</DevKey><Colour>red</Colour>").contains("`Colour` is not defined"));
}

#[test]
fn opaque_messages_are_not_printed() {
    let read =
        decode_payload(Command(0x91), Side::Device, b"<V_REQ><DevKey>SEKRET1</DevKey></V_REQ>").unwrap();
    assert_eq!(format!("{:?}", read.message), "Opaque(Opaque { command: Command(91H), xml: 39 bytes })");
    #[cfg(feature = "json")]
    {
        let masked = serde_json::to_string(&read.message).unwrap();
        assert_eq!(masked, r#"{"xml":"<V_REQ><DevKey>***</DevKey></V_REQ>"}"#);
        let clear = serde_json::to_string(&kandian_proto::json::Reveal(&read.message)).unwrap();
        assert!(clear.contains("SEKRET1"));
    }
    assert!(matches!(read.message, Payload::Opaque(_)));
}
