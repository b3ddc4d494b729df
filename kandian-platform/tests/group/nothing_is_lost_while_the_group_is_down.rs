use kandian_platform::store::{AccountChange, AccountState};
use serde_json::Value;

use super::cameras_find_their_province::{add, owner};
use super::device::boots;
use super::nation::{JIANGSU, Nation, Place, SHANGHAI, enter, group, province, province_with};
use super::phone::{ANNA, BERT, CAMERA, KEY, session};

/// The users that the group platform knows.
async fn users(group: &Place) -> Vec<(String, u64)> {
    let (_, list) = group.rest("GET", "/api/v1/subscriptions", "").await;
    let user =
        |user: &Value| (user["account"].as_str().unwrap().to_owned(), user["cameras"].as_u64().unwrap());
    list["subscriptions"].as_array().unwrap().iter().map(user).collect()
}

/// Waits until the group platform has heard everything, refused reports aside.
async fn delivered(place: &Place) -> Value {
    place.until("/api/v1/group", |standing| standing["waiting"] == 0).await
}

async fn change(place: &Place, account: &str, change: AccountChange) {
    let store = &place.world.platform.app().store;
    assert!(store.change_account(account.parse().unwrap(), change).await.unwrap());
}

async fn limit(place: &Place, account: &str, device_limit: u32) {
    change(place, account, AccountChange { device_limit: Some(device_limit), ..AccountChange::default() })
        .await;
}

async fn state(place: &Place, account: &str, state: AccountState) {
    change(place, account, AccountChange { state: Some(state), ..AccountChange::default() }).await;
}

/// E-39: the addresses are reported at the start and after each, and what is answered is kept.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_reported() {
    let Nation { group, shanghai, jiangsu: _ } = Nation::start().await;
    let (_, list) = group.rest("GET", "/api/v1/provinces", "").await;
    let report = &list["provinces"][0]["report"];
    let ip = shanghai.world.platform.http().ip();
    assert_eq!(report["mcu_url"], format!("http://{ip}:8080/MobileService"));
    assert_eq!(report["dev_url"], format!("http://{ip}:8098/DeviceRegisterServlet"));
    assert_eq!((&report["version"], &report["reported_from"]), (&"1.0".into(), &"127.0.0.1".into()));
    let standing = shanghai.until("/api/v1/group", |standing| standing["downloads"].get(2).is_some()).await;
    assert_eq!(standing["downloads"][0]["url"], "http://kandian.189.cn/");
    assert_eq!((&standing["province"], &standing["addresses"]["failure"]), (&SHANGHAI.into(), &Value::Null));
    // Another address, and another client, come with the next start.
    let body = "{\"version\":\"A-1.2\",\"url\":\"https://dl.example/a.apk\"}";
    assert_eq!(group.rest("PUT", "/api/v1/releases/android/1.0", body).await.0, 200);
    let other = "http://lcms.example:8090/register";
    let shanghai = shanghai.down().await.with(|config| config.province.register_url = other.parse().ok());
    let shanghai = shanghai.up().await;
    let is_there = |list: &Value| list["provinces"][0]["report"]["dev_url"] == other;
    group.until("/api/v1/provinces", is_there).await;
    let is_told = |standing: &Value| standing["downloads"][0]["url"] == "https://dl.example/a.apk";
    let standing = shanghai.until("/api/v1/group", is_told).await;
    assert_eq!(
        (&standing["downloads"][0]["client"], &standing["downloads"][0]["version"]),
        (&"android".into(), &"A-1.2".into())
    );
}

/// users hear by short message where the client is, as the group platform answered.
#[tokio::test(flavor = "multi_thread")]
async fn and_downloads_are_told() {
    let group = group().await;
    let body = "{\"version\":\"A-1.2\",\"url\":\"https://dl.example/a.apk\"}";
    assert_eq!(group.rest("PUT", "/api/v1/releases/android/1.0", body).await.0, 200);
    let password = enter(&group, SHANGHAI, "上海").await;
    let text = "密码{code}，客户端{android} {ios}";
    let shanghai =
        province_with(&group.url(), SHANGHAI, &password, |config| config.sms.password_text = text.to_owned())
            .await;
    shanghai.open(ANNA, 1).await;
    shanghai.until("/api/v1/group", |standing| standing["downloads"].get(2).is_some()).await;
    let asked = format!("<MCU_SMS_REQ><MobileTel>{ANNA}</MobileTel><Type>0</Type></MCU_SMS_REQ>");
    let answer = super::phone::call(&shanghai.world, &asked).await;
    assert_eq!(super::phone::text(&answer, "Result"), "0");
    let (_, messages) = shanghai.rest("GET", "/api/v1/short-messages", "").await;
    let sent = messages["short_messages"][0]["text"].as_str().unwrap();
    assert!(sent.ends_with("，客户端https://dl.example/a.apk http://kandian.189.cn/"), "{sent}");
}

