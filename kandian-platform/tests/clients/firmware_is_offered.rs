use kandian_codec::Command;
use kandian_platform::store::{Rights, Share};
use serde_json::json;

use super::camera::Camera;
use super::phone::{ANNA, BERT, CAMERA, anna, ask, session, text, world};
use super::world::World;

const NEW: &str = "V1.6_20141105";

/// The versions that a client is told, and the result of an order to upgrade.
async fn offered(world: &World, account: &str, session: &str) -> (String, String) {
    let answer = ask(world, "MCU_GET_DEVVER_REQ", account, session, &device()).await;
    assert_eq!(text(&answer, "Result"), "0", "{answer}");
    (text(&answer, "CurDevVer").to_owned(), text(&answer, "NewDevVer").to_owned())
}

async fn upgrade(world: &World, account: &str, session: &str) -> String {
    text(&ask(world, "MCU_UPGRADE_REQ", account, session, &device()).await, "Result").to_owned()
}

fn device() -> String {
    format!("<DevID>{CAMERA}</DevID>")
}

async fn enter(world: &World, model: &str, version: &str) -> i64 {
    let entry = json!({
        "manufacturer": "811", "model": model, "version": version, "ftp_host": "198.51.100.30", "ftp_account": "fw",
        "ftp_password": "p!@#", "file": format!("kd/{version}.bin"),
    });
    let (status, answer) = world.rest("POST", "/api/v1/firmware", &entry.to_string()).await;
    assert_eq!(status, 201, "{answer}");
    assert!(!answer.to_string().contains("p!@#"), "{answer}");
    answer["id"].as_i64().unwrap()
}

/// E-74, E-157: the newest of the model is told and fetched; what is not there, not newer, or refused has a
/// result of its own.
#[tokio::test]
async fn when_it_is_newer() {
    let world = world().await;
    let anna = anna(&world).await;
    assert_eq!(offered(&world, ANNA, &anna).await, (String::new(), String::new()));
    enter(&world, "KD-1", "V1.6_20130101").await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let current = "V1.6_20140318";
    // Older firmware, and that of another model, is no news.
    enter(&world, "KD-2", "V1.6_20990101").await;
    assert_eq!(offered(&world, ANNA, &anna).await, (current.to_owned(), current.to_owned()));
    assert_eq!(upgrade(&world, ANNA, &anna).await, "255");
    let newest = enter(&world, "KD-1", NEW).await;
    enter(&world, "KD-1", "V1.7_20140401").await;
    assert_eq!(offered(&world, ANNA, &anna).await, (current.to_owned(), NEW.to_owned()));
    for (answer, expected) in [("0", "0"), ("1", "255")] {
        let told = async {
            let (seq, heard) = camera.asked(Command::UPGRADE).await;
            assert!(
                heard.contains(&format!(
                    "<NewDevVer>{NEW}</NewDevVer><FtpIP>198.51.100.30</FtpIP><FtpPort>21</FtpPort>\
                     <FtpAccount>fw</FtpAccount><FtpPassword>p!@#</FtpPassword><FtpFileName>kd/{NEW}.bin</FtpFileName>"
                )),
                "{heard}"
            );
            let answer =
                format!("<UPGRADE_RES><Result>{answer}</Result><DevID>{CAMERA}</DevID></UPGRADE_RES>");
            camera.send(Command::UPGRADE, seq, &answer).await;
        };
        assert_eq!(tokio::join!(upgrade(&world, ANNA, &anna), told).0, expected);
    }
    drop(camera);
    world.until(CAMERA, "offline").await;
    assert_eq!(upgrade(&world, ANNA, &anna).await, "4");
    assert_eq!(offered(&world, ANNA, &anna).await, (current.to_owned(), NEW.to_owned()));
    assert_eq!(world.rest("DELETE", &format!("/api/v1/firmware/{newest}"), "").await.0, 204);
    assert_eq!(offered(&world, ANNA, &anna).await.1, "V1.7_20140401");
}

/// Firmware is the owner's to see to, as restarts are.
#[tokio::test]
async fn to_the_owner() {
    let world = world().await;
    let (_anna, bert) = (anna(&world).await, session(&world, BERT).await);
    for expected in ["3", "255"] {
        for root in ["MCU_GET_DEVVER_REQ", "MCU_UPGRADE_REQ"] {
            assert_eq!(text(&ask(&world, root, BERT, &bert, &device()).await, "Result"), expected, "{root}");
        }
        let app = world.platform.app();
        let account = BERT.parse().unwrap();
        let share = Share { device: CAMERA.parse().unwrap(), account, rights: Rights::ALL, expires_at: None };
        assert!(app.store.share(ANNA.parse().unwrap(), share, app.clock.wall()).await.unwrap());
    }
}

/// The catalogue by REST: each version once, what no device could fetch not at all, and who did what is on record.
#[tokio::test]
async fn from_a_catalogue() {
    let world = world().await;
    let id = enter(&world, "KD-1", NEW).await;
    let entry = json!({
        "manufacturer": "811", "model": "KD-1", "version": NEW, "ftp_host": "198.51.100.30", "ftp_account": "fw",
        "ftp_password": "secret77", "file": "fw.bin",
    });
    assert_eq!(world.rest("POST", "/api/v1/firmware", &entry.to_string()).await.0, 409);
    for (field, value) in [
        ("manufacturer", "8"),
        ("model", ""),
        ("version", "next"),
        ("ftp_host", "two words"),
        ("ftp_password", "two words"),
        ("file", "../fw.bin"),
    ] {
        let mut wrong = entry.clone();
        wrong[field] = json!(value);
        let (status, problem) = world.rest("POST", "/api/v1/firmware", &wrong.to_string()).await;
        assert_eq!(status, 422, "{field}: {problem}");
        assert!(!problem.to_string().contains("secret77"), "{problem}");
    }
    enter(&world, "KD-2", NEW).await;
    let (_, all) = world.rest("GET", "/api/v1/firmware", "").await;
    assert_eq!(all["firmware"].as_array().unwrap().len(), 2);
    let (_, one) = world.rest("GET", "/api/v1/firmware?manufacturer=811&model=KD-1&limit=1", "").await;
    assert_eq!(one["firmware"].as_array().unwrap().len(), 1);
    assert_eq!((&one["firmware"][0]["ftp_port"], one["firmware"][0]["id"].as_i64()), (&json!(21), Some(id)));
    assert!(one["firmware"][0].get("ftp_password").is_none());
    assert_eq!(world.rest("GET", "/api/v1/firmware?manufacturer=x", "").await.0, 422);
    let path = format!("/api/v1/firmware/{id}");
    let gone: Vec<_> =
        [world.rest("DELETE", &path, "").await.0, world.rest("DELETE", &path, "").await.0].into();
    assert_eq!(gone, [204, 404]);
    let (_, audit) = world.rest("GET", "/api/v1/audit?limit=1", "").await;
    assert_eq!(audit["audit"][0]["action"], "firmware.remove");
    assert_eq!(audit["audit"][0]["target"], id.to_string());
}
