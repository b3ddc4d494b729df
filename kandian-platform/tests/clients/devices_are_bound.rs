use kandian_codec::Command;
use kandian_platform::store::{Right, Rights, Share};
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::phone::{ANNA, BERT, CAMERA, KEY, anna, ask, session, text, with, world};

fn device(id: &str, key: &str) -> String {
    format!("<DevID>{id}</DevID><DevKey>{key}</DevKey>")
}

/// E-32, E-168: each result of §8.5.
#[tokio::test]
async fn who_knows_the_key_adds_a_device() {
    let world = world().await;
    for number in 2..=4 {
        world.enter(&format!("8110000000{number}"), DevType::IPCAM).await;
    }
    let (anna, bert) = (session(&world, ANNA).await, session(&world, BERT).await);
    let add = async |account: &str, session: &str, id: &str, key: &str| {
        text(&ask(&world, "MCU_ADD_DEVICE_REQ", account, session, &device(id, key)).await, "Result")
            .to_owned()
    };
    assert_eq!(add(ANNA, &anna, "81100000009", KEY).await, "3");
    assert_eq!(add(ANNA, &anna, CAMERA, "WRONG").await, "4");
    assert_eq!(add(ANNA, &anna, CAMERA, KEY).await, "0");
    assert_eq!(add(ANNA, &anna, CAMERA, KEY).await, "6");
    assert_eq!(add(BERT, &bert, CAMERA, KEY).await, "6");
    assert_eq!(add(ANNA, &anna, "81100000002", KEY).await, "0");
    assert_eq!(add(ANNA, &anna, "81100000003", KEY).await, "5");
    assert_eq!(add(BERT, &bert, "81100000003", KEY).await, "0");
}

/// Keys are guessed no faster through an account than by a device.
#[tokio::test]
async fn and_nobody_guesses_it() {
    let world = with(|config| config.limits.wrong_keys_per_device = 3).await;
    let anna = session(&world, ANNA).await;
    for (key, expected) in [("A", "4"), ("B", "4"), ("C", "4"), (KEY, "255")] {
        let answer = ask(&world, "MCU_ADD_DEVICE_REQ", ANNA, &anna, &device(CAMERA, key)).await;
        assert_eq!(text(&answer, "Result"), expected);
    }
}

/// E-158: the owner gives it up, who knows the key; a guest does not.
#[tokio::test]
async fn and_gives_it_up() {
    let world = world().await;
    let (anna, bert) = (anna(&world).await, session(&world, BERT).await);
    share(&world, Rights::ALL).await;
    let remove = async |account: &str, session: &str, key: &str| {
        let answer = ask(&world, "MCU_DEL_DEVICE_REQ", account, session, &device(CAMERA, key)).await;
        text(&answer, "Result").to_owned()
    };
    assert_eq!(remove(BERT, &bert, KEY).await, "255");
    assert_eq!(remove(ANNA, &anna, "WRONG").await, "255");
    assert_eq!(remove(ANNA, &anna, KEY).await, "0");
    assert_eq!(remove(ANNA, &anna, KEY).await, "3");
    assert_eq!(remove(BERT, &bert, KEY).await, "3");
}

async fn share(world: &super::world::World, rights: Rights) {
    let app = world.platform.app();
    let share =
        Share { device: CAMERA.parse().unwrap(), account: BERT.parse().unwrap(), rights, expires_at: None };
    assert!(app.store.share(ANNA.parse().unwrap(), share, app.clock.wall()).await.unwrap());
}

