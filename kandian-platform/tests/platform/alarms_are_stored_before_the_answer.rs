use kandian_codec::Command;
use kandian_proto::value::DevType;

use super::camera::Camera;
use super::world::World;

/// what is answered with success is on record, in the name of the device that is logged in.
#[tokio::test]
async fn and_shown() {
    let world = World::start().await;
    world.enter("81100000001", DevType::IPCAM).await;
    let mut camera = Camera::online(world.access(), "81100000001").await;
    let alarm = "<ALARM_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><AlarmType>1</AlarmType>\
        <AlarmDesc>&lt;script&gt;移动</AlarmDesc><FileName>a.jpg</FileName></ALARM_NOTIFY_REQ>";
    let answer = camera.ask(Command::ALARM_NOTIFY, alarm).await;
    assert!(answer.contains("<Result>0</Result>"), "{answer}");
    let (_, alarms) = world.rest("GET", "/api/v1/alarms?device=81100000001", "").await;
    let stored = &alarms["alarms"][0];
    assert_eq!(
        (stored["description"].as_str(), stored["file_name"].as_str()),
        (Some("<script>移动"), Some("a.jpg"))
    );
    // E-72: in the name of another device.
    let foreign = alarm.replace("81100000001", "81100000002");
    let answer = camera.ask(Command::ALARM_NOTIFY, &foreign).await;
    assert!(answer.contains("<Result>1</Result>"), "{answer}");
    let report = "<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo>\
        <ExceptionType>4</ExceptionType><ExceptionDesc>disk</ExceptionDesc></EXCEPTION_NOTIFY_REQ>";
    camera.ask(Command::EXCEPTION_NOTIFY, report).await;
    let world = world.restart().await;
    let (_, alarms) = world.rest("GET", "/api/v1/alarms", "").await;
    let (_, exceptions) = world.rest("GET", "/api/v1/exceptions", "").await;
    assert_eq!(alarms["alarms"].as_array().unwrap().len(), 1);
    assert_eq!(exceptions["exceptions"][0]["description"], "disk");
}

/// E-92: a token that nobody issued opens nothing.
#[tokio::test]
async fn and_tokens_are_checked() {
    let world = World::start().await;
    world.enter("81100000001", DevType::IPCAM).await;
    let mut camera = Camera::online(world.access(), "81100000001").await;
    let check = "<VIDEO_PLAY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
        <HashToken>0123456789abcdef0123456789abcdef</HashToken></VIDEO_PLAY_REQ>";
    let answer = camera.ask(Command::VIDEO_PLAY, check).await;
    assert!(answer.contains("<Result>1</Result>"), "{answer}");
}
