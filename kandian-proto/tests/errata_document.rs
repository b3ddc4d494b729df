//! Errata about the document as a whole: encoding, tags, layout. One test an id.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::device::{
    AbilityUpRequest, HeartbeatRequest, HeartbeatResponse, LoginRequest, NvrQueryIpcamResponse,
    RebootRequest, RebootResponse,
};
use kandian_proto::{
    DecodeErrorKind, DiagnosticKind, Erratum, Message, Profile, decode, decode_strict, encode,
};
use support::{accepts, doc, emits, refuses, tolerates, tolerates_bytes};

const REBOOT: &str = "<REBOOT_REQ><DevID>81100000001</DevID></REBOOT_REQ>";

// E-01
#[test]
fn e01_declaration_is_written_exactly() {
    emits::<RebootRequest>(REBOOT);
}

// E-01
#[test]
fn e01_odd_declarations_are_read() {
    let canonical = doc(REBOOT).into_bytes();
    for odd in [
        "<?xml version=\"1.0\" encoding=\" UTF-8\" ?>",
        "<?xml version=\"1.0\" encoding=\"utf-8 \"?>",
        "<?xml version=\"1.0\"?>",
        "<?xml version='1.0' encoding='GB2312'?>",
        "<?xml version=\"1.0\" encoding=UTF-8 ?>",
        "<?xml encoding=\"UTF-8\" ?>",
        "<?xml version=\"1.1\" encoding=\"UTF-8\" ?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\">",
        "",
        "\u{FEFF}",
        "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\" ?>",
    ] {
        tolerates_bytes::<RebootRequest>(Some(1), format!("{odd}{REBOOT}").as_bytes(), &canonical);
    }
}

// E-01
#[test]
fn e01_legal_declarations_pass_strictly() {
    for legal in [
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
        "<?xml version='1.0' encoding='UTF-8'?>",
        "<?xml\tversion=\"1.0\"\n encoding = \"Utf-8\" standalone=\"yes\" ?>",
    ] {
        let text = format!("{legal}\n{REBOOT}\n");
        decode_strict::<RebootRequest>(text.as_bytes()).unwrap_or_else(|e| panic!("{legal}: {e}"));
    }
}

// E-01
#[test]
fn e01_gbk_is_converted_whether_declared_or_not() {
    let canonical = doc("<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo>\
        <ExceptionType>0</ExceptionType><ExceptionDesc>固件升级成功:V1.7</ExceptionDesc></EXCEPTION_NOTIFY_REQ>");
    let gbk_bytes: &[u8] = b"\xB9\xCC\xBC\xFE\xC9\xFD\xBC\xB6\xB3\xC9\xB9\xA6:V1.7";
    for label in ["GB2312", "gbk", "GB18030", "UTF-8"] {
        let (head, tail) = canonical.split_once("固件升级成功:V1.7").unwrap();
        let mut bytes = head.replace("UTF-8", label).into_bytes();
        let text_at = bytes.len();
        bytes.extend_from_slice(gbk_bytes);
        bytes.extend_from_slice(tail.as_bytes());
        type M = kandian_proto::message::device::ExceptionNotifyRequest;
        tolerates_bytes::<M>(Some(1), &bytes, canonical.as_bytes());
        let read = decode::<M>(&bytes).unwrap();
        let gbk = read.diagnostics.iter().find(|d| matches!(d.kind, DiagnosticKind::Gbk { .. })).unwrap();
        assert_eq!(gbk.offset, text_at, "{label}");
    }
}

// E-01: offsets after converted text are offsets of the received bytes.
#[test]
fn e01_offsets_after_gbk_text_are_those_of_the_bytes() {
    let mut bytes = doc("").into_bytes();
    bytes.extend_from_slice(
        b"<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo>\
        <ExceptionType>0</ExceptionType><ExceptionDesc>\xB9\xCC\xBC\xFE</ExceptionDesc>",
    );
    let at = bytes.len();
    bytes.extend_from_slice(b"<Extra>1</Extra></EXCEPTION_NOTIFY_REQ>");
    let read = decode::<kandian_proto::message::device::ExceptionNotifyRequest>(&bytes).unwrap();
    assert_eq!(read.unknown[0].offset, at);
    let extra =
        read.diagnostics.iter().find(|d| matches!(d.kind, DiagnosticKind::UnknownElement(_))).unwrap();
    assert_eq!((extra.offset, extra.path.as_str()), (at, "EXCEPTION_NOTIFY_REQ/Extra"));
}

