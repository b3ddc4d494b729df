//! Errata about single fields and codes: what is accepted, what is emitted. One test an id.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::device::*;
use kandian_proto::message::{redirect, register, wifi_setup};
use kandian_proto::value::*;
use kandian_proto::{
    DecodeErrorKind, DiagnosticKind, EncodeErrorKind, Erratum, Outcome, Profile, decode, encode,
};
use support::{accepts, doc, emits, refuses, tolerates};

const ID: &str = "<DevID>81100000001</DevID>";

/// A response of Result and DevID.
fn done(root: &str, result: &str) -> String {
    format!("<{root}_RES><Result>{result}</Result>{ID}</{root}_RES>")
}

const REGISTER: &str = "<REGISTER_RES><Result>0</Result><DevID>81100000001</DevID><NatIP>access1.sh.kandian.example</NatIP>\
    <NatPort>8588</NatPort><BackupNatIP>203.0.113.31</BackupNatIP><BackupNatPort>8588</BackupNatPort>\
    <TurnIP>203.0.113.40</TurnIP><TurnPort>3478</TurnPort><BackupTurnIP>203.0.113.41</BackupTurnIP>\
    <BackupTurnPort>3478</BackupTurnPort><FtpIP>203.0.113.50</FtpIP><FtpPort>21</FtpPort><FtpAccount>kdpic</FtpAccount>\
    <FtpPassword>Pic&lt;2014&gt;&amp;</FtpPassword><Time>20140318103000</Time></REGISTER_RES>";

// E-12
#[test]
fn e12_payload_of_a_refusal_is_ignored_and_never_sent() {
    let refusal = done("GET_CHANNEL", "1");
    tolerates::<GetChannelResponse>(
        12,
        &refusal.replace("</DevID>", "</DevID><FrameSize>1</FrameSize><FrameRate>abc</FrameRate>"),
        &refusal,
    );
    emits::<GetChannelResponse>(&refusal);
    // Writing "refused with the code of success" is our caller's mistake.
    let wrong = GetChannelResponse::new(Outcome::Failure(GenericResult(0)));
    assert!(encode(&wrong, Profile::Spec).is_err());
}

// E-13
#[test]
fn e13_twelve_digits_where_fourteen_are_due_and_the_reverse() {
    let beat = "<HEARTBEAT_RES><DevID>81100000001</DevID><Time>20140318103000</Time></HEARTBEAT_RES>";
    tolerates::<HeartbeatResponse>(13, &beat.replace("20140318103000", "201403181030"), beat);
    emits::<HeartbeatResponse>(beat);
    for bad in ["20140230103000", "20140318246000", "2014031810300", "2014-03-18 10:30:00"] {
        let text = beat.replace("20140318103000", bad);
        assert!(kandian_proto::decode_strict::<HeartbeatResponse>(doc(&text).as_bytes()).is_err(), "{bad}");
    }
}

// E-14
#[test]
fn e14_a_reference_time_may_be_missing() {
    for odd in ["", "<Time/>", "<Time></Time>"] {
        let read =
            decode::<HeartbeatResponse>(doc(&format!("<HEARTBEAT_RES>{ID}{odd}</HEARTBEAT_RES>")).as_bytes())
                .unwrap();
        assert_eq!(read.message.time.get(), None, "{odd}");
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(14)));
    }
}

// E-21
#[test]
fn e21_device_ids_of_the_field() {
    emits::<RebootRequest>(&format!("<REBOOT_REQ>{ID}</REBOOT_REQ>"));
    for id in ["812A930E4BC", "112X1234590", "811435133080", "8110", &"9".repeat(32)] {
        let text = doc(&format!("<REBOOT_REQ><DevID>{id}</DevID></REBOOT_REQ>"));
        let read = decode::<RebootRequest>(text.as_bytes()).unwrap();
        assert_eq!(read.message.dev_id.as_str(), id);
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(21)));
    }
    for id in ["", "8110000000é", "../../etc", "811 0000001", &"9".repeat(33)] {
        refuses::<RebootRequest>(&format!("<REBOOT_REQ><DevID>{id}</DevID></REBOOT_REQ>"));
    }
}

