use kandian_codec::Command;
use kandian_proto::message::device::{AbilityUpResponse, ExceptionNotifyResponse};
use kandian_proto::session::platform::Event;
use kandian_proto::session::{PeerFault, Quirks, SendError, Ticket};
use kandian_proto::value::GenericResult;
use kandian_proto::{Operation, Request, Response};

use super::peer::{EXCEPTION, Peer, frame};
use super::world::{Delivery, deliveries, id, time};

fn done() -> Response {
    ExceptionNotifyResponse::new(GenericResult(0)).dev_id(id()).into()
}

/// nothing is answered before the application answers, and then with the SEQ of the request.
#[test]
fn and_are_answered_once() {
    for delivery in deliveries() {
        let mut peer = Peer::online(Quirks::SPEC, delivery);
        peer.up(Command::EXCEPTION_NOTIFY, 0xBEEF, EXCEPTION);
        assert_eq!(peer.down, []);
        let ticket = peer.ticket();
        peer.respond(ticket, done());
        assert_eq!(peer.down.len(), 1);
        assert_eq!((peer.down[0].0, peer.down[0].1), (Command::EXCEPTION_NOTIFY, 0xBEEF));
        let now = peer.moment();
        assert_eq!(peer.link.respond(now, ticket, done()), Err(SendError::UnknownTicket(ticket)));
    }
}

/// E-67: who does not answer in time has not answered. 4 seconds for a live token, 2 for a playback token, 5 for the
/// rest.
#[test]
fn not_longer_than_the_device() {
    let live = "<VIDEO_PLAY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
        <HashToken>0123456789abcdef0123456789abcdef</HashToken></VIDEO_PLAY_REQ>";
    let playback = "<RECORD_PLAY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><FileName>a.ts</FileName>\
        <HashToken>0123456789abcdef0123456789abcdef</HashToken></RECORD_PLAY_REQ>";
    for (command, body, seconds) in [
        (Command::VIDEO_PLAY, live, 4),
        (Command::RECORD_PLAY, playback, 2),
        (Command::EXCEPTION_NOTIFY, EXCEPTION, 5),
    ] {
        let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
        peer.up(command, 5, body);
        let ticket = peer.ticket();
        peer.look();
        peer.wait(seconds - 1);
        assert_eq!(peer.events, []);
        peer.wait(1);
        assert_eq!(peer.events, [Event::Expired { ticket }]);
        assert_eq!(peer.down, []);
        let now = peer.moment();
        assert_eq!(peer.link.respond(now, ticket, done()), Err(SendError::UnknownTicket(ticket)));
        assert_eq!(peer.closed, None);
    }
}

/// The mistakes of a caller are his, and leave the ticket open.
#[test]
fn wrong_answers_are_refused() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    peer.up(Command::EXCEPTION_NOTIFY, 5, EXCEPTION);
    let ticket = peer.ticket();
    let now = peer.moment();
    let other = AbilityUpResponse::new().dev_id(id()).time(time());
    let expected =
        SendError::WrongResponse { expected: Operation::ExceptionNotify, found: Operation::AbilityUp };
    assert_eq!(peer.link.respond(now, ticket, other.into()), Err(expected));
    assert_eq!(peer.link.respond(now, Ticket(999), done()), Err(SendError::UnknownTicket(Ticket(999))));
    peer.respond(ticket, done());
    assert_eq!(peer.down.len(), 1);
}

/// E-11: what is too much is refused one by one; memory is bounded, and the link stays. 64 channels may raise an alarm in
/// one and the same read.
#[test]
fn in_a_bounded_number() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let burst: Vec<u8> = (0..130).flat_map(|seq| frame(Command::EXCEPTION_NOTIFY, seq, EXCEPTION)).collect();
    peer.send(&burst);
    assert_eq!(peer.closed, None);
    let requests = peer.events.iter().filter(
        |e| matches!(e, Event::Request { request, .. } if matches!(**request, Request::ExceptionNotify(_))),
    );
    assert_eq!(requests.count(), 128);
    assert!(peer.events.contains(&Event::Fault(PeerFault::TooManyRequests(128))));
    let refused: Vec<_> =
        peer.down.iter().map(|(_, seq, text)| (*seq, text.contains("<Result>255</Result>"))).collect();
    assert_eq!(refused, [(128, true), (129, true)]);
}

/// E-67: at the very moment at which the device has given up, an answer comes too late.
#[test]
fn to_the_last_moment() {
    for (millis, in_time) in [(4_999, true), (5_000, false)] {
        let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
        peer.up(Command::EXCEPTION_NOTIFY, 5, EXCEPTION);
        let ticket = peer.ticket();
        peer.now = kandian_proto::time::Millis(millis);
        let now = peer.moment();
        let answered = peer.link.respond(now, ticket, done());
        assert_eq!(answered, if in_time { Ok(()) } else { Err(SendError::UnknownTicket(ticket)) });
    }
}
