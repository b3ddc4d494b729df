//! Video, Wi-Fi, cloud account, policies and flags.

use kandian_proto::message::device::{
    AddRecordPolicyRequest, CloudAccount, EstoreActivateRequest, GetChannelRequest, GetEstoreRequest,
    GetRecordFullRequest, GetWifiRequest, QueryRecordPolicyRequest, SetChannelRequest, SetEstoreRequest,
    SetRecordFullRequest, SetWifiRequest, VideoParameters, WeekPolicy,
};
use kandian_proto::time::ClockTime;
use kandian_proto::value::{
    BitRate, CloudSpace, DevType, FrameRate, FrameSize, RateType, StorageFlag, StreamType, UrlOrEmpty,
    Weekday, WifiSecurity,
};
use kandian_proto::{Outcome, Response, decode};

use super::*;

async fn video(bench: &Bench, channel: u16, stream: StreamType) -> VideoParameters {
    let answer = bench.ask(GetChannelRequest::new(id(), channel, stream)).await;
    let Response::GetChannel(response) = answer.response else { panic!() };
    response.outcome.into_result().unwrap()
}

/// R-16.4, R-16.5, R-7.64: fresh devices, each stream for itself.
#[tokio::test]
async fn fresh_video_parameters() {
    let bench = Bench::new(DevType::IPCAM);
    let main = video(&bench, 0, StreamType::MAIN).await;
    let shown = (main.frame_size.0, main.frame_rate.0, main.rate_type.0, main.bit_rate.0, main.audio_input);
    assert_eq!(shown, (1, 10, 1, 6, true));
    let sub = video(&bench, 0, StreamType::SUB).await;
    assert_eq!((sub.frame_size.0, sub.frame_rate.0, sub.rate_type.0, sub.bit_rate.0), (3, 15, 1, 4));
}

/// R-7.62, R-7.64, E-100, E-103: what is missing stays, and each stream is set for itself.
#[tokio::test]
async fn missing_fields_stay() {
    let bench = Bench::new(DevType::IPCAM);
    let before = video(&bench, 0, StreamType::MAIN).await;
    let sub = video(&bench, 0, StreamType::SUB).await;
    let request = SetChannelRequest::new(id(), 0_u16, StreamType::MAIN).bit_rate(BitRate::KBPS_2048);
    assert_eq!(bench.code(request).await, 0);
    let expected = before.bit_rate(BitRate::KBPS_2048);
    assert_eq!(video(&bench, 0, StreamType::MAIN).await, expected);
    let request = SetChannelRequest::new(id(), 0_u16, StreamType::MAIN)
        .frame_size(FrameSize::D1)
        .frame_rate(FrameRate(25))
        .rate_type(RateType::VBR)
        .audio_input(false);
    assert_eq!(bench.code(request).await, 0);
    let expected = VideoParameters::new(FrameSize::D1, FrameRate(25), RateType::VBR, false);
    assert_eq!(video(&bench, 0, StreamType::MAIN).await, expected.bit_rate(BitRate::KBPS_2048));
    assert_eq!(video(&bench, 0, StreamType::SUB).await, sub);
}

/// An empty element is a missing one; code 4 means CIF. E-97, E-100
#[tokio::test]
async fn lenient_values() {
    let bench = Bench::new(DevType::IPCAM);
    let document = b"<?xml version=\"1.0\" encoding=\"UTF-8\" ?><SET_CHANNEL_REQ><DevID>81100000001</DevID>\
        <ChannelNo>0</ChannelNo><StreamType>2</StreamType><FrameSize>4</FrameSize><FrameRate></FrameRate>\
        </SET_CHANNEL_REQ>";
    let request = decode::<SetChannelRequest>(document).unwrap().message;
    assert_eq!(bench.code(request).await, 0);
    let sub = video(&bench, 0, StreamType::SUB).await;
    assert_eq!((sub.frame_size, sub.frame_rate), (FrameSize::CIF, FrameRate(15)));
}