// E-22
#[test]
fn e22_a_response_may_lack_its_device_id() {
    for odd in ["", "<DevID/>", "<DevID></DevID>"] {
        let text = doc(&format!("<REBOOT_RES><Result>0</Result>{odd}</REBOOT_RES>"));
        let read = decode::<RebootResponse>(text.as_bytes()).unwrap();
        assert!(read.message.dev_id.is_empty());
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(22)));
    }
    emits::<RebootResponse>(&done("REBOOT", "0"));
}

const REDIRECT: &str = "<REDIRECT_REQ><ManufacturerNo>811</ManufacturerNo><Mode>KD-IPC100</Mode><DevType>1</DevType>\
    <DevID>81100000001</DevID><DevKey>K7M2P9Q4</DevKey></REDIRECT_REQ>";

// E-23
#[test]
fn e23_model_for_mode() {
    tolerates::<redirect::RedirectRequest>(23, &REDIRECT.replace("Mode>", "Model>"), REDIRECT);
    emits::<redirect::RedirectRequest>(REDIRECT);
}

// E-24
#[test]
fn e24_manufacturers_outside_the_table() {
    for code in ["112", "850", "901"] {
        let read = accepts::<redirect::RedirectRequest>(&REDIRECT.replace(">811<", &format!(">{code}<")));
        assert_eq!(read.manufacturer_no.as_str(), code);
    }
    tolerates::<redirect::RedirectRequest>(24, &REDIRECT.replace(">811<", ">811garbage<"), REDIRECT);
    // Firmware copies three characters without a terminator: bytes of any value follow.
    let mut bytes = doc(REDIRECT).into_bytes();
    let at = bytes.windows(3).position(|w| w == b"811").unwrap() + 3;
    bytes.splice(at..at, [0xE5, 0x01, 0xFF]);
    let read = decode::<redirect::RedirectRequest>(&bytes).unwrap();
    assert_eq!(read.message.manufacturer_no.as_str(), "811");
    assert!(read.diagnostics.iter().any(|d| d.erratum == Some(Erratum(24))));
    assert!(read.diagnostics.iter().any(|d| d.offset >= at));
}

// E-25
#[test]
fn e25_recorders_of_the_old_kind() {
    assert_eq!(
        accepts::<redirect::RedirectRequest>(&REDIRECT.replace("<DevType>1<", "<DevType>2<")).dev_type,
        DevType::DVR
    );
}

// E-27
#[test]
fn e27_not_assigned_has_a_body() {
    emits::<redirect::RedirectResponse>(
        "<REDIRECT_RES><Result>1</Result><DevID>81100000001</DevID></REDIRECT_RES>",
    );
}

// E-28
#[test]
fn e28_key_error_at_the_group_platform() {
    emits::<redirect::RedirectResponse>(
        "<REDIRECT_RES><Result>255</Result><DevID>81100000001</DevID></REDIRECT_RES>",
    );
    let text = doc("<REDIRECT_RES><Result>2</Result><DevID>81100000001</DevID></REDIRECT_RES>");
    let read = decode::<redirect::RedirectResponse>(text.as_bytes()).unwrap();
    assert_eq!(read.message.outcome.code().0, 2);
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(28)));
}

// E-31
#[test]
fn e31_stun_servers_in_a_registration_are_kept_aside() {
    let extended = REGISTER.replace("<FtpIP>", "<StunIP>203.0.113.10</StunIP><FtpIP>");
    let read = decode::<register::RegisterResponse>(doc(&extended).as_bytes()).unwrap();
    assert_eq!(read.message, accepts::<register::RegisterResponse>(REGISTER));
    assert_eq!(
        (read.unknown[0].element.name.as_str(), read.unknown[0].element.text.as_str()),
        ("StunIP", "203.0.113.10")
    );
}

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

// E-49
#[test]
fn e49_a_registration_without_ftp_data() {
    let start = REGISTER.find("<FtpIP>").unwrap();
    let end = REGISTER.find("<Time>").unwrap();
    let without = format!("{}{}", &REGISTER[..start], &REGISTER[end..]);
    let read = decode::<register::RegisterResponse>(doc(&without).as_bytes()).unwrap();
    let grant = read.message.outcome.success().unwrap();
    assert_eq!(grant.ftp_ip, OrUnchanged::Unchanged);
    assert_eq!(read.diagnostics.iter().filter(|d| d.erratum == Some(Erratum(49))).count(), 4);
    emits::<register::RegisterResponse>(REGISTER);
}

