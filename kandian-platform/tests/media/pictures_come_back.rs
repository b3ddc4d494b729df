use std::sync::atomic::Ordering;

use super::browser::{Browser, Heard, is_stage};
use super::rtsp::Manner;
use super::shop::Shop;

/// A camera that hangs up is fetched again while somebody watches, and goes on with what a decoder needs and an IDR picture;
/// the browser keeps its socket.
#[tokio::test]
async fn when_the_camera_hangs_up() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    shop.server.behave(Manner::Breaks(8));
    let mut browser = Browser::of(&shop.world, &anna, 1).await;
    browser.until(|heard| is_stage(heard, "playing")).await;
    shop.server.behave(Manner::Plays);
    let heard = browser.until(|heard| is_stage(heard, "failed")).await;
    let Some(Heard::Told(told)) = heard.last() else { panic!("{heard:?}") };
    assert_eq!(told["en"].as_array().unwrap().last().unwrap(), "the camera closed the connection");
    let heard = browser.until(|heard| matches!(heard, Heard::Picture(_))).await;
    assert_eq!(heard.last(), Some(&Heard::Picture(true)));
    browser.pictures(20).await;
    assert_eq!(shop.server.seen.connections.load(Ordering::SeqCst), 2);
}

/// A camera that was away is fetched when it has logged in.
#[tokio::test]
async fn when_the_camera_comes_online() {
    let shop = Shop::closed().await;
    let anna = shop.anna().await;
    let mut browser = Browser::of(&shop.world, &anna, 1).await;
    let heard = browser.until(|heard| is_stage(heard, "offline")).await;
    let Some(Heard::Told(told)) = heard.last() else { panic!("{heard:?}") };
    assert!(told["en"].to_string().contains("the camera is offline"), "{told}");
    shop.comes_online().await;
    browser.pictures(3).await;
}
