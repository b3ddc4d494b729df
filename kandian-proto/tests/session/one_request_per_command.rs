use kandian_codec::Command;
use kandian_proto::message::device::{
    GetAlarmRequest, GetWifiRequest, HeartbeatRequest, NvrQueryIpcamRequest, RebootRequest, StoreQueryRequest,
};
use kandian_proto::session::platform::{Event, applies_to};
use kandian_proto::session::{End, Quirks, SendError, Silence};
use kandian_proto::value::{AlarmType, DevType, Ipv4OrEmpty, Port};
use kandian_proto::{Opaque, Operation, Request};

use super::peer::Peer;
use super::world::{Delivery, id};

/// E-66: at most one per command word is open, because deployed recorders answer by command word alone.
#[test]
fn a_second_one_is_busy() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    peer.link.request(now, RebootRequest::new(id()).into()).unwrap();
    let again = peer.link.request(now, RebootRequest::new(id()).into());
    assert_eq!(again, Err(SendError::Busy(Command::REBOOT)));
    peer.link.request(now, StoreQueryRequest::new(id()).into()).unwrap();
    peer.drain();
    assert_eq!(peer.down.len(), 2);
    peer.wait(10);
    let now = peer.moment();
    assert!(peer.link.request(now, RebootRequest::new(id()).into()).is_ok());
}

/// E-70: the platform does not send what devices request.
#[test]
fn in_the_right_direction() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    let heartbeat = HeartbeatRequest::new(id(), 0_u16, Ipv4OrEmpty::NONE, Port::NONE);
    let refused = peer.link.request(now, heartbeat.into());
    assert_eq!(refused, Err(SendError::WrongDirection(Operation::Heartbeat)));
}

/// E-25: a recorder is not asked what only cameras have, and the other way round.
#[test]
fn that_the_device_has() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    let alarm = || GetAlarmRequest::new(id(), 0_u16, AlarmType(2));
    peer.link.set_device_type(DevType::NVR);
    let refused = SendError::NotForDevice { operation: Operation::GetAlarm, device_type: DevType::NVR };
    assert_eq!(peer.link.request(now, alarm().into()), Err(refused));
    peer.link.request(now, NvrQueryIpcamRequest::new(id()).into()).unwrap();
    peer.link.set_device_type(DevType::IPCAM);
    assert!(peer.link.request(now, alarm().into()).is_ok());
}

/// E-25: the table of who has what, by command word.
#[test]
fn table_of_device_types() {
    let only = |device_type: DevType| {
        let others = [DevType::IPCAM, DevType::NVR].into_iter().filter(move |t| *t != device_type);
        let words = (0x60..=0x82_u8).filter(move |code| {
            let operation = Operation::of_command(Command(*code)).filter(|_| *code != 0x74);
            operation.is_some_and(|o| {
                applies_to(o, device_type) && others.clone().all(|other| !applies_to(o, other))
            })
        });
        words.collect::<Vec<_>>()
    };
    let cameras = [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x75, 0x76, 0x77, 0x7C, 0x7D, 0x80, 0x81];
    assert_eq!(only(DevType::IPCAM), cameras);
    assert_eq!(only(DevType::NVR), [0x6E, 0x6F, 0x70, 0x71]);
    assert!(applies_to(Operation::SetChannel, DevType::DVR));
    assert!(!applies_to(Operation::VideoPtz, DevType::DVR));
    assert!(!applies_to(Operation::NvrLinkIpcam, DevType::DVR));
    assert!(applies_to(Operation::NvrLinkIpcam, DevType(9)));
}

/// E-67: two silences in a row mean "unsupported" where the profile says so, for the commands that recorders are known to
/// drop, until an answer comes. Elsewhere silence is an empty search, or a disk that is being formatted.
#[test]
fn that_it_does_not_keep_silent_on() {
    for (silence, request, command, concluded) in [
        (
            Silence::NoAnswer,
            Request::from(GetAlarmRequest::new(id(), 0_u16, AlarmType(2))),
            Command::GET_ALARM,
            false,
        ),
        (
            Silence::Unsupported,
            GetAlarmRequest::new(id(), 0_u16, AlarmType(2)).into(),
            Command::GET_ALARM,
            true,
        ),
        (Silence::Unsupported, RebootRequest::new(id()).into(), Command::REBOOT, false),
    ] {
        let mut quirks = Quirks::SPEC;
        quirks.silence = silence;
        let mut peer = Peer::online(quirks, Delivery::Whole);
        for _ in 0..2 {
            let now = peer.moment();
            let ticket = peer.link.request(now, request.clone()).unwrap();
            peer.drain();
            peer.look();
            peer.wait(10);
            assert_eq!(peer.events, [Event::Finished { ticket, end: End::NoAnswer }]);
        }
        let now = peer.moment();
        let third = peer.link.request(now, request);
        assert_eq!(third == Err(SendError::Unsupported(command)), concluded, "{third:?}");
        assert!(peer.link.request(now, StoreQueryRequest::new(id()).into()).is_ok());
    }
}

/// E-67: two silences with an answer between them mean nothing, and an answer to one command says nothing of another.
#[test]
fn silence_counts_in_a_row_and_for_each_command() {
    let alarm = || Request::from(GetAlarmRequest::new(id(), 0_u16, AlarmType(2)));
    let wifi = || Request::from(GetWifiRequest::new(id()));
    let mut quirks = Quirks::SPEC;
    quirks.silence = Silence::Unsupported;
    let mut peer = Peer::online(quirks, Delivery::Whole);
    let silent = |peer: &mut Peer, request: Request| {
        let now = peer.moment();
        peer.link.request(now, request).unwrap();
        peer.drain();
        peer.wait(20);
    };
    silent(&mut peer, alarm());
    silent(&mut peer, wifi());
    let now = peer.moment();
    peer.link.request(now, alarm()).unwrap();
    peer.drain();
    let seq = peer.down.last().unwrap().1;
    let answer = "<GET_ALARM_RES><Result>1</Result><DevID>81100000001</DevID></GET_ALARM_RES>";
    peer.up(Command::GET_ALARM, seq, answer);
    assert!(matches!(peer.events.last(), Some(Event::Finished { end: End::Refused { code: 1, .. }, .. })));
    silent(&mut peer, alarm());
    silent(&mut peer, wifi());
    let now = peer.moment();
    assert!(peer.link.request(now, alarm()).is_ok());
    assert_eq!(peer.link.request(now, wifi()), Err(SendError::Unsupported(Command::GET_WIFI)));
}

/// E-69: only words of vendors go out without a message, a ticket and a check, and only what fits into a frame.
#[test]
fn or_a_vendors_own() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    for word in [0x00, 0x33, 0x6C, 0x8F] {
        let refused = peer.link.send_vendor(now, 1, &Opaque::new(Command(word), *b"<X/>"));
        assert_eq!(refused, Err(SendError::NotVendor(Command(word))));
    }
    let refused = peer.link.send_vendor(now, 1, &Opaque::new(Command(0x91), vec![b' '; 65_536]));
    assert_eq!(refused, Err(SendError::TooLong(65_536)));
    peer.link.send_vendor(now, 7, &Opaque::new(Command(0x91), *b"<FORMAT_REQ/>")).unwrap();
    peer.drain();
    assert_eq!(peer.down, [(Command(0x91), 7, "<FORMAT_REQ/>".to_owned())]);
}
