use kandian_codec::Command;
use kandian_proto::message::device::AlarmNotifyRequest;
use kandian_proto::session::device::Event;
use kandian_proto::session::{End, SendError};
use kandian_proto::value::AlarmType;

use super::world::{Delivery, Entry, World, id};

/// an alarm raised while disconnected is not sent after reconnection.
#[test]
fn raised_while_disconnected() {
    let mut world = World::online(Delivery::Whole);
    world.cut();
    let now = world.moment();
    let alarm = AlarmNotifyRequest::new(id(), 0_u16, AlarmType(2), "motion");
    assert_eq!(world.device.request(now, alarm.into()), Err(SendError::NotOnline));
    world.run_for(300);
    assert!(world.device.is_online());
    assert!(world.sent(Command::ALARM_NOTIFY).is_empty());
}

/// what was sent and not answered when the link broke ends as lost, once.
#[test]
fn sent_and_not_answered() {
    let mut world = World::online(Delivery::Whole);
    world.script.connected = false;
    let now = world.moment();
    let alarm = AlarmNotifyRequest::new(id(), 0_u16, AlarmType(2), "motion");
    let ticket = world.device.request(now, alarm.into()).unwrap();
    world.settle();
    world.script.connected = true;
    world.cut();
    world.run_for(300);
    let ended = Entry::Device(Event::Finished { ticket, end: End::LinkLost });
    assert_eq!(world.log.iter().filter(|(_, e)| *e == ended).count(), 1);
    assert_eq!(world.sent(Command::ALARM_NOTIFY).len(), 1);
}
