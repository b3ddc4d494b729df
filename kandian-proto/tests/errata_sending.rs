//! Errata about what is written, and what the peers of a profile would not survive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fmt::Debug;

use kandian_proto::message::device::*;
use kandian_proto::message::{client, group, redirect, register, wifi_setup};
use kandian_proto::time::{ClockTime, Timestamp};
use kandian_proto::value::*;
use kandian_proto::{
    DevId, EncodeErrorKind, Message, Outcome, Profile, Secret, decode, decode_strict, encode,
};
use support::{accepts, doc, read, refuses};

fn device() -> DevId {
    "81100000001".parse().unwrap()
}

fn now() -> Timestamp {
    "20140318103000".parse().unwrap()
}

/// No profile writes the message; the error names the element.
#[track_caller]
fn unsendable<M: Message + Debug>(message: &M, path: &str) {
    for profile in Profile::ALL {
        let error = encode(message, *profile).expect_err(path);
        assert_eq!(error.path, path, "{error}");
    }
}

/// The legacy recorder's profile refuses what the specification allows.
#[track_caller]
fn harmful<M: Message + Debug>(message: &M, path: &str) {
    encode(message, Profile::Spec).unwrap_or_else(|e| panic!("{e}"));
    let error = encode(message, Profile::LegacyRecorder).expect_err(path);
    assert!(matches!(error.kind, EncodeErrorKind::Harmful { .. }), "{error}");
    assert_eq!(error.path, path);
}

// E-97, E-98, E-99: what strict reading refuses is not written either, by no profile.
#[test]
fn codes_outside_their_tables_are_not_sent() {
    let set = || SetChannelRequest::new(device(), 0_u16, StreamType::MAIN);
    unsendable(&set().frame_size(FrameSize(4)), "SET_CHANNEL_REQ/FrameSize");
    unsendable(&set().frame_rate(FrameRate(200)), "SET_CHANNEL_REQ/FrameRate");
    unsendable(&set().frame_rate(FrameRate(3)), "SET_CHANNEL_REQ/FrameRate");
    unsendable(&set().bit_rate(BitRate(0)), "SET_CHANNEL_REQ/BitRate");
    unsendable(&set().rate_type(RateType(3)), "SET_CHANNEL_REQ/RateType");
    unsendable(&SetChannelRequest::new(device(), 0_u16, StreamType(9)), "SET_CHANNEL_REQ/StreamType");
    let report = |rate| {
        let values = VideoParameters::new(FrameSize::CIF, FrameRate(rate), RateType::CBR, true);
        GetChannelResponse::new(Outcome::Success(values.bit_rate(BitRate::KBPS_256))).dev_id(device())
    };
    assert!(encode(&report(3), Profile::Spec).is_ok(), "a device may report 2 to 25");
    unsendable(&report(1), "GET_CHANNEL_RES/FrameRate");
}

// E-118, E-119, E-120
#[test]
fn policies_that_no_device_understands_are_not_sent() {
    let (start, end) = (ClockTime::MIDNIGHT, ClockTime::LAST);
    let add = |week| AddRecordPolicyRequest::new(device(), 0_u16, vec![WeekPolicy::new(week, start, end)]);
    unsendable(&add(Weekday(8)), "ADD_RECORD_POLICY_REQ/WeekPolicy/Week");
    unsendable(&add(Weekday(0)), "ADD_RECORD_POLICY_REQ/WeekPolicy/Week");
    assert!(encode(&add(Weekday::SUNDAY), Profile::Spec).is_ok());
    unsendable(
        &DelPicturePolicyRequest::new(DevId::default(), 0_u16, PolicyId::from(1)),
        "DEL_PICTURE_POLICY_REQ/DevID",
    );
}

// E-108: 5 can be found by a scan, not set.
#[test]
fn e108_other_security_is_read_and_not_set() {
    let text = "<SET_WIFI_REQ><SSID>shop</SSID><Security>5</Security><Password>x</Password></SET_WIFI_REQ>";
    let read = decode::<wifi_setup::SetWifiRequest>(doc(text).as_bytes()).unwrap();
    assert_eq!(read.message.security, WifiSecurity::OTHER);
    assert_eq!(read.diagnostics[0].erratum, Some(kandian_proto::Erratum(108)));
    assert!(decode_strict::<wifi_setup::SetWifiRequest>(doc(text).as_bytes()).is_err());
    unsendable(&read.message, "SET_WIFI_REQ/Security");
    unsendable(
        &SetWifiRequest::new(device(), "shop", WifiSecurity::OTHER).password("x"),
        "SET_WIFI_REQ/Security",
    );
    refuses::<wifi_setup::SetWifiRequest>(&text.replace(">5<", ">6<"));
    // In a scan it means something.
    let seen = AccessPoint::new("shop", Signal::MAX, WifiSecurity::OTHER, false);
    let scan = GetWifiResponse::new(Outcome::Success(AccessPoints::new().access_points(vec![seen])));
    assert!(encode(&scan.dev_id(device()), Profile::Spec).is_ok());
}