// E-56
#[test]
fn e56_host_names_where_devices_connect() {
    let message = accepts::<register::RegisterResponse>(REGISTER);
    assert_eq!(message.outcome.success().unwrap().access_host.as_str(), "access1.sh.kandian.example");
}

// E-57
#[test]
fn e57_no_port_means_8588() {
    let read = decode::<register::RegisterResponse>(
        doc(&REGISTER.replace("<NatPort>8588</NatPort>", "<NatPort/>")).as_bytes(),
    )
    .unwrap();
    let port = read.message.outcome.success().unwrap().access_port;
    assert_eq!(port.or(Port::ACCESS_DEFAULT), Port(8588));
}

const LOGIN: &str = "<LOGIN_REQ><DevVer>V1.6_20140301</DevVer><DevID>81100000001</DevID>\
    <DevKey>K7M2P9Q4</DevKey><UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort>\
    <LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort><TurnRelayIP>0.0.0.0</TurnRelayIP>\
    <RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType><NatType>3</NatType></LOGIN_REQ>";

// E-74
#[test]
fn e74_any_firmware_version_is_text() {
    for version in ["V1.6_20140301", "V1.5", "2.0-beta", "固件"] {
        let message = accepts::<LoginRequest>(&LOGIN.replace("V1.6_20140301", version));
        assert_eq!(message.dev_ver, version);
    }
}

// E-75
#[test]
fn e75_no_mapping_and_no_relay() {
    emits::<LoginRequest>(LOGIN);
    for (canonical, odd) in [
        ("<UpnpIP>0.0.0.0</UpnpIP>", "<UpnpIP></UpnpIP>"),
        ("<UpnpIP>0.0.0.0</UpnpIP>", ""),
        ("<TurnRelayIP>0.0.0.0</TurnRelayIP>", "<TurnRelayIP />"),
        ("<RtspTurnRelayPort>0</RtspTurnRelayPort>", "<RtspTurnRelayPort></RtspTurnRelayPort>"),
        ("<RtspUpnpPort>0</RtspUpnpPort>", ""),
    ] {
        tolerates::<LoginRequest>(75, &LOGIN.replace(canonical, odd), LOGIN);
    }
}

// E-76
#[test]
fn e76_any_port_is_read() {
    for port in ["1", "18588", "65535"] {
        accepts::<LoginRequest>(&LOGIN.replace("<RtspUpnpPort>0<", &format!("<RtspUpnpPort>{port}<")));
    }
    refuses::<LoginRequest>(&LOGIN.replace("<RtspUpnpPort>0<", "<RtspUpnpPort>65536<"));
}

const LOGGED_IN: &str = "<LOGIN_RES><Result>0</Result><DevID>81100000001</DevID><EURL>https://oos.ctyun.example</EURL>\
    <EAccount>AK0001</EAccount><EPassword>SK0001</EPassword><EStorageSpace>10240</EStorageSpace>\
    <ERecordBucket>rec</ERecordBucket><EPictureBucket>pic</EPictureBucket><Time>20140318103000</Time></LOGIN_RES>";

// E-77
#[test]
fn e77_misspelt_storage_space() {
    tolerates::<LoginResponse>(77, &LOGGED_IN.replace("EStorageSpace", "EStorgeSpace"), LOGGED_IN);
    emits::<LoginResponse>(LOGGED_IN);
    let message = accepts::<LoginResponse>(LOGGED_IN);
    let legacy = String::from_utf8(encode(&message, Profile::LegacyRecorder).unwrap()).unwrap();
    assert!(legacy.contains("<EStorageSpace>10240</EStorageSpace><EStorgeSpace>10240</EStorgeSpace>"));
    tolerates::<LoginResponse>(
        77,
        legacy.split_once("?>").unwrap().1.replace("<EStorageSpace>10240</EStorageSpace>", "").as_str(),
        LOGGED_IN,
    );
}

// E-79
#[test]
fn e79_unlisted_nat_types_count_as_unknown() {
    let read = decode::<LoginRequest>(doc(&LOGIN.replace("<NatType>3", "<NatType>9")).as_bytes()).unwrap();
    assert_eq!((read.message.nat_type, read.message.nat_type.or_unknown()), (NatType(9), NatType::UNKNOWN));
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(79)));
}

