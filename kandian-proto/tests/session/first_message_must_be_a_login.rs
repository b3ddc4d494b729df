use std::sync::Arc;

use kandian_codec::{Command, FrameRef, MAX_PAYLOAD, encode};
use kandian_proto::session::platform::{Config, Event, Link, Output};
use kandian_proto::session::{CloseReason, Input, PeerFault, TimerKind};
use kandian_proto::time::Millis;

use super::world::moment;

fn drain(link: &mut Link) -> Vec<Output> {
    let mut outputs = Vec::new();
    loop {
        match link.poll_output() {
            Output::Timeout(_) => return outputs,
            output => outputs.push(output),
        }
    }
}

/// E-72: anything but 31H closes the link, and the fault says what it was.
#[test]
fn anything_else_closes_the_link() {
    for code in (0..=255_u8).filter(|code| *code != Command::LOGIN.0) {
        let mut link = Link::new(Arc::new(Config::default()), moment(Millis(0)));
        let mut bytes = Vec::new();
        encode(&FrameRef::new(Command(code), 0, b"<X/>"), &mut bytes, MAX_PAYLOAD).unwrap();
        link.handle_input(moment(Millis(1)), Input::Bytes(&bytes));
        let fault = PeerFault::BeforeLogin(Command(code));
        let expected = [Output::Event(Event::Fault(fault)), Output::Disconnect(CloseReason::PeerFault)];
        assert_eq!(drain(&mut link), expected);
        assert_eq!(link.poll_output(), Output::Timeout(None));
    }
}

/// silence closes the link after 30 seconds, which leaves recorders the 10 they need.
#[test]
fn silence_closes_the_link() {
    let mut link = Link::new(Arc::new(Config::default()), moment(Millis(0)));
    assert_eq!(link.poll_output(), Output::Timeout(Some((Millis::from_secs(30), TimerKind::FirstMessage))));
    link.handle_input(moment(Millis(29_999)), Input::Timeout);
    assert_eq!(drain(&mut link), []);
    link.handle_input(moment(Millis(30_000)), Input::Timeout);
    let closed = CloseReason::Timeout(TimerKind::FirstMessage);
    assert_eq!(drain(&mut link), [Output::Disconnect(closed)]);
}
