//! Errata about recordings, policies, storage and alarms: what is accepted, what is emitted. One test an id.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use kandian_proto::message::client;
use kandian_proto::message::device::*;
use kandian_proto::value::*;
use kandian_proto::{
    DevId, DiagnosticKind, EncodeErrorKind, Erratum, Message, Outcome, Profile, decode, decode_strict, encode,
};
use support::{accepts, doc, emits, refuses, tolerates};

const DEVICE: &str = "81100000001";
const ID: &str = "<DevID>81100000001</DevID>";

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
        for odd in ["lots", "", "<MB>1</MB>", " 7 "] {
            let with = with.replace(">10240<", &format!(">{odd}<"));
            let mut odd = decode::<GetEstoreResponse>(doc(&with).as_bytes()).unwrap();
            assert!(odd.diagnostics.iter().all(|d| d.erratum == Some(Erratum(112))), "{:?}", odd.diagnostics);
            if let Outcome::Success(account) = &mut odd.message.outcome {
                account.storage_space = Some(10_240);
            }
            assert_eq!(odd.message, read.message);
        }
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
    emits::<QueryRecordPolicyResponse>(WEEK);
    // What is not a number is handed back as it came: the device knows it.
    let delete = |id: &str| {
        format!(
            "<DEL_RECORD_POLICY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><PolicyID>{id}</PolicyID></DEL_RECORD_POLICY_REQ>"
        )
    };
    for id in ["31-a", "0", "07", &"9".repeat(32)] {
        let text = doc(&WEEK.replace("<PolicyID>1<", &format!("<PolicyID>{id}<")));
        let read = decode::<QueryRecordPolicyResponse>(text.as_bytes()).unwrap();
        assert_eq!(read.diagnostics[0].erratum, Some(Erratum(114)), "{id}");
        assert!(decode_strict::<QueryRecordPolicyResponse>(text.as_bytes()).is_err(), "{id}");
        let policy = &read.message.outcome.success().unwrap().week_policies[0];
        let request =
            DelRecordPolicyRequest::new(DEVICE.parse::<DevId>().unwrap(), 0_u16, policy.policy_id.clone());
        assert_eq!(encode(&request, Profile::Spec).unwrap(), doc(&delete(id)).into_bytes());
    }
    // No id, or one that is too long, deletes nothing.
    for id in ["", &"9".repeat(33)] {
        refuses::<DelRecordPolicyRequest>(&delete(id));
        refuses::<QueryRecordPolicyResponse>(&WEEK.replace("<PolicyID>1<", &format!("<PolicyID>{id}<")));
    }
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

/// A number of a digital input beside an alarm that is none, and an alarm that is one without its number.
fn dido_number_only_for_digital_inputs<M>(other: &str, input: &str)
where
    M: Message + std::fmt::Debug + PartialEq,
{
    emits::<M>(other);
    emits::<M>(input);
    let number = "<DIDONo>2</DIDONo>";
    assert!(input.contains(number));
    for odd in [number, "<DIDONo/>", "<DIDONo></DIDONo>", "<DIDONo>0</DIDONo>", "<DIDONo>abc</DIDONo>"] {
        let text = input.replace("<AlarmType>4", "<AlarmType>1").replace(number, odd);
        tolerates::<M>(138, &text, other);
        assert_eq!(decode_strict::<M>(doc(&text).as_bytes()).unwrap_err().erratum(), Some(Erratum(138)));
    }
    for odd in ["", "<DIDONo/>", "<DIDONo>abc</DIDONo>"] {
        refuses::<M>(&input.replace(number, odd));
    }
}

// E-138
#[test]
fn e138_dido_number_only_for_digital_inputs() {
    let fields = |root: &str, before: &str, kind: u8, after: &str| {
        format!("<{root}>{before}<ChannelNo>0</ChannelNo><AlarmType>{kind}</AlarmType>{after}</{root}>")
    };
    let number = "<DIDONo>2</DIDONo>";
    let (flag, file) = ("<AlarmFlag>1</AlarmFlag>", "<FileName></FileName>");
    let session = "<Account>18900000001</Account><LoginSession>5f2c</LoginSession><DevID>81100000001</DevID>";
    let text = "<AlarmDesc>x</AlarmDesc>";
    dido_number_only_for_digital_inputs::<AlarmNotifyRequest>(
        &fields("ALARM_NOTIFY_REQ", ID, 1, &format!("{text}{file}")),
        &fields("ALARM_NOTIFY_REQ", ID, 4, &format!("{text}{number}{file}")),
    );
    dido_number_only_for_digital_inputs::<SetAlarmRequest>(
        &fields("SET_ALARM_REQ", ID, 1, flag),
        &fields("SET_ALARM_REQ", ID, 4, &format!("{flag}{number}")),
    );
    dido_number_only_for_digital_inputs::<GetAlarmRequest>(
        &fields("GET_ALARM_REQ", ID, 1, ""),
        &fields("GET_ALARM_REQ", ID, 4, number),
    );
    dido_number_only_for_digital_inputs::<client::SetAlarmRequest>(
        &fields("MCU_SET_ALARM_REQ", session, 1, flag),
        &fields("MCU_SET_ALARM_REQ", session, 4, &format!("{flag}{number}")),
    );
    dido_number_only_for_digital_inputs::<client::GetAlarmRequest>(
        &fields("MCU_GET_ALARM_REQ", session, 1, ""),
        &fields("MCU_GET_ALARM_REQ", session, 4, number),
    );
    // Nor is one written.
    let device: DevId = DEVICE.parse().unwrap();
    let without = AlarmNotifyRequest::new(device, 0_u16, AlarmType::DIGITAL_INPUT, "x");
    let error = encode(&without, Profile::Spec).unwrap_err();
    assert_eq!(
        (error.kind, error.path.as_str()),
        (EncodeErrorKind::NoValue("DIDONo"), "ALARM_NOTIFY_REQ/DIDONo")
    );
    let with = AlarmNotifyRequest::new(device, 0_u16, AlarmType::MOTION, "x").dido_no(2);
    assert_eq!(encode(&with, Profile::Spec).unwrap_err().kind, EncodeErrorKind::NotApplicable("DIDONo"));
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
