use super::browser::{Browser, Heard, live};
use super::person::{Person, kind};
use super::phone::{BERT, CAMERA};
use super::shop::Shop;

/// a camera of somebody else is not there, one that is shared for other things is not shown, and neither is a channel
/// that it does not have.
#[tokio::test]
async fn those_who_have_the_right() {
    let shop = Shop::open().await;
    let (anna, bert) = (shop.anna().await, Person::log_in(&shop.world, BERT).await);
    let stranger = Person::with(&shop.world, "");
    let snapshot = format!("/api/v1/me/devices/{CAMERA}/channels/0/snapshot");
    for (method, path, body) in [("POST", live(0), "{}"), ("GET", snapshot, "")] {
        assert_eq!(kind(&stranger.ask(method, &path, body).await), (401, "not_logged_in"), "{path}");
        assert_eq!(kind(&bert.ask(method, &path, body).await), (404, "no_such_device"), "{path}");
    }
    for rights in ["[\"playback\",\"steer\",\"alarms\"]", "[\"playback\"]"] {
        share(&anna, rights).await;
        assert_eq!(kind(&bert.ask("POST", &live(0), "{}").await), (403, "not_shared"), "{rights}");
    }
    assert_eq!(kind(&anna.ask("POST", &live(7), "{}").await), (404, "no_such_channel"));
    assert_eq!(anna.ask("POST", &live(0), "{\"stream\":3}").await.0, 422);
    assert_eq!(anna.ask("POST", &live(0), "{\"stream\":1,\"x\":1}").await.0, 422);
    assert_eq!(shop.world.platform.app().media.hub.counts(), (0, 0));
    share(&anna, "[\"watch\"]").await;
    Browser::of(&shop.world, &bert, 1).await.pictures(3).await;
    // What others did with a camera is its owner's to know.
    let plays = format!("/api/v1/me/devices/{CAMERA}/plays");
    assert_eq!(kind(&bert.ask("GET", &plays, "").await), (403, "not_shared"));
    let seen = anna.get(&plays).await.to_string();
    assert!(seen.contains("189****5679") && !seen.contains(BERT), "{seen}");
}

async fn share(anna: &Person<'_>, rights: &str) {
    let path = format!("/api/v1/me/devices/{CAMERA}/shares/{BERT}");
    assert_eq!(anna.ask("PUT", &path, &format!("{{\"rights\":{rights}}}")).await.0, 200);
}

/// whoever loses the right while he watches is shown no more, and so is who logs out.
#[tokio::test]
async fn and_only_as_long() {
    let shop = Shop::open().await;
    let (anna, bert) = (shop.anna().await, Person::log_in(&shop.world, BERT).await);
    share(&anna, "[\"watch\"]").await;
    let mut of_bert = Browser::of(&shop.world, &bert, 1).await;
    let mut of_anna = Browser::of(&shop.world, &anna, 1).await;
    of_bert.pictures(1).await;
    of_anna.pictures(1).await;
    let path = format!("/api/v1/me/devices/{CAMERA}/shares/{BERT}");
    assert_eq!(anna.ask("DELETE", &path, "").await.0, 204);
    of_bert.until(|heard| *heard == Heard::Closed(4_403)).await;
    of_anna.pictures(1).await;
    assert_eq!(anna.ask("DELETE", "/api/v1/session", "").await.0, 204);
    of_anna.until(|heard| *heard == Heard::Closed(4_401)).await;
    shop.is_left().await;
}
