//! Errata about elements: repeated, missing, unknown, or with a level around them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fmt::Debug;

use kandian_proto::command::Operation;
use kandian_proto::message::device::*;
use kandian_proto::message::{client, redirect, register, wifi_setup};
use kandian_proto::value::*;
use kandian_proto::xml::Limits;
use kandian_proto::{
    Command, DecodeErrorKind, DiagnosticKind, Erratum, Message, Profile, Side, decode, decode_payload,
    decode_strict, decode_strict_with, encode,
};
use support::{accepts, compact, doc, read, refuses, tolerates};

/// The canonical document of a root, compact and without its declaration.
fn canonical(root: &str) -> String {
    let text = compact(std::str::from_utf8(&read(&format!("canonical/{root}.xml"))).unwrap());
    text.split_once("?>").unwrap().1.to_owned()
}

/// The element of that name in a document, tags included.
fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.find(&format!("<{name}>")).unwrap_or_else(|| panic!("{name} in {text}"));
    let close = format!("</{name}>");
    &text[start..start + text[start..].find(&close).unwrap() + close.len()]
}

/// `text` with something put before an element.
fn before(text: &str, name: &str, insert: &str) -> String {
    text.replacen(&format!("<{name}>"), &format!("{insert}<{name}>"), 1)
}

