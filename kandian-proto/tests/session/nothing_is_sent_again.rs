use kandian_codec::Command;
use kandian_proto::message::device::AlarmNotifyRequest;
use kandian_proto::session::device::Event;
use kandian_proto::session::{End, Input, SendError};
use kandian_proto::value::AlarmType;

use super::peer::frame;
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

/// what the platform did not read before the link broke is not the first thing it reads on the next.
#[test]
fn held_back_and_not_read() {
    let mut world = World::online(Delivery::Whole);
    let now = world.moment();
    world.device.handle_input(now, Input::WriteBlocked);
    // In the name of another device: refused without the application.
    let foreign = frame(Command::REBOOT, 1, "<REBOOT_REQ><DevID>81100000002</DevID></REBOOT_REQ>");
    world.device.handle_input(now, Input::Bytes(&foreign));
    world.settle();
    world.cut();
    world.run_for(20);
    assert!(world.device.is_online());
    assert_eq!(world.sent(Command::LOGIN).len(), 1);
    assert!(world.sent(Command::REBOOT).is_empty());
}
