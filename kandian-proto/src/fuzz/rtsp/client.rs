//! A client and whatever a device says.

use core::net::{IpAddr, Ipv4Addr};

use super::parts;
use crate::Secret;
use crate::play::{PlayUrl, Target};
use crate::rtsp::client::{Client, Credentials, EndReason, Event, Input, Options, Output, RtspUrl};
use crate::rtsp::rtp::MAX_UNIT_BYTES;
use crate::time::{Millis, Now};
use crate::value::{Port, StreamType};

const DEVICE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// However a stream is cut, the same happens; the view ends once, by time alone if need be; a device cannot make a
/// client send much.
pub fn rtsp_client(data: &[u8]) {
    let Some((policy, piece, stream)) = parts(data) else { return };
    assert_eq!(run(policy, stream.len().max(1), stream), run(policy, piece, stream));
}

fn run(policy: u8, piece: usize, stream: &[u8]) -> (Vec<u8>, Vec<String>, Option<EndReason>) {
    let target = Target::live("81100000001".parse().unwrap(), 0, StreamType::SUB);
    let url = PlayUrl::new("192.0.2.7".parse().unwrap(), Port(554), target, "0a".parse().unwrap()).unwrap();
    let options = if policy & 1 == 0 { Options::tcp() } else { Options::udp([(5_000, 5_001); 2], None, 3) };
    let now = Now::mono(Millis(5));
    // One that knows a password is asked for it.
    let client = if policy & 4 == 0 {
        Client::new(url, options, now)
    } else {
        let who = Credentials { user: "admin".to_owned(), password: Secret::from("12345") };
        Client::foreign(RtspUrl::from(url).with_credentials(Some(who)), options, now)
    };
    let mut viewer = Viewer { client, now, sent: Vec::new(), events: Vec::new(), datagrams: 0, ended: None };
    viewer.client.handle_input(now, Input::Connected(DEVICE));
    viewer.drain();
    for piece in stream.chunks(piece) {
        viewer.client.handle_input(now, Input::Bytes(piece));
        viewer.drain();
    }
    if policy & 2 != 0 {
        let _ = viewer.client.pause(now);
        let _ = viewer.client.play(now, None, None);
        viewer.drain();
    }
    let lines = stream.iter().filter(|byte| **byte == b'\n').count();
    // A request has its URL, and a URL of the device is bounded.
    assert!(viewer.sent.len() <= (lines + 4) * 4_096, "{} bytes for {lines} lines", viewer.sent.len());
    let result = (viewer.sent.clone(), viewer.events.clone(), viewer.ended);
    viewer.end();
    result
}

struct Viewer {
    client: Client,
    now: Now,
    sent: Vec<u8>,
    events: Vec<String>,
    datagrams: usize,
    ended: Option<EndReason>,
}

impl Viewer {
    fn drain(&mut self) -> Option<Millis> {
        loop {
            match self.client.poll_output() {
                Output::Transmit(bytes) => {
                    assert_eq!(self.ended, None);
                    self.sent.extend_from_slice(&bytes);
                }
                Output::Datagram { data, .. } => {
                    assert!(data.len() < 100);
                    self.datagrams += 1;
                }
                Output::Event(event) => {
                    if let Event::Media { media, .. } = &event {
                        assert!(media.data.len() <= MAX_UNIT_BYTES);
                    }
                    self.events.push(format!("{event:?}"));
                }
                Output::Close(reason) => assert_eq!(self.ended.replace(reason), None),
                Output::Timeout(deadline) => return deadline.map(|(at, _)| at),
            }
        }
    }

    fn end(mut self) {
        let before = self.datagrams;
        for _ in 0..40 {
            let Some(at) = self.drain() else { break };
            assert!(at >= self.now.mono, "a deadline in the past");
            self.now.mono = at;
            self.client.handle_input(self.now, Input::Timeout);
        }
        // Two tracks, some seconds of punching, and a report now and then.
        assert!(self.datagrams - before <= 100, "{} datagrams", self.datagrams - before);
        self.client.tear_down(self.now);
        while let Some(at) = self.drain() {
            self.now.mono = at;
            self.client.handle_input(self.now, Input::Timeout);
        }
        assert!(self.ended.is_some(), "the view never ends");
    }
}
