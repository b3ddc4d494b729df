use kandian_proto::enrolment::{Answer, Directory, Event, Province, State, apply};
use kandian_proto::message::redirect::ProvinceAccess;
use kandian_proto::value::{Host, Port};
use kandian_proto::{Outcome, Secret};

use super::device::redirect;
use super::nation::{JIANGSU, Nation, Place, SHANGHAI, enter, group};
use super::phone::{KEY, text};

/// A small generator: the runs are the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

const DEVICES: [&str; 3] = ["81100000001", "81100000002", "81100000003"];
const EVENTS: u64 = 150;

/// What a run knows beside the platform: the records as they ought to be.
struct Model {
    records: [State; 3],
    directory: Directory,
}

fn access(url: &str) -> ProvinceAccess {
    let stun: Host = "127.0.0.1".parse().unwrap();
    ProvinceAccess::new(
        url.parse::<kandian_proto::value::Url>().unwrap(),
        stun.clone(),
        Port(3478),
        stun,
        Port(3478),
    )
}

impl Model {
    fn happens(&mut self, device: usize, event: Event<'_>) -> Answer {
        let moved = apply(&self.records[device], event);
        self.records[device] = moved.state;
        moved.answer
    }
}

async fn asks(group: &Place, model: &mut Model, device: usize, key: &str) {
    let directory = model.directory.clone();
    let secret = Secret::from(key);
    let expected = model.happens(device, Event::Redirect { key: &secret, addresses: &directory });
    let status = expected.http_status().unwrap();
    let (result, url) = match expected {
        Answer::Redirect(Outcome::Success(access)) => ("0".to_owned(), Some(access.lcms_url.to_string())),
        Answer::Redirect(Outcome::Failure(code)) => (code.0.to_string(), None),
        other => panic!("{other:?}"),
    };
    assert_eq!(redirect(&group.world, DEVICES[device], key).await, (status, result, url));
}

async fn claims(group: &Place, model: &mut Model, device: usize, by: &str, password: &str, key: &str) {
    let (province_no, cms_no) = by.split_once('-').unwrap();
    let body = format!(
        "<DEVICE_USE_REQ><ProvinceNo>{province_no}</ProvinceNo><CmsNo>{cms_no}</CmsNo><CmsPassword>{password}</CmsPassword>\
         <DevID>{}</DevID><DevKey>{key}</DevKey></DEVICE_USE_REQ>",
        DEVICES[device]
    );
    let secret = Secret::from(key);
    let expected = model.happens(device, Event::Claim { key: &secret, by: by.parse().unwrap() });
    let Answer::Claim(code) = expected else { panic!("{expected:?}") };
    let (_, answer) = group.post(&body).await;
    assert_eq!(text(&answer, "Result"), code.0.to_string(), "{body}");
}

/// E-26, E-28, E-33, E-34: whatever happens in whatever order, over HTTP and with
/// restarts in between, the group platform answers as the state machine says, and has on record what it says.
#[tokio::test(flavor = "multi_thread")]
async fn are_answered_as_the_model_says() {
    let mut group = Some(group_with_no_limits().await);
    let passwords = {
        let group = group.as_ref().unwrap();
        [(SHANGHAI, enter(group, SHANGHAI, "上海").await), (JIANGSU, enter(group, JIANGSU, "江苏").await)]
    };
    let own: Province = "0000-00".parse().unwrap();
    let mut model = Model {
        records: [State::Absent, State::Absent, State::Absent],
        directory: Directory::from([(own, access("http://127.0.0.1/"))]),
    };
    let mut dice = Dice(0x5eed_0000_0006_0006);
    for _ in 0..EVENTS {
        let platform = group.as_ref().unwrap();
        let device = usize::try_from(dice.roll(3)).unwrap();
        let key = if dice.roll(5) == 0 { "WRONG" } else { KEY };
        let (by, password) = &passwords[usize::try_from(dice.roll(2)).unwrap()];
        let path = format!("/api/v1/enrolments/{}", DEVICES[device]);
        match dice.roll(20) {
            0 => group = Some(group.take().unwrap().restart().await),
            1 => {
                model.happens(device, Event::Release);
                platform.rest("POST", &format!("{path}/release"), "").await;
            }
            2 => {
                model.happens(device, Event::Assign { to: by.parse().unwrap() });
                platform
                    .rest("PUT", &format!("{path}/province"), &format!("{{\"province\":\"{by}\"}}"))
                    .await;
            }
            3 => {
                let url = format!("http://{by}.example/r{}", dice.roll(3));
                let (province_no, cms_no) = by.split_once('-').unwrap();
                let report = format!(
                    "<ADDRESS_REPORT_REQ><ProvinceNo>{province_no}</ProvinceNo><CmsNo>{cms_no}</CmsNo>\
                     <CmsPassword>{password}</CmsPassword><CmsVer>1.0</CmsVer><McuUrl>http://a.example/</McuUrl>\
                     <DevUrl>{url}</DevUrl></ADDRESS_REPORT_REQ>"
                );
                assert_eq!(text(&platform.post(&report).await.1, "Result"), "0");
                model.directory.insert(by.parse().unwrap(), access(&url));
            }
            4..=11 => asks(platform, &mut model, device, key).await,
            _ => claims(platform, &mut model, device, by, password, key).await,
        }
        let platform = group.as_ref().unwrap();
        let on_record = platform.world.platform.app().store.enrolment(DEVICES[device].parse().unwrap()).await;
        let on_record = on_record.unwrap().map_or(State::Absent, |record| record.state);
        assert_eq!(on_record, model.records[device]);
    }
    let claimed = model.records.iter().filter(|record| record.province().is_some()).count();
    assert!(claimed > 0, "the run was about nothing");
}

/// Wrong keys are part of the events here.
async fn group_with_no_limits() -> Place {
    let place = group().await;
    place.down().await.with(|config| config.limits.wrong_keys_per_device = 0).up().await
}

/// E-33: two provinces claim one device at the same moment: one gets it.
#[tokio::test(flavor = "multi_thread")]
async fn and_one_of_two_wins() {
    let nation = Nation::start().await;
    assert_eq!(redirect(&nation.group.world, DEVICES[0], KEY).await.0, 401);
    let app = nation.group.world.platform.app();
    let device = DEVICES[0].parse().unwrap();
    let claim = async |by: &str| {
        let by: Province = by.parse().unwrap();
        kandian_platform::service::group::claim(app, by, device, &Secret::from(KEY)).await.unwrap().result.0
    };
    let mut results = [0; 2];
    (results[0], results[1]) = tokio::join!(claim(SHANGHAI), claim(JIANGSU));
    results.sort_unstable();
    assert_eq!(results, [0, 255]);
}