const ABILITY: &str = "<ABILITYUP_REQ><DevID>81100000001</DevID><ChannelNum>1</ChannelNum><PTZFlag>0</PTZFlag>\
    <EStoreFlag>1</EStoreFlag><LocalStoreFlag>3</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag>\
    <InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>1</ManualAlarmFlag>\
    <DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>2</DIDONum></ABILITYUP_REQ>";

// E-81
#[test]
fn e81_video_and_onvif_from_any_device() {
    emits::<AbilityUpRequest>(ABILITY);
    accepts::<AbilityUpRequest>(&ABILITY.replace(
        "</ABILITYUP_REQ>",
        "<Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video><Onvif><Port>80</Port><Account>admin</Account>\
         <Password>pw</Password></Onvif></ABILITYUP_REQ>",
    ));
}

// E-82
#[test]
fn e82_ptz_flag_in_either_spelling_or_absent() {
    tolerates::<AbilityUpRequest>(82, &ABILITY.replace("PTZFlag", "PtzFlag"), ABILITY);
    tolerates::<AbilityUpRequest>(82, &ABILITY.replace("<PTZFlag>0</PTZFlag>", ""), ABILITY);
}

// E-83
#[test]
fn e83_unlisted_storage_states_count_as_faulty() {
    let read = decode::<AbilityUpRequest>(
        doc(&ABILITY.replace("<LocalStoreFlag>3", "<LocalStoreFlag>8")).as_bytes(),
    )
    .unwrap();
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(83)));
    assert_eq!(read.message.local_store_flag.or_faulty(), LocalStoreFlag::FAULTY);
}

// E-85
#[test]
fn e85_a_heartbeat_without_relay_fields_means_unchanged() {
    let full = "<HEARTBEAT_REQ><DevID>81100000001</DevID><CurVideoNum>1</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP>\
        <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort>\
        <TurnRelayIP>203.0.113.40</TurnRelayIP><RtspTurnRelayPort>49160</RtspTurnRelayPort></HEARTBEAT_REQ>";
    emits::<HeartbeatRequest>(full);
    let cut = full.find("<TurnRelayIP>").unwrap();
    let read =
        decode::<HeartbeatRequest>(doc(&format!("{}</HEARTBEAT_REQ>", &full[..cut])).as_bytes()).unwrap();
    assert_eq!(read.message.turn_relay_ip, OrUnchanged::Unchanged);
    assert_eq!(read.message.rtsp_turn_relay_port, OrUnchanged::Unchanged);
    assert!(read.diagnostics.iter().all(|d| d.erratum == Some(Erratum(85))));
    // There is no text that says "unchanged": such a message is not written by accident.
    let error = encode(&read.message, Profile::Spec).unwrap_err();
    assert_eq!(error.kind, EncodeErrorKind::NoValue("TurnRelayIP"));
}

const EXCEPTION: &str = "<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo>\
    <ExceptionType>0</ExceptionType><ExceptionDesc>固件升级成功:V1.6_20140401</ExceptionDesc></EXCEPTION_NOTIFY_REQ>";

// E-88
#[test]
fn e88_unlisted_exceptions_are_kept() {
    let message =
        accepts::<ExceptionNotifyRequest>(&EXCEPTION.replace("<ExceptionType>0", "<ExceptionType>42"));
    assert_eq!(message.exception_type, ExceptionType(42));
    emits::<ExceptionNotifyRequest>(EXCEPTION);
}

// E-89
#[test]
fn e89_events_without_a_code_are_told_by_their_text() {
    let message = accepts::<ExceptionNotifyRequest>(EXCEPTION);
    assert_eq!(ImpliedException::classify(&message.exception_desc), Some(ImpliedException::UpgradeSucceeded));
}

// E-90
#[test]
fn e90_exceptions_of_the_device_itself() {
    tolerates::<ExceptionNotifyRequest>(90, &EXCEPTION.replace("<ChannelNo>0</ChannelNo>", ""), EXCEPTION);
    tolerates::<ExceptionNotifyRequest>(
        90,
        &EXCEPTION.replace("<ChannelNo>0</ChannelNo>", "<ChannelNo/>"),
        EXCEPTION,
    );
}

