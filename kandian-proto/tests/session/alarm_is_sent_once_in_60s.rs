use kandian_codec::Command;
use kandian_proto::message::device::AlarmNotifyRequest;
use kandian_proto::session::SendError;
use kandian_proto::value::AlarmType;

use super::world::{Delivery, World, id};

fn alarm(channel: u16, kind: AlarmType, input: Option<u16>) -> AlarmNotifyRequest {
    AlarmNotifyRequest::new(id(), channel, kind, "alarm").dido_no(input)
}

/// E-136: triggers at 0, 10, 59, 60 and 61 seconds; sent at 0 and 60. The span counts from the alarm that
/// was sent.
#[test]
fn counted_from_the_one_that_was_sent() {
    let mut world = World::online(Delivery::Whole);
    let start = world.now.as_secs();
    for at in [0, 10, 59, 60, 61, 119, 120] {
        world.run_until(kandian_proto::time::Millis::from_secs(start + at));
        let now = world.moment();
        let sent = world.device.request(now, alarm(0, AlarmType(2), None).into());
        let expected = [0, 60, 120].contains(&at);
        assert_eq!(sent.is_ok(), expected, "{at}: {sent:?}");
        assert!(expected || sent == Err(SendError::Repeated));
        world.settle();
    }
    assert_eq!(world.sent(Command::ALARM_NOTIFY).len(), 3);
}

/// E-136: another channel, type or digital input is another alarm.
#[test]
fn identity() {
    let mut world = World::online(Delivery::Whole);
    let now = world.moment();
    let door = AlarmType(4);
    for (channel, kind, input) in [
        (0, AlarmType(2), None),
        (1, AlarmType(2), None),
        (0, door, Some(0)),
        (0, door, Some(1)),
        (1, door, Some(0)),
    ] {
        assert!(world.device.request(now, alarm(channel, kind, input).into()).is_ok());
        let again = world.device.request(now, alarm(channel, kind, input).into());
        assert_eq!(again, Err(SendError::Repeated));
    }
}
