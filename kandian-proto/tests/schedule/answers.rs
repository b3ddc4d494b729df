//! From a request as it arrives to the answer as it leaves.

use crate::support::doc;
use crate::support::plans::{add, camera, device, listed, recorder, week};
use kandian_proto::message::device::*;
use kandian_proto::schedule::{Plan, Refusal};
use kandian_proto::value::PictureStoreType;
use kandian_proto::{Command, Payload, Profile, Request, Side, decode_payload};

const ID: &str = "<DevID>81100000001</DevID>";

/// What a device answers to the DATA of a frame, and why it refused.
fn exchange(plan: &mut Plan, command: Command, body: &str) -> (String, Option<Refusal>) {
    let read = decode_payload(command, Side::Platform, doc(body).as_bytes()).unwrap();
    let Payload::Request(request) = read.message else { panic!("a request") };
    let answer = plan.handle(&request).unwrap();
    let bytes = answer.response.encode(&[], Profile::Spec).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    (text.split_once("?>").unwrap().1.to_owned(), answer.refusal)
}

/// An answer of Result and DevID.
fn done(root: &str, result: u16) -> String {
    format!("<{root}_RES><Result>{result}</Result>{ID}</{root}_RES>")
}

fn week_policy(day: u16, start: &str, end: &str) -> String {
    format!(
        "<WeekPolicy><StoreType>0</StoreType><StreamType>1</StreamType><Week>{day}</Week>\
         <StartTime>{start}</StartTime><EndTime>{end}</EndTime></WeekPolicy>"
    )
}

fn add_request(channel: u16, policies: &str) -> String {
    format!("<ADD_RECORD_POLICY_REQ>{ID}<ChannelNo>{channel}</ChannelNo>{policies}</ADD_RECORD_POLICY_REQ>")
}

// E-113, E-114, E-118, E-119, E-121
#[test]
fn record_policies_from_adding_to_deleting() {
    let mut plan = camera();
    // As peers write it: unpadded times, 24:00, stream 0, Sunday as 0, nothing about the place.
    let odd = "<WeekPolicy><StreamType>0</StreamType><Week>0</Week><StartTime>8:5</StartTime>\
               <EndTime>24:00</EndTime></WeekPolicy>";
    let body = add_request(1, &(odd.to_owned() + &week_policy(1, "08:00", "09:00")));
    let (sent, refusal) = exchange(&mut plan, Command::ADD_RECORD_POLICY, &body);
    assert_eq!((sent, refusal), (done("ADD_RECORD_POLICY", 0), None));

    // In the order of the week, with ids in the order of adding.
    let query = |channel| {
        format!("<QUERY_RECORD_POLICY_REQ>{ID}<ChannelNo>{channel}</ChannelNo></QUERY_RECORD_POLICY_REQ>")
    };
    let entry = |id: u16, policy: &str| {
        policy.replace("<StoreType>", &format!("<PolicyID>{id}</PolicyID><StoreType>"))
    };
    let (sent, _) = exchange(&mut plan, Command::QUERY_RECORD_POLICY, &query(1));
    let entries = entry(2, &week_policy(1, "08:00", "09:00")) + &entry(1, &week_policy(7, "08:05", "23:59"));
    assert_eq!(
        sent,
        format!("<QUERY_RECORD_POLICY_RES><Result>0</Result>{ID}{entries}</QUERY_RECORD_POLICY_RES>")
    );
    let (sent, _) = exchange(&mut plan, Command::QUERY_RECORD_POLICY, &query(0));
    assert_eq!(sent, done("QUERY_RECORD_POLICY", 0));
    let (sent, refusal) = exchange(&mut plan, Command::QUERY_RECORD_POLICY, &query(9));
    assert_eq!(sent, done("QUERY_RECORD_POLICY", 1));
    assert_eq!(refusal, Some(Refusal::NoSuchChannel { channel_no: 9, channels: 4 }));

    let delete = format!(
        "<DEL_RECORD_POLICY_REQ>{ID}<ChannelNo>1</ChannelNo><PolicyID>1</PolicyID></DEL_RECORD_POLICY_REQ>"
    );
    assert_eq!(
        exchange(&mut plan, Command::DEL_RECORD_POLICY, &delete),
        (done("DEL_RECORD_POLICY", 0), None)
    );
    let (sent, refusal) = exchange(&mut plan, Command::DEL_RECORD_POLICY, &delete);
    assert_eq!(sent, done("DEL_RECORD_POLICY", 1));
    assert_eq!(refusal, Some(Refusal::NoSuchPolicy { channel_no: 1, policy_id: "1".into() }));
    assert_eq!(listed(&plan, 1), ["08:00-09:00 1"]);
}