// E-02
#[test]
fn e02_space_inside_tags() {
    for odd in [
        "< REBOOT_REQ><DevID>81100000001</DevID></ REBOOT_REQ>",
        "<REBOOT_REQ><\tDevID>81100000001</ DevID></REBOOT_REQ>",
        "<REBOOT_REQ><DevID>81100000001< /DevID></REBOOT_REQ>",
        "<REBOOT_REQ>< DevID >81100000001</ DevID ></ REBOOT_REQ >",
    ] {
        tolerates::<RebootRequest>(2, odd, REBOOT);
    }
    // Space before `>` is legal XML.
    accepts::<RebootRequest>("<REBOOT_REQ ><DevID >81100000001</DevID ></REBOOT_REQ >");
}

const LOGIN: &str = "<LOGIN_REQ><DevVer>V1.6_20140301</DevVer><DevID>81100000001</DevID>\
    <DevKey>K7M2P9Q4</DevKey><UpnpIP>198.51.100.23</UpnpIP><RtspUpnpPort>34567</RtspUpnpPort>\
    <LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort><TurnRelayIP>203.0.113.40</TurnRelayIP>\
    <RtspTurnRelayPort>49160</RtspTurnRelayPort><NetType>0</NetType><NatType>3</NatType></LOGIN_REQ>";

// E-03
#[test]
fn e03_end_tags_as_printed() {
    let printed = LOGIN
        .replace("</RtspUpnpPort>", "</UpnpPort>")
        .replace("</RtspLocalPort>", "</LocalPort>")
        .replace("</TurnRelayIP>", "</TurnRealyIP>");
    tolerates::<LoginRequest>(3, &printed, LOGIN);
    emits::<LoginRequest>(LOGIN);
}

// E-03
#[test]
fn e03_printed_end_names_as_element_names() {
    let renamed = LOGIN
        .replace("RtspUpnpPort>", "UpnpPort>")
        .replace("RtspLocalPort>", "LocalPort>")
        .replace("TurnRelayIP>", "TurnRealyIP>");
    tolerates::<LoginRequest>(3, &renamed, LOGIN);
}

// E-03: an end tag of an ancestor closes what is open inside it.
#[test]
fn e03_missing_end_tag_of_a_leaf() {
    tolerates::<RebootRequest>(3, "<REBOOT_REQ><DevID>81100000001</REBOOT_REQ>", REBOOT);
}

// E-04
#[test]
fn e04_stray_end_tags_are_ignored() {
    let canonical = "<NVR_QUERY_IPCAM_RES><Result>0</Result><DevID>81300000001</DevID><Channel>\
        <ChannelNo>0</ChannelNo><IpcamDevID>81100000001</IpcamDevID></Channel></NVR_QUERY_IPCAM_RES>";
    let printed = canonical.replace(
        "</NVR_QUERY_IPCAM_RES>",
        "</Channel> ..... </Channel></Channel> ..... </Channel></NVR_QUERY_IPCAM_RES>",
    );
    tolerates::<NvrQueryIpcamResponse>(4, &printed, canonical);
    emits::<NvrQueryIpcamResponse>(canonical);
}

const ABILITY: &str = "<ABILITYUP_REQ><DevID>81100000001</DevID><ChannelNum>1</ChannelNum><PTZFlag>1</PTZFlag>\
    <EStoreFlag>1</EStoreFlag><LocalStoreFlag>1</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag>\
    <InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>1</ManualAlarmFlag>\
    <DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>2</DIDONum><Video><StreamType>1</StreamType>\
    <FrameSize>1</FrameSize></Video></ABILITYUP_REQ>";

// E-05
#[test]
fn e05_ellipses_are_no_entries() {
    let printed = ABILITY.replace("</Video>", "</Video><Video>.....</Video> ..... <Video/>");
    tolerates::<AbilityUpRequest>(5, &printed, ABILITY);
    let text_in_group = ABILITY.replace("<Video>", "<Video>...");
    tolerates::<AbilityUpRequest>(5, &text_in_group, ABILITY);
    // A list without entries is no element at all.
    emits::<AbilityUpRequest>(
        &ABILITY.replace("<Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video>", ""),
    );
}

// E-06
#[test]
fn e06_any_order_is_read_and_the_samples_order_is_written() {
    let table_order =
        ABILITY.replace("<DIDONum>2</DIDONum>", "").replace("</Video>", "</Video><DIDONum>2</DIDONum>");
    tolerates::<AbilityUpRequest>(6, &table_order, ABILITY);
    tolerates::<HeartbeatResponse>(
        6,
        "<HEARTBEAT_RES><Time>20140318103000</Time><DevID>81100000001</DevID></HEARTBEAT_RES>",
        "<HEARTBEAT_RES><DevID>81100000001</DevID><Time>20140318103000</Time></HEARTBEAT_RES>",
    );
    emits::<AbilityUpRequest>(ABILITY);
}

