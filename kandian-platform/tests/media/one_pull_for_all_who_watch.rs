use std::sync::atomic::Ordering;

use super::browser::{Browser, Heard};
use super::phone::CAMERA;
use super::rtsp::Manner;
use super::shop::Shop;
use super::world::http;

/// However many watch, the camera is fetched once for each stream; everybody begins with an IDR picture, and gets the sound;
/// when the last one goes, the camera is told.
#[tokio::test]
async fn and_none_after_the_last() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    let counts = || shop.world.platform.app().media.hub.counts();
    let seen = &shop.server.seen;
    let mut browsers = Vec::new();
    for number in 1..=4 {
        let mut browser = Browser::of(&shop.world, &anna, 1).await;
        let heard = browser.pictures(1).await;
        let pictures: Vec<_> = heard.iter().filter(|heard| !matches!(heard, Heard::Told(_))).collect();
        assert_eq!(pictures, [&Heard::Init("avc1.42C00D".to_owned()), &Heard::Picture(true)]);
        browser.until(|heard| *heard == Heard::Sound(8)).await;
        browsers.push(browser);
        assert_eq!((counts(), seen.connections.load(Ordering::SeqCst)), ((1, number), 1));
    }
    for browser in &mut browsers {
        browser.pictures(20).await;
    }
    browsers[0].until(|heard| matches!(heard, Heard::Told(told) if told["viewers"] == 4)).await;
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1);
    drop(browsers);
    shop.is_left().await;
    assert_eq!(seen.torn_down.load(Ordering::SeqCst), 1);
    let play = shop.last("gateway").await;
    assert_eq!(play["ended"], "left", "{play}");
    let events: Vec<_> = play["notes"].as_array().unwrap().iter().map(|note| note["event"].clone()).collect();
    assert_eq!(
        events,
        [
            "way",
            "token",
            "way_skipped",
            "way_skipped",
            "connecting",
            "connected",
            "token_checked",
            "described",
            "playing",
            "first_media",
            "first_picture",
            "ended",
        ]
    );
    assert_eq!(play["notes"][10]["width"], 352);
    assert!(play["bytes"].as_u64().unwrap() > 20 * 300, "{play}");
    let browser = shop.last("browser").await;
    assert_eq!((&browser["ended"], &browser["account"]), (&"gone".into(), &"189****5678".into()));
}

/// The picture of now is an MP4 of one frame, and the camera is left again.
#[tokio::test]
async fn a_snapshot_is_one_picture() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    let head = format!("Authorization: Bearer {}\r\n", anna.session);
    let path = format!("/api/v1/me/devices/{CAMERA}/channels/0/snapshot");
    let (status, picture) = http(shop.world.platform.http(), "GET", &path, &head, b"").await;
    assert_eq!(status, 200);
    assert_eq!(&picture[4..8], b"ftyp");
    let count = |name: &[u8]| picture.windows(4).filter(|four| *four == name).count();
    assert_eq!((count(b"moov"), count(b"moof"), count(b"mdat")), (1, 1, 1));
    shop.is_left().await;
}

/// A browser that does not read holds up nobody, and the memory that waits for it has a bound: it loses whole groups, is
/// told how much, and goes on with an IDR picture when it reads again.
#[tokio::test]
async fn who_does_not_read_holds_up_nobody() {
    let shop = Shop::open().await;
    shop.server.behave(Manner::PlaysLarge);
    let anna = shop.anna().await;
    let mut idle = Browser::of(&shop.world, &anna, 1).await;
    let mut browser = Browser::of(&shop.world, &anna, 1).await;
    // 30 MB: more than the 12 that wait for it, and what the system keeps for both ends.
    let heard = browser.pictures(500).await;
    assert_eq!(heard.iter().filter(|heard| matches!(heard, Heard::Init(_))).count(), 1);
    let dropped = |heard: &Heard| match heard {
        Heard::Told(told) if told["type"] == "figures" => told["dropped"].as_u64(),
        _ => None,
    };
    let figures = browser.until(|heard| dropped(heard).is_some()).await;
    assert_eq!(dropped(figures.last().unwrap()), Some(0));

    idle.until(|heard| matches!(heard, Heard::Init(_))).await;
    // What was on its way comes first; the next beginning is behind the gap.
    let heard = idle.until(|heard| matches!(heard, Heard::Init(_))).await;
    assert!(heard.len() > 2, "{heard:?}");
    let next = idle.until(|heard| matches!(heard, Heard::Picture(_))).await;
    assert_eq!(next.last().unwrap(), &Heard::Picture(true));
    idle.until(|heard| dropped(heard) > Some(0)).await;
}
