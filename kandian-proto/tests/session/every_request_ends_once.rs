use kandian_codec::Command;
use kandian_proto::Request;
use kandian_proto::message::device::{
    FileQueryRequest, RebootRequest, StoreFormatRequest, StoreQueryRequest,
};
use kandian_proto::session::platform::{Event, answer_timeout};
use kandian_proto::session::{CloseReason, End, Input, Quirks, SendError, Ticket};

use super::peer::{HEARTBEAT, Peer};
use super::world::{Delivery, deliveries, id};

fn ends(peer: &Peer) -> Vec<(Ticket, End)> {
    let ends = peer.events.iter().filter_map(|e| match e {
        Event::Finished { ticket, end } => Some((*ticket, end.clone())),
        _ => None,
    });
    ends.collect()
}

fn ask(peer: &mut Peer, request: impl Into<Request>) -> (Ticket, u16) {
    let now = peer.moment();
    let ticket = peer.link.request(now, request.into()).unwrap();
    peer.drain();
    (ticket, peer.down.last().unwrap().1)
}

/// answered, refused (E-11), or with something that cannot be read; the link stays in every case.
#[test]
fn by_the_answer() {
    for delivery in deliveries() {
        let mut peer = Peer::online(Quirks::SPEC, delivery);
        for (body, check) in [
            ("<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>", "answered"),
            ("<REBOOT_RES><Result>1</Result><DevID>81100000001</DevID></REBOOT_RES>", "refused 1"),
            ("<REBOOT_RES><Result>255</Result></REBOOT_RES>", "refused 255"),
            ("<REBOOT_RES><Result>0</Res", "unreadable"),
            ("", "unreadable"),
        ] {
            peer.look();
            let (ticket, seq) = ask(&mut peer, RebootRequest::new(id()));
            peer.up(Command::REBOOT, seq, body);
            let ends = ends(&peer);
            let [(ended, end)] = &ends[..] else { panic!("{check}: {ends:?}") };
            assert_eq!(*ended, ticket);
            match end {
                End::Answered(_) => assert_eq!(check, "answered"),
                End::Refused { code, .. } => assert_eq!(check, format!("refused {code}")),
                End::Unreadable(_) => assert_eq!(check, "unreadable"),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(peer.closed, None);
    }
}

/// an answer that is not quite right is told about before the request ends.
#[test]
fn with_a_word_on_what_was_tolerated() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let (_, seq) = ask(&mut peer, RebootRequest::new(id()));
    peer.up(Command::REBOOT, seq, "<REBOOT_RES><Result> 0</Result><DevID>81100000001</DevID></REBOOT_RES>");
    let [Event::Tolerated { command: Command::REBOOT, diagnostics }, Event::Finished { end, .. }] =
        &peer.events[..]
    else {
        panic!("{:?}", peer.events);
    };
    assert_eq!(diagnostics.len(), 1);
    assert!(matches!(end, End::Answered(_)));
}

/// E-146: the success of a storage query is 1, and 0 says that there is no medium.
#[test]
fn storage_has_codes_of_its_own() {
    for (code, refused) in [(1, false), (0, true), (2, true), (3, true)] {
        let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
        let (_, seq) = ask(&mut peer, StoreQueryRequest::new(id()));
        let body = format!(
            "<STORE_QUERY_RES><Result>{code}</Result><DevID>81100000001</DevID><TotalSize>0</TotalSize>\
             <FreeSize>0</FreeSize></STORE_QUERY_RES>"
        );
        peer.up(Command::STORE_QUERY, seq, &body);
        let ends = ends(&peer);
        assert_eq!(matches!(ends[0].1, End::Refused { .. }), refused, "{code}");
    }
}

/// E-67: silence means "no answer" after the time for the command, and says nothing about the link.
#[test]
fn by_silence() {
    let minute = |text: &str| text.parse::<kandian_proto::time::Minute>().unwrap();
    let requests: [(Command, Request, u64); 3] = [
        (Command::REBOOT, RebootRequest::new(id()).into(), 10),
        (
            Command::FILE_QUERY,
            FileQueryRequest::new(id(), 0_u16, minute("201403180000"), minute("201403181030")).into(),
            20,
        ),
        (Command::STORE_FORMAT, StoreFormatRequest::new(id()).into(), 60),
    ];
    for (command, request, seconds) in requests {
        assert_eq!(answer_timeout(command).as_secs(), seconds);
        let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
        let (ticket, _) = ask(&mut peer, request);
        peer.wait(seconds - 1);
        assert_eq!(ends(&peer), []);
        peer.wait(1);
        assert_eq!(ends(&peer), [(ticket, End::NoAnswer)]);
        peer.wait(30);
        assert_eq!(ends(&peer).len(), 1);
        assert_eq!(peer.closed, None);
        peer.up(Command::HEARTBEAT, 9, HEARTBEAT);
        assert_eq!(peer.link.device(), Some(id()));
    }
}

/// by the end of the link, whoever ends it; nothing is sent again.
#[test]
fn by_the_end_of_the_link() {
    let mut lost = Peer::online(Quirks::SPEC, Delivery::Whole);
    let (ticket, _) = ask(&mut lost, RebootRequest::new(id()));
    lost.input(Input::Disconnected);
    assert_eq!(ends(&lost), [(ticket, End::LinkLost)]);
    assert_eq!(lost.closed, None);
    let now = lost.moment();
    assert_eq!(lost.link.request(now, RebootRequest::new(id()).into()), Err(SendError::NotOnline));

    let mut closed = Peer::online(Quirks::SPEC, Delivery::Whole);
    let (ticket, _) = ask(&mut closed, RebootRequest::new(id()));
    let now = closed.moment();
    closed.link.close(now, CloseReason::Replaced);
    closed.link.close(now, CloseReason::Application);
    closed.drain();
    assert_eq!(ends(&closed), [(ticket, End::LinkLost)]);
    assert_eq!(closed.closed, Some(CloseReason::Replaced));
}
