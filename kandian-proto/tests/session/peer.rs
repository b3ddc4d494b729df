//! The platform's end alone, with a device that is written by hand, frame by frame.

use std::sync::Arc;

use kandian_codec::{Command, FrameDecoder, FrameRef, Item, MAX_PAYLOAD, encode};
use kandian_proto::Response;
use kandian_proto::session::platform::{Config, Event, Link, Output};
use kandian_proto::session::{CloseReason, Input, Quirks, Ticket};
use kandian_proto::time::{Millis, Now};

use super::world::{Delivery, login_success, moment, pieces};

/// A link under test and what came out of it since the last look.
pub(crate) struct Peer {
    pub(crate) link: Link,
    pub(crate) now: Millis,
    pub(crate) delivery: Delivery,
    pub(crate) events: Vec<Event>,
    /// Frames for the device: command word, SEQ, document.
    pub(crate) down: Vec<(Command, u16, String)>,
    pub(crate) closed: Option<CloseReason>,
}

/// A document with the declaration of deployed firmware, and the line feed behind it.
pub(crate) fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{body}\n")
}

pub(crate) fn frame(command: Command, seq: u16, body: &str) -> Vec<u8> {
    let document = document(body);
    let mut bytes = Vec::new();
    encode(&FrameRef::new(command, seq, document.as_bytes()), &mut bytes, MAX_PAYLOAD).unwrap();
    bytes
}

pub(crate) const LOGIN: &str = "<LOGIN_REQ><DevVer>V1.6_20141105</DevVer><DevID>81100000001</DevID>\
    <DevKey>12345678</DevKey><UpnpIP></UpnpIP><RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP>\
    <RtspLocalPort>1554</RtspLocalPort><TurnRelayIP></TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort>\
    <NetType>0</NetType><NatType>1</NatType></LOGIN_REQ>";

pub(crate) const HEARTBEAT: &str = "<HEARTBEAT_REQ><DevID>81100000001</DevID><CurVideoNum>0</CurVideoNum>\
    <UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP>\
    <RtspLocalPort>1554</RtspLocalPort><TurnRelayIP>0.0.0.0</TurnRelayIP>\
    <RtspTurnRelayPort>0</RtspTurnRelayPort></HEARTBEAT_REQ>";

pub(crate) const EXCEPTION: &str = "<EXCEPTION_NOTIFY_REQ><DevID>81100000001</DevID><ChannelNo>0</ChannelNo>\
    <ExceptionType>11</ExceptionType><ExceptionDesc /></EXCEPTION_NOTIFY_REQ>";

impl Peer {
    pub(crate) fn new(config: Config, delivery: Delivery) -> Self {
        let link = Link::new(Arc::new(config), moment(Millis(0)));
        Self { link, now: Millis(0), delivery, events: Vec::new(), down: Vec::new(), closed: None }
    }

    /// A link whose device logged in, with these policies.
    pub(crate) fn online(quirks: Quirks, delivery: Delivery) -> Self {
        let mut peer = Self::new(Config::default(), delivery);
        peer.up(Command::LOGIN, 1, LOGIN);
        let ticket = peer.ticket();
        peer.respond(ticket, login_success());
        peer.link.set_quirks(quirks);
        peer.look();
        peer
    }

    pub(crate) fn moment(&self) -> Now {
        moment(self.now)
    }

    /// Forgets what came out so far.
    pub(crate) fn look(&mut self) {
        self.events.clear();
        self.down.clear();
    }

    /// The device sends a frame.
    pub(crate) fn up(&mut self, command: Command, seq: u16, body: &str) {
        self.send(&frame(command, seq, body));
    }

    /// The device sends bytes.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        for piece in pieces(self.delivery, bytes) {
            self.link.handle_input(moment(self.now), Input::Bytes(piece));
            self.drain();
        }
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.link.handle_input(moment(self.now), input);
        self.drain();
    }

    /// Time passes; every deadline on the way is kept.
    pub(crate) fn wait(&mut self, seconds: u64) {
        let end = self.now + Millis::from_secs(seconds);
        for _ in 0..10_000 {
            let Output::Timeout(next) = self.link.poll_output() else { panic!("not drained") };
            match next.filter(|(at, _)| *at <= end) {
                Some((at, _)) => self.now = at,
                None => {
                    self.now = end;
                    return;
                }
            }
            self.input(Input::Timeout);
        }
        panic!("the link never rests");
    }

    pub(crate) fn respond(&mut self, ticket: Ticket, response: Response) {
        self.link.respond(moment(self.now), ticket, response).unwrap();
        self.drain();
    }

    /// The ticket of the last request of the device.
    pub(crate) fn ticket(&self) -> Ticket {
        let mut tickets = self.events.iter().filter_map(|event| match event {
            Event::Request { ticket, .. } => Some(*ticket),
            _ => None,
        });
        tickets.next_back().expect("a request")
    }

    pub(crate) fn drain(&mut self) {
        let mut decoder = FrameDecoder::new();
        loop {
            match self.link.poll_output() {
                Output::Timeout(_) => return,
                Output::Event(event) => self.events.push(event),
                Output::Disconnect(reason) => self.closed = Some(reason),
                Output::Transmit(bytes) => {
                    let mut bytes = bytes.as_slice();
                    while let Some(item) = decoder.decode(&mut bytes).unwrap() {
                        let Item::Frame { frame, .. } = item else { panic!("{item:?}") };
                        let text = String::from_utf8(frame.payload.to_vec()).unwrap();
                        self.down.push((frame.command, frame.seq, text));
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
