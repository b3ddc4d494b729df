use kandian_codec::Command;
use kandian_platform::store::{Right, Rights, Share};

use super::camera::Camera;
use super::phone::{ANNA, BERT, CAMERA, anna, ask, log_in_from, session, text, world};
use super::world::World;

/// What a client sends beside account and session, and the parts that the camera must hear and says back.
struct Relay {
    root: &'static str,
    fields: &'static str,
    command: Command,
    heard: &'static str,
    answer: &'static str,
    told: &'static str,
}

const RELAYS: [Relay; 8] = [
    Relay {
        root: "MCU_VIDEO_PTZ_REQ",
        fields: "<ChannelNo>0</ChannelNo><PtzDirection>3</PtzDirection>",
        command: Command::VIDEO_PTZ,
        heard: "<ChannelNo>0</ChannelNo><PtzDirection>3</PtzDirection>",
        answer: "<VIDEO_PTZ_RES><Result>0</Result><DevID>81100000001</DevID></VIDEO_PTZ_RES>",
        told: "<Result>0</Result>",
    },
    Relay {
        root: "MCU_GET_CHANNEL_REQ",
        fields: "<ChannelNo>0</ChannelNo><StreamType>2</StreamType>",
        command: Command::GET_CHANNEL,
        heard: "<StreamType>2</StreamType>",
        answer: "<GET_CHANNEL_RES><Result>0</Result><DevID>81100000001</DevID><FrameSize>3</FrameSize><FrameRate>15</FrameRate>\
            <RateType>1</RateType><BitRate>4</BitRate><AudioInput>1</AudioInput></GET_CHANNEL_RES>",
        told: "<Result>0</Result><DevID>81100000001</DevID><FrameSize>3</FrameSize><FrameRate>15</FrameRate>\
            <RateType>1</RateType><BitRate>4</BitRate><AudioInput>1</AudioInput>",
    },
    Relay {
        root: "MCU_SET_CHANNEL_REQ",
        fields: "<ChannelNo>0</ChannelNo><StreamType>2</StreamType><BitRate>4</BitRate>",
        command: Command::SET_CHANNEL,
        heard: "<StreamType>2</StreamType><BitRate>4</BitRate></SET_CHANNEL_REQ>",
        answer: "<SET_CHANNEL_RES><Result>0</Result><DevID>81100000001</DevID></SET_CHANNEL_RES>",
        told: "<Result>0</Result>",
    },
    Relay {
        root: "MCU_GET_WIFI_REQ",
        fields: "",
        command: Command::GET_WIFI,
        heard: "<DevID>81100000001</DevID>",
        answer: "<GET_WIFI_RES><Result>0</Result><DevID>81100000001</DevID><WifiSSID><SSID>店</SSID><Signal>80</Signal>\
            <Security>3</Security><InUse>1</InUse></WifiSSID></GET_WIFI_RES>",
        told: "<WifiSSID><SSID>店</SSID><Signal>80</Signal><Security>3</Security><InUser>1</InUser></WifiSSID>",
    },
    Relay {
        root: "MCU_SET_WIFI_REQ",
        fields: "<SSID>shop</SSID><Security>3</Security><Password>geheim12</Password>",
        command: Command::SET_WIFI,
        heard: "<SSID>shop</SSID><Security>3</Security><Password>geheim12</Password>",
        answer: "<SET_WIFI_RES><Result>0</Result><DevID>81100000001</DevID></SET_WIFI_RES>",
        told: "<Result>0</Result>",
    },
    Relay {
        root: "MCU_REBOOT_REQ",
        fields: "",
        command: Command::REBOOT,
        heard: "<DevID>81100000001</DevID>",
        answer: "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>",
        told: "<Result>0</Result>",
    },
    Relay {
        root: "MCU_GET_ALARM_REQ",
        fields: "<ChannelNo>0</ChannelNo><AlarmType>4</AlarmType><DIDONo>1</DIDONo>",
        command: Command::GET_ALARM,
        heard: "<AlarmType>4</AlarmType><DIDONo>1</DIDONo>",
        answer: "<GET_ALARM_RES><Result>0</Result><DevID>81100000001</DevID><AlarmFlag>1</AlarmFlag></GET_ALARM_RES>",
        told: "<Result>0</Result><AlarmFlag>1</AlarmFlag>",
    },
    Relay {
        root: "MCU_SET_ALARM_REQ",
        fields: "<ChannelNo>0</ChannelNo><AlarmType>2</AlarmType><AlarmFlag>0</AlarmFlag>",
        command: Command::SET_ALARM,
        heard: "<AlarmType>2</AlarmType><AlarmFlag>0</AlarmFlag>",
        answer: "<SET_ALARM_RES><Result>0</Result><DevID>81100000001</DevID></SET_ALARM_RES>",
        told: "<Result>0</Result>",
    },
];

