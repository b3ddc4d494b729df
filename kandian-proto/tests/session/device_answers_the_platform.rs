use kandian_codec::Command;
use kandian_proto::message::device::{RebootRequest, RebootResponse, StoreQueryRequest, VideoPlayRequest};
use kandian_proto::session::device::Event;
use kandian_proto::session::platform;
use kandian_proto::session::{End, Input, PeerFault, SendError, Ticket};
use kandian_proto::value::{GenericResult, StreamType};
use kandian_proto::{DevId, Response};

use super::peer::frame;
use super::world::{Delivery, Entry, Script, World, config, deliveries, id};

fn asked(world: &World) -> Vec<Ticket> {
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

/// E-67: a ticket that was never given out answers nothing, whatever else is open; nor does the right one at the very
/// moment at which the platform has given up.
#[test]
fn under_its_own_ticket_and_before_the_last_moment() {
    let mut world = World::online(Delivery::Whole);
    let now = world.moment();
    world.link.as_mut().unwrap().request(now, RebootRequest::new(id()).into()).unwrap();
    world.settle();
    let [ticket] = asked(&world)[..] else { panic!() };
    let other = Ticket(ticket.0 + 1);
    assert_eq!(world.device.respond(now, other, rebooted()), Err(SendError::UnknownTicket(other)));
    world.now = world.now + kandian_proto::time::Millis::from_secs(10);
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

/// E-91, E-92: a "yes" to one token is never taken for the answer to another, whatever its SEQ.
#[test]
fn and_never_takes_one_token_for_another() {
    let mut world = World::online(Delivery::Whole);
    world.script.connected = false;
    let token = |text: &str| text.parse::<kandian_proto::value::HashToken>().unwrap();
    let now = world.moment();
    let check = VideoPlayRequest::new(id(), 0_u16, StreamType::MAIN, token(&"a".repeat(32)));
    let ticket = world.device.request(now, check.into()).unwrap();
    world.settle();
    let yes = "<VIDEO_PLAY_RES><Result>0</Result><DevID>81100000001</DevID></VIDEO_PLAY_RES>";
    let answer = |seq| frame(Command::VIDEO_PLAY, seq, yes);
    let ended = |world: &World| {
        world
            .log
            .iter()
            .any(|(_, e)| matches!(e, Entry::Device(Event::Finished { ticket: t, .. }) if *t == ticket))
    };
    let seq = world.pick(|e| match e {
        Entry::Up(Command::VIDEO_PLAY, seq, _) => Some(*seq),
        _ => None,
    })[0];
    world.device.handle_input(now, Input::Bytes(&answer(seq + 1)));
    world.settle();
    assert!(!ended(&world));
    world.device.handle_input(now, Input::Bytes(&answer(seq)));
    world.settle();
    assert!(ended(&world));
}

/// E-65: the count starts again with every connection, also when the peer hangs up during the login.
#[test]
fn counting_from_zero_on_every_link() {
    let script = Script { answer: Box::new(|_| None), ..Script::default() };
    let mut world = World::new(config(), script, Delivery::Whole);
    for _ in 0..5 {
        world.run_for(1);
        world.cut();
        world.run_for(30);
    }
    let seqs = world.pick(|e| match e {
        Entry::Up(Command::LOGIN, seq, _) => Some(*seq),
        _ => None,
    });
    assert!(seqs.len() >= 5 && seqs.iter().all(|seq| *seq == 0), "{seqs:?}");
}

/// A device whose own messages do not fit the protocol is told which and why.
#[test]
fn or_says_what_it_cannot_write() {
    let mut config = config();
    config.identity.dev_ver = "V1.6\u{0}".to_owned();
    let mut world = World::new(config, Script::default(), Delivery::Whole);
    world.run_for(1);
    let told = world.pick(|e| match e {
        Entry::Device(Event::NotSent { command, error }) => Some((*command, error.path.clone())),
        _ => None,
    });
    assert_eq!(told[0], (Command::LOGIN, "LOGIN_REQ/DevVer".to_owned()));
}

/// A platform that asks and does not read loses the link; memory is bounded, and alarms are not queued for it.
#[test]
fn slow_platforms() {
    let mut world = World::online(Delivery::Whole);
    let now = world.moment();
    world.device.handle_input(now, Input::WriteBlocked);
    let alarm = kandian_proto::message::device::ExceptionNotifyRequest::new(id(), 1, "disk");
    assert_eq!(world.device.request(now, alarm.into()), Err(SendError::Blocked));
    let garbage = frame(Command::REBOOT, 1, "<REBOOT_REQ>");
    for _ in 0..5_000 {
        world.device.handle_input(now, Input::Bytes(&garbage));
        if !world.device.is_online() {
            break;
        }
    }
    world.settle();
    let closed = Entry::DeviceCloses(kandian_proto::session::CloseReason::SlowReader);
    assert!(world.log.iter().any(|(_, e)| *e == closed));
}

/// E-69: before the login is accepted nothing of the platform reaches the application, not even what a vendor
/// defines.
#[test]
fn only_once_it_is_logged_in() {
    let script = Script { answer: Box::new(|_| None), ..Script::default() };
    let mut world = World::new(config(), script, Delivery::Whole);
    world.run_for(1);
    world.log.clear();
    for command in [Command(0x91), Command::REBOOT] {
        let now = world.moment();
        world.device.handle_input(now, Input::Bytes(&frame(command, 1, "<X/>")));
        world.settle();
        let fault = Event::Fault(PeerFault::BeforeLogin(command));
        assert_eq!(world.log.pop(), Some((world.now, Entry::Device(fault))));
        assert_eq!(world.log, []);
    }
}

/// A platform that asks and does not read loses its link once two of the longest frames wait for it, and not before;
/// what it did read is not held against it.
#[test]
fn but_not_without_end() {
    const MOST_HELD: usize = 2 * 65_559;
    let mut world = World::online(Delivery::Whole);
    // In the name of another device: each is refused without the application.
    let foreign = frame(Command::REBOOT, 1, "<REBOOT_REQ><DevID>81100000002</DevID></REBOOT_REQ>");
    let ask = |world: &mut World| {
        let now = world.moment();
        world.device.handle_input(now, Input::Bytes(&foreign));
        world.log.clear();
        world.settle();
        world.sent(Command::REBOOT).len()
    };
    assert_eq!(ask(&mut world), 1);
    let refusal = world.pick(|e| match e {
        Entry::Up(Command::REBOOT, _, text) => Some(text.len() + 24),
        _ => None,
    })[0];
    for _ in 0..MOST_HELD / refusal + 10 {
        assert_eq!(ask(&mut world), 1);
    }
    let now = world.moment();
    world.device.handle_input(now, Input::WriteBlocked);
    for _ in 0..MOST_HELD / refusal {
        assert_eq!(ask(&mut world), 0);
    }
    assert!(world.device.is_online());
    ask(&mut world);
    assert!(!world.device.is_online());
    let closed = Entry::DeviceCloses(kandian_proto::session::CloseReason::SlowReader);
    assert!(world.log.iter().any(|(_, e)| *e == closed));
}
