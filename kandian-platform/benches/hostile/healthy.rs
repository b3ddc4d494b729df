//! A device that does everything right, and somebody who sends it commands.

use std::time::{Duration, Instant};

use kandian_codec::{Command, FrameDecoder, FrameRef, Item, MAX_PAYLOAD, encode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::Field;

/// Longest wait for an answer; longer than any command may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Often, so that a link that hangs shows.
const HEARTBEAT: Duration = Duration::from_millis(500);

pub(crate) struct Healthy {
    device: JoinHandle<u32>,
    /// Kept open from before the attack, as a program that uses the interface does.
    rest: TcpStream,
    command: Vec<u8>,
    stop: tokio::sync::oneshot::Sender<()>,
}

impl Healthy {
    /// Logs a device in, and opens a connection for commands to it.
    pub(crate) async fn log_in(field: Field, id: &str, key: &str, token: &str) -> Self {
        let mut link = Link::connect(field, id).await;
        link.log_in(key).await;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let device = tokio::spawn(async move {
            tokio::select! {
                () = link.serve() => link.logins,
                _ = stopped => link.logins,
            }
        });
        let body = "{\"ChannelNo\":0,\"StorgeFlag\":1}";
        let command = format!(
            "POST /api/v1/devices/{id}/commands/full_day_record_get HTTP/1.1\r\nHost: x\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let rest = TcpStream::connect(field.rest).await.unwrap();
        rest.set_nodelay(true).unwrap();
        Self { device, rest, command: command.into_bytes(), stop }
    }

    /// Sends a command by REST, and returns how long its answer took.
    pub(crate) async fn command(&mut self) -> Duration {
        let began = Instant::now();
        let answer = tokio::time::timeout(PATIENCE, async {
            self.rest.write_all(&self.command).await.unwrap();
            whole_answer(&mut self.rest).await
        });
        let answer = answer.await.expect("an answer in time");
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"RecordFull\":1"), "{answer}");
        began.elapsed()
    }

    /// Ends, and returns how often the device had to log in.
    pub(crate) async fn end(self) -> u32 {
        // When it has ended by itself, its count says so.
        let _ = self.stop.send(());
        self.device.await.unwrap()
    }
}

/// An answer with a Content-Length.
async fn whole_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if length.is_some_and(|length: usize| body.len() >= length) {
                return text.into_owned();
            }
        }
        match stream.read(&mut piece).await.unwrap() {
            0 => return format!("the connection ended: {text}"),
            count => answer.extend_from_slice(&piece[..count]),
        }
    }
}

struct Link {
    stream: TcpStream,
    decoder: FrameDecoder,
    pending: Vec<u8>,
    id: String,
    seq: u16,
    logins: u32,
}

impl Link {
    async fn connect(field: Field, id: &str) -> Self {
        let stream = TcpStream::connect(field.access).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            decoder: FrameDecoder::new(),
            pending: Vec::new(),
            id: id.to_owned(),
            seq: 0,
            logins: 0,
        }
    }

    async fn log_in(&mut self, key: &str) {
        let id = &self.id;
        let login = format!(
            "<LOGIN_REQ><DevVer>V1.6_20140318</DevVer><DevID>{id}</DevID><DevKey>{key}</DevKey><UpnpIP>0.0.0.0</UpnpIP>\
             <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
             <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType>\
             <NatType>1</NatType></LOGIN_REQ>"
        );
        self.send(Command::LOGIN, 0, &login).await;
        let (command, _, answer) = self.receive().await.expect("an answer to the login");
        assert!(command == Command::LOGIN && answer.contains("<Result>0</Result>"), "{answer}");
        self.logins += 1;
    }

    /// Sends heartbeats and answers commands until the link ends.
    async fn serve(&mut self) {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        loop {
            tokio::select! {
                _ = heartbeat.tick() => self.heartbeat().await,
                frame = self.receive() => match frame {
                    Some((Command::GET_RECORD_FULL, seq, _)) => self.answer(seq).await,
                    Some(_) => {}
                    None => return self.logins = 0,
                },
            }
        }
    }

    async fn heartbeat(&mut self) {
        let id = &self.id;
        let alive = format!(
            "<HEARTBEAT_REQ><DevID>{id}</DevID><CurVideoNum>0</CurVideoNum><UpnpIP>0.0.0.0</UpnpIP>\
             <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
             <TurnRelayIP>0.0.0.0</TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort></HEARTBEAT_REQ>"
        );
        self.seq = self.seq.wrapping_add(1);
        self.send(Command::HEARTBEAT, self.seq, &alive).await;
    }

    async fn answer(&mut self, seq: u16) {
        let id = &self.id;
        let set = format!(
            "<GET_RECORD_FULL_RES><Result>0</Result><DevID>{id}</DevID><ChannelNo>0</ChannelNo>\
             <RecordFull>1</RecordFull><StorgeFlag>1</StorgeFlag></GET_RECORD_FULL_RES>"
        );
        self.send(Command::GET_RECORD_FULL, seq, &set).await;
    }

    async fn send(&mut self, command: Command, seq: u16, body: &str) {
        let document = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
        let mut bytes = Vec::new();
        encode(&FrameRef::new(command, seq, document.as_bytes()), &mut bytes, MAX_PAYLOAD).unwrap();
        // A link that has ended shows when it is read.
        let _ = self.stream.write_all(&bytes).await;
    }

    /// The next frame; `None` when the link is closed. Nothing is lost when it is dropped half-way.
    async fn receive(&mut self) -> Option<(Command, u16, String)> {
        loop {
            let mut input = &self.pending[..];
            let item = self.decoder.decode(&mut input).unwrap();
            let found = item.map(|item| match item {
                Item::Frame { frame, .. } => {
                    (frame.command, frame.seq, String::from_utf8_lossy(frame.payload).into_owned())
                }
                other => panic!("{other:?}"),
            });
            self.pending = input.to_vec();
            if found.is_some() {
                return found;
            }
            let mut piece = [0; 4096];
            match self.stream.read(&mut piece).await {
                Ok(count @ 1..) => self.pending.extend_from_slice(&piece[..count]),
                Ok(_) | Err(_) => return None,
            }
        }
    }
}
