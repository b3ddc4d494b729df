use kandian_codec::Command;
use kandian_proto::message::device::{FileQueryRequest, GetRecordLoopRequest, RebootRequest};
use kandian_proto::session::platform::Event;
use kandian_proto::session::{End, PeerFault, Quirks, ResponseMatch, Ticket};

use super::peer::{EXCEPTION, Peer};
use super::world::{Delivery, deliveries, id};

const REBOOTED: &str = "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>";

fn tolerant() -> Quirks {
    let mut quirks = Quirks::SPEC;
    quirks.response_match = ResponseMatch::Command;
    quirks
}

fn ask(peer: &mut Peer) -> (Ticket, u16) {
    let now = peer.moment();
    let ticket = peer.link.request(now, RebootRequest::new(id()).into()).unwrap();
    peer.drain();
    let seq = peer.down.last().unwrap().1;
    peer.look();
    (ticket, seq)
}

fn ended(peer: &Peer, ticket: Ticket) -> Vec<&End> {
    let ends = peer.events.iter().filter_map(|e| match e {
        Event::Finished { ticket: t, end } if *t == ticket => Some(end),
        _ => None,
    });
    ends.collect()
}

/// E-65: any SEQ in any order is accepted from a device: first 1, then repeated, jumping, backwards.
#[test]
fn in_its_own_requests() {
    for delivery in deliveries() {
        let mut peer = Peer::online(Quirks::SPEC, delivery);
        for seq in [1, 1, 0x1234, 0x1235, 0x1234, 0, 65_535, 0] {
            peer.up(Command::EXCEPTION_NOTIFY, seq, EXCEPTION);
        }
        assert_eq!(peer.events.iter().filter(|e| matches!(e, Event::Request { .. })).count(), 8);
        assert_eq!(peer.closed, None);
    }
}

/// E-66: strict matching drops an answer with another SEQ; the tolerant policy takes it when it is the only one
/// that can be meant.
#[test]
fn in_its_answers() {
    for (quirks, understood) in [(Quirks::SPEC, false), (tolerant(), true)] {
        let mut peer = Peer::online(quirks, Delivery::Whole);
        let (ticket, seq) = ask(&mut peer);
        peer.up(Command::REBOOT, seq.wrapping_add(1), REBOOTED);
        assert_eq!(ended(&peer, ticket).len(), usize::from(understood));
        if !understood {
            let fault = PeerFault::Unmatched { command: Command::REBOOT, seq: seq + 1, late: false };
            assert!(peer.events.contains(&Event::Fault(fault)));
            peer.up(Command::REBOOT, seq, REBOOTED);
            assert!(matches!(ended(&peer, ticket)[..], [End::Answered(_)]));
        }
    }
}

/// E-66, E-67: the search for recordings is answered with SEQ + 1, because a viewer's token request slipped in
/// between.
#[test]
fn while_a_viewer_asks() {
    let mut peer = Peer::online(tolerant(), Delivery::Whole);
    let now = peer.moment();
    let minute = |text: &str| text.parse::<kandian_proto::time::Minute>().unwrap();
    let query = FileQueryRequest::new(id(), 0_u16, minute("201403180000"), minute("201403181030"));
    let ticket = peer.link.request(now, query.into()).unwrap();
    peer.drain();
    let seq = peer.down[0].1;
    let token = "<VIDEO_PLAY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
        <HashToken>0123456789abcdef0123456789abcdef</HashToken></VIDEO_PLAY_REQ>";
    peer.up(Command::VIDEO_PLAY, seq + 1, token);
    let found = "<FILE_QUERY_RES><Result>0</Result><DevID>81100000001</DevID><TotalRecordNum>0</TotalRecordNum>\
        </FILE_QUERY_RES>";
    peer.up(Command::FILE_QUERY, seq + 1, found);
    assert!(peer.events.iter().any(|e| matches!(e, Event::Request { .. })));
    assert!(matches!(ended(&peer, ticket)[..], [End::Answered(_)]));
}

/// E-67: an answer that comes after its time is not taken for the answer to the next request of that command.
#[test]
fn late_answers_are_dropped() {
    for quirks in [Quirks::SPEC, tolerant()] {
        let mut peer = Peer::online(quirks, Delivery::Whole);
        let (first, first_seq) = ask(&mut peer);
        peer.wait(10);
        assert_eq!(ended(&peer, first), [&End::NoAnswer]);
        let (second, second_seq) = ask(&mut peer);
        peer.up(Command::REBOOT, first_seq, REBOOTED);
        assert_eq!(ended(&peer, second), Vec::<&End>::new());
        let fault = PeerFault::Unmatched { command: Command::REBOOT, seq: first_seq, late: true };
        assert!(peer.events.contains(&Event::Fault(fault)));
        peer.up(Command::REBOOT, second_seq, REBOOTED);
        assert!(matches!(ended(&peer, second)[..], [End::Answered(_)]));
    }
}

/// E-65: our own requests count 0, 1, … 65535, 0; answers do not advance the count.
#[test]
fn our_own_count_wraps() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let mut seqs = Vec::new();
    for n in 0..65_540_u32 {
        let now = peer.moment();
        peer.link
            .request(now, GetRecordLoopRequest::new(id(), kandian_proto::value::StorageFlag(1)).into())
            .unwrap();
        peer.drain();
        let seq = peer.down[0].1;
        if !(5..65_530).contains(&n) {
            seqs.push(seq);
        }
        let body = "<GET_RECORD_LOOP_RES><Result>0</Result><DevID>81100000001</DevID><RecordLoop>1</RecordLoop>\
            </GET_RECORD_LOOP_RES>";
        peer.up(Command::GET_RECORD_LOOP, seq, body);
        peer.look();
    }
    let expected: Vec<u16> = (0..5).chain(65_530..=65_535).chain(0..4).collect();
    assert_eq!(seqs, expected);
}