/// R-7.63: values outside the tables. A wrong value beside right ones changes none.
#[tokio::test]
async fn wrong_video_parameters() {
    let bench = Bench::new(DevType::IPCAM);
    let set = |stream| SetChannelRequest::new(id(), 0_u16, stream).frame_rate(FrameRate(20));
    for request in [
        set(StreamType::MAIN).frame_size(FrameSize(9)),
        set(StreamType::MAIN).frame_size(FrameSize(5)),
        set(StreamType::SUB).frame_size(FrameSize::HD_720P),
        set(StreamType::MAIN).frame_rate(FrameRate(26)),
        set(StreamType::MAIN).frame_rate(FrameRate(1)),
        set(StreamType::MAIN).rate_type(RateType(3)),
        set(StreamType::MAIN).bit_rate(BitRate(0)),
        set(StreamType::MAIN).bit_rate(BitRate(14)),
        set(StreamType(3)),
        set(StreamType(0)),
    ] {
        bench.refuses(request, OTHER, "R-7.63").await;
    }
    bench.refuses(SetChannelRequest::new(id(), 1_u16, StreamType::MAIN), NOT_FOUND, "E-15").await;
    bench.refuses(GetChannelRequest::new(id(), 7_u16, StreamType::MAIN), NOT_FOUND, "E-15").await;
    bench.refuses(GetChannelRequest::new(id(), 0_u16, StreamType(4)), OTHER, "R-7.63").await;
    let small = Bench::with(DevType::IPCAM, |config| config.model.grade = kandian_proto::defaults::Grade::Sd);
    small.refuses(set(StreamType::MAIN).frame_size(FrameSize::HD_720P), OTHER, "R-7.63").await;
}

/// R-7.65, R-7.66, E-108: the answer comes first, the connection is a chore; what is wrong is refused.
#[tokio::test]
async fn wifi() {
    let bench = Bench::new(DevType::IPCAM);
    let answer = bench.ask(GetWifiRequest::new(id())).await;
    let Response::GetWifi(response) = answer.response else { panic!() };
    let list = response.outcome.into_result().unwrap().access_points;
    assert_eq!(list.iter().map(|p| p.ssid.as_str()).next(), Some("kandian-shop"));
    let set = |ssid: &str, security, password: &str| {
        SetWifiRequest::new(id(), ssid, security).password(kandian_proto::Secret::from(password))
    };
    let answer = bench.ask(set("shop", WifiSecurity::WPA2_PSK, "hunter22")).await;
    assert!(matches!(answer.after, After::Chore(Chore::Wifi(ref profile)) if profile.ssid == "shop"));
    assert_eq!(bench.state().wifi.as_ref().map(|profile| profile.ssid.clone()), Some("shop".into()));
    let long = "s".repeat(33);
    for request in [
        set("", WifiSecurity::NONE, ""),
        set(&long, WifiSecurity::NONE, ""),
        set("shop", WifiSecurity::NONE, "secret"),
        set("shop", WifiSecurity::WEP, "fourteen-bytes"),
        set("shop", WifiSecurity::WPA2_PSK, "short"),
        set("shop", WifiSecurity::OTHER, "hunter22"),
        set("shop", WifiSecurity(9), "hunter22"),
    ] {
        bench.refuses(request, OTHER, "E-108").await;
    }
    let wired = Bench::with(DevType::IPCAM, |config| config.model.wifi = false);
    wired.refuses(GetWifiRequest::new(id()), NOT_FOUND, "R-7.65").await;
    wired.refuses(set("shop", WifiSecurity::NONE, ""), NOT_FOUND, "R-7.65").await;
}

/// R-7.70, R-7.71, E-112: the account that was set is the one that is told; the size is ignored.
#[tokio::test]
async fn cloud_account() {
    let bench = Bench::new(DevType::IPCAM);
    let url: UrlOrEmpty = "https://oos.example/".parse().unwrap();
    let request = SetEstoreRequest::new(id(), url.clone(), "AK", "SK", "records", "pictures");
    assert_eq!(bench.code(request.storage_space(5_u64)).await, 0);
    let answer = bench.ask(GetEstoreRequest::new(id())).await;
    let text = xml(&answer.response);
    assert!(text.contains("<URL>https://oos.example/</URL><Account>AK</Account><Password>SK</Password>"));
    assert!(text.contains("<ERecordBucket>records</ERecordBucket>") && !text.contains("StorageSpace"));
    for url in ["ftp://oos.example/", "file:///etc/passwd"] {
        let url: UrlOrEmpty = url.parse().unwrap();
        bench.refuses(SetEstoreRequest::new(id(), url, "a", "b", "c", "d"), OTHER, "R-7.71").await;
    }
    // What could not be told again is not taken (E-37).
    let url: UrlOrEmpty = "http://oos.example/".parse().unwrap();
    let long = SetEstoreRequest::new(id(), url, "a", "b", "c".repeat(5000), "d");
    bench.refuses(long, OTHER, "R-7.71").await;
    let without = Bench::with(DevType::IPCAM, |config| config.model.cloud = false);
    without.refuses(GetEstoreRequest::new(id()), NOT_FOUND, "R-7.48").await;
}

