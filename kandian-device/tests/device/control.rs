//! What an operator does.

use kandian_device::LinkPhase;
use kandian_device::ctl::{self, Button, Card, Command, CtlError, Reply, Source};
use kandian_proto::message::device::SetAlarmRequest;
use kandian_proto::value::{AlarmType, DevType};

use crate::support::{Device, Platform, config, id};

fn alarm(source: Source) -> Command {
    Command::Alarm { source, channel: 0 }
}

fn is_done(reply: &Reply) -> bool {
    matches!(reply, Reply::Done(_))
}

/// Every source, once in 60 seconds, with a number for digital inputs only., E-136, E-138, E-139
#[tokio::test]
async fn alarms() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    let sources = [
        (Source::Motion, AlarmType::MOTION, None),
        (Source::Infrared, AlarmType::INFRARED, None),
        (Source::Manual, AlarmType::MANUAL, None),
        (Source::Dido(0), AlarmType::DIGITAL_INPUT, Some(0)),
        (Source::Dido(1), AlarmType::DIGITAL_INPUT, Some(1)),
    ];
    for (source, kind, input) in sources {
        assert!(is_done(&device.handle.control(alarm(source)).await), "{source:?}");
        let seen = platform.alarm().await;
        assert_eq!((seen.alarm_type, seen.dido_no, seen.file_name.as_str()), (kind, input, ""));
        let again = device.handle.control(alarm(source)).await;
        assert!(matches!(again, Reply::Failed(ref why) if why.contains("60 seconds")), "{again:?}");
    }
    let missing = device.handle.control(alarm(Source::Dido(2))).await;
    assert!(matches!(missing, Reply::Failed(_)));
    device.stop().await;
}

/// A disarmed source raises nothing.
#[tokio::test]
async fn disarmed() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    platform.yes(SetAlarmRequest::new(id(), 0_u16, AlarmType::MOTION, false)).await;
    let reply = device.handle.control(alarm(Source::Motion)).await;
    assert!(matches!(reply, Reply::Done(ref words) if words.contains("disarmed")), "{reply:?}");
    device.handle.control(alarm(Source::Manual)).await;
    assert_eq!(platform.alarm().await.alarm_type, AlarmType::MANUAL);
    device.stop().await;
}

/// An alarm without a link is not sent later.
#[tokio::test]
async fn nothing_is_sent_later() {
    let platform = Platform::start().await;
    let directory = tempfile::tempdir().unwrap();
    let device = Device::start(config(DevType::IPCAM, directory.path()));
    device.reaches(LinkPhase::Unassigned).await;
    let reply = device.handle.control(alarm(Source::Motion)).await;
    assert!(matches!(reply, Reply::Failed(ref why) if why.contains("R-7.25")), "{reply:?}");
    let url = Some(platform.province().to_string());
    device.handle.control(Command::Province { url }).await;
    device.reaches(LinkPhase::Online).await;
    device.handle.control(alarm(Source::Manual)).await;
    assert_eq!(platform.alarm().await.alarm_type, AlarmType::MANUAL);
    device.stop().await;
}

/// Each fault gives its code and a text., E-90
#[tokio::test]
async fn exceptions() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::NVR, &platform).await;
    for kind in 0..=12 {
        let command = Command::Exception { kind, channel: 0, text: None };
        assert!(is_done(&device.handle.control(command).await));
        let (seen, text) = platform.exception().await;
        assert_eq!(seen, kind);
        assert!(!text.is_empty());
    }
    let text = Some(format!("  门口 & <摄像机>\u{7}  {}", "长".repeat(500)));
    let reply = device.handle.control(Command::Exception { kind: 8, channel: 3, text }).await;
    assert!(is_done(&reply), "{reply:?}");
    assert!(platform.exception().await.1.starts_with("门口 & <摄像机>"));
    for (kind, channel) in [(13, 0), (8, 4)] {
        let reply = device.handle.control(Command::Exception { kind, channel, text: None }).await;
        assert!(matches!(reply, Reply::Failed(_)));
    }
    device.stop().await;
}

/// A card that comes, goes or breaks is reported; a fault as an exception as well., E-80, E-83
#[tokio::test]
async fn cards() {
    let platform = Platform::start().await;
    let (device, _directory) = Device::online(DevType::IPCAM, &platform).await;
    assert_eq!(platform.capabilities().await.local_store_flag.0, 1);
    for (card, flag) in [(Card::Remove, 0), (Card::Insert, 1), (Card::Erase, 2), (Card::Fail, 3)] {
        assert!(is_done(&device.handle.control(Command::Card(card)).await));
        assert_eq!(platform.capabilities().await.local_store_flag.0, flag, "{card:?}");
    }
    assert_eq!(platform.exception().await.0, 6);
    device.stop().await;
}

/// The socket: status, buttons, and nothing for those who do not know the token.
#[tokio::test]
async fn the_socket() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let platform = Platform::start().await;
    let (device, directory) = Device::online(DevType::IPCAM, &platform).await;
    let reply = ctl::send(directory.path(), Command::Status).await.unwrap();
    assert_eq!(reply["status"]["online"], true);
    assert!(!reply.to_string().contains(crate::support::KEY));
    let door: serde_json::Value =
        serde_json::from_slice(&std::fs::read(directory.path().join("ctl.json")).unwrap()).unwrap();
    let port = u16::try_from(door["port"].as_u64().unwrap()).unwrap();
    let ask = async |line: &[u8]| {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        // A device that has heard enough stops listening.
        let _ = stream.write_all(line).await;
        let _ = stream.shutdown().await;
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply).await;
        reply
    };
    assert!(
        ask(b"{\"token\":\"guess\",\"command\":{\"button\":\"reset\"}}\n").await.contains("token is wrong")
    );
    assert!(ask(b"rubbish\n").await.contains("not a command"));
    let endless = vec![b'x'; 1 << 20];
    assert!(!ask(&endless).await.contains("done"));
    assert_eq!(device.handle.status().await.restarts, 0);
    let reply = ctl::send(directory.path(), Command::Button(Button::Reset)).await.unwrap();
    assert!(reply["done"].as_str().unwrap().contains("factory"));
    platform.until("second login", |p| (p.counts().2 == 2).then_some(())).await;
    device.stop().await;
    let gone = ctl::send(directory.path(), Command::Status).await;
    assert!(matches!(gone, Err(CtlError::NotRunning { .. })));
}