/// E-82, E-152: the list says what the device reported, what people call it, and whether it is there.
#[tokio::test]
async fn and_sees_what_it_can() {
    let world = world().await;
    let (anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let list =
        async |account: &str, session: &str| ask(&world, "MCU_GET_DEVICES_REQ", account, session, "").await;
    let before = list(ANNA, &anna).await;
    assert!(before.contains("<Name>81100000001_0</Name><OnLine>0</OnLine><PtzFlag>0</PtzFlag>"), "{before}");
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let report = format!(
        "<ABILITYUP_REQ><DevID>{CAMERA}</DevID><ChannelNum>2</ChannelNum><PTZFlag>1</PTZFlag><EStoreFlag>0</EStoreFlag>\
         <LocalStoreFlag>1</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag>\
         <InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>0</ManualAlarmFlag>\
         <DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>2</DIDONum>\
         <Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video></ABILITYUP_REQ>"
    );
    camera.ask(Command::ABILITYUP, &report).await;
    let rename =
        format!("<DevID>{CAMERA}</DevID><ChannelNo>1</ChannelNo><NewName> 收银台 &lt;1&gt; </NewName>");
    assert_eq!(text(&ask(&world, "MCU_SET_NAME_REQ", ANNA, &anna, &rename).await, "Result"), "0");
    let answer = list(ANNA, &anna).await;
    assert_eq!(answer.matches("<Device>").count(), 2, "{answer}");
    for wanted in [
        "<OnLine>1</OnLine><PtzFlag>1</PtzFlag><ShareFlag>0</ShareFlag><MotionDetectionFlag>1</MotionDetectionFlag>",
        "<ChannelNo>1</ChannelNo><Name>收银台 &lt;1&gt;</Name>",
        "<Video><StreamType>1</StreamType><FrameSize>1</FrameSize></Video>",
        "<DIDO><DIDONo>1</DIDONo><DIDONoName>DI1</DIDONoName></DIDO>",
    ] {
        assert!(answer.contains(wanted), "{wanted}\n{answer}");
    }
    // There is no third channel, and a name that is none is refused.
    let long = "x".repeat(64);
    for (channel, name) in [(2, "x"), (0, "a&#9;b"), (0, long.as_str())] {
        let rename =
            format!("<DevID>{CAMERA}</DevID><ChannelNo>{channel}</ChannelNo><NewName>{name}</NewName>");
        assert_ne!(text(&ask(&world, "MCU_SET_NAME_REQ", ANNA, &anna, &rename).await, "Result"), "0");
    }
    assert_eq!(list(BERT, &bert).await.matches("<Device>").count(), 0);
    share(&world, Rights::from_iter([Right::Watch])).await;
    let shared = list(BERT, &bert).await;
    assert_eq!(shared.matches("<ShareFlag>1</ShareFlag>").count(), 2, "{shared}");
    assert!(shared.contains("收银台"));
}

/// A device that claims 65,535 channels and as many inputs does not make a list of their product.
#[tokio::test]
async fn and_no_device_makes_the_list_endless() {
    let world = world().await;
    let anna = anna(&world).await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let report = format!(
        "<ABILITYUP_REQ><DevID>{CAMERA}</DevID><ChannelNum>65535</ChannelNum><LocalStoreFlag>1</LocalStoreFlag>\
         <DIDONum>65535</DIDONum></ABILITYUP_REQ>"
    );
    camera.ask(Command::ABILITYUP, &report).await;
    let answer = ask(&world, "MCU_GET_DEVICES_REQ", ANNA, &anna, "").await;
    let channels = answer.matches("<Device>").count();
    assert!((1..=usize::from(kandian_proto::schedule::MAX_CHANNELS)).contains(&channels), "{channels}");
    assert_eq!(answer.matches("<DIDO>").count(), channels * 64);
}

/// E-150: a device that is given up while it is online is reset, and given up whatever it says to that.
#[tokio::test]
async fn until_it_is_given_up() {
    let world = world().await;
    for answer in ["<Result>0</Result>", "<Result>1</Result>"] {
        let anna = anna(&world).await;
        let mut camera = Camera::online(world.access(), CAMERA).await;
        let rest = device(CAMERA, KEY);
        let removed = ask(&world, "MCU_DEL_DEVICE_REQ", ANNA, &anna, &rest);
        let reset = async {
            let (seq, heard) = camera.asked(Command::RESET_DEFAULT).await;
            assert!(heard.contains(CAMERA), "{heard}");
            let answer = format!("<RESET_DEFAULT_RES>{answer}<DevID>{CAMERA}</DevID></RESET_DEFAULT_RES>");
            camera.send(Command::RESET_DEFAULT, seq, &answer).await;
        };
        let (removed, ()) = tokio::join!(removed, reset);
        assert_eq!(text(&removed, "Result"), "0");
        let list = ask(&world, "MCU_GET_DEVICES_REQ", ANNA, &anna, "").await;
        assert!(!list.contains("<Device>"), "{list}");
    }
}