// E-06: list entries may be interleaved with other elements.
#[test]
fn e06_interleaved_list_entries() {
    let two = ABILITY
        .replace("</Video>", "</Video><Video><StreamType>2</StreamType><FrameSize>3</FrameSize></Video>");
    let interleaved = two
        .replace(
            "<ChannelNum>",
            "<Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video><ChannelNum>",
        )
        .replacen(
            "<DIDONum>2</DIDONum><Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video>",
            "<DIDONum>2</DIDONum>",
            1,
        );
    let read = decode::<AbilityUpRequest>(doc(&interleaved).as_bytes()).unwrap();
    assert_eq!(read.message.videos.len(), 2);
    assert!(read.diagnostics.iter().any(|d| d.erratum == Some(Erratum(6))));
}

// E-08
#[test]
fn e08_schema_is_chosen_by_interface_not_by_root() {
    use kandian_proto::message::{device, wifi_setup};
    assert_eq!(device::GetWifiRequest::INFO.root, wifi_setup::GetWifiRequest::INFO.root);
    let hotspot =
        "<SET_WIFI_REQ><SSID>shop</SSID><Security>4</Security><Password>hunter22</Password></SET_WIFI_REQ>";
    let frame = hotspot.replace("<SSID>", "<DevID>81100000001</DevID><SSID>");
    emits::<wifi_setup::SetWifiRequest>(hotspot);
    emits::<device::SetWifiRequest>(&frame);
    // DevID is tolerated on the hotspot and demanded in the frame.
    let read = decode::<wifi_setup::SetWifiRequest>(doc(&frame).as_bytes()).unwrap();
    assert_eq!(read.message.ssid, "shop");
    assert!(matches!(
        refuses::<device::SetWifiRequest>(hotspot),
        DecodeErrorKind::MissingElement { name: "DevID" }
    ));
}

// E-09
#[test]
fn e09_integers_with_zeros_and_space() {
    let canonical = "<HEARTBEAT_REQ><DevID>81100000001</DevID><CurVideoNum>1</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP>\
        <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort>\
        <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort></HEARTBEAT_REQ>";
    for odd in ["01", " 1", "1\r\n", "\t0001 "] {
        tolerates::<HeartbeatRequest>(
            9,
            &canonical.replace("<CurVideoNum>1<", &format!("<CurVideoNum>{odd}<")),
            canonical,
        );
    }
    emits::<HeartbeatRequest>(canonical);
    for bad in ["-1", "+1", "1.0", "0x1", "1 2", "65536", "一"] {
        let kind = refuses::<HeartbeatRequest>(
            &canonical.replace("<CurVideoNum>1<", &format!("<CurVideoNum>{bad}<")),
        );
        assert!(matches!(kind, DecodeErrorKind::BadValue { .. }), "{bad}: {kind}");
    }
}

// E-10
#[test]
fn e10_extra_result_is_ignored() {
    tolerates::<HeartbeatResponse>(
        10,
        "<HEARTBEAT_RES><Result>0</Result><DevID>81100000001</DevID><Time>20140318103000</Time></HEARTBEAT_RES>",
        "<HEARTBEAT_RES><DevID>81100000001</DevID><Time>20140318103000</Time></HEARTBEAT_RES>",
    );
    // Refusing is closing the link: there is nothing to emit.
    emits::<HeartbeatResponse>(
        "<HEARTBEAT_RES><DevID>81100000001</DevID><Time>20140318103000</Time></HEARTBEAT_RES>",
    );
}

// E-11
#[test]
fn e11_any_result_but_zero_is_an_error() {
    for (text, code) in [("0", 0), ("1", 1), ("255", 255), ("77", 77)] {
        let message = accepts::<RebootResponse>(&format!(
            "<REBOOT_RES><Result>{text}</Result><DevID>81100000001</DevID></REBOOT_RES>"
        ));
        assert_eq!(message.result.0, code);
    }
    for odd in ["", "-1", "ERROR", "失败"] {
        tolerates::<RebootResponse>(
            11,
            &format!("<REBOOT_RES><Result>{odd}</Result><DevID>81100000001</DevID></REBOOT_RES>"),
            "<REBOOT_RES><Result>255</Result><DevID>81100000001</DevID></REBOOT_RES>",
        );
    }
    // The raw text stays readable in the diagnostic.
    let read = decode::<RebootResponse>(
        doc("<REBOOT_RES><Result>ERROR</Result><DevID>81100000001</DevID></REBOOT_RES>").as_bytes(),
    );
    assert!(read.unwrap().diagnostics[0].to_string().contains("ERROR"));
}