/// R-7.48, E-77: a login brings an account, or takes the cloud away without forgetting the account.
#[tokio::test]
async fn cloud_of_a_login() {
    let bench = Bench::new(DevType::IPCAM);
    let url: UrlOrEmpty = "http://oos.example/".parse().unwrap();
    let account = CloudAccount::new(url.clone(), "AK2", "SK2", "r", "p").estore_space(CloudSpace(1024));
    cloud::offered(&bench.unit, account).await.unwrap();
    assert!(bench.state().cloud.offered && bench.state().cloud.url == url);
    cloud::offered(&bench.unit, CloudAccount::new(UrlOrEmpty::NONE, "", "", "", "")).await.unwrap();
    assert!(!bench.state().cloud.offered);
    assert_eq!(bench.state().cloud.access_key.reveal(), "AK2");
    let odd: UrlOrEmpty = "gopher://x/".parse().unwrap();
    let account = CloudAccount::new(odd, "AK3", "SK3", "r", "p").estore_space(CloudSpace(1));
    let refusal = cloud::offered(&bench.unit, account).await.unwrap_err();
    assert_eq!(refusal.rule, "R-7.48");
    assert_eq!(bench.state().cloud.access_key.reveal(), "AK2");
}

fn hours(week: Weekday, from: &str, to: &str) -> WeekPolicy {
    let (from, to): (ClockTime, ClockTime) = (from.parse().unwrap(), to.parse().unwrap());
    WeekPolicy::new(week, from, to)
}

/// R-7.72, R-7.73, R-7.76, R-7.98, R-7.115: policies and flags are stored, refusals name their rule.
#[tokio::test]
async fn policies_and_flags() {
    let bench = Bench::new(DevType::IPCAM);
    let add = |policies: Vec<WeekPolicy>| AddRecordPolicyRequest::new(id(), 0_u16, policies);
    let monday = |from, to| hours(Weekday::MONDAY, from, to);
    assert_eq!(bench.code(add(vec![monday("08:00", "10:00"), monday("10:00", "12:00")])).await, 0);
    bench.refuses(add(vec![monday("09:00", "11:00")]), OTHER, "R-7.72").await;
    bench.refuses(add(vec![monday("11:00", "09:00")]), OTHER, "E-119").await;
    let more = ["13:00", "14:00"].map(|from| monday(from, "23:00")).to_vec();
    bench.refuses(add(more), OTHER, "R-7.72").await;
    let many = vec![monday("13:00", "14:00"), monday("14:00", "15:00"), monday("15:00", "16:00")];
    bench.refuses(add(many), OTHER, "R-7.73").await;
    bench.refuses(QueryRecordPolicyRequest::new(id(), 3_u16), NOT_FOUND, "E-15").await;
    let full = |on: bool| SetRecordFullRequest::new(id(), 0_u16, StorageFlag::SD_CARD, on);
    assert_eq!(bench.code(full(true)).await, 0);
    assert_eq!(bench.code(EstoreActivateRequest::new(id(), false)).await, 0);
    // The same directory, another process: what was acknowledged is there.
    let config = bench.unit.config.clone();
    let Bench { unit, directory } = bench;
    drop(unit);
    let bench = Bench { unit: Station::open(config).unwrap().unit(), directory };
    let answer = bench.ask(QueryRecordPolicyRequest::new(id(), 0_u16)).await;
    assert_eq!(xml(&answer.response).matches("<WeekPolicy>").count(), 2);
    let answer = bench.ask(GetRecordFullRequest::new(id(), 0_u16, StorageFlag::SD_CARD)).await;
    let Response::GetRecordFull(response) = answer.response else { panic!() };
    assert!(matches!(response.outcome, Outcome::Success(state) if state.record_full));
    assert!(!bench.state().plan.cloud_active());
}