fn fields(relay: &Relay) -> String {
    format!("<DevID>{CAMERA}</DevID>{}", relay.fields)
}

/// A call that the camera answers like this; the client's answer.
async fn relayed(world: &World, camera: &mut Camera, session: &str, relay: &Relay, answer: &str) -> String {
    let fields = fields(relay);
    let called = ask(world, relay.root, ANNA, session, &fields);
    let answers = async {
        let (seq, heard) = camera.asked(relay.command).await;
        assert!(heard.contains(relay.heard), "{}: {heard}", relay.root);
        camera.send(relay.command, seq, answer).await;
    };
    tokio::join!(called, answers).0
}

/// E-157, E-160: the camera does it, and the client
/// hears that it has; a refusal is 255, an absent camera 4.
#[tokio::test]
async fn is_what_clients_ask() {
    let world = world().await;
    let anna = anna(&world).await;
    for relay in &RELAYS {
        let answer = ask(&world, relay.root, ANNA, &anna, &fields(relay)).await;
        assert_eq!(text(&answer, "Result"), "4", "{}", relay.root);
    }
    let mut camera = Camera::online(world.access(), CAMERA).await;
    for relay in &RELAYS {
        let answer = relayed(&world, &mut camera, &anna, relay, relay.answer).await;
        assert!(answer.contains(relay.told), "{}: {answer}", relay.root);
        let refusal = relay.answer.replace("<Result>0</Result>", "<Result>1</Result>");
        let answer = relayed(&world, &mut camera, &anna, relay, &refusal).await;
        assert_eq!(text(&answer, "Result"), "255", "{}", relay.root);
    }
}

/// A guest does what is shared with him, and nothing else; the camera does not even hear of it.
#[tokio::test]
async fn for_guests_only_what_is_shared() {
    let world = world().await;
    let (_anna, bert) = (anna(&world).await, session(&world, BERT).await);
    let app = world.platform.app();
    let rights = Rights::from_iter([Right::Watch]);
    let share =
        Share { device: CAMERA.parse().unwrap(), account: BERT.parse().unwrap(), rights, expires_at: None };
    assert!(app.store.share(ANNA.parse().unwrap(), share, app.clock.wall()).await.unwrap());
    for relay in &RELAYS {
        // The camera is offline: 4 says that it would have been asked.
        let expected = if relay.root == "MCU_GET_CHANNEL_REQ" { "4" } else { "255" };
        let answer = ask(&world, relay.root, BERT, &bert, &fields(relay)).await;
        assert_eq!(text(&answer, "Result"), expected, "{}", relay.root);
    }
}

