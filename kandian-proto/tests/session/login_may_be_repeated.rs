use kandian_codec::Command;
use kandian_proto::message::device::{ExceptionNotifyResponse, RebootRequest};
use kandian_proto::session::platform::{Config, Event};
use kandian_proto::session::{CloseReason, End, PeerFault, Quirks, SendError, TimerKind};
use kandian_proto::value::{GenericResult, LoginResult};

use super::peer::{EXCEPTION, HEARTBEAT, LOGIN, Peer};
use super::world::{Delivery, deliveries, id, login_refusal, login_success};

/// E-72: two logins on one link are two requests, each answered with its own SEQ, and one device.
#[test]
fn while_the_first_waits() {
    for delivery in deliveries() {
        let mut peer = Peer::new(Config::default(), delivery);
        peer.up(Command::LOGIN, 1, LOGIN);
        let first = peer.ticket();
        peer.up(Command::LOGIN, 2, LOGIN);
        let second = peer.ticket();
        assert_ne!(first, second);
        peer.respond(first, login_success());
        peer.respond(second, login_success());
        let seqs: Vec<_> = peer.down.iter().map(|(command, seq, _)| (*command, *seq)).collect();
        assert_eq!(seqs, [(Command::LOGIN, 1), (Command::LOGIN, 2)]);
        assert_eq!(peer.link.device(), Some(id()));
    }
}

/// E-72: a refused login may be followed by an accepted one on the same link, as recorders do it.
#[test]
fn after_a_refusal() {
    let mut peer = Peer::new(Config::default(), Delivery::Whole);
    for seq in 1..20 {
        peer.up(Command::LOGIN, seq, LOGIN);
        let ticket = peer.ticket();
        peer.respond(ticket, login_refusal(LoginResult::BAD_DEV_KEY));
        assert_eq!(peer.link.device(), None);
        peer.wait(8);
    }
    peer.up(Command::LOGIN, 20, LOGIN);
    let ticket = peer.ticket();
    peer.respond(ticket, login_success());
    assert_eq!(peer.link.device(), Some(id()));
    assert_eq!(peer.closed, None);
}

/// A refusal takes the login back, and after 360 seconds without an accepted one the link closes.
#[test]
fn but_not_for_ever() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    peer.up(Command::LOGIN, 2, LOGIN);
    let ticket = peer.ticket();
    peer.respond(ticket, login_refusal(LoginResult::BAD_DEV_KEY));
    assert_eq!(peer.link.device(), None);
    peer.wait(359);
    assert_eq!(peer.closed, None);
    peer.wait(1);
    assert_eq!(peer.closed, Some(CloseReason::Timeout(TimerKind::AcceptedLogin)));
}

/// E-72, E-11: a recorder reports exceptions while its login is refused, and repeats them until any answer comes.
/// It gets one, and the application hears nothing from a device it does not know.
#[test]
fn requests_in_between_are_refused() {
    let mut peer = Peer::new(Config::default(), Delivery::Whole);
    peer.up(Command::LOGIN, 1, LOGIN);
    let ticket = peer.ticket();
    peer.respond(ticket, login_refusal(LoginResult::UNKNOWN_DEVICE));
    peer.look();
    peer.up(Command::EXCEPTION_NOTIFY, 2, EXCEPTION);
    assert_eq!(peer.events, [Event::Fault(PeerFault::NotLoggedIn(Command::EXCEPTION_NOTIFY))]);
    assert_eq!(peer.down.len(), 1);
    assert!(peer.down[0].2.contains("<Result>255</Result>"), "{}", peer.down[0].2);
    assert_eq!(peer.closed, None);
}

/// E-10: a heartbeat has no Result to refuse it with. The link closes, so that the device logs in again; while its
/// login waits to be decided, it is only passed over.
#[test]
fn a_heartbeat_in_between_closes_the_link() {
    for delivery in deliveries() {
        let mut peer = Peer::new(Config::default(), delivery);
        peer.up(Command::LOGIN, 1, LOGIN);
        let ticket = peer.ticket();
        peer.look();
        peer.up(Command::HEARTBEAT, 2, HEARTBEAT);
        assert_eq!(peer.events, [Event::Fault(PeerFault::NotLoggedIn(Command::HEARTBEAT))]);
        assert_eq!(peer.closed, None);
        peer.respond(ticket, login_refusal(LoginResult::UNKNOWN_DEVICE));
        peer.look();
        peer.up(Command::HEARTBEAT, 3, HEARTBEAT);
        assert_eq!(peer.down, []);
        assert_eq!(peer.closed, Some(CloseReason::PeerFault));
    }
}