const PLAY: &str = "<VIDEO_PLAY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
    <HashToken>0123456789abcdef0123456789abcdef</HashToken></VIDEO_PLAY_REQ>";

// E-91
#[test]
fn e91_tokens_are_opaque() {
    emits::<VideoPlayRequest>(PLAY);
    for token in ["0123456789ABCDEF0123456789ABCDEF", "x", &"Z".repeat(64)] {
        let read = decode::<VideoPlayRequest>(
            doc(&PLAY.replace("0123456789abcdef0123456789abcdef", token)).as_bytes(),
        )
        .unwrap();
        assert!(read.message.hash_token.matches_ignore_case(token));
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(91)));
    }
    for token in ["", "a b", "a/b", &"Z".repeat(65)] {
        refuses::<VideoPlayRequest>(&PLAY.replace("0123456789abcdef0123456789abcdef", token));
    }
}

const CHANNEL: &str = "<GET_CHANNEL_RES><Result>0</Result><DevID>81100000001</DevID><FrameSize>2</FrameSize><FrameRate>15</FrameRate>\
    <RateType>1</RateType><BitRate>6</BitRate><AudioInput>1</AudioInput></GET_CHANNEL_RES>";

// E-97
#[test]
fn e97_five_frame_sizes() {
    for code in [4, 5] {
        let read = decode::<GetChannelResponse>(
            doc(&CHANNEL.replace("<FrameSize>2", &format!("<FrameSize>{code}"))).as_bytes(),
        )
        .unwrap();
        let size = read.message.outcome.success().unwrap().frame_size;
        assert_eq!(size, FrameSize(code));
        assert!(size.reveals_five_codes());
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(97)));
    }
    emits::<GetChannelResponse>(CHANNEL);
}

// E-98
#[test]
fn e98_frame_rates_outside_the_range() {
    for rate in ["0", "1", "30", "255"] {
        let read = decode::<GetChannelResponse>(
            doc(&CHANNEL.replace("<FrameRate>15", &format!("<FrameRate>{rate}"))).as_bytes(),
        )
        .unwrap();
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(98)), "{rate}");
        let clamped = read.message.outcome.success().unwrap().frame_rate.clamp();
        assert!((2..=25).contains(&clamped.0));
    }
    for rate in ["2", "25"] {
        accepts::<GetChannelResponse>(&CHANNEL.replace("<FrameRate>15", &format!("<FrameRate>{rate}")));
    }
}

// E-99
#[test]
fn e99_literal_bit_rates() {
    tolerates::<GetChannelResponse>(99, &CHANNEL.replace("<BitRate>6", "<BitRate>500"), CHANNEL);
    tolerates::<GetChannelResponse>(99, &CHANNEL.replace("<BitRate>6", "<BitRate>512"), CHANNEL);
}

// E-100
#[test]
fn e100_absent_and_empty_mean_unchanged() {
    let only = "<SET_CHANNEL_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>2</StreamType>\
        <BitRate>6</BitRate></SET_CHANNEL_REQ>";
    emits::<SetChannelRequest>(only);
    tolerates::<SetChannelRequest>(100, &only.replace("<BitRate>", "<FrameSize/><BitRate>"), only);
    refuses::<SetChannelRequest>(&only.replace("<StreamType>2</StreamType>", ""));
}

// E-101
#[test]
fn e101_context_in_the_answer_is_kept_aside() {
    let extra =
        CHANNEL.replace("<FrameSize>", "<ChannelNo>0</ChannelNo><StreamType>1</StreamType><FrameSize>");
    let read = decode::<GetChannelResponse>(doc(&extra).as_bytes()).unwrap();
    assert_eq!(read.message, accepts::<GetChannelResponse>(CHANNEL));
    assert_eq!(read.unknown.len(), 2);
}

const SCAN: &str = "<GET_WIFI_RES><Result>0</Result><WifiSSID><SSID>shop</SSID><Signal>80</Signal><Security>4</Security>\
    <InUse>1</InUse></WifiSSID></GET_WIFI_RES>";

// E-106
#[test]
fn e106_in_user() {
    tolerates::<wifi_setup::GetWifiResponse>(106, &SCAN.replace("InUse>", "InUser>"), SCAN);
    emits::<wifi_setup::GetWifiResponse>(SCAN);
}