/// E-91, E-92, E-162, E-186: the local URL for who comes from the device's address, with a token that the
/// device has verified once; nothing for who comes from elsewhere.
#[tokio::test]
async fn is_to_be_watched() {
    let world = world().await;
    let anna = anna(&world).await;
    let live = format!("<DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>2</StreamType>");
    let answer = ask(&world, "MCU_VIDEO_PLAY_REQ", ANNA, &anna, &live).await;
    assert_eq!(text(&answer, "Result"), "4");
    let mut camera = Camera::online(world.access(), CAMERA).await;
    let answer = ask(&world, "MCU_VIDEO_PLAY_REQ", ANNA, &anna, &live).await;
    let url = text(&answer, "LocalPlayUrl");
    let (before, token) = url.split_once("hashtoken=").unwrap();
    let plain = before.replace("&amp;", "&");
    assert_eq!(plain, "rtsp://192.168.1.88:1554/realplay?devid=81100000001&channelno=0&streamtype=2&");
    assert!(answer.contains("<UpnpPlayUrl></UpnpPlayUrl><TurnPlayUrl></TurnPlayUrl>"), "{answer}");
    assert!(
        answer.contains("<StunIP>127.0.0.1</StunIP><StunPort>3478</StunPort><NatType>1</NatType>"),
        "{answer}"
    );
    let check = format!(
        "<VIDEO_PLAY_REQ><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><StreamType>2</StreamType>\
         <HashToken>{token}</HashToken></VIDEO_PLAY_REQ>"
    );
    assert_eq!(text(&camera.ask(Command::VIDEO_PLAY, &check).await, "Result"), "0");
    assert_ne!(text(&camera.ask(Command::VIDEO_PLAY, &check).await, "Result"), "0");
    // There is one channel.
    let second = live.replace("<ChannelNo>0", "<ChannelNo>1");
    assert_eq!(text(&ask(&world, "MCU_VIDEO_PLAY_REQ", ANNA, &anna, &second).await, "Result"), "3");
    let elsewhere = log_in_from(&world, "127.0.0.7", ANNA, super::phone::PASSWORD).await;
    let body = super::phone::enveloped(&format!(
        "<MCU_VIDEO_PLAY_REQ><Account>{ANNA}</Account><LoginSession>{}</LoginSession>{live}</MCU_VIDEO_PLAY_REQ>",
        text(&elsewhere, "LoginSession")
    ));
    let at = world.platform.http();
    let (_, answer) =
        super::world::http_from("127.0.0.7", at, "POST", "/MobileService", "", body.as_bytes()).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.contains("<Result>0</Result><LocalPlayUrl></LocalPlayUrl>"), "{answer}");
}

/// E-163, E-164: 25 alarms on three pages, the newest first; spans and devices narrow them down.
#[tokio::test]
async fn is_told_of_in_pages() {
    let world = world().await;
    let anna = anna(&world).await;
    let mut camera = Camera::online(world.access(), CAMERA).await;
    for number in 0..25 {
        let kind = if number == 24 { "4" } else { "2" };
        let input = if number == 24 { "<DIDONo>1</DIDONo>" } else { "" };
        let alarm = format!(
            "<ALARM_NOTIFY_REQ><DevID>{CAMERA}</DevID><ChannelNo>0</ChannelNo><AlarmType>{kind}</AlarmType>{input}\
             <AlarmDesc>x</AlarmDesc><FileName></FileName></ALARM_NOTIFY_REQ>"
        );
        assert_eq!(text(&camera.ask(Command::ALARM_NOTIFY, &alarm).await, "Result"), "0");
    }
    let search = async |fields: String| ask(&world, "MCU_QUERY_ALARM_REQ", ANNA, &anna, &fields).await;
    let all =
        |page| format!("<DevID></DevID><StartTime></StartTime><EndTime></EndTime><PageNo>{page}</PageNo>");
    for (page, count) in [(1, 10), (2, 10), (3, 5), (4, 0)] {
        let answer = search(all(page)).await;
        assert_eq!(text(&answer, "TotalAlarmNum"), "25");
        assert_eq!(answer.matches("<Alarm>").count(), count, "{page}: {answer}");
    }
    let first = search(all(1)).await;
    let newest = text(&first, "Alarm");
    assert!(
        newest.starts_with(
            "<DevName>81100000001_0</DevName><AlarmType>4</AlarmType><DIDONoName>DI1</DIDONoName>"
        ),
        "{newest}"
    );
    let time = text(newest, "AlarmTime");
    let count = async |fields: String| text(&search(fields).await, "TotalAlarmNum").to_owned();
    let device = format!("<DevID>{CAMERA}</DevID>");
    assert_eq!(count(format!("{device}<ChannelNo>0</ChannelNo><PageNo>1</PageNo>")).await, "25");
    assert_eq!(count(format!("{device}<ChannelNo>1</ChannelNo><PageNo>1</PageNo>")).await, "0");
    assert_eq!(count(format!("{device}<EndTime>{time}</EndTime><PageNo>1</PageNo>")).await, "25");
    assert_eq!(count("<StartTime>20990101000000</StartTime><PageNo>1</PageNo>".to_owned()).await, "0");
    assert_eq!(count("<EndTime>20000101000000</EndTime><PageNo>1</PageNo>".to_owned()).await, "0");
    let other = search("<DevID>81100000009</DevID><PageNo>1</PageNo>".to_owned()).await;
    assert_eq!(text(&other, "Result"), "3");
}
