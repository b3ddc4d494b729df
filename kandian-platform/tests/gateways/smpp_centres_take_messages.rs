use std::net::SocketAddr;
use std::time::Duration;

use kandian_platform::config::GatewayKind;
use kandian_platform::store::MessageState;

use super::centre::{Came, Centre};
use super::world::World;
use super::{ANNA, ask, hurry, until, until_state};

async fn world(address: SocketAddr, password: &str, text: Option<String>) -> World {
    World::with(|config| {
        config.sms.gateway = GatewayKind::Smpp;
        config.sms.smpp.address = address.to_string();
        config.sms.smpp.system_id = "kandian".into();
        config.sms.smpp.password = Some(password.into());
        config.sms.smpp.source = "10659".into();
        if let Some(text) = text {
            config.sms.password_text = text;
        }
    })
    .await
}

fn text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16(&units).unwrap()
}

/// number and text arrive, in UCS-2, and so does the receipt.
#[tokio::test]
async fn and_say_what_became_of_them() {
    let centre = Centre::start("DELIVRD").await;
    let world = world(centre.address, "8hQ2", None).await;
    ask(&world, ANNA).await;
    let message = until_state(&world, MessageState::Delivered).await;
    assert_eq!((message.body.reveal(), message.reason.as_str()), ("", ""));
    let came = centre.came.lock().unwrap().clone();
    let [Came { from, to, coding, class, bytes, receipt: 1 }] = came.as_slice() else { panic!("{came:?}") };
    assert_eq!((from.as_str(), to.as_str(), *coding, *class), ("10659", ANNA, 8, 0));
    assert!(text(bytes).starts_with("【手机看店】您的登录密码是"), "{}", text(bytes));
    centre.stop().await;
    world.platform.stop().await;
}

/// One that did not arrive is told so.
#[tokio::test]
async fn also_when_they_did_not_arrive() {
    let centre = Centre::start("UNDELIV").await;
    let world = world(centre.address, "8hQ2", None).await;
    ask(&world, ANNA).await;
    let message = until_state(&world, MessageState::Failed).await;
    assert_eq!(message.reason, "the gateway says UNDELIV");
    centre.stop().await;
    world.platform.stop().await;
}

/// A text of more than 70 characters comes in parts that belong together, and its receipt is that of the last.
#[tokio::test]
async fn in_parts() {
    let centre = Centre::start("DELIVRD").await;
    let long = format!("{}{{code}}。", "店".repeat(100));
    let world = world(centre.address, "8hQ2", Some(long)).await;
    ask(&world, ANNA).await;
    until_state(&world, MessageState::Delivered).await;
    let came = centre.came.lock().unwrap().clone();
    assert_eq!(came.len(), 2);
    let mut whole = String::new();
    for (index, part) in came.iter().enumerate() {
        assert_eq!((part.class, part.coding), (0x40, 8), "with a header");
        assert_eq!(usize::from(part.receipt), index, "one receipt, for the last");
        // A 16-bit reference, the number of parts, and which it is.
        assert_eq!((&part.bytes[..3], part.bytes[5]), (&[6, 8, 4][..], 2));
        assert_eq!(usize::from(part.bytes[6]), index + 1);
        assert_eq!(part.bytes[3..5], came[0].bytes[3..5]);
        whole.push_str(&text(&part.bytes[7..]));
    }
    assert!(whole.starts_with("【手机看店】店") && whole.ends_with('。'), "{whole}");
    assert_eq!(whole.matches('店').count(), 101);
    centre.stop().await;
    world.platform.stop().await;
}

/// A wrong password, a centre that is gone and comes back: the message waits, and says why.
#[tokio::test]
async fn once_they_are_there() {
    let centre = Centre::start("DELIVRD").await;
    let wrong = world(centre.address, "wrong", None).await;
    ask(&wrong, ANNA).await;
    let message = until(&wrong, |message| message.attempts == 1).await;
    assert_eq!(message.state, MessageState::Waiting);
    assert!(message.reason.contains("EsmeRinvpaswd"), "{}", message.reason);
    wrong.platform.stop().await;

    let address = centre.address;
    centre.stop().await;
    let world = world(address, "8hQ2", None).await;
    ask(&world, ANNA).await;
    let message = until(&world, |message| message.attempts == 1).await;
    assert!(message.reason.starts_with(&address.to_string()), "{}", message.reason);
    let centre = Centre::at(address, "DELIVRD").await;
    // A failure to connect stands for all messages of the next three seconds; the pause after another one would be long.
    tokio::time::sleep(Duration::from_millis(3_200)).await;
    hurry(&world);
    until_state(&world, MessageState::Delivered).await;
    centre.stop().await;
    world.platform.stop().await;
}
