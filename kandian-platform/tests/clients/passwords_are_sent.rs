use std::net::IpAddr;

use kandian_platform::config::{Config, SentPassword};
use kandian_platform::service::accounts::reset_password;
use kandian_platform::store::{MessageKind, MessageState, ShortMessage};
use kandian_proto::Secret;

use super::phone::{ANNA, BERT, PASSWORD, anna, ask, call, log_in_from, text, with, world};
use super::world::{PATIENCE, World};

async fn request(world: &World, number: &str, kind: &str) -> String {
    let asked = format!("<MCU_SMS_REQ><MobileTel>{number}</MobileTel><Type>{kind}</Type></MCU_SMS_REQ>");
    text(&call(world, &asked).await, "Result").to_owned()
}

async fn log_in(world: &World, number: &str, password: &str) -> String {
    text(&log_in_from(world, "127.0.0.1", number, password).await, "Result").to_owned()
}

/// The messages to a number, the newest first, once none of them waits.
pub(crate) async fn messages(world: &World, number: &str) -> Vec<ShortMessage> {
    let store = &world.platform.app().store;
    let settled = async {
        loop {
            let found = store.short_messages(Some(number.parse().unwrap()), None, 100).await.unwrap();
            if found.iter().all(|message| message.state != MessageState::Waiting) {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.expect("messages settle")
}

/// The eight digits of the newest message.
async fn code(world: &World, number: &str) -> String {
    let found = messages(world, number).await;
    let body = found.first().expect("a message").body.reveal().to_owned();
    let digits = body.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 8);
    digits.unwrap_or_else(|| panic!("no password in {body}")).to_owned()
}

fn without_pause(config: &mut Config) {
    config.sms.pause_secs = 0;
}

/// E-156: 0 when it is on its way, 2 for everything else; nothing else changes.
#[tokio::test]
async fn on_request() {
    let world = world().await;
    for (number, kind, result) in [
        (ANNA, "0", "0"),
        ("18900000000", "0", "2"),
        ("anna", "0", "2"),
        ("' OR 1=1 --", "0", "2"),
        (BERT, "1", "2"),
        (BERT, "65535", "2"),
    ] {
        assert_eq!(request(&world, number, kind).await, result, "{number} {kind}");
    }
    let found = messages(&world, ANNA).await;
    assert_eq!((found.len(), found[0].kind, found[0].state), (1, MessageKind::Password, MessageState::Kept));
    assert!(messages(&world, BERT).await.is_empty());
    // Whoever asked for it has changed nothing for its owner.
    assert_eq!(log_in(&world, ANNA, PASSWORD).await, "0");
}

/// Once, by the number it was sent to, and not for long. The password of the account counts as before.
#[tokio::test]
async fn and_open_once() {
    let world = world().await;
    assert_eq!(request(&world, ANNA, "0").await, "0");
    let sent = code(&world, ANNA).await;
    assert_eq!(log_in(&world, BERT, &sent).await, "2");
    assert_eq!(log_in(&world, ANNA, &sent).await, "0");
    assert_eq!(log_in(&world, ANNA, &sent).await, "2");
    assert_eq!(log_in(&world, ANNA, PASSWORD).await, "0");

    assert_eq!(request(&world, BERT, "0").await, "0");
    let sent = code(&world, BERT).await;
    world.platform.app().clock.jump(10 * 60_000);
    assert_eq!(log_in(&world, BERT, &sent).await, "2");
}

/// Of two, the later one counts; of many who use one at once, one gets in.
#[tokio::test]
async fn the_last_one() {
    let world = with(without_pause).await;
    assert_eq!(request(&world, ANNA, "0").await, "0");
    let first = code(&world, ANNA).await;
    assert_eq!(request(&world, ANNA, "0").await, "0");
    let second = code(&world, ANNA).await;
    assert_ne!(first, second);
    assert_eq!(log_in(&world, ANNA, &first).await, "2");
    let logins = (0..6).map(|_| log_in(&world, ANNA, &second));
    let mut results = futures_util::future::join_all(logins).await;
    results.sort();
    assert_eq!(results, ["0", "2", "2", "2", "2", "2"]);
}

/// For clients that keep what was typed, it becomes the password, and the old one is gone. E-166
#[tokio::test]
async fn or_are_kept() {
    let world = with(|config| config.sms.sent_password = SentPassword::Kept).await;
    assert_eq!(request(&world, ANNA, "0").await, "0");
    let sent = code(&world, ANNA).await;
    assert_eq!(log_in(&world, ANNA, PASSWORD).await, "0");
    for _ in 0..2 {
        assert_eq!(log_in(&world, ANNA, &sent).await, "0");
    }
    assert_eq!(log_in(&world, ANNA, PASSWORD).await, "2");
}

/// with it somebody who forgot his password chooses another.
#[tokio::test]
async fn and_choose_another() {
    let world = world().await;
    let (app, from) = (world.platform.app(), IpAddr::from([127, 0, 0, 1]));
    assert_eq!(request(&world, ANNA, "0").await, "0");
    let sent = Secret::from(code(&world, ANNA).await);
    let number = ANNA.parse().unwrap();
    let reset = async |sent: &Secret, new: &str| {
        reset_password(app, number, from, (sent, &Secret::from(new))).await.map_err(|why| why.to_string())
    };
    assert_eq!(reset(&sent, "123").await, Err("a password has 6 to 31 bytes".into()));
    assert_eq!(reset(&Secret::from("00000000"), "neu-2014").await, Err("the old password is wrong".into()));
    assert_eq!(reset(&sent, "neu-2014").await, Ok(()));
    assert_eq!(reset(&sent, "neu-2015").await, Err("the old password is wrong".into()));
    assert_eq!(log_in(&world, ANNA, "neu-2014").await, "0");
    assert_eq!(log_in(&world, ANNA, PASSWORD).await, "2");
}

/// A number gets so many and no more, however many ask; an address asks for so many and no more, for whomever.
#[tokio::test]
async fn and_flood_nobody() {
    let world = with(|config| config.sms.per_number_per_hour = 2).await;
    let clock = &world.platform.app().clock;
    assert_eq!(request(&world, ANNA, "0").await, "0");
    assert_eq!(request(&world, ANNA, "0").await, "2", "a minute has not passed");
    clock.jump(61_000);
    assert_eq!(request(&world, ANNA, "0").await, "0");
    clock.jump(61_000);
    assert_eq!(request(&world, ANNA, "0").await, "2", "two in an hour");
    assert_eq!(request(&world, BERT, "0").await, "0", "another number");
    clock.jump(3_600_000);
    assert_eq!(request(&world, ANNA, "0").await, "0", "an hour later");
    assert_eq!(messages(&world, ANNA).await.len(), 3);

    let world = with(|config| config.limits.messages_per_address = 3).await;
    for number in ["18900000001", "18900000002", "18900000003"] {
        assert_eq!(request(&world, number, "0").await, "2", "nobody has it");
    }
    assert_eq!(request(&world, ANNA, "0").await, "2", "asking for nobody counts");
    assert!(messages(&world, ANNA).await.is_empty());

    let world = with(|config| (config.sms.daily_cap, config.sms.reserved) = (1, 0)).await;
    assert_eq!(request(&world, ANNA, "0").await, "0");
    assert_eq!(request(&world, BERT, "0").await, "2", "enough for today");
    world.platform.app().clock.jump(24 * 3_600_000);
    assert_eq!(request(&world, BERT, "0").await, "0");
}

/// the key of a device goes to its owner, and to nobody else.
#[tokio::test]
async fn and_bring_keys() {
    use kandian_platform::service::short_messages::send_key;

    let world = world().await;
    anna(&world).await;
    let (app, from) = (world.platform.app(), IpAddr::from([127, 0, 0, 1]));
    let camera = super::phone::CAMERA.parse().unwrap();
    let account = async |number: &str| app.store.account(number.parse().unwrap()).await.unwrap().unwrap();
    let refused = send_key(app, &account(BERT).await, camera, from).await.unwrap_err();
    assert_eq!(refused.to_string(), "the account has no such device");
    send_key(app, &account(ANNA).await, camera, from).await.unwrap();
    let found = messages(&world, ANNA).await;
    assert_eq!(found[0].kind, MessageKind::Key);
    assert!(found[0].body.reveal().contains(super::phone::KEY), "{}", found[0].body.reveal());
    let again = send_key(app, &account(ANNA).await, camera, from).await.unwrap_err();
    assert!(again.to_string().starts_with("a message was sent moments ago"), "{again}");
    // What is on record of it stays out of debug output.
    assert!(!format!("{found:?}").contains(super::phone::KEY));
    let session = super::phone::session(&world, ANNA).await;
    assert_eq!(text(&ask(&world, "MCU_GET_DEVICES_REQ", ANNA, &session, "").await, "Result"), "0");
}