// E-22: an answer repeats the id of its request, and a request says which device it is about.
#[test]
fn e22_no_message_goes_out_without_its_device() {
    unsendable(&RebootResponse::new(GenericResult::OK), "REBOOT_RES/DevID");
    unsendable(&RebootRequest::new(DevId::default()), "REBOOT_REQ/DevID");
    // The id of a device is repeated as the device has it, in whatever form (E-21).
    let other: DevId = "812A930E4BC".parse().unwrap();
    for profile in Profile::ALL {
        let written = encode(&RebootRequest::new(other), *profile).unwrap();
        assert_eq!(written, doc("<REBOOT_REQ><DevID>812A930E4BC</DevID></REBOOT_REQ>").into_bytes());
    }
}

// E-91: a device passes the token of a URL on, whoever made it.
#[test]
fn e91_tokens_are_repeated_as_they_came() {
    let token: HashToken = "0123456789ABCDEF0123456789ABCDEF".parse().unwrap();
    let request = VideoPlayRequest::new(device(), 0_u16, StreamType::MAIN, token);
    assert!(encode(&request, Profile::Spec).is_ok());
}

// E-11, E-28: codes that are received only.
#[test]
fn results_outside_their_tables_are_not_sent() {
    let refused = redirect::RedirectResponse::new(Outcome::Failure(RedirectResult::BAD_DEV_KEY));
    unsendable(&refused.dev_id(device()), "REDIRECT_RES/Result");
    let done = StoreFormatResponse::new(StoreFormatResult(9)).dev_id(device());
    unsendable(&done, "STORE_FORMAT_RES/Result");
}

// E-107, E-132
#[test]
fn lists_are_not_longer_than_specified() {
    let seen = AccessPoint::new("shop", Signal::MAX, WifiSecurity::WPA2_PSK, false);
    let scan =
        |n| GetWifiResponse::new(Outcome::Success(AccessPoints::new().access_points(vec![seen.clone(); n])));
    assert!(encode(&scan(10).dev_id(device()), Profile::Spec).is_ok());
    let error = encode(&scan(11).dev_id(device()), Profile::Spec).unwrap_err();
    assert_eq!(error.kind, EncodeErrorKind::TooManyEntries { count: 11, limit: 10 });
}

/// What the length limit of a field says about a message with a text of this length in it.
fn too_long<M: Message + Debug>(limit: usize, path: &str, make: impl Fn(&str) -> M) {
    encode(&make(&"k".repeat(limit)), Profile::Spec).unwrap_or_else(|e| panic!("{e}"));
    let error = encode(&make(&"k".repeat(limit + 1)), Profile::Spec).expect_err(path);
    assert_eq!(error.kind, EncodeErrorKind::TooLong { length: limit + 1, limit });
    assert_eq!(error.path, path);
}

// E-37
#[test]
fn e37_lengths() {
    let register = String::from_utf8(read("canonical/REGISTER_RES.xml")).unwrap();
    let account = |text: &str| {
        let text = register.replace(">kdpic<", &format!(">{text}<"));
        decode::<register::RegisterResponse>(text.as_bytes()).map(|read| read.message)
    };
    too_long(31, "REGISTER_RES/FtpAccount", |text| account(text).unwrap());
    // 1,024 bytes are read, one more is not.
    assert!(account(&"k".repeat(1_024)).is_ok());
    assert!(account(&"k".repeat(1_025)).is_err());

    let store = |account: &str, password: &str, bucket: &str| {
        SetEstoreRequest::new(device(), UrlOrEmpty::NONE, account, password, bucket, "pic")
    };
    too_long(31, "SET_ESTORE_REQ/Account", |text| store(text, "", "rec"));
    too_long(31, "SET_ESTORE_REQ/Password", |text| store("", text, "rec"));
    too_long(31, "SET_ESTORE_REQ/ERecordBucket", |text| store("", "", text));
    too_long(31, "SET_WIFI_REQ/Password", |text| {
        SetWifiRequest::new(device(), "shop", WifiSecurity::WPA2_PSK).password(text)
    });
    too_long(31, "ABILITYUP_REQ/Onvif/Account", |text| {
        AbilityUpRequest::new(device(), 1_u16, LocalStoreFlag::USABLE, 0_u16).onvif(Onvif::new(
            Port(80),
            text,
            "pw",
        ))
    });
    too_long(31, "SERVICE_OPEN_REQ/CmsPassword", |text| {
        group::ServiceOpenRequest::new("3100", "01", text, "18900000001", 4_u32)
    });
    too_long(255, "EXCEPTION_NOTIFY_REQ/ExceptionDesc", |text| {
        ExceptionNotifyRequest::new(device(), ExceptionType::UNKNOWN, text)
    });
    // Client documents reach no fixed buffers.
    let login = client::LoginRequest::new("a".repeat(40), "p".repeat(40), "A-1.0");
    assert!(encode(&login, Profile::Spec).is_ok());
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
    let request = SetWifiRequest::new(device(), "my shop", WifiSecurity::WPA2_PSK).password("hunter22");
    assert!(encode(&request, Profile::Spec).is_ok());
    let error = encode(&request, Profile::LegacyRecorder).unwrap_err();
    assert_eq!((error.kind, error.path.as_str()), (EncodeErrorKind::InnerSpace, "SET_WIFI_REQ/SSID"));
}

