use kandian_codec::{Command, MAX_PAYLOAD};
use kandian_proto::message::device::{
    ExceptionNotifyRequest, HeartbeatRequest, RebootRequest, VideoPlayRequest,
};
use kandian_proto::session::device::Event;
use kandian_proto::session::{End, Input, SendError, Ticket};
use kandian_proto::time::Millis;
use kandian_proto::value::{ExceptionType, Ipv4OrEmpty, Port, StreamType};
use kandian_proto::{Opaque, Operation, Request};

use super::peer::frame;
use super::world::{Delivery, Entry, Script, World, config, id};

fn exception() -> Request {
    ExceptionNotifyRequest::new(id(), ExceptionType::DISK_FAULT, "硬盘故障").into()
}

fn token() -> Request {
    let token: kandian_proto::value::HashToken = "a".repeat(32).parse().unwrap();
    VideoPlayRequest::new(id(), 0_u16, StreamType::MAIN, token).into()
}

fn ask(world: &mut World, request: Request) -> Result<Ticket, SendError> {
    let now = world.moment();
    let asked = world.device.request(now, request);
    world.settle();
    asked
}

/// A world whose platform hears nothing and says nothing any more.
fn deaf() -> World {
    let mut world = World::online(Delivery::Whole);
    world.script.connected = false;
    world
}

fn ends(world: &World) -> Vec<(u64, Ticket, End)> {
    world
        .log
        .iter()
        .filter_map(|(at, e)| match e {
            Entry::Device(Event::Finished { ticket, end }) => Some((at.as_secs(), *ticket, end.clone())),
            _ => None,
        })
        .collect()
}

/// E-65: numbers of open requests differ; there are at most 64, and the next is refused.
#[test]
fn each_with_a_number_of_its_own() {
    let mut world = deaf();
    for _ in 0..64 {
        ask(&mut world, exception()).unwrap();
    }
    assert_eq!(ask(&mut world, exception()), Err(SendError::Full(64)));
    let mut seqs = world.pick(|e| match e {
        Entry::Up(Command::EXCEPTION_NOTIFY, seq, _) => Some(*seq),
        _ => None,
    });
    assert_eq!(seqs.len(), 64);
    seqs.sort_unstable();
    seqs.dedup();
    assert_eq!(seqs.len(), 64);
}

/// E-67: the time for a token and the time for everything else are settings of their own.
#[test]
fn and_waits_for_each_kind_as_long_as_it_is_told() {
    let mut config = config();
    config.timing.token = Millis::from_secs(4);
    config.timing.answer = Millis::from_secs(7);
    let mut world = World::new(config, Script::default(), Delivery::Whole);
    world.run_for(1);
    world.script.connected = false;
    let (of_token, of_exception) = (ask(&mut world, token()).unwrap(), ask(&mut world, exception()).unwrap());
    world.run_for(10);
    assert_eq!(ends(&world), [(5, of_token, End::NoAnswer), (8, of_exception, End::NoAnswer)]);
}

/// E-70: an application sends neither what platforms request nor what the machine says by itself.
#[test]
fn but_only_what_is_its_to_ask() {
    let mut world = World::online(Delivery::Whole);
    let heartbeat = HeartbeatRequest::new(id(), 0_u16, Ipv4OrEmpty::NONE, Port::NONE);
    for (request, operation) in
        [(RebootRequest::new(id()).into(), Operation::Reboot), (heartbeat.into(), Operation::Heartbeat)]
    {
        assert_eq!(ask(&mut world, request), Err(SendError::WrongDirection(operation)));
    }
    assert!(ask(&mut world, exception()).is_ok());
}

/// E-69: a vendor's own word goes out with the SEQ that is asked for, up to the longest document; nothing else does.
#[test]
fn or_a_vendors_own() {
    let mut world = World::new(config(), Script::default(), Delivery::Whole);
    let send = |world: &mut World, word: u8, length: usize| {
        let message = Opaque::new(Command(word), vec![b' '; length]);
        let now = world.moment();
        let sent = world.device.send_vendor(now, 9, &message);
        world.settle();
        sent
    };
    assert_eq!(send(&mut world, 0x91, 4), Err(SendError::NotOnline));
    world.run_for(1);
    assert_eq!(send(&mut world, 0x8F, 4), Err(SendError::NotVendor(Command(0x8F))));
    assert_eq!(send(&mut world, 0x91, MAX_PAYLOAD + 1), Err(SendError::TooLong(MAX_PAYLOAD + 1)));
    assert_eq!(send(&mut world, 0x91, MAX_PAYLOAD), Ok(()));
    let sent = world.pick(|e| match e {
        Entry::Up(Command(0x91), seq, text) => Some((*seq, text.len())),
        _ => None,
    });
    assert_eq!(sent, [(9, MAX_PAYLOAD)]);
    let now = world.moment();
    world.device.handle_input(now, Input::WriteBlocked);
    assert_eq!(send(&mut world, 0x91, 4), Err(SendError::Blocked));
}

/// what was put up with in an answer is told before the request ends; of a clean answer nothing is.
#[test]
fn and_hears_what_was_tolerated() {
    for (result, tolerated) in [("0", 0), (" 0", 1)] {
        let mut world = deaf();
        let ticket = ask(&mut world, exception()).unwrap();
        let seq = world.pick(|e| match e {
            Entry::Up(Command::EXCEPTION_NOTIFY, seq, _) => Some(*seq),
            _ => None,
        })[0];
        world.log.clear();
        let answer = format!(
            "<EXCEPTION_NOTIFY_RES><Result>{result}</Result><DevID>81100000001</DevID></EXCEPTION_NOTIFY_RES>"
        );
        let now = world.moment();
        world.device.handle_input(now, Input::Bytes(&frame(Command::EXCEPTION_NOTIFY, seq, &answer)));
        world.settle();
        let told = world.pick(|e| match e {
            Entry::Device(Event::Tolerated { command: Command::EXCEPTION_NOTIFY, diagnostics }) => {
                Some(diagnostics.len())
            }
            _ => None,
        });
        assert_eq!(told, vec![tolerated; tolerated]);
        assert!(matches!(&ends(&world)[..], [(_, ended, End::Answered(_))] if *ended == ticket));
    }
}
