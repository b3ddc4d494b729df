use kandian_codec::Command;
use kandian_proto::message::device::{RebootRequest, RebootResponse, StoreQueryRequest};
use kandian_proto::session::device::Event;
use kandian_proto::session::platform;
use kandian_proto::session::{End, PeerFault, SendError};
use kandian_proto::value::GenericResult;
use kandian_proto::{DevId, Response};

use super::world::{Delivery, Entry, World, deliveries, id};

fn asked(world: &World) -> Vec<kandian_proto::session::Ticket> {
    world.pick(|e| match e {
        Entry::Device(Event::Request { ticket, .. }) => Some(*ticket),
        _ => None,
    })
}

fn rebooted() -> Response {
    RebootResponse::new(GenericResult(0)).dev_id(id()).into()
}

fn ends(world: &World) -> Vec<End> {
    world.pick(|e| match e {
        Entry::Platform(platform::Event::Finished { end, .. }) => Some(end.clone()),
        _ => None,
    })
}

/// the response carries the SEQ of the request, and comes when the application answers.
#[test]
fn with_the_seq_of_the_request() {
    for delivery in deliveries() {
        let mut world = World::online(delivery);
        let now = world.moment();
        world.link.as_mut().unwrap().request(now, RebootRequest::new(id()).into()).unwrap();
        world.run_for(5);
        let [ticket] = asked(&world)[..] else { panic!("{:?}", world.log) };
        assert!(world.sent(Command::REBOOT).is_empty());
        let now = world.moment();
        world.device.respond(now, ticket, rebooted()).unwrap();
        world.settle();
        assert!(matches!(ends(&world)[..], [End::Answered(_)]));
        let seqs = world.pick(|e| match e {
            Entry::Down(Command::REBOOT, seq, _) | Entry::Up(Command::REBOOT, seq, _) => Some(*seq),
            _ => None,
        });
        assert_eq!(seqs, [0, 0]);
        assert_eq!(world.device.respond(now, ticket, rebooted()), Err(SendError::UnknownTicket(ticket)));
    }
}

/// E-67: an application that takes longer than the platform waits is told, and its answer is not sent.
#[test]
fn in_time_or_not_at_all() {
    let mut world = World::online(Delivery::Whole);
    let now = world.moment();
    world.link.as_mut().unwrap().request(now, RebootRequest::new(id()).into()).unwrap();
    world.run_for(10);
    let [ticket] = asked(&world)[..] else { panic!() };
    assert!(world.log.iter().any(|(_, e)| *e == Entry::Device(Event::Expired { ticket })));
    assert_eq!(ends(&world), [End::NoAnswer]);
    let now = world.moment();
    assert_eq!(world.device.respond(now, ticket, rebooted()), Err(SendError::UnknownTicket(ticket)));
}

/// E-72, E-11: a request for another device is refused with 1, and the application does not see it.
#[test]
fn only_for_itself() {
    let mut world = World::online(Delivery::Whole);
    let now = world.moment();
    let other: DevId = "81100000002".parse().unwrap();
    world.link.as_mut().unwrap().request(now, RebootRequest::new(other).into()).unwrap();
    world.link.as_mut().unwrap().request(now, StoreQueryRequest::new(other).into()).unwrap();
    world.settle();
    assert_eq!(asked(&world), []);
    let codes: Vec<_> = ends(&world)
        .into_iter()
        .map(|end| match end {
            End::Refused { code, .. } => code,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(codes, [1, 3]);
    let faults = world.pick(|e| match e {
        Entry::Device(Event::Fault(PeerFault::ForeignDevId { claimed, .. })) => Some(*claimed),
        _ => None,
    });
    assert_eq!(faults, [other, other]);
}
