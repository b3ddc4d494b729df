//! Plain peers: HTTP in, HTTP out; frames in, frames out.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use kandian_codec::{Command, FrameDecoder, FrameRef, Item, MAX_PAYLOAD, encode};

use super::program::PATIENCE;

/// One exchange; the status and the body.
pub(crate) fn http(at: SocketAddr, method: &str, path: &str, head: &str, body: &str) -> (u16, String) {
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}Content-Length: {length}\r\n\r\n{body}"
    );
    let mut stream = connect(at);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head[9..12].parse().unwrap(), body.to_owned())
}

/// A request to the REST interface.
pub(crate) fn rest(
    at: SocketAddr,
    token: &str,
    method: &str,
    path: &str,
    body: &str,
) -> (u16, serde_json::Value) {
    let head = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let (status, body) = http(at, method, path, &head, body);
    (status, serde_json::from_str(&body).unwrap_or_default())
}

fn connect(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

pub(crate) fn registration(device: &str, key: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><REGISTER_REQ><ManufacturerNo>811</ManufacturerNo>\
         <Mode>KD-1</Mode><DevType>1</DevType><DevID>{device}</DevID><DevKey>{key}</DevKey></REGISTER_REQ>"
    )
}

pub(crate) struct Camera {
    stream: TcpStream,
    decoder: FrameDecoder,
    pending: Vec<u8>,
    id: String,
}

impl Camera {
    pub(crate) fn connect(at: SocketAddr, id: &str) -> Self {
        Self { stream: connect(at), decoder: FrameDecoder::new(), pending: Vec::new(), id: id.to_owned() }
    }

    /// The answer to a login.
    pub(crate) fn login(&mut self, key: &str) -> String {
        let id = &self.id;
        let login = format!(
            "<LOGIN_REQ><DevVer>V1.6_20140318</DevVer><DevID>{id}</DevID><DevKey>{key}</DevKey><UpnpIP>0.0.0.0</UpnpIP>\
             <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
             <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType>\
             <NatType>1</NatType></LOGIN_REQ>"
        );
        self.send(Command::LOGIN, 1, &login);
        self.asked(Command::LOGIN).1
    }

    pub(crate) fn send(&mut self, command: Command, seq: u16, body: &str) {
        let document = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
        let mut bytes = Vec::new();
        encode(&FrameRef::new(command, seq, document.as_bytes()), &mut bytes, MAX_PAYLOAD).unwrap();
        self.stream.write_all(&bytes).unwrap();
    }

    /// The next frame with this command word.
    pub(crate) fn asked(&mut self, command: Command) -> (u16, String) {
        loop {
            let (found, seq, text) = self.receive().expect("the link is open");
            if found == command {
                return (seq, text);
            }
        }
    }

    /// Answers the next request with this command word by success.
    pub(crate) fn obey(&mut self, command: Command, name: &str) -> String {
        let (seq, asked) = self.asked(command);
        let id = &self.id;
        self.send(command, seq, &format!("<{name}_RES><Result>0</Result><DevID>{id}</DevID></{name}_RES>"));
        asked
    }

    /// The next frame; `None` when the link is closed.
    fn receive(&mut self) -> Option<(Command, u16, String)> {
        loop {
            let mut input = &self.pending[..];
            let item = self.decoder.decode(&mut input).unwrap();
            let found = item.map(|item| match item {
                Item::Frame { frame, .. } => {
                    (frame.command, frame.seq, String::from_utf8(frame.payload.to_vec()).unwrap())
                }
                other => panic!("{other:?}"),
            });
            self.pending = input.to_vec();
            if found.is_some() {
                return found;
            }
            let mut piece = [0; 4096];
            match self.stream.read(&mut piece).expect("a frame or the end in time") {
                0 => return None,
                count => self.pending.extend_from_slice(&piece[..count]),
            }
        }
    }
}