// E-107
#[test]
fn e107_more_than_ten_access_points() {
    let start = SCAN.find("<WifiSSID>").unwrap();
    let end = SCAN.find("</GET_WIFI_RES>").unwrap();
    let many = format!("{}{}{}", &SCAN[..start], SCAN[start..end].repeat(12), &SCAN[end..]);
    let read = decode::<wifi_setup::GetWifiResponse>(doc(&many).as_bytes()).unwrap();
    assert_eq!(read.message.outcome.success().unwrap().access_points.len(), 12);
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(107)));
}

// E-108
#[test]
fn e108_wifi_password_may_be_missing() {
    let open = "<SET_WIFI_REQ><DevID>81100000001</DevID><SSID>shop</SSID><Security>0</Security><Password></Password></SET_WIFI_REQ>";
    tolerates::<SetWifiRequest>(108, &open.replace("<Password></Password>", ""), open);
    emits::<SetWifiRequest>(open);
}

const ESTORE: &str = "<GET_ESTORE_RES><Result>0</Result><DevID>81100000001</DevID><URL>https://oos.ctyun.example</URL>\
    <Account>AK0001</Account><Password>SK0001</Password><ERecordBucket>rec</ERecordBucket><EPictureBucket>pic</EPictureBucket></GET_ESTORE_RES>";

// E-112
#[test]
fn e112_struck_storage_space_is_read_and_never_sent() {
    emits::<GetEstoreResponse>(ESTORE);
    for name in ["StorageSpace", "StorgeSpace"] {
        let with = ESTORE.replace("<ERecordBucket>", &format!("<{name}>10240</{name}><ERecordBucket>"));
        let read = decode::<GetEstoreResponse>(doc(&with).as_bytes()).unwrap();
        assert!(read.diagnostics.iter().any(|d| matches!(d.kind, DiagnosticKind::Struck("StorageSpace"))));
        assert!(read.diagnostics.iter().all(|d| d.erratum == Some(Erratum(112))));
        let written = encode(&read.message, Profile::LegacyRecorder).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), doc(ESTORE));
    }
}

const WEEK: &str = "<QUERY_RECORD_POLICY_RES><Result>0</Result><DevID>81100000001</DevID><WeekPolicy><PolicyID>1</PolicyID>\
    <StoreType>0</StoreType><StreamType>1</StreamType><Week>7</Week><StartTime>08:05</StartTime><EndTime>23:59</EndTime></WeekPolicy>\
    </QUERY_RECORD_POLICY_RES>";

// E-114
#[test]
fn e114_policy_ids_are_opaque() {
    let message = accepts::<QueryRecordPolicyResponse>(&WEEK.replace("<PolicyID>1<", "<PolicyID>31-a<"));
    assert_eq!(message.outcome.success().unwrap().week_policies[0].policy_id, "31-a");
    emits::<QueryRecordPolicyResponse>(WEEK);
}

// E-118
#[test]
fn e118_sunday_is_seven_and_zero_is_sunday() {
    tolerates::<QueryRecordPolicyResponse>(118, &WEEK.replace("<Week>7", "<Week>0"), WEEK);
    let message = accepts::<QueryRecordPolicyResponse>(WEEK);
    assert_eq!(message.outcome.success().unwrap().week_policies[0].week, Weekday::SUNDAY);
}

// E-119
#[test]
fn e119_clock_times() {
    for odd in ["8:5", "8:05", "08：05", "08:05:00"] {
        tolerates::<QueryRecordPolicyResponse>(119, &WEEK.replace("08:05", odd), WEEK);
    }
    let read = decode::<QueryRecordPolicyResponse>(doc(&WEEK.replace("23:59", "24:00")).as_bytes()).unwrap();
    assert_eq!(read.diagnostics[0].erratum, Some(Erratum(119)));
    for bad in ["24:01", "25:00", "8", "08:60", ""] {
        refuses::<QueryRecordPolicyResponse>(&WEEK.replace("08:05", bad));
    }
}

// E-120
#[test]
fn e120_store_type_may_be_missing_in_a_week_policy() {
    tolerates::<QueryRecordPolicyResponse>(120, &WEEK.replace("<StoreType>0</StoreType>", ""), WEEK);
    // In picture policies 0 is FTP and stands outside the entries.
    emits::<AddPicturePolicyRequest>(
        "<ADD_PICTURE_POLICY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StoreType>0</StoreType><DayPolicy>\
         <Interval>0</Interval><StartTime>08:00</StartTime><EndTime>08:00</EndTime></DayPolicy></ADD_PICTURE_POLICY_REQ>",
    );
}

