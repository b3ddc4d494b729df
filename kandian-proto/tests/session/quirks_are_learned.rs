use kandian_codec::{Command, DigestPolicy};
use kandian_proto::message::device::{GetAlarmRequest, RebootRequest};
use kandian_proto::session::{ForeignDevId, Quirks, ResponseMatch, Silence};

use kandian_proto::value::AlarmType;

use super::peer::{EXCEPTION, HEARTBEAT, Peer, frame};
use super::world::{Delivery, id};

fn online() -> Peer {
    let peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    assert_eq!(peer.link.learned_quirks(), Quirks::SPEC);
    peer
}

/// E-65, E-66: an answer with another SEQ, while a request of that command is open.
#[test]
fn from_another_seq() {
    let mut peer = online();
    peer.up(Command::REBOOT, 9, "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>");
    assert_eq!(peer.link.learned_quirks(), Quirks::SPEC, "nothing was asked");
    let now = peer.moment();
    peer.link.request(now, RebootRequest::new(id()).into()).unwrap();
    peer.drain();
    peer.up(Command::REBOOT, 9, "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>");
    let mut expected = Quirks::SPEC;
    expected.response_match = ResponseMatch::Command;
    assert_eq!(peer.link.learned_quirks(), expected);
    assert_eq!(peer.link.quirks(), Quirks::SPEC, "nothing changes by itself");
    peer.link.set_quirks(expected);
    assert_eq!(peer.link.quirks(), expected);
}

/// E-62, E-72, E-67: wrong digests, foreign ids, silence.
#[test]
fn from_digests_ids_and_silence() {
    let mut peer = online();
    let mut damaged = frame(Command::HEARTBEAT, 1, HEARTBEAT);
    *damaged.last_mut().unwrap() ^= 1;
    peer.send(&damaged);
    assert_eq!(peer.link.learned_quirks().digest, DigestPolicy::Report);

    let mut peer = online();
    peer.up(Command::EXCEPTION_NOTIFY, 1, &EXCEPTION.replace("81100000001", "81100000002"));
    assert_eq!(peer.link.learned_quirks().foreign_dev_id, ForeignDevId::Accept);

    let mut peer = online();
    for silence in [Silence::NoAnswer, Silence::Unsupported] {
        let now = peer.moment();
        peer.link.request(now, GetAlarmRequest::new(id(), 0_u16, AlarmType(2)).into()).unwrap();
        peer.drain();
        peer.wait(10);
        assert_eq!(peer.link.learned_quirks().silence, silence);
    }
}
