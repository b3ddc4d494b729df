use std::fmt::Write as _;

use super::device::{boots, redirect};
use super::nation::{Place, SHANGHAI, enter, group};
use super::phone::{CAMERA, KEY, enveloped, text};
use super::world::http_from;

fn claim(password: &str, id: &str, key: &str) -> String {
    format!(
        "<DEVICE_USE_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>{password}</CmsPassword>\
         <DevID>{id}</DevID><DevKey>{key}</DevKey></DEVICE_USE_REQ>"
    )
}

/// E-38, R-6.3: bodies that are no call are refused in bounded time, 255 where the operation can be told; then the next caller
/// is served.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_bounded() {
    let group = group().await;
    let password = enter(&group, SHANGHAI, "上海").await;
    let good = claim(&password, CAMERA, KEY);
    let mut bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">".to_owned();
    for (name, before) in ('b'..='j').zip('a'..) {
        let _ = write!(bomb, "<!ENTITY {name} \"{}\">", format!("&{before};").repeat(10));
    }
    let bomb = format!("{bomb}]>{}", good.replace(KEY, "&j;"));
    let deep = format!("{}{}", "<a>".repeat(8_000), "</a>".repeat(8_000));
    let long = good.replace(KEY, &"k".repeat(60_000));
    let many = good.replace("<DevID>", &format!("{}<DevID>", "<x/>".repeat(15_000)));
    for (body, statuses) in [
        (String::new(), [400, 400]),
        ("not XML".to_owned(), [400, 400]),
        (bomb, [200, 400]),
        (deep, [400, 400]),
        (long, [200, 200]),
        (many, [200, 200]),
        (good.replace("<DevID>", "<DevI"), [200, 200]),
        (good.replace("DevKey>", "Key>"), [200, 200]),
        (good.replace(CAMERA, "../../etc/passwd"), [200, 200]),
        ("<LOGIN_REQ><DevID>81100000001</DevID></LOGIN_REQ>".to_owned(), [400, 400]),
        (
            "<MCU_LOGOUT_REQ><Account>1</Account><LoginSession>x</LoginSession></MCU_LOGOUT_REQ>".to_owned(),
            [400, 400],
        ),
    ] {
        let start = std::time::Instant::now();
        let (status, answer) = group.post(&body).await;
        assert!(start.elapsed() < std::time::Duration::from_secs(5));
        let shown = body.chars().take(100).collect::<String>();
        assert!(statuses.contains(&status), "{status} {answer} for {shown}");
        if status == 200 {
            assert_ne!(text(&answer, "Result"), "0", "{shown}");
        }
        // In an envelope it is a fault, or an answer.
        let (status, answer) = group.post(&enveloped(&body)).await;
        assert!([200, 500].contains(&status), "{status} {answer} for {shown}");
    }
    let (status, _) = group.post(&good.replace("<DevID>", &format!("{}<DevID>", " ".repeat(70_000)))).await;
    assert_eq!(status, 413);
    assert_eq!(boots(&group.world, CAMERA).await, "401, 1");
    assert_eq!(text(&group.post(&good).await.1, "Result"), "0");
}

async fn result_from(group: &Place, source: &str, body: &str) -> String {
    let at = group.world.platform.http();
    let (status, answer) = http_from(source, at, "POST", "/GroupService", "", body.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    assert_eq!(status, 200, "{answer}");
    text(&answer, "Result").to_owned()
}

/// E-166: who guesses the password of a province platform is stopped, the province platform is not; what is on disk
/// is a hash.
#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_not_guessed() {
    let group = Place::start(|config, _| {
        config.roles = kandian_platform::config::Roles::Group;
        config.limits.wrong_passwords_per_address = 3;
        config.limits.wrong_passwords = 6;
    })
    .await;
    let password = enter(&group, SHANGHAI, "上海").await;
    let report = format!(
        "<ADDRESS_REPORT_REQ><ProvinceNo>3100</ProvinceNo><CmsNo>01</CmsNo><CmsPassword>{password}</CmsPassword>\
         <CmsVer>1.0</CmsVer><McuUrl>http://a.example/</McuUrl><DevUrl>http://a.example/</DevUrl></ADDRESS_REPORT_REQ>"
    );
    let (home, elsewhere) = ("127.3.0.1", "127.3.0.9");
    assert_eq!(result_from(&group, home, &report).await, "0");
    let wrong = report.replace(&password, "guess");
    for expected in ["2", "2", "2", "255", "255"] {
        assert_eq!(result_from(&group, elsewhere, &wrong).await, expected);
    }
    assert_eq!(result_from(&group, elsewhere, &report).await, "255");
    assert_eq!(result_from(&group, home, &report).await, "0");
    // From many addresses it is no faster, and the province platform is still let in from where it was.
    for expected in ["2", "2", "2", "255"] {
        assert_eq!(result_from(&group, "127.3.0.10", &wrong).await, expected);
    }
    assert_eq!(result_from(&group, "127.3.0.11", &report).await, "255");
    assert_eq!(result_from(&group, home, &report).await, "0");
    let (_, audit) = group.rest("GET", "/api/v1/audit", "").await;
    assert!(audit.to_string().contains("limit.met"), "{audit}");
    let record = group.world.platform.app().store.province(SHANGHAI.parse().unwrap()).await.unwrap().unwrap();
    assert!(record.password.reveal().starts_with("$argon2id$"));
}

/// E-26: a province platform does not guess the keys of devices either.
#[tokio::test(flavor = "multi_thread")]
async fn nor_are_keys() {
    let group = Place::start(|config, _| {
        config.roles = kandian_platform::config::Roles::Group;
        config.limits.wrong_keys_per_device = 3;
    })
    .await;
    let password = enter(&group, SHANGHAI, "上海").await;
    assert_eq!(redirect(&group.world, CAMERA, KEY).await.0, 401);
    for expected in ["4", "4", "4", "255"] {
        assert_eq!(result_from(&group, "127.3.1.1", &claim(&password, CAMERA, "GUESS")).await, expected);
    }
    assert_eq!(result_from(&group, "127.3.1.1", &claim(&password, CAMERA, KEY)).await, "255");
    let (_, record) = group.rest("GET", &format!("/api/v1/enrolments/{CAMERA}"), "").await;
    assert_eq!(record["state"], "unclaimed");
    assert_eq!(result_from(&group, "127.3.1.2", &claim(&password, CAMERA, KEY)).await, "0");
}