// E-121
#[test]
fn e121_stream_of_a_policy() {
    tolerates::<QueryRecordPolicyResponse>(121, &WEEK.replace("<StreamType>1", "<StreamType>0"), WEEK);
    tolerates::<QueryRecordPolicyResponse>(121, &WEEK.replace("<StreamType>1</StreamType>", ""), WEEK);
}

const FILES: &str = "<FILE_QUERY_RES><Result>0</Result><DevID>81100000001</DevID><TotalRecordNum>1</TotalRecordNum><File>\
    <FileName>ch01_00000000017000000</FileName><FileSize>1048576</FileSize><StartTime>201403181030</StartTime><EndTime>201403181045</EndTime>\
    </File></FILE_QUERY_RES>";

// E-45
#[test]
fn e45_file_names_are_opaque() {
    let message = accepts::<FileQueryResponse>(FILES);
    assert_eq!(message.outcome.success().unwrap().files[0].file_name, "ch01_00000000017000000");
}

// E-130
#[test]
fn e130_no_hits_is_a_success() {
    emits::<FileQueryResponse>(
        "<FILE_QUERY_RES><Result>0</Result><DevID>81100000001</DevID><TotalRecordNum>0</TotalRecordNum></FILE_QUERY_RES>",
    );
}

// E-131
#[test]
fn e131_seconds_in_file_times() {
    tolerates::<FileQueryResponse>(131, &FILES.replace("201403181030<", "20140318103000<"), FILES);
    emits::<FileQueryResponse>(FILES);
}

// E-06: one firmware sends the total after the files.
#[test]
fn e06_total_after_the_files() {
    let total = "<TotalRecordNum>1</TotalRecordNum>";
    let late = FILES.replace(total, "").replace("</FILE_QUERY_RES>", &format!("{total}</FILE_QUERY_RES>"));
    tolerates::<FileQueryResponse>(6, &late, FILES);
}

// E-132
#[test]
fn e132_page_numbers() {
    let first = "<FILE_QUERY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StartTime>201403180000</StartTime>\
        <EndTime>201403190000</EndTime><PageNo>1</PageNo></FILE_QUERY_REQ>";
    tolerates::<FileQueryRequest>(132, &first.replace("<PageNo>1", "<PageNo>0"), first);
    tolerates::<FileQueryRequest>(132, &first.replace("<PageNo>1</PageNo>", ""), first);
    emits::<FileQueryRequest>(first);
}

// E-133
#[test]
fn e133_storage_flag_in_both_spellings() {
    let set = "<SET_RECORD_FULL_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StorageFlag>1</StorageFlag><RecordFull>1</RecordFull></SET_RECORD_FULL_REQ>";
    let get = "<GET_RECORD_FULL_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StorgeFlag>1</StorgeFlag></GET_RECORD_FULL_REQ>";
    let set_loop = "<SET_RECORD_LOOP_REQ><DevID>81100000001</DevID><RecordLoop>1</RecordLoop><StorageFlag>1</StorageFlag></SET_RECORD_LOOP_REQ>";
    let get_loop =
        "<GET_RECORD_LOOP_REQ><DevID>81100000001</DevID><StorageFlag>1</StorageFlag></GET_RECORD_LOOP_REQ>";
    tolerates::<SetRecordFullRequest>(133, &set.replace("StorageFlag", "StorgeFlag"), set);
    tolerates::<GetRecordFullRequest>(133, &get.replace("StorgeFlag", "StorageFlag"), get);
    tolerates::<SetRecordLoopRequest>(133, &set_loop.replace("StorageFlag", "StorgeFlag"), set_loop);
    tolerates::<GetRecordLoopRequest>(133, &get_loop.replace("StorageFlag", "StorgeFlag"), get_loop);
    emits::<SetRecordFullRequest>(set);
    emits::<GetRecordFullRequest>(get);
    emits::<SetRecordLoopRequest>(set_loop);
    emits::<GetRecordLoopRequest>(get_loop);
    let legacy = encode(&accepts::<GetRecordFullRequest>(get), Profile::LegacyRecorder).unwrap();
    assert!(
        String::from_utf8(legacy).unwrap().contains("<StorgeFlag>1</StorgeFlag><StorageFlag>1</StorageFlag>")
    );
}