fn other() -> String {
    LOGIN.replace("81100000001", "81100000002").replace("192.168.1.88", "10.6.6.6")
}

/// E-72: when several logins wait, the answer to the last one counts, in whatever order the application answers.
#[test]
fn the_last_one_counts() {
    let mut peer = Peer::new(Config::default(), Delivery::Whole);
    peer.up(Command::LOGIN, 1, &other());
    let first = peer.ticket();
    peer.up(Command::LOGIN, 2, LOGIN);
    let second = peer.ticket();
    peer.respond(second, login_success());
    peer.respond(first, login_refusal(LoginResult::BAD_DEV_KEY));
    assert_eq!(peer.link.device(), Some(id()));
    assert_eq!(peer.link.addresses().local, Some("192.168.1.88:1554".parse().unwrap()));
    assert_eq!(peer.down.len(), 2);
}

/// E-72: another device that logs in on the link inherits nothing of the first: no open request, and no address before it
/// is accepted.
#[test]
fn another_device_inherits_nothing() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    let ticket = peer.link.request(now, RebootRequest::new(id()).into()).unwrap();
    peer.drain();
    let seq = peer.down[0].1;
    peer.up(Command::LOGIN, 2, &other());
    assert_eq!(peer.link.addresses().local, Some("192.168.1.88:1554".parse().unwrap()));
    let login = peer.ticket();
    peer.respond(login, login_success());
    assert_eq!(peer.link.device(), Some("81100000002".parse().unwrap()));
    assert_eq!(peer.link.addresses().local, Some("10.6.6.6:1554".parse().unwrap()));
    assert!(peer.events.contains(&Event::Finished { ticket, end: End::LinkLost }));
    peer.look();
    peer.up(Command::REBOOT, seq, "<REBOOT_RES><Result>0</Result><DevID>81100000002</DevID></REBOOT_RES>");
    let late = PeerFault::Unmatched { command: Command::REBOOT, seq, late: true };
    assert_eq!(peer.events, [Event::Fault(late)]);
}

/// E-72: the same device again changes nothing about what was asked of it.
#[test]
fn without_loss_of_what_was_asked() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    let now = peer.moment();
    let ticket = peer.link.request(now, RebootRequest::new(id()).into()).unwrap();
    peer.drain();
    let seq = peer.down.last().unwrap().1;
    peer.up(Command::LOGIN, 2, LOGIN);
    let login = peer.ticket();
    peer.respond(login, login_success());
    peer.look();
    peer.up(Command::REBOOT, seq, "<REBOOT_RES><Result>0</Result><DevID>81100000001</DevID></REBOOT_RES>");
    assert!(
        matches!(&peer.events[..], [Event::Finished { ticket: t, end: End::Answered(_) }] if *t == ticket)
    );
}

/// E-72: another device on the link is not answered what the former one had asked; logins that wait are still decided.
#[test]
fn by_another_device() {
    let mut peer = Peer::online(Quirks::SPEC, Delivery::Whole);
    peer.up(Command::EXCEPTION_NOTIFY, 2, EXCEPTION);
    let exception = peer.ticket();
    peer.up(Command::LOGIN, 3, &LOGIN.replace("81100000001", "81100000002"));
    let former = peer.ticket();
    peer.up(Command::LOGIN, 4, &LOGIN.replace("81100000001", "81100000003"));
    let last = peer.ticket();
    peer.respond(last, login_success());
    assert_eq!(peer.link.device(), Some("81100000003".parse().unwrap()));
    let now = peer.moment();
    let done = ExceptionNotifyResponse::new(GenericResult(0)).dev_id(id());
    assert_eq!(peer.link.respond(now, exception, done.into()), Err(SendError::UnknownTicket(exception)));
    assert_eq!(peer.link.respond(now, former, login_success()), Ok(()));
    assert_eq!(peer.link.device(), Some("81100000003".parse().unwrap()));
}
