//! Errata about single fields and codes: what is accepted, what is emitted. One test an id.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::device::*;
use kandian_proto::message::{redirect, register, wifi_setup};
use kandian_proto::value::*;
use kandian_proto::{EncodeErrorKind, Erratum, Message, Outcome, Profile, decode, decode_strict, encode};
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
        assert!(decode_strict::<HeartbeatResponse>(doc(&text).as_bytes()).is_err(), "{bad}");
    }
}

// E-14
#[test]
fn e14_a_reference_time_may_be_missing_and_is_always_sent() {
    let answers = [
        ("HEARTBEAT_RES", ""),
        ("ABILITYUP_RES", ""),
        ("LOGIN_RES", "<Result>2</Result>"),
        ("REGISTER_RES", "<Result>2</Result>"),
    ];
    for (root, result) in answers {
        for odd in ["", "<Time/>", "<Time></Time>", "<Time>now</Time>"] {
            let text = doc(&format!("<{root}>{result}{ID}{odd}</{root}>"));
            // Strict reading refuses, lenient reading knows no time, and no platform leaves it out.
            macro_rules! check {
                ($($name:path),*) => {$(
                    if <$name as Message>::INFO.root == root {
                        let read = decode::<$name>(text.as_bytes()).unwrap();
                        assert_eq!(read.message.time.get(), None, "{odd}");
                        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(14)));
                        assert_eq!(decode_strict::<$name>(text.as_bytes()).unwrap_err().erratum(), Some(Erratum(14)));
                        for profile in Profile::ALL {
                            let error = encode(&read.message, *profile).unwrap_err();
                            assert_eq!((error.kind, error.path), (EncodeErrorKind::NoValue("Time"), format!("{root}/Time")));
                        }
                    }
                )*};
            }
            check!(HeartbeatResponse, AbilityUpResponse, LoginResponse, register::RegisterResponse);
        }
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
        let text = REDIRECT.replace(">811<", &format!(">{code}<")).replace(">811", &format!(">{code}"));
        let read = accepts::<redirect::RedirectRequest>(&text);
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
    // A recorder connects to its cameras.
    let link = "<NVR_LINK_IPCAM_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><IpcamDevID>81100000002</IpcamDevID>\
        <IpcamLocalIP>192.168.1.64</IpcamLocalIP><OnvifPort>80</OnvifPort><OnvifAccount>admin</OnvifAccount>\
        <OnvifPassword>pw</OnvifPassword></NVR_LINK_IPCAM_REQ>";
    let modify = link.replace("LINK", "MODIFY").replace("<ChannelNo>0</ChannelNo>", "");
    emits::<NvrLinkIpcamRequest>(link);
    emits::<NvrModifyIpcamRequest>(&modify);
    for name in ["door.lan", "fe80::1", "2001:db8::64"] {
        let read =
            decode::<NvrLinkIpcamRequest>(doc(&link.replace("192.168.1.64", name)).as_bytes()).unwrap();
        assert_eq!(read.message.ipcam_local_ip.as_str(), name);
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(56)));
        let read =
            decode::<NvrModifyIpcamRequest>(doc(&modify.replace("192.168.1.64", name)).as_bytes()).unwrap();
        assert_eq!((read.message.ipcam_local_ip.as_str(), read.message.ipcam_local_ip.ipv4()), (name, None));
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(56)));
        // Sent on are addresses only.
        assert_eq!(
            encode(&read.message, Profile::Spec).unwrap_err().path,
            "NVR_MODIFY_IPCAM_REQ/IpcamLocalIP"
        );
        assert!(
            decode_strict::<NvrModifyIpcamRequest>(doc(&modify.replace("192.168.1.64", name)).as_bytes())
                .is_err()
        );
    }
    for garbage in ["", "a b", "http://192.168.1.64", "摄像机"] {
        refuses::<NvrLinkIpcamRequest>(&link.replace("192.168.1.64", garbage));
    }
    // Nobody connects to the addresses that a device reports of itself by name.
    for garbage in ["door.lan", "::1", "1.2.3", "无"] {
        for field in ["UpnpIP", "LocalIP", "TurnRelayIP"] {
            let address = ["UpnpIP>0.0.0.0<", "LocalIP>192.168.1.64<", "TurnRelayIP>0.0.0.0<"];
            let old = address.into_iter().find(|a| a.starts_with(field)).unwrap();
            refuses::<LoginRequest>(&LOGIN.replace(&format!("<{old}"), &format!("<{field}>{garbage}<")));
        }
    }
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
    let closed = LOGIN.replace(">554<", ">0<").replace("192.168.1.64", "0.0.0.0");
    for (canonical, odd) in [
        ("<RtspLocalPort>0</RtspLocalPort>", "<RtspLocalPort/>"),
        ("<RtspLocalPort>0</RtspLocalPort>", ""),
        ("<LocalIP>0.0.0.0</LocalIP>", "<LocalIP/>"),
    ] {
        tolerates::<LoginRequest>(75, &closed.replace(canonical, odd), &closed);
        tolerates::<HeartbeatRequest>(
            75,
            &as_heartbeat(&closed.replace(canonical, odd)),
            &as_heartbeat(&closed),
        );
    }
    // An empty relay port is no relay, unlike a missing one (E-85).
    let empty = BEAT.replace(">49160<", "><");
    tolerates::<HeartbeatRequest>(75, &empty, &BEAT.replace(">49160<", ">0<"));
    // Servers that a platform does not have.
    for (name, port) in
        [("BackupTurnIP", "BackupTurnPort"), ("TurnIP", "TurnPort"), ("BackupNatIP", "BackupNatPort")]
    {
        for odd in [format!("<{name}/><{port}/>"), String::new()] {
            let start = REGISTER.find(&format!("<{name}>")).unwrap();
            let end = REGISTER.find(&format!("</{port}>")).unwrap() + port.len() + 3;
            let text = doc(&format!("{}{odd}{}", &REGISTER[..start], &REGISTER[end..]));
            let read = decode::<register::RegisterResponse>(text.as_bytes()).unwrap();
            assert_eq!(read.diagnostics.len(), 2);
            assert!(
                read.diagnostics.iter().all(|d| d.erratum == Some(Erratum(75))),
                "{:?}",
                read.diagnostics
            );
        }
    }
}