/// The ids of the diagnostics of a document.
#[track_caller]
fn ids<M: Message + Debug>(text: &str) -> Vec<u16> {
    let read = decode::<M>(doc(text).as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    read.diagnostics.iter().map(|d| d.erratum.map_or(0, |e| e.0)).collect()
}

// E-06: of several elements of a name the first is taken, wherever it stands.
#[test]
fn the_first_of_repeated_elements_is_taken() {
    let login = canonical("LOGIN_REQ");
    let first = before(&login, "DevVer", "<DevKey>AAA</DevKey>");
    let read = decode::<LoginRequest>(doc(&first).as_bytes()).unwrap();
    assert!(read.message.dev_key.matches("AAA"));
    let kinds: Vec<_> = read.diagnostics.iter().map(|d| &d.kind).collect();
    assert!(matches!(kinds[..], [DiagnosticKind::OutOfOrder("DevKey"), DiagnosticKind::Duplicate("DevKey")]));
    assert_eq!(read.diagnostics[1].offset, doc(&first).rfind("<DevKey>").unwrap());
    assert!(decode_strict::<LoginRequest>(doc(&first).as_bytes()).is_err());
    // Behind the others it comes second.
    let second =
        first.replace("<DevKey>AAA</DevKey>", "").replace("</LOGIN_REQ>", "<DevKey>AAA</DevKey></LOGIN_REQ>");
    assert_eq!(
        decode::<LoginRequest>(doc(&second).as_bytes()).unwrap().message,
        accepts::<LoginRequest>(&login)
    );
    // The same for groups and for list entries that stand apart.
    let ability = canonical("ABILITYUP_REQ");
    let video = "<Video><StreamType>2</StreamType><FrameSize>1</FrameSize></Video>";
    let read = decode::<AbilityUpRequest>(doc(&before(&ability, "DevID", video)).as_bytes()).unwrap();
    assert_eq!(read.message.videos[0], Video::new(StreamType::SUB, FrameSize::HD_720P));
    let onvif = "<Onvif><Port>81</Port><Account>a</Account><Password>b</Password></Onvif>";
    let read = decode::<AbilityUpRequest>(doc(&before(&ability, "DevID", onvif)).as_bytes()).unwrap();
    assert_eq!(read.message.onvif.unwrap().port, Port(81));
}

// E-133: the same for two spellings of one element.
#[test]
fn e133_the_first_of_two_spellings_is_taken() {
    let get = "<GET_RECORD_FULL_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StorgeFlag>2</StorgeFlag></GET_RECORD_FULL_REQ>";
    let both =
        get.replace("<StorgeFlag>2</StorgeFlag>", "<StorageFlag>2</StorageFlag><StorgeFlag>1</StorgeFlag>");
    tolerates::<GetRecordFullRequest>(133, &both, get);
    assert_eq!(ids::<GetRecordFullRequest>(&both), [133, 133]);
    // What our own profile for old recorders writes.
    let legacy = encode(&accepts::<GetRecordFullRequest>(get), Profile::LegacyRecorder).unwrap();
    let read = decode::<GetRecordFullRequest>(&legacy).unwrap();
    assert!(
        matches!(read.diagnostics[..], [ref d] if d.kind == DiagnosticKind::Duplicate("StorgeFlag") && d.erratum == Some(Erratum(133)))
    );
}

// E-77
#[test]
fn e77_both_spellings_of_the_cloud_space() {
    let legacy = encode(&accepts::<LoginResponse>(&canonical("LOGIN_RES")), Profile::LegacyRecorder).unwrap();
    let read = decode::<LoginResponse>(&legacy).unwrap();
    assert!(read.diagnostics.iter().all(|d| d.erratum == Some(Erratum(77))), "{:?}", read.diagnostics);
    assert_eq!(read.diagnostics.len(), 1);
}

/// Neither reading takes a document without the element; the error names it.
fn due<M: Message + Debug + PartialEq>(names: &[&'static str]) {
    let text = canonical(M::INFO.root);
    for name in names {
        let without = text.replacen(element(&text, name), "", 1);
        assert_eq!(refuses::<M>(&without), DecodeErrorKind::MissingElement { name }, "{}", M::INFO.root);
    }
}

// E-12, E-49, E-75, E-77, E-88, E-108, E-114: what may be missing is listed there; nothing else may.
#[test]
fn texts_and_secrets_are_never_made_up() {
    due::<redirect::RedirectRequest>(&["Mode", "DevID", "DevKey"]);
    due::<register::RegisterRequest>(&["Mode", "DevID", "DevKey"]);
    due::<register::RegisterResponse>(&["NatIP"]);
    due::<LoginRequest>(&["DevVer", "DevID", "DevKey", "NetType"]);
    due::<SetEstoreRequest>(&["URL", "Account", "Password", "ERecordBucket", "EPictureBucket"]);
    due::<GetEstoreResponse>(&["URL", "Account", "Password", "ERecordBucket", "EPictureBucket"]);
    due::<DelRecordPolicyRequest>(&["PolicyID"]);
    due::<DelPicturePolicyRequest>(&["PolicyID"]);
    due::<QueryRecordPolicyResponse>(&["PolicyID"]);
    due::<SetWifiRequest>(&["SSID", "Security"]);
    due::<wifi_setup::GetWifiResponse>(&["Result"]);
    due::<NvrLinkIpcamRequest>(&["IpcamLocalIP", "OnvifPort", "OnvifAccount", "OnvifPassword"]);
    due::<UpgradeRequest>(&["NewDevVer", "FtpIP", "FtpPort", "FtpAccount", "FtpPassword", "FtpFileName"]);
    due::<LogUploadRequest>(&["FtpIP", "FtpPort", "FtpAccount", "FtpPassword"]);
    due::<AlarmNotifyRequest>(&["AlarmDesc"]);
    due::<NotifyPictureRequest>(&["FileName"]);
    due::<client::LoginRequest>(&["Account", "Password", "Version"]);
    due::<client::AddDeviceRequest>(&["Account", "LoginSession", "DevKey"]);
    refuses::<SetEstoreRequest>("<SET_ESTORE_REQ><DevID>81100000001</DevID></SET_ESTORE_REQ>");
}

// E-31: a device without a STUN server falls back to its own configuration.
#[test]
fn e31_a_redirect_without_stun_servers() {
    let full = canonical("REDIRECT_RES");
    let mut without = full.clone();
    for name in ["StunIP", "StunPort", "BackupStunIP", "BackupStunPort"] {
        without = without.replacen(element(&full, name), "", 1);
    }
    assert_eq!(ids::<redirect::RedirectResponse>(&without), [31; 4]);
    let read = decode::<redirect::RedirectResponse>(doc(&without).as_bytes()).unwrap();
    assert!(read.message.outcome.success().unwrap().stun_ip.is_empty());
}

/// Elements that an erratum says to put up with are kept aside under its id.
#[track_caller]
fn extra<M: Message + Debug + PartialEq>(erratum: u16, canonical: &str, place: &str, insert: &str) {
    let text = before(canonical, place, insert);
    tolerates::<M>(erratum, &text, canonical);
    let read = decode::<M>(doc(&text).as_bytes()).unwrap();
    assert!(read.diagnostics.iter().all(|d| d.erratum == Some(Erratum(erratum))), "{:?}", read.diagnostics);
    assert_eq!(read.unknown.len(), insert.matches("</").count());
    assert_eq!(encode(&read.message, Profile::Spec).unwrap(), doc(canonical).into_bytes());
}

// E-08
#[test]
fn e08_a_device_id_on_the_hotspot_is_ignored() {
    let id = "<DevID>81100000001</DevID>";
    extra::<wifi_setup::SetWifiRequest>(8, &canonical("SET_WIFI_REQ.11.2"), "SSID", id);
    extra::<wifi_setup::GetWifiResponse>(8, &canonical("GET_WIFI_RES.11.1"), "WifiSSID", id);
    let text = format!("<GET_WIFI_REQ>{id}</GET_WIFI_REQ>");
    assert_eq!(ids::<wifi_setup::GetWifiRequest>(&text), [8]);
    // In a frame it is the device that is meant.
    due::<SetWifiRequest>(&["DevID"]);
}

// E-10
#[test]
fn e10_a_result_where_none_is_defined() {
    extra::<HeartbeatResponse>(10, &canonical("HEARTBEAT_RES"), "DevID", "<Result>0</Result>");
}

// E-31
#[test]
fn e31_stun_servers_in_a_registration_are_kept_aside() {
    let servers = "<StunIP>203.0.113.10</StunIP><StunPort>3478</StunPort><BackupStunIP>203.0.113.11</BackupStunIP>\
        <BackupStunPort>3478</BackupStunPort>";
    extra::<register::RegisterResponse>(31, &canonical("REGISTER_RES"), "FtpIP", servers);
}

// E-73
#[test]
fn e73_fields_of_other_editions_are_kept_aside() {
    extra::<LoginResponse>(73, &canonical("LOGIN_RES"), "Time", "<NewDevVer>V1.6_20150101</NewDevVer>");
    extra::<LoginRequest>(73, &canonical("LOGIN_REQ"), "NetType", "<Colour>red</Colour>");
}

// E-101
#[test]
fn e101_context_in_the_answer_is_kept_aside() {
    let context = "<ChannelNo>0</ChannelNo><StreamType>1</StreamType>";
    extra::<GetChannelResponse>(101, &canonical("GET_CHANNEL_RES"), "FrameSize", context);
}

// E-137
#[test]
fn e137_an_alarm_may_carry_its_time() {
    let alarm = canonical("ALARM_NOTIFY_REQ");
    extra::<AlarmNotifyRequest>(137, &alarm, "AlarmType", "<Time>20140318103000</Time>");
    let text = before(&alarm, "AlarmType", "<Time>20140318103000</Time>");
    let read = decode::<AlarmNotifyRequest>(doc(&text).as_bytes()).unwrap();
    assert_eq!(read.unknown[0].element.text, "20140318103000");
}

// E-163
#[test]
fn e163_further_columns_of_stored_alarms() {
    let columns = "<DevID>81100000001</DevID><ChannelNo>0</ChannelNo><FileName>x.JPG</FileName><PictureUrl>http://x/</PictureUrl>";
    extra::<client::QueryAlarmResponse>(163, &canonical("MCU_QUERY_ALARM_RES"), "DevName", columns);
}

// E-167
#[test]
fn e167_a_device_id_in_any_answer_to_a_client() {
    let id = "<DevID>81100000001</DevID>";
    extra::<client::RebootResponse>(167, "<MCU_REBOOT_RES><Result>0</Result></MCU_REBOOT_RES>", "Result", id);
    extra::<client::GetDevVerResponse>(167, &canonical("MCU_GET_DEVVER_RES"), "CurDevVer", id);
    let with = canonical("MCU_GET_CHANNEL_RES");
    assert_eq!(ids::<client::GetChannelResponse>(&with.replace(element(&with, "DevID"), "")), [167]);
}

// E-21: a prefix that is not the manufacturer's is worth a remark and no more.
#[test]
fn e21_an_id_of_another_manufacturer_is_remarked() {
    for root in ["REDIRECT_REQ", "REGISTER_REQ"] {
        let text = doc(&canonical(root).replace(">811<", ">812<"));
        let (remark, strict) = if root == "REDIRECT_REQ" {
            let read = decode::<redirect::RedirectRequest>(text.as_bytes()).unwrap();
            assert!(!read.is_repaired());
            (read.diagnostics[0].clone(), decode_strict::<redirect::RedirectRequest>(text.as_bytes()).is_ok())
        } else {
            let read = decode::<register::RegisterRequest>(text.as_bytes()).unwrap();
            assert!(!read.is_repaired());
            (read.diagnostics[0].clone(), decode_strict::<register::RegisterRequest>(text.as_bytes()).is_ok())
        };
        assert!(strict);
        assert_eq!((remark.erratum, remark.path), (Some(Erratum(21)), format!("{root}/DevID")));
        assert_eq!(remark.kind, DiagnosticKind::OtherPrefix { name: "DevID", prefix: "812".into() });
        assert_eq!(remark.offset, text.find("<DevID>").unwrap());
    }
}

// E-44
#[test]
fn e44_blanks_in_the_name_of_a_picture() {
    for root in ["ALARM_NOTIFY_REQ", "NOTIFY_PICTURE_REQ"] {
        let text = canonical(root);
        let odd = text.replace(".JPG<", ". JPG<");
        assert_ne!(odd, text);
        match root {
            "ALARM_NOTIFY_REQ" => {
                tolerates::<AlarmNotifyRequest>(44, &odd, &text);
                let mut message = accepts::<AlarmNotifyRequest>(&text);
                message.file_name.push_str(" 2");
                assert_eq!(encode(&message, Profile::Spec).unwrap_err().path, "ALARM_NOTIFY_REQ/FileName");
            }
            _ => tolerates::<NotifyPictureRequest>(44, &odd, &text),
        }
    }
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

const DEVICES: &str = "<MCU_GET_DEVICES_RES><Result>0</Result>";

/// A list of devices with these ids.
fn devices(ids: &[&str]) -> String {
    let list = canonical("MCU_GET_DEVICES_RES");
    let device = element(&list, "Device");
    let id = element(device, "DevID");
    ids.iter().map(|other| device.replacen(id, &format!("<DevID>{other}</DevID>"), 1)).collect()
}

// E-152
#[test]
fn e152_levels_around_the_entries_of_a_list() {
    let (a, b, c) = ("81100000001", "81100000002", "81100000003");
    let whole = |content: &str| format!("{DEVICES}{content}</MCU_GET_DEVICES_RES>");
    let wrapped = |ids: &[&str]| format!("<DeviceList>{}</DeviceList>", devices(ids));
    let flat = whole(&devices(&[a, b, c]));
    for (content, wrappers) in [
        (wrapped(&[a, b, c]), 1),
        (format!("{}{}", wrapped(&[a]), wrapped(&[b, c])), 2),
        (format!("{}{}", wrapped(&[a, b]), devices(&[c])), 1),
        (format!("{}{}", devices(&[a]), wrapped(&[b, c])), 1),
        (format!("{}<DeviceList/>", devices(&[a, b, c])), 1),
        (format!("<Devices></Devices>{}", devices(&[a, b, c])), 1),
    ] {
        tolerates::<client::GetDevicesResponse>(152, &whole(&content), &flat);
        assert_eq!(ids::<client::GetDevicesResponse>(&whole(&content)), vec![152; wrappers], "{content}");
    }
    // What else stands beside the entries is kept aside.
    let counted = wrapped(&[a, b, c]).replacen("<DeviceList>", "<DeviceList><Total>3</Total>", 1);
    let read = decode::<client::GetDevicesResponse>(doc(&whole(&counted)).as_bytes()).unwrap();
    assert_eq!(read.message, accepts::<client::GetDevicesResponse>(&flat));
    assert_eq!((read.unknown.len(), read.unknown[0].element.name.as_str()), (1, "Total"));
    assert_eq!(ids::<client::GetDevicesResponse>(&whole(&counted)), [152, 73]);
    // A level around nothing is an empty list.
    for empty in ["<DeviceList/>", "<DeviceList></DeviceList>", "<Devices />"] {
        tolerates::<client::GetDevicesResponse>(152, &whole(empty), &whole(""));
    }
    // One level, not two; and a vendor's element is none.
    let deeper = whole(&format!("<Body>{}</Body>", wrapped(&[a])));
    assert_eq!(ids::<client::GetDevicesResponse>(&deeper), [73]);
    assert_eq!(ids::<client::GetDevicesResponse>(&whole("<DeviceColour/>")), [73]);
}