/// E-168: opening, another number, suspending, closing and opening again, as the group platform hears it.
#[tokio::test(flavor = "multi_thread")]
async fn users_are_reported() {
    let nation = Nation::start().await;
    let (group, shanghai) = (&nation.group, &nation.shanghai);
    shanghai.open(ANNA, 4).await;
    delivered(shanghai).await;
    assert_eq!(users(group).await, [(ANNA.to_owned(), 4)]);
    limit(shanghai, ANNA, 8).await;
    state(shanghai, ANNA, AccountState::Suspended).await;
    delivered(shanghai).await;
    assert_eq!(users(group).await, [(ANNA.to_owned(), 8)]);
    state(shanghai, ANNA, AccountState::Closed).await;
    delivered(shanghai).await;
    assert_eq!(users(group).await, []);
    state(shanghai, ANNA, AccountState::Active).await;
    shanghai.open(BERT, 1).await;
    assert!(shanghai.world.platform.app().store.remove_account(BERT.parse().unwrap()).await.unwrap());
    let standing = delivered(shanghai).await;
    assert_eq!(users(group).await, [(ANNA.to_owned(), 8)]);
    assert_eq!((&standing["refused"], &standing["users"]["failure"]), (&0.into(), &Value::Null));
}

/// while the group platform is down accounts are kept all the same, and it hears of all of it afterwards, in
/// order, also from a province platform that was restarted meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn reports_wait() {
    let Nation { group, shanghai, jiangsu } = Nation::start().await;
    shanghai.open(ANNA, 4).await;
    delivered(&shanghai).await;
    let group = group.down().await;
    limit(&shanghai, ANNA, 5).await;
    shanghai.open(BERT, 1).await;
    for number in 2..=9 {
        limit(&shanghai, BERT, number).await;
    }
    state(&shanghai, ANNA, AccountState::Closed).await;
    // Once it has noticed.
    shanghai.until("/api/v1/group", |standing| standing["users"]["failure"].is_string()).await;
    let (_, list) = shanghai.rest("GET", "/api/v1/group/reports", "").await;
    let reports = list["reports"].as_array().unwrap();
    assert_eq!(
        (reports.len(), &reports[0]["kind"], &reports[1]["kind"]),
        (11, &"change".into(), &"open".into())
    );
    assert!(reports[0]["attempts"].as_u64() > Some(0) && reports[0]["reason"] != "", "{}", reports[0]);
    let shanghai = shanghai.restart().await;
    assert_eq!(shanghai.rest("GET", "/api/v1/group", "").await.1["waiting"], 11);
    let group = group.up().await;
    assert_eq!(shanghai.rest("POST", "/api/v1/group/retry", "").await.0, 204);
    let standing = delivered(&shanghai).await;
    // Had they come in another order, there would be refusals, or another number.
    assert_eq!(standing["refused"], 0);
    assert_eq!(users(&group).await, [(BERT.to_owned(), 9)]);
    drop(jiangsu);
}

/// an outage is never taken for an answer: 255, and the device is added when it is over.
#[tokio::test(flavor = "multi_thread")]
async fn and_claims_are_refused() {
    let Nation { group, shanghai, jiangsu } = Nation::start().await;
    shanghai.open(ANNA, 4).await;
    let anna = session(&shanghai.world, ANNA).await;
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    let group = group.down().await;
    assert_eq!(add(&shanghai.world, ANNA, &anna, CAMERA, KEY).await, "255");
    assert_eq!(shanghai.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await.0, 404);
    let group = group.up().await;
    assert_eq!(add(&shanghai.world, ANNA, &anna, CAMERA, KEY).await, "0");
    let nation = Nation { group, shanghai, jiangsu };
    assert_eq!(owner(&nation, CAMERA).await.as_deref(), Some(SHANGHAI));
}

/// a wrong password loses nothing: reports wait, and are taken when it is right.
#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_is_refused_waits() {
    let group = group().await;
    let password = enter(&group, SHANGHAI, "上海").await;
    let shanghai = province(&group, SHANGHAI, "not-the-password").await;
    shanghai.open(ANNA, 4).await;
    let refused =
        |standing: &Value| standing["users"]["failure"].is_string() && standing["addresses"].is_object();
    let standing = shanghai.until("/api/v1/group", refused).await;
    assert_eq!((&standing["waiting"], &standing["refused"]), (&1.into(), &0.into()));
    assert!(standing["addresses"]["failure"].as_str().unwrap().starts_with("refused: "), "{standing}");
    // 6.5: the user hears 255, not that his own password is wrong.
    let anna = session(&shanghai.world, ANNA).await;
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    assert_eq!(add(&shanghai.world, ANNA, &anna, CAMERA, KEY).await, "255");
    let right = |config: &mut kandian_platform::config::Config| {
        config.province.group.password = Some(kandian_proto::Secret::from(password));
    };
    let shanghai = shanghai.down().await.with(right).up().await;
    delivered(&shanghai).await;
    assert_eq!(users(&group).await, [(ANNA.to_owned(), 4)]);
}

