//! A client against the camera, both without sockets: one view over TCP or UDP, on a network that may lose datagrams.

use std::net::SocketAddr;

use bytes::Bytes;
use kandian_proto::play::PlayUrl;
use kandian_proto::rtsp::client::{self, Client, EndReason, Options};
use kandian_proto::rtsp::queue::{Limits, ViewerQueue};
use kandian_proto::rtsp::rtp::{Media, Packetiser, Track, Unit};
use kandian_proto::rtsp::server::{Config, Input};
use kandian_proto::time::Millis;

use crate::camera::Camera;

pub(crate) const CLIENT: &str = "198.51.100.9";
pub(crate) const SERVER: &str = "192.0.2.7";

pub(crate) struct View {
    pub(crate) camera: Camera,
    pub(crate) client: Client,
    pub(crate) queue: ViewerQueue,
    pub(crate) events: Vec<client::Event>,
    pub(crate) media: Vec<(Track, Media)>,
    pub(crate) ended: Option<EndReason>,
    /// What the client sent over the connection.
    pub(crate) requests: Vec<(Millis, String)>,
    /// Datagrams that the client sent: when, for RTCP, where to.
    pub(crate) datagrams: Vec<(Millis, bool, SocketAddr)>,
    /// Whether datagrams get through, to the camera and to the client.
    pub(crate) udp: (bool, bool),
    pub(crate) source: Packetiser,
    pub(crate) ticks: u32,
    sent: usize,
}

impl View {
    pub(crate) fn new(url: &str, options: Options) -> Self {
        Self::with(url, options, Config::new(CLIENT.parse().unwrap(), SERVER.parse().unwrap(), 7))
    }

    pub(crate) fn with(url: &str, options: Options, config: Config) -> Self {
        let camera = Camera::with(config);
        let client = Client::new(PlayUrl::parse(url).unwrap().url, options, camera.now);
        Self {
            camera,
            client,
            queue: ViewerQueue::new(Limits::DEFAULT),
            events: Vec::new(),
            media: Vec::new(),
            ended: None,
            requests: Vec::new(),
            datagrams: Vec::new(),
            udp: (true, true),
            source: Packetiser::video(99, 7),
            ticks: 0,
            sent: 0,
        }
    }

    pub(crate) fn connect(&mut self) {
        self.client.handle_input(self.camera.now, client::Input::Connected(SERVER.parse().unwrap()));
        self.settle();
    }

    /// Carries bytes to and fro until nothing moves.
    pub(crate) fn settle(&mut self) {
        loop {
            let moved = self.drain_client();
            self.camera.drain();
            let new = Bytes::copy_from_slice(&self.camera.bytes[self.sent..]);
            self.sent = self.camera.bytes.len();
            if !new.is_empty() {
                assert!(self.queue.push_message(new));
            }
            let delivered = self.deliver();
            if self.camera.closed.is_some() && self.ended.is_none() && self.queue.is_empty() {
                self.client.handle_input(self.camera.now, client::Input::Closed);
            } else if !moved && !delivered {
                return;
            }
        }
    }

    fn deliver(&mut self) -> bool {
        let now = self.camera.now;
        let mut moved = false;
        if self.is_udp() {
            while let Some((track, data)) = self.queue.datagram() {
                moved = true;
                let to = self.camera.server.media_to(now, self.camera.session(), track);
                if self.udp.1 && to.is_some() {
                    let from = format!("{SERVER}:20026").parse().unwrap();
                    self.client.handle_input(now, client::Input::Datagram { track, from, data: &data });
                }
            }
        }
        loop {
            // Odd pieces, as a socket gives them.
            let piece = self.queue.chunk();
            let piece = piece[..piece.len().min(1_111)].to_vec();
            if piece.is_empty() {
                return moved;
            }
            self.queue.advance(piece.len());
            self.client.handle_input(now, client::Input::Bytes(&piece));
            moved = true;
        }
    }

    fn is_udp(&self) -> bool {
        self.camera.events.iter().any(|event| {
            use kandian_proto::rtsp::server::{Delivery, Event};
            matches!(event, Event::SetUp { delivery: Delivery::Udp { .. }, .. })
        })
    }

    fn drain_client(&mut self) -> bool {
        let mut moved = false;
        loop {
            match self.client.poll_output() {
                client::Output::Transmit(bytes) => {
                    self.requests.push((self.camera.now.mono, String::from_utf8(bytes.to_vec()).unwrap()));
                    if self.camera.closed.is_none() {
                        self.camera.feed(Input::Bytes(&bytes));
                    }
                }
                client::Output::Datagram { track, is_rtcp, to, data } => {
                    self.datagrams.push((self.camera.now.mono, is_rtcp, to));
                    if self.udp.0 {
                        let session = self.camera.session();
                        let from = format!("{CLIENT}:{}", 16_264 + u16::from(is_rtcp)).parse().unwrap();
                        self.camera.feed(Input::Datagram { session, track, is_rtcp, from, data: &data });
                    }
                }
                client::Output::Event(client::Event::Media { track, media }) => {
                    self.media.push((track, media));
                }
                client::Output::Event(event) => self.events.push(event),
                client::Output::Close(reason) => {
                    assert_eq!(self.ended.replace(reason), None);
                    if self.camera.closed.is_none() {
                        self.camera.feed(Input::Closed);
                    }
                }
                client::Output::Timeout(_) => return moved,
                _ => unreachable!(),
            }
            moved = true;
        }
    }

    fn client_deadline(&mut self) -> Option<Millis> {
        self.settle();
        match self.client.poll_output() {
            client::Output::Timeout(deadline) => deadline.map(|(at, _)| at),
            other => panic!("{other:?}"),
        }
    }

    /// Time passes; deadlines of both on the way are met.
    pub(crate) fn pass(&mut self, span: Millis) {
        let end = self.camera.now.mono + span;
        loop {
            let client = self.client_deadline();
            let server = self.camera.drain().map(|(at, _)| at);
            let Some(at) = [client, server].into_iter().flatten().min().filter(|at| *at <= end) else {
                break;
            };
            self.camera.now.mono = self.camera.now.mono.max(at);
            if client == Some(at) {
                self.client.handle_input(self.camera.now, client::Input::Timeout);
            } else {
                self.camera.feed(Input::Timeout);
            }
        }
        self.camera.now.mono = end;
    }

    /// A picture is made and sent.
    pub(crate) fn picture(&mut self, is_idr: bool, length: usize) -> Unit {
        let nal = [&[if is_idr { 0x65 } else { 0x41 }, 0x88][..], &vec![0xAB; length]].concat();
        let unit = self.source.h264([nal.as_slice()], self.ticks);
        self.ticks = self.ticks.wrapping_add(3_600);
        if self.camera.server.is_playing(self.camera.session()) {
            self.queue.push(&unit);
        }
        self.settle();
        unit
    }

    pub(crate) fn methods(&self) -> Vec<&str> {
        self.requests.iter().map(|(_, request)| request.split(' ').next().unwrap()).collect()
    }
}