// A recorder of 2014 takes every result but 1, 2, 3 and 255 for success.
#[test]
fn legacy_results_are_those_it_knows() {
    for code in [4, 100, 254, 256] {
        let login = LoginResponse::new(Outcome::Failure(LoginResult(code))).dev_id(device()).time(now());
        unsendable(&login, "LOGIN_RES/Result");
        let register = register::RegisterResponse::new(Outcome::Failure(RegisterResult(code)));
        unsendable(&register.dev_id(device()).time(now()), "REGISTER_RES/Result");
    }
    for code in [1, 2, 3, 255] {
        let login = LoginResponse::new(Outcome::Failure(LoginResult(code))).dev_id(device()).time(now());
        assert!(encode(&login, Profile::LegacyRecorder).is_ok(), "{code}");
    }
}

// A recorder of 2014 uses these numbers as array indices, and reads these texts, without looking.
#[test]
fn legacy_recorders_are_not_crashed() {
    let address = std::net::Ipv4Addr::new(192, 168, 1, 64);
    let link = |channel: u16, id| {
        NvrLinkIpcamRequest::new(device(), channel, id, address, Port(80), "admin", Secret::from("pw"))
    };
    let camera: DevId = "81100000002".parse().unwrap();
    assert!(encode(&link(3, camera), Profile::LegacyRecorder).is_ok());
    harmful(&link(4, camera), "NVR_LINK_IPCAM_REQ/ChannelNo");
    unsendable(&link(0, DevId::default()), "NVR_LINK_IPCAM_REQ/IpcamDevID");
    // An empty IpcamLocalIP in 6EH and empty times in 67H cannot be made at all.
    harmful(&NvrDelIpcamRequest::new(device(), 65_535_u16), "NVR_DEL_IPCAM_REQ/ChannelNo");
    unsendable(&NvrQueryIpcamRequest::new(DevId::default()), "NVR_QUERY_IPCAM_REQ/DevID");

    let delete = |id: &str| DelRecordPolicyRequest::new(device(), 0_u16, id.parse::<PolicyId>().unwrap());
    for id in ["1", "7", "31", "37"] {
        assert!(encode(&delete(id), Profile::LegacyRecorder).is_ok(), "{id}");
    }
    for id in ["41", "47", "101", "65535", "8", "30", "0", "31-a", "-1"] {
        harmful(&delete(id), "DEL_RECORD_POLICY_REQ/PolicyID");
    }
}

// A recorder of 2014 fails to register when an element is missing, and takes empty ones for "none".
#[test]
fn legacy_registrations_may_name_no_backup() {
    let grant = register::RegisterGrant::new(
        "203.0.113.30".parse::<Host>().unwrap(),
        Host::default(),
        Host::default(),
        Host::default(),
    )
    .access_port(Port(8588))
    .ftp_ip(Host::default())
    .ftp_port(Port::NONE)
    .ftp_account("")
    .ftp_password("");
    let answer = register::RegisterResponse::new(Outcome::Success(grant)).dev_id(device()).time(now());
    let legacy = String::from_utf8(encode(&answer, Profile::LegacyRecorder).unwrap()).unwrap();
    for name in ["BackupNatIP", "TurnIP", "BackupTurnIP", "FtpIP"] {
        assert!(legacy.contains(&format!("<{name}></{name}>")), "{legacy}");
    }
    // The specification knows no empty server.
    assert_eq!(encode(&answer, Profile::Spec).unwrap_err().kind, EncodeErrorKind::NoValue("BackupNatIP"));
}