/// E-40, R-6.7: what is refused for good is kept for administrators, with the reason, and does not keep others waiting.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_kept() {
    let nation = Nation::start().await;
    let (group, shanghai, jiangsu) = (&nation.group, &nation.shanghai, &nation.jiangsu);
    jiangsu.open(ANNA, 1).await;
    delivered(jiangsu).await;
    // The user of another province.
    shanghai.open(ANNA, 4).await;
    shanghai.open(BERT, 2).await;
    let standing = delivered(shanghai).await;
    assert_eq!(
        (&standing["refused"], users(group).await),
        (&1.into(), vec![(ANNA.to_owned(), 1), (BERT.to_owned(), 2)])
    );
    let (_, list) = shanghai.rest("GET", "/api/v1/group/reports?refused=true", "").await;
    let report = &list["reports"][0];
    assert_eq!(
        (&report["account"], &report["kind"], &report["attempts"]),
        (&ANNA.into(), &"open".into(), &3.into())
    );
    assert!(report["reason"].as_str().unwrap().contains("255"), "{report}");
    // Once Jiangsu has given her up, it is sent again.
    state(jiangsu, ANNA, AccountState::Closed).await;
    delivered(jiangsu).await;
    let id = report["id"].as_i64().unwrap();
    assert_eq!(shanghai.rest("POST", &format!("/api/v1/group/reports/{id}/retry"), "").await.0, 204);
    let standing = delivered(shanghai).await;
    assert_eq!((&standing["refused"], users(group).await.contains(&(ANNA.to_owned(), 4))), (&0.into(), true));
    assert_eq!(shanghai.rest("POST", &format!("/api/v1/group/reports/{id}/retry"), "").await.0, 404);
    // An administrator gives one up.
    jiangsu.open(BERT, 2).await;
    delivered(jiangsu).await;
    let (_, list) = jiangsu.rest("GET", "/api/v1/group/reports?refused=true", "").await;
    let id = list["reports"][0]["id"].as_i64().unwrap();
    assert_eq!(jiangsu.rest("DELETE", &format!("/api/v1/group/reports/{id}"), "").await.0, 204);
    assert_eq!(jiangsu.rest("GET", "/api/v1/group", "").await.1["refused"], 0);
    // Both are on record, and what came to nothing is not.
    for (place, action) in [(shanghai, "group.report.retry"), (jiangsu, "group.report.drop")] {
        let (_, audit) = place.rest("GET", "/api/v1/audit", "").await;
        let deeds = audit["audit"].as_array().unwrap().iter().filter(|entry| entry["action"] == action);
        assert_eq!(deeds.count(), 1, "{audit}");
    }
}

/// Without a group platform nothing is queued that nobody would ever take.
#[tokio::test(flavor = "multi_thread")]
async fn alone_nothing_is_owed() {
    let alone = Place::start(|config, _| config.roles = kandian_platform::config::Roles::Province).await;
    alone.open(ANNA, 4).await;
    state(&alone, ANNA, AccountState::Closed).await;
    let standing = alone.rest("GET", "/api/v1/group", "").await.1;
    assert_eq!((&standing["url"], &standing["waiting"]), (&Value::Null, &0.into()));
}

/// a group platform that takes a claim and says nothing does not keep the user waiting for ever: 255.
#[tokio::test(flavor = "multi_thread")]
async fn silence_is_no_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/GroupService", listener.local_addr().unwrap());
    let silent = tokio::spawn(async move {
        let mut taken = Vec::new();
        loop {
            taken.push(listener.accept().await.unwrap());
        }
    });
    let place = province_with(&url, JIANGSU, "password", |_| ()).await;
    place.open(ANNA, 4).await;
    let anna = session(&place.world, ANNA).await;
    let start = std::time::Instant::now();
    assert_eq!(add(&place.world, ANNA, &anna, CAMERA, KEY).await, "255");
    assert!(start.elapsed() >= std::time::Duration::from_secs(5), "it did not ask");
    assert_eq!(place.rest("GET", &format!("/api/v1/devices/{CAMERA}"), "").await.0, 404);
    // A platform that waits for an answer still stops.
    drop(place.down().await);
    silent.abort();
}

/// A group platform that answers nonsense is none.
#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_no_answer() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/GroupService", listener.local_addr().unwrap());
    let answers = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        loop {
            let (mut peer, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = peer.read(&mut request).await;
            let body = "<DEVICE_USE_RES><Result>zero</Result></DEVICE_USE_RES><!-- 0 -->";
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = peer.write_all(format!("{head}{body}").as_bytes()).await;
        }
    });
    let place = province_with(&url, JIANGSU, "password", |_| ()).await;
    place.open(ANNA, 4).await;
    let anna = session(&place.world, ANNA).await;
    assert_eq!(add(&place.world, ANNA, &anna, CAMERA, KEY).await, "255");
    let standing = place.until("/api/v1/group", |standing| standing["users"]["failure"].is_string()).await;
    assert_eq!((&standing["waiting"], &standing["refused"]), (&1.into(), &0.into()));
    answers.abort();
}