/// The fields that a login and a heartbeat have in common, as a heartbeat.
fn as_heartbeat(login: &str) -> String {
    let start = login.find("<UpnpIP>").unwrap();
    let end = login.find("<NetType>").unwrap();
    format!("<HEARTBEAT_REQ>{ID}<CurVideoNum>0</CurVideoNum>{}</HEARTBEAT_REQ>", &login[start..end])
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
    // Zero or not zero is all that counts.
    for (space, megabytes) in [("10G", "10"), ("不限", "1"), ("0G", "0")] {
        tolerates::<LoginResponse>(
            77,
            &LOGGED_IN.replace("10240", space),
            &LOGGED_IN.replace("10240", megabytes),
        );
    }
    // Without cloud storage the account may be missing as a whole.
    let (start, end) = (LOGGED_IN.find("<EURL>").unwrap(), LOGGED_IN.find("<Time>").unwrap());
    let none = "<EURL></EURL><EAccount></EAccount><EPassword></EPassword><EStorageSpace>0</EStorageSpace>\
        <ERecordBucket></ERecordBucket><EPictureBucket></EPictureBucket>";
    let canonical = format!("{}{none}{}", &LOGGED_IN[..start], &LOGGED_IN[end..]);
    tolerates::<LoginResponse>(77, &format!("{}{}", &LOGGED_IN[..start], &LOGGED_IN[end..]), &canonical);
    emits::<LoginResponse>(&canonical);
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

const BEAT: &str = "<HEARTBEAT_REQ><DevID>81100000001</DevID><CurVideoNum>1</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP>\
        <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.64</LocalIP><RtspLocalPort>554</RtspLocalPort>\
        <TurnRelayIP>203.0.113.40</TurnRelayIP><RtspTurnRelayPort>49160</RtspTurnRelayPort></HEARTBEAT_REQ>";

// E-85
#[test]
fn e85_a_heartbeat_without_relay_fields_means_unchanged() {
    emits::<HeartbeatRequest>(BEAT);
    let cut = BEAT.find("<TurnRelayIP>").unwrap();
    let read =
        decode::<HeartbeatRequest>(doc(&format!("{}</HEARTBEAT_REQ>", &BEAT[..cut])).as_bytes()).unwrap();
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
fn e88_no_exception_type_refuses_the_report() {
    let with = |text: &str| EXCEPTION.replace("<ExceptionType>0</ExceptionType>", text);
    for (text, code) in [("42", 42), ("65535", 65_535)] {
        let text = doc(&with(&format!("<ExceptionType>{text}</ExceptionType>")));
        let read = decode::<ExceptionNotifyRequest>(text.as_bytes()).unwrap();
        assert_eq!(read.message.exception_type, ExceptionType(code));
        assert_eq!(read.message.exception_type.or_unknown(), ExceptionType::UNKNOWN);
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(88)));
        assert_eq!(
            decode_strict::<ExceptionNotifyRequest>(text.as_bytes()).unwrap_err().erratum(),
            Some(Erratum(88))
        );
        assert_eq!(
            encode(&read.message, Profile::Spec).unwrap_err().path,
            "EXCEPTION_NOTIFY_REQ/ExceptionType"
        );
    }
    for text in [
        "<ExceptionType>99999</ExceptionType>",
        "<ExceptionType/>",
        "<ExceptionType>升级</ExceptionType>",
        "",
    ] {
        tolerates::<ExceptionNotifyRequest>(88, &with(text), EXCEPTION);
    }
    // Without a text there is no more to say.
    let silent = EXCEPTION.replace("固件升级成功:V1.6_20140401", "");
    tolerates::<ExceptionNotifyRequest>(88, &silent.replace("<ExceptionDesc></ExceptionDesc>", ""), &silent);
    for code in 0..=12 {
        emits::<ExceptionNotifyRequest>(&with(&format!("<ExceptionType>{code}</ExceptionType>")));
    }
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
fn e98_frame_rates_are_clamped_in_a_report_and_errors_in_a_request() {
    for (rate, clamped) in [("0", "2"), ("1", "2"), ("30", "25"), ("300", "25"), ("4294967296", "25")] {
        tolerates::<GetChannelResponse>(
            98,
            &CHANNEL.replace("<FrameRate>15", &format!("<FrameRate>{rate}")),
            &CHANNEL.replace("<FrameRate>15", &format!("<FrameRate>{clamped}")),
        );
    }
    for rate in ["2", "25"] {
        emits::<GetChannelResponse>(&CHANNEL.replace("<FrameRate>15", &format!("<FrameRate>{rate}")));
    }
    let set = |rate: &str| {
        format!(
            "<SET_CHANNEL_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
             <FrameRate>{rate}</FrameRate></SET_CHANNEL_REQ>"
        )
    };
    for rate in ["1", "26", "300"] {
        refuses::<SetChannelRequest>(&set(rate));
    }
    // 2 to 4 is read but not set: one of the two tables begins with 5.
    for rate in ["2", "4", "04"] {
        let text = doc(&set(rate));
        let read = decode::<SetChannelRequest>(text.as_bytes()).unwrap();
        assert_eq!(read.diagnostics.last().unwrap().erratum, Some(Erratum(98)), "{rate}");
        assert!(decode_strict::<SetChannelRequest>(text.as_bytes()).is_err(), "{rate}");
        let error = encode(&read.message, Profile::Spec).unwrap_err();
        assert_eq!(error.path, "SET_CHANNEL_REQ/FrameRate");
    }
    emits::<SetChannelRequest>(&set("5"));
}

// E-99
#[test]
fn e99_literal_bit_rates() {
    tolerates::<GetChannelResponse>(99, &CHANNEL.replace("<BitRate>6", "<BitRate>500"), CHANNEL);
    tolerates::<GetChannelResponse>(99, &CHANNEL.replace("<BitRate>6", "<BitRate>512"), CHANNEL);
    let most = CHANNEL.replace("<BitRate>6", "<BitRate>13");
    for rate in ["65535", "65536", "100000", "99999999999999999999999"] {
        tolerates::<GetChannelResponse>(
            99,
            &CHANNEL.replace("<BitRate>6", &format!("<BitRate>{rate}")),
            &most,
        );
    }
    emits::<GetChannelResponse>(&most);
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
