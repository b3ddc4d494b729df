use kandian_codec::Command;
use kandian_platform::rules::NoticeRule;
use kandian_platform::service::notices::set_notice;
use kandian_platform::store::{MessageKind, Named, Right, Rights, Share};

use super::camera::Camera;
use super::passwords_are_sent::messages;
use super::phone::{ANNA, BERT, CAMERA, anna, with};
use super::world::World;

const LINK: &str = "https://kandian.example/alarms/{device}/{channel}";

async fn prepared() -> World {
    let world = with(|config| config.sms.link = LINK.into()).await;
    anna(&world).await;
    world
}

/// Sets of which alarms somebody hears; whether he may.
async fn hears(world: &World, number: &str, channel: Option<u16>, alarms: &str) -> bool {
    let app = world.platform.app();
    let account = app.store.account(number.parse().unwrap()).await.unwrap().unwrap();
    let rule = NoticeRule {
        account: account.number,
        device: CAMERA.parse().unwrap(),
        channel,
        alarms: alarms.parse().unwrap(),
        exceptions: true,
        begins: 0,
        ends: 0,
    };
    set_notice(app, &account, rule).await.is_ok()
}

async fn alarm(camera: &mut Camera, channel: u16, kind: u16, dido: &str) {
    let answer = camera
        .ask(
            Command::ALARM_NOTIFY,
            &format!(
                "<ALARM_NOTIFY_REQ><DevID>{CAMERA}</DevID><ChannelNo>{channel}</ChannelNo><AlarmType>{kind}</AlarmType>\
                 {dido}<AlarmDesc>http://evil.example</AlarmDesc><FileName></FileName></ALARM_NOTIFY_REQ>"
            ),
        )
        .await;
    assert!(answer.contains("<Result>0</Result>"), "{answer}");
}

async fn bodies(world: &World, number: &str) -> Vec<String> {
    messages(world, number).await.iter().map(|message| message.body.reveal().to_owned()).collect()
}

/// E-136: who wants to hear of it does, in the owner's words, and not in those of the device; the same again only
/// after a minute, and every alarm is stored.
#[tokio::test]
async fn to_who_wants_to_hear() {
    let world = prepared().await;
    let app = world.platform.app();
    app.store.name(Named::Channel, CAMERA.parse().unwrap(), 0, "前门\n{link}".into()).await.unwrap();
    app.store.name(Named::Input, CAMERA.parse().unwrap(), 2, "烟感".into()).await.unwrap();
    let mut camera = Camera::online(world.access(), CAMERA).await;
    alarm(&mut camera, 0, 1, "").await;
    assert!(bodies(&world, ANNA).await.is_empty(), "nobody asked");
    assert!(hears(&world, ANNA, None, "1,4").await);
    for _ in 0..3 {
        alarm(&mut camera, 0, 1, "").await;
    }
    alarm(&mut camera, 0, 2, "").await;
    let told = bodies(&world, ANNA).await;
    assert_eq!(told.len(), 1, "{told:?}");
    let expected = format!(" 前门 {{link}} 移动侦测。https://kandian.example/alarms/{CAMERA}/0");
    assert!(told[0].ends_with(&expected), "{told:?}");
    alarm(&mut camera, 0, 4, "<DIDONo>2</DIDONo>").await;
    assert!(bodies(&world, ANNA).await[0].contains("烟感"));
    app.clock.jump(60_000);
    alarm(&mut camera, 0, 1, "").await;
    assert_eq!(bodies(&world, ANNA).await.len(), 3);
    let (_, stored) = world.rest("GET", "/api/v1/alarms", "").await;
    assert_eq!(stored["alarms"].as_array().unwrap().len(), 7);
}

/// The rule of a channel comes before that of the device; exceptions are told as well.
#[tokio::test]
async fn by_channel() {
    let world = prepared().await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    assert!(hears(&world, ANNA, None, "1").await && hears(&world, ANNA, Some(1), "").await);
    alarm(&mut camera, 1, 1, "").await;
    assert!(bodies(&world, ANNA).await.is_empty());
    let report = format!(
        "<EXCEPTION_NOTIFY_REQ><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><ExceptionType>6</ExceptionType>\
         <ExceptionDesc>x</ExceptionDesc></EXCEPTION_NOTIFY_REQ>"
    );
    camera.ask(Command::EXCEPTION_NOTIFY, &report).await;
    let found = messages(&world, ANNA).await;
    assert_eq!((found.len(), found[0].kind), (1, MessageKind::Exception));
    assert!(found[0].body.reveal().contains("磁盘"), "{}", found[0].body.reveal());
}

/// Whoever may not read alarms is not told, not even by a rule from when he might.
#[tokio::test]
async fn and_to_nobody_else() {
    let world = prepared().await;
    let (app, device) = (world.platform.app(), CAMERA.parse().unwrap());
    assert!(!hears(&world, BERT, None, "1").await, "it is not his");
    let share = async |right| {
        let share = Share {
            device,
            account: BERT.parse().unwrap(),
            rights: Rights::from_iter([right]),
            expires_at: None,
        };
        app.store.share(ANNA.parse().unwrap(), share, app.clock.wall()).await.unwrap();
    };
    share(Right::Watch).await;
    assert!(!hears(&world, BERT, None, "1").await, "it is shared for something else");
    share(Right::Alarms).await;
    assert!(hears(&world, BERT, None, "1").await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    alarm(&mut camera, 0, 1, "").await;
    assert_eq!(bodies(&world, BERT).await.len(), 1);
    share(Right::Watch).await;
    app.clock.jump(60_000);
    alarm(&mut camera, 0, 1, "").await;
    assert_eq!(bodies(&world, BERT).await.len(), 1);
}

/// A storm of alarms of one camera ends somewhere, and leaves passwords their share.
#[tokio::test]
async fn and_not_for_ever() {
    let world = with(|config| config.sms.notices_per_number_per_day = 2).await;
    anna(&world).await;
    assert!(hears(&world, ANNA, None, "1,2,3,4").await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    for kind in 1..=3 {
        alarm(&mut camera, 0, kind, "").await;
    }
    assert_eq!(bodies(&world, ANNA).await.len(), 2);

    let world = with(|config| (config.sms.daily_cap, config.sms.reserved) = (2, 1)).await;
    anna(&world).await;
    assert!(hears(&world, ANNA, None, "1,2").await);
    let mut camera = Camera::online(world.access(), CAMERA).await;
    alarm(&mut camera, 0, 1, "").await;
    alarm(&mut camera, 0, 2, "").await;
    assert_eq!(bodies(&world, ANNA).await.len(), 1);
    let asked = kandian_platform::service::short_messages::send_password(
        world.platform.app(),
        ANNA.parse().unwrap(),
        std::net::IpAddr::from([127, 0, 0, 1]),
    );
    asked.await.unwrap();
}
