use kandian_codec::Command;
use kandian_proto::message::device::RebootRequest;
use kandian_proto::session::platform::Event;
use kandian_proto::session::{CloseReason, End, Input, Quirks, TimerKind};
use kandian_proto::time::Millis;

use super::peer::{HEARTBEAT, Peer};
use super::world::{Delivery, World, id};

/// a platform that was held up for ten minutes finds the heartbeats of its devices in the sockets. None of them
/// is sent away; who sent nothing is.
#[test]
fn heartbeats_in_the_socket() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    peer.now = Millis::from_secs(600);
    peer.up(Command::HEARTBEAT, 2, HEARTBEAT);
    peer.input(Input::Timeout);
    assert_eq!((peer.closed, peer.down.len()), (None, 1));
    peer.now = Millis::from_secs(960);
    peer.input(Input::Timeout);
    assert_eq!(peer.closed, Some(CloseReason::Timeout(TimerKind::Heartbeat)));
}

/// E-67: an answer in the socket is an answer.
#[test]
fn answers_in_the_socket() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    let ticket = peer.link.request(now, RebootRequest::new(id()).into()).unwrap();
    peer.drain();
    let seq = peer.down[0].1;
    peer.now = Millis::from_secs(300);
    peer.up(Command::REBOOT, seq, "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>");
    peer.input(Input::Timeout);
    let ends: Vec<_> = peer.events.iter().filter(|e| matches!(e, Event::Finished { .. })).collect();
    assert!(matches!(ends[..], [Event::Finished { ticket: t, end: End::Answered(_) }] if *t == ticket));
}

/// a device that slept through several periods sends one heartbeat, not all that were missed.
#[test]
fn one_heartbeat_for_many() {
    let mut world = World::online(Delivery::Whole);
    world.now = world.now + Millis::from_secs(350);
    let now = world.moment();
    world.device.handle_input(now, Input::Timeout);
    world.settle();
    assert_eq!(world.sent(Command::HEARTBEAT).len(), 1);
    assert!(world.device.is_online());
}