const ALARM: &str = "<ALARM_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><AlarmType>1</AlarmType>\
    <AlarmDesc>motion</AlarmDesc><FileName></FileName></ALARM_NOTIFY_REQ>";

// E-137
#[test]
fn e137_an_alarm_may_carry_its_time() {
    let timed = ALARM.replace("</ALARM_NOTIFY_REQ>", "<Time>20140318103000</Time></ALARM_NOTIFY_REQ>");
    let read = decode::<AlarmNotifyRequest>(doc(&timed).as_bytes()).unwrap();
    assert_eq!(read.unknown[0].element.text, "20140318103000");
}

// E-138
#[test]
fn e138_dido_number_only_for_digital_inputs() {
    emits::<AlarmNotifyRequest>(ALARM);
    let input =
        ALARM.replace("<AlarmType>1", "<AlarmType>4").replace("<FileName>", "<DIDONo>2</DIDONo><FileName>");
    emits::<AlarmNotifyRequest>(&input);
    for odd in ["<DIDONo/>", "<DIDONo></DIDONo>"] {
        let text = doc(&ALARM.replace("<FileName>", &format!("{odd}<FileName>")));
        assert_eq!(decode::<AlarmNotifyRequest>(text.as_bytes()).unwrap().message.dido_no, None);
    }
    let zero = doc(&ALARM.replace("<FileName>", "<DIDONo>0</DIDONo><FileName>"));
    assert!(decode::<AlarmNotifyRequest>(zero.as_bytes()).is_ok());
}

// E-139
#[test]
fn e139_an_alarm_without_a_picture() {
    tolerates::<AlarmNotifyRequest>(139, &ALARM.replace("<FileName></FileName>", ""), ALARM);
}

// E-146
#[test]
fn e146_one_is_good_in_a_storage_query() {
    let good = "<STORE_QUERY_RES><Result>1</Result><DevID>81100000001</DevID><TotalSize>30720</TotalSize><FreeSize>1024</FreeSize></STORE_QUERY_RES>";
    emits::<StoreQueryResponse>(good);
    assert_eq!(StoreQueryResult::OK, StoreQueryResult(1));
    let none = good.replace("<Result>1", "<Result>0").replace("30720", "0").replace("1024", "0");
    emits::<StoreQueryResponse>(&none);
    assert!(!accepts::<StoreQueryResponse>(&none).result.is_ok());
}

// E-147
#[test]
fn e147_zero_is_good_in_a_format() {
    let good = "<STORE_FORMAT_RES><Result>0</Result><DevID>81100000001</DevID><TotalSize>30720</TotalSize><FreeSize>30720</FreeSize></STORE_FORMAT_RES>";
    emits::<StoreFormatResponse>(good);
    assert!(accepts::<StoreFormatResponse>(good).result.is_ok());
    assert_eq!(
        accepts::<StoreFormatResponse>(&good.replace("<Result>0", "<Result>1")).result,
        StoreFormatResult::NO_MEDIUM
    );
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

/// What one firmware answers to 61H from uninitialised memory: read, with the reason, never a failure.
#[test]
fn channel_values_from_uninitialised_memory() {
    for (good, odd) in [
        ("<BitRate>6</BitRate>", "<BitRate />"),
        ("<RateType>1</RateType>", "<RateType>256</RateType>"),
        ("<FrameRate>15</FrameRate>", "<FrameRate>0</FrameRate>"),
        ("<AudioInput>1</AudioInput>", "<AudioInput>205</AudioInput>"),
    ] {
        let read = decode::<GetChannelResponse>(doc(&CHANNEL.replace(good, odd)).as_bytes());
        assert!(read.unwrap_or_else(|e| panic!("{odd}: {e}")).is_repaired(), "{odd}");
    }
    // Without DevID, as for a stream it does not know.
    assert!(
        decode::<GetChannelResponse>(doc("<GET_CHANNEL_RES><Result>1</Result></GET_CHANNEL_RES>").as_bytes())
            .is_ok()
    );
}
