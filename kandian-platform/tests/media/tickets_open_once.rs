use super::browser::{Browser, Heard, live, socket_of};
use super::person::kind;
use super::shop::Shop;

/// What stands in a URL is worth nothing once it was used, and nothing from the page of somebody else.
#[tokio::test]
async fn and_only_for_pages_of_the_platform() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    let path = socket_of(&anna, 1).await;
    let foreign = "Origin: http://evil.example\r\n";
    assert_eq!(Browser::open(&shop.world, &path, foreign).await.err(), Some(403));
    // That it was tried from there costs the ticket nothing.
    let own = format!("Origin: http://{}\r\n", shop.world.platform.http());
    let mut browser = Browser::open(&shop.world, &path, &own).await.unwrap();
    browser.pictures(1).await;
    assert_eq!(Browser::open(&shop.world, &path, &own).await.err(), Some(403));
    let ticket = path.split_once("ticket=").unwrap().1;
    for guess in ["", "ticket=", "ticket=x", &format!("ticket={}", ticket.to_uppercase()), "other=1"] {
        let path = format!("/live/socket?{guess}");
        assert_eq!(Browser::open(&shop.world, &path, "").await.err(), Some(403), "{guess}");
    }
    // A login is no ticket.
    let path = format!("/live/socket?ticket={}", anna.session);
    assert_eq!(Browser::open(&shop.world, &path, "").await.err(), Some(403));
}

/// a ticket that waits is no right of its own.
#[tokio::test]
async fn and_not_after_the_login() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    let path = socket_of(&anna, 1).await;
    assert_eq!(anna.ask("DELETE", "/api/v1/session", "").await.0, 204);
    let mut browser = Browser::open(&shop.world, &path, "").await.unwrap();
    let mut heard = browser.next().await;
    while !matches!(heard, Heard::Closed(_)) {
        assert!(!matches!(heard, Heard::Picture(_)), "a picture after the login ended");
        heard = browser.next().await;
    }
    assert_eq!(heard, Heard::Closed(4_401));
}

/// Whoever makes tickets and uses none is stopped, and so is who talks where there is nothing to say.
#[tokio::test]
async fn and_nobody_is_flooded() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    let mut last = (0, serde_json::Value::Null);
    for _ in 0..=64 {
        last = anna.ask("POST", &live(0), "{}").await;
    }
    assert_eq!(kind(&last), (429, "too_many"));
    let other = shop.anna().await;
    assert_eq!(other.ask("POST", &live(0), "{}").await.0, 429);
}

#[tokio::test]
async fn and_browsers_have_nothing_to_say() {
    let shop = Shop::open().await;
    let anna = shop.anna().await;
    let mut browser = Browser::of(&shop.world, &anna, 1).await;
    for _ in 0..200 {
        browser.say(1, b"x").await;
    }
    browser.until(|heard| matches!(heard, Heard::Closed(1_008 | 1_006))).await;
    let mut browser = Browser::of(&shop.world, &anna, 1).await;
    browser.say(1, &[b'x'; 4_000]).await;
    browser.until(|heard| matches!(heard, Heard::Closed(_))).await;
    shop.is_left().await;
}
