//! A link that is logged in, fed with heartbeats.

use std::sync::Arc;

use kandian_codec::{Command, FrameRef, MAX_PAYLOAD, encode};
use kandian_proto::message::device::{CloudAccount, LoginResponse};
use kandian_proto::session::Input;
use kandian_proto::session::platform::{Config, Event, Link, Output};
use kandian_proto::time::{Millis, Now, UnixMillis};
use kandian_proto::value::UrlOrEmpty;
use kandian_proto::{DevId, Outcome, Response};

/// The moment of every input; a link that is never asked to wait needs no other.
const NOW: Now = Now { mono: Millis(0), wall: Some(UnixMillis(1_395_109_800_000)) };

/// A link at the platform whose device is logged in.
///
/// # Panics
/// When the login of the samples is not understood.
#[must_use]
pub fn online_link(config: &Arc<Config>, pieces: usize) -> Link {
    let mut link = Link::new(Arc::clone(config), NOW);
    let login = include_bytes!("../../kandian-proto/testdata/canonical/LOGIN_REQ.xml");
    let mut bytes = Vec::new();
    encode(&FrameRef::new(Command::LOGIN, 0, login), &mut bytes, MAX_PAYLOAD).unwrap();
    feed(&mut link, &bytes, pieces);
    assert!(link.device().is_some());
    link
}

/// Hands bytes to a link, cut into so many pieces, and drains it. Returns the bytes sent.
pub fn feed(link: &mut Link, bytes: &[u8], pieces: usize) -> usize {
    let size = bytes.len().div_ceil(pieces).max(1);
    let mut sent = 0;
    for piece in bytes.chunks(size) {
        link.handle_input(NOW, Input::Bytes(piece));
        sent += drain(link);
    }
    sent
}

fn drain(link: &mut Link) -> usize {
    let mut sent = 0;
    loop {
        match link.poll_output() {
            Output::Timeout(_) => return sent,
            Output::Transmit(bytes) => sent += bytes.len(),
            Output::Event(Event::Request { ticket, .. }) => {
                let account = CloudAccount::new(UrlOrEmpty::NONE, "", "", "", "");
                let time = NOW.civil(480).unwrap();
                let device: DevId = "81100000001".parse().unwrap();
                let response = LoginResponse::new(Outcome::Success(account)).dev_id(device).time(time);
                link.respond(NOW, ticket, Response::Login(response)).unwrap();
            }
            Output::Event(_) => {}
            other => panic!("{other:?}"),
        }
    }
}
