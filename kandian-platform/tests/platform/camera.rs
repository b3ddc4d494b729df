//! A camera written by hand: frames in, frames out.

use std::net::SocketAddr;

use kandian_codec::{Command, FrameDecoder, FrameRef, Item, MAX_PAYLOAD, encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::world::PATIENCE;

pub(crate) struct Camera {
    stream: TcpStream,
    decoder: FrameDecoder,
    pending: Vec<u8>,
    pub(crate) id: String,
    seq: u16,
}

impl Camera {
    pub(crate) async fn connect(at: SocketAddr, id: &str) -> Self {
        Self::connect_from("127.0.0.1", at, id).await
    }

    /// A camera with an address of its own in the loopback network.
    pub(crate) async fn connect_from(source: &str, at: SocketAddr, id: &str) -> Self {
        let stream = connect_from(source, at).await;
        Self { stream, decoder: FrameDecoder::new(), pending: Vec::new(), id: id.to_owned(), seq: 0 }
    }

    /// A camera that is logged in.
    pub(crate) async fn online(at: SocketAddr, id: &str) -> Self {
        let mut camera = Self::connect(at, id).await;
        let answer = camera.login("K7M2P9Q4").await;
        assert!(answer.contains("<Result>0</Result>"), "{answer}");
        camera
    }

    pub(crate) async fn login(&mut self, key: &str) -> String {
        let login = self.login_request(key);
        self.ask(Command::LOGIN, &login).await
    }

    fn login_request(&self, key: &str) -> String {
        let id = self.id.clone();
        format!(
            "<LOGIN_REQ><DevVer>V1.6_20140318</DevVer><DevID>{id}</DevID><DevKey>{key}</DevKey><UpnpIP>0.0.0.0</UpnpIP>\
             <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
             <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType>\
             <NatType>1</NatType></LOGIN_REQ>"
        )
    }

    /// Whether the platform talks to a link at all.
    pub(crate) async fn is_heard(&mut self) -> bool {
        let login = self.login_request("WRONG");
        self.send(Command::LOGIN, 1, &login).await;
        self.receive().await.is_some()
    }

    /// Sends a request and reads frames until its answer comes.
    pub(crate) async fn ask(&mut self, command: Command, body: &str) -> String {
        self.seq += 1;
        self.send(command, self.seq, body).await;
        loop {
            let (found, seq, text) = self.receive().await.expect("the link is open");
            if found == command {
                assert_eq!(seq, self.seq, "R-7.35");
                return text;
            }
        }
    }

    pub(crate) async fn send(&mut self, command: Command, seq: u16, body: &str) {
        let document = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
        let mut bytes = Vec::new();
        encode(&FrameRef::new(command, seq, document.as_bytes()), &mut bytes, MAX_PAYLOAD).unwrap();
        self.bytes(&bytes).await;
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        // The platform may have closed the link; reading shows it.
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next frame; `None` when the link is closed.
    pub(crate) async fn receive(&mut self) -> Option<(Command, u16, String)> {
        loop {
            let mut input = &self.pending[..];
            let item = self.decoder.decode(&mut input).unwrap();
            let found = item.map(|item| match item {
                Item::Frame { frame, .. } => {
                    (frame.command, frame.seq, String::from_utf8(frame.payload.to_vec()).unwrap())
                }
                other => panic!("{other:?}"),
            });
            let rest = input.to_vec();
            self.pending = rest;
            if found.is_some() {
                return found;
            }
            let mut piece = [0; 4096];
            let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut piece)).await;
            match read.expect("a frame or the end in time") {
                Ok(count @ 1..) => self.pending.extend_from_slice(&piece[..count]),
                Ok(_) | Err(_) => return None,
            }
        }
    }

    /// Waits for a command of the platform.
    pub(crate) async fn asked(&mut self, command: Command) -> (u16, String) {
        loop {
            let (found, seq, text) = self.receive().await.expect("the link is open");
            if found == command {
                return (seq, text);
            }
        }
    }
}

/// A connection from an address of the loopback network, all of which are this machine.
pub(crate) async fn connect_from(source: &str, at: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse().unwrap(), 0)).unwrap();
    socket.connect(at).await.unwrap()
}