// E-73: elements outside the message are kept and can be written back where they stood.
#[test]
fn e73_unknown_elements_are_kept_and_written_back() {
    let vendor = ABILITY.replace(
        "</FrameSize></Video>",
        "</FrameSize><HX_Fps>25</HX_Fps></Video><HX_Light><On>1</On><On>2</On></HX_Light>",
    );
    let read = decode::<AbilityUpRequest>(doc(&vendor).as_bytes()).unwrap();
    assert_eq!(read.unknown.len(), 2);
    let written = kandian_proto::encode_with_unknown(&read.message, &read.unknown, Profile::Spec).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), doc(&vendor));
    assert!(read.diagnostics.iter().all(|d| d.erratum == Some(Erratum(73))));
    assert!(decode_strict::<AbilityUpRequest>(doc(&vendor).as_bytes()).is_err());
}

// E-94: a bare `&` is what URLs pasted into XML look like.
#[test]
fn e94_bare_ampersands() {
    let canonical = "<MCU_CHECK_VERSION_RES><Result>1</Result><UpdateUrl>http://a.example/x?b=1&amp;c=2</UpdateUrl></MCU_CHECK_VERSION_RES>";
    type D = kandian_proto::message::directory::CheckVersionResponse;
    tolerates::<D>(94, &canonical.replace("&amp;", "&"), canonical);
    tolerates::<D>(94, &canonical.replace("&amp;c=2", "&c=2;"), &canonical.replace("c=2", "c=2;"));
    emits::<D>(canonical);
}

#[test]
fn names_of_other_entities_are_kept_as_text() {
    let canonical = "<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><ExceptionType>0</ExceptionType>\
        <ExceptionDesc>a&amp;nbsp;b</ExceptionDesc></EXCEPTION_NOTIFY_REQ>";
    tolerates::<kandian_proto::message::device::ExceptionNotifyRequest>(
        94,
        &canonical.replace("&amp;", "&"),
        canonical,
    );
}

#[test]
fn duplicates_keep_the_first() {
    let twice = "<REBOOT_REQ><DevID>81100000001</DevID><DevID>81100000002</DevID></REBOOT_REQ>";
    tolerates_bytes::<RebootRequest>(None, doc(twice).as_bytes(), doc(REBOOT).as_bytes());
}

#[test]
fn what_stands_around_the_document_is_ignored() {
    let canonical = doc(REBOOT);
    for odd in [
        format!("\r\n  {canonical}"),
        format!("HTTP junk {canonical}"),
        format!("{canonical}trailing"),
        format!("{canonical}<REBOOT_REQ/>"),
        format!("{canonical}\0\0\0"),
        format!("{canonical}\n& </stray>"),
    ] {
        tolerates_bytes::<RebootRequest>(None, odd.as_bytes(), canonical.as_bytes());
    }
    for fine in [
        format!("{canonical}\n"),
        format!("{canonical}\r\n<!-- bye -->\n"),
        canonical.replace("?>", "?>\n<!-- x --><?pi y?>"),
    ] {
        decode_strict::<RebootRequest>(fine.as_bytes()).unwrap();
    }
}

#[test]
fn control_characters_are_removed() {
    let canonical = doc(
        "<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><ExceptionType>0</ExceptionType>\
        <ExceptionDesc>ab</ExceptionDesc></EXCEPTION_NOTIFY_REQ>",
    );
    for bad in ["\u{1}", "\u{0}", "\u{1b}", "\u{FFFE}"] {
        type M = kandian_proto::message::device::ExceptionNotifyRequest;
        tolerates_bytes::<M>(
            None,
            canonical.replace("ab", &format!("a{bad}b")).as_bytes(),
            canonical.as_bytes(),
        );
    }
}

#[test]
fn encoding_refuses_what_cannot_be_read_back() {
    use kandian_proto::EncodeErrorKind as K;
    use kandian_proto::message::device::ExceptionNotifyRequest;
    use kandian_proto::value::ExceptionType;
    let with = |text: &str| {
        let device: kandian_proto::DevId = "81100000001".parse().unwrap();
        encode(&ExceptionNotifyRequest::new(device, ExceptionType(0), text), Profile::Spec)
            .map_err(|e| (e.path, e.kind))
    };
    assert!(with("a\tb\r\n<>&\"'c").is_ok());
    let path = "EXCEPTION_NOTIFY_REQ/ExceptionDesc".to_owned();
    assert_eq!(with("a\u{1}"), Err((path.clone(), K::IllegalCharacter(1))));
    assert_eq!(with(" a"), Err((path.clone(), K::SurroundingSpace)));
    assert_eq!(with(&"x".repeat(256)), Err((path, K::TooLong { length: 256, limit: 255 })));
}