// E-11, E-116, E-117
#[test]
fn refused_requests_get_255_and_change_nothing() {
    let mut plan = camera();
    add(&mut plan, 0, &[week(1, "08:00-09:00")]).unwrap();
    let before = plan.clone();
    for policies in [
        week_policy(1, "08:30", "09:30"),
        week_policy(2, "08:30", "09:30") + &week_policy(1, "09:30", "08:30"),
        (10..14).map(|hour| week_policy(1, &format!("{hour}:00"), &format!("{hour}:30"))).collect(),
    ] {
        let (sent, refusal) = exchange(&mut plan, Command::ADD_RECORD_POLICY, &add_request(0, &policies));
        assert_eq!(sent, done("ADD_RECORD_POLICY", 255));
        assert!(refusal.is_some());
        assert_eq!(plan, before);
    }
}

// E-120, E-122
#[test]
fn picture_policies_from_adding_to_deleting() {
    let mut plan = camera();
    let day =
        "<DayPolicy><Interval>0</Interval><StartTime>08:00</StartTime><EndTime>08:00</EndTime></DayPolicy>";
    let add = format!(
        "<ADD_PICTURE_POLICY_REQ>{ID}<ChannelNo>0</ChannelNo><StoreType>0</StoreType>{day}</ADD_PICTURE_POLICY_REQ>"
    );
    assert_eq!(exchange(&mut plan, Command::ADD_PICTURE_POLICY, &add), (done("ADD_PICTURE_POLICY", 0), None));
    let query = |place: u16| {
        format!(
            "<QUERY_PICTURE_POLICY_REQ>{ID}<ChannelNo>0</ChannelNo><StoreType>{place}</StoreType></QUERY_PICTURE_POLICY_REQ>"
        )
    };
    let (sent, _) = exchange(&mut plan, Command::QUERY_PICTURE_POLICY, &query(0));
    let entry = day.replace("<Interval>", "<PolicyID>1</PolicyID><Interval>");
    assert_eq!(
        sent,
        format!("<QUERY_PICTURE_POLICY_RES><Result>0</Result>{ID}{entry}</QUERY_PICTURE_POLICY_RES>")
    );
    let (sent, _) = exchange(&mut plan, Command::QUERY_PICTURE_POLICY, &query(1));
    assert_eq!(sent, done("QUERY_PICTURE_POLICY", 0));
    let (sent, refusal) = exchange(&mut plan, Command::QUERY_PICTURE_POLICY, &query(7));
    assert_eq!(sent, done("QUERY_PICTURE_POLICY", 1));
    assert_eq!(refusal, Some(Refusal::NoSuchPlace(PictureStoreType(7))));
    let delete = format!(
        "<DEL_PICTURE_POLICY_REQ>{ID}<ChannelNo>0</ChannelNo><PolicyID>1</PolicyID></DEL_PICTURE_POLICY_REQ>"
    );
    assert_eq!(exchange(&mut plan, Command::DEL_PICTURE_POLICY, &delete).0, done("DEL_PICTURE_POLICY", 0));
    assert_eq!(exchange(&mut plan, Command::DEL_PICTURE_POLICY, &delete).0, done("DEL_PICTURE_POLICY", 1));
    //
    assert_eq!(
        exchange(&mut recorder(), Command::ADD_PICTURE_POLICY, &add).0,
        done("ADD_PICTURE_POLICY", 255)
    );
}

#[test]
fn other_requests_are_somebody_elses() {
    let mut plan = camera();
    let before = plan.clone();
    for request in [
        Request::from(RebootRequest::new(device())),
        Request::from(ResetDefaultRequest::new(device())),
        Request::from(StoreQueryRequest::new(device())),
    ] {
        assert_eq!(plan.handle(&request), None);
    }
    assert_eq!(plan, before);
}

// E-63: the longest answer fits into a frame.
#[test]
fn a_full_week_fits_into_one_answer() {
    let mut plan = camera();
    for day in 1..=7 {
        for hour in [0, 6, 12, 18] {
            let policy = week(day, &format!("{hour:02}:00-{:02}:59", hour + 5));
            add(&mut plan, 0, &[policy.clone(), policy.store_type(1)]).unwrap();
        }
    }
    assert_eq!(listed(&plan, 0).len(), 56);
    let query = QueryRecordPolicyRequest::new(device(), 0_u16);
    let answer = plan.handle(&query.into()).unwrap();
    assert!(answer.response.encode(&[], Profile::Spec).unwrap().len() < 16_384);
}
