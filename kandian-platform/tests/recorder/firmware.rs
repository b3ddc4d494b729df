//! The firmware: its sequence of steps, its answers, its silence.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::wire::{frame, read, value, write};

const ID: &str = "85000012345";
const KEY: &str = "12345678";
/// The receive buffer for the answer to a registration. It is filled by one read.
const ANSWER: usize = 1_024;
/// Elements without which a registration fails.
const NEEDED: [&str; 15] = [
    "Result",
    "DevID",
    "NatIP",
    "NatPort",
    "BackupNatIP",
    "BackupNatPort",
    "TurnIP",
    "TurnPort",
    "BackupTurnIP",
    "BackupTurnPort",
    "FtpIP",
    "FtpPort",
    "FtpAccount",
    "FtpPassword",
    "Time",
];

/// How fast it lives.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// The NAT test before a login.
    nat_test: Duration,
    /// The wait for the answer to a login, before the next on the same link.
    login: Duration,
    heartbeat: Duration,
}

impl Habits {
    /// Those of the firmware.
    pub(crate) const fn real() -> Self {
        Self {
            nat_test: Duration::from_secs(3),
            login: Duration::from_secs(5),
            heartbeat: Duration::from_secs(120),
        }
    }

    /// The same, faster.
    pub(crate) const fn quick() -> Self {
        Self { nat_test: Duration::from_millis(300), heartbeat: Duration::from_millis(250), ..Self::real() }
    }
}

#[derive(Default)]
struct Notes {
    violations: Mutex<Vec<String>>,
    heartbeats: AtomicUsize,
    logins: AtomicUsize,
    interfere: AtomicBool,
    stop: AtomicBool,
    link: Mutex<Option<TcpStream>>,
}

/// A recorder that runs in a thread of its own until it is dropped.
pub(crate) struct Firmware {
    notes: Arc<Notes>,
    thread: Option<JoinHandle<()>>,
}

impl Firmware {
    pub(crate) fn start(registration: SocketAddr, habits: Habits) -> Self {
        let notes = Arc::new(Notes::default());
        let own = Arc::clone(&notes);
        let thread = thread::spawn(move || live(registration, habits, &own));
        Self { notes, thread: Some(thread) }
    }

    pub(crate) fn id(&self) -> &'static str {
        ID
    }

    /// What the platform did that this firmware does not survive, or does not understand.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.notes.violations.lock().unwrap().clone()
    }

    pub(crate) fn heartbeats(&self) -> usize {
        self.notes.heartbeats.load(Ordering::Relaxed)
    }

    pub(crate) fn logins(&self) -> usize {
        self.notes.logins.load(Ordering::Relaxed)
    }

    /// The next command is answered after a token check of a viewer has moved the counter.
    pub(crate) fn let_a_viewer_interfere(&self) {
        self.notes.interfere.store(true, Ordering::Relaxed);
    }
}

impl Drop for Firmware {
    fn drop(&mut self) {
        self.notes.stop.store(true, Ordering::Relaxed);
        if let Some(link) = self.notes.link.lock().unwrap().take() {
            let _ = link.shutdown(Shutdown::Both);
        }
        let _ = self.thread.take().unwrap().join();
    }
}

fn live(registration: SocketAddr, habits: Habits, notes: &Notes) {
    while !notes.stop.load(Ordering::Relaxed) {
        match register(registration) {
            Ok(access) => {
                let ended = session(access, habits, notes);
                if let (Err(error), false) = (ended, notes.stop.load(Ordering::Relaxed)) {
                    notes.violations.lock().unwrap().push(error);
                }
            }
            Err(error) => notes.violations.lock().unwrap().push(error),
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// Writes once, reads once.
fn register(at: SocketAddr) -> Result<SocketAddr, String> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><REGISTER_REQ><ManufacturerNo>850</ManufacturerNo>\
         <Mode>LK-NVR1604-H</Mode><DevType>3</DevType><DevID>{ID}</DevID><DevKey>{KEY}</DevKey></REGISTER_REQ>\n"
    );
    let request = format!(
        "POST  HTTP/1.1\r\nHost: {at}\r\nUser-Agent: IPCM/1.3\r\nContent-Length: {}\r\n\
         Content-Type: text/xml;charset=UTF-8\r\nConnection: Keep-Alive\r\nCache-Control: no-cache\r\n\r\n{body}",
        body.len()
    );
    let failed = |error: std::io::Error| format!("registration: {error}");
    let mut stream = TcpStream::connect(at).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(3))).map_err(failed)?;
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut buffer = [0; ANSWER];
    let count = stream.read(&mut buffer).map_err(failed)?;
    let answer = String::from_utf8_lossy(&buffer[..count]).into_owned();
    if count == ANSWER {
        return Err("the answer fills the buffer: the end is lost".to_owned());
    }
    let mut words = answer.split([' ', '\r']);
    let (_, status, reason) = (words.next(), words.next(), words.next());
    if status != Some("200") || reason != Some("OK") {
        return Err(format!("no 200 OK: {answer}"));
    }
    // Without a declaration in the first segment the firmware crashes.
    let document = &answer[answer.find("<?xml").ok_or("the first segment has no document: crash")?..];
    for name in NEEDED {
        let text = value(document, name).ok_or_else(|| format!("{name} is missing: 300 seconds of pause"))?;
        let limit = if name.ends_with("Port") { 7 } else { 31 };
        if text.len() > limit {
            return Err(format!("{name} overruns its buffer of {limit}"));
        }
    }
    if value(document, "Result") != Some("0") {
        return Err(format!("refused: {document}"));
    }
    let (host, port) = (value(document, "NatIP").unwrap_or(""), value(document, "NatPort").unwrap_or(""));
    format!("{host}:{port}").parse().map_err(|_| format!("no access server in {document}"))
}

struct Session<'a> {
    link: TcpStream,
    notes: &'a Notes,
    /// One counter for everything; whatever comes overwrites it.
    seq: u16,
}

fn session(at: SocketAddr, habits: Habits, notes: &Notes) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("link: {error}");
    let link = TcpStream::connect(at).map_err(failed)?;
    link.set_nodelay(true).map_err(failed)?;
    *notes.link.lock().unwrap() = Some(link.try_clone().map_err(failed)?);
    let mut session = Session { link, notes, seq: 0 };
    thread::sleep(habits.nat_test);
    session.log_in(habits)?;
    // Reported again on every turn of the loop until the answer comes.
    session.say(0x32, &ability())?;
    while session.receive(Duration::from_secs(5))? != Some(0x32) {
        session.say(0x32, &ability())?;
    }
    let mut unanswered = 0;
    while !notes.stop.load(Ordering::Relaxed) {
        session.say(0x33, &heartbeat())?;
        unanswered += 1;
        if unanswered == 4 {
            return Err("four heartbeats without an answer".to_owned());
        }
        let next = Instant::now() + habits.heartbeat;
        while let Some(left) = next.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            if session.receive(left)? == Some(0x33) {
                unanswered = 0;
                notes.heartbeats.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}

impl Session<'_> {
    fn log_in(&mut self, habits: Habits) -> Result<(), String> {
        loop {
            self.notes.logins.fetch_add(1, Ordering::Relaxed);
            self.say(0x31, &login())?;
            if self.receive(habits.login)? == Some(0x31) {
                return Ok(());
            }
        }
    }

    fn say(&mut self, command: u8, body: &str) -> Result<(), String> {
        self.seq = self.seq.wrapping_add(1);
        self.send(command, body)
    }

    /// With the counter as it happens to be.
    fn send(&mut self, command: u8, body: &str) -> Result<(), String> {
        let data = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{body}\n");
        write(&mut self.link, &frame(command, self.seq, &data)).map_err(|error| format!("link: {error}"))
    }

    /// The command of the next frame, when one comes in time.
    fn receive(&mut self, patience: Duration) -> Result<Option<u8>, String> {
        self.link.set_read_timeout(Some(patience)).map_err(|error| error.to_string())?;
        let (command, seq, document) = match read(&mut self.link) {
            Ok(frame) => frame,
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(format!("link: {error}")),
        };
        self.seq = seq;
        if !document.starts_with("<?xml") {
            return Err(format!("{command:02x} without a declaration is not understood: {document}"));
        }
        if command == 0x31 && value(&document, "Result") != Some("0") {
            return Err(format!("the login was refused: {document}"));
        }
        if command >= 0x60 && command != 0x74 {
            self.obey(command, &document)?;
        }
        Ok(Some(command))
    }

    fn obey(&mut self, command: u8, document: &str) -> Result<(), String> {
        if value(document, "DevID").is_none_or(str::is_empty) {
            return Err(format!("{command:02x} without a DevID: {document}"));
        }
        if self.notes.interfere.swap(false, Ordering::Relaxed) {
            let token = "0123456789abcdef0123456789abcdef";
            self.say(
                0x35,
                &format!(
                    "<VIDEO_PLAY_REQ><DevID>{ID}</DevID><ChannelNo>0</ChannelNo><StreamType>1</StreamType>\
                 <HashToken>{token}</HashToken></VIDEO_PLAY_REQ>"
                ),
            )?;
        }
        let done =
            |root: &str, rest: &str| format!("<{root}><Result>0</Result><DevID>{ID}</DevID>{rest}</{root}>");
        let answer = match command {
            0x78 => done("SET_RECORD_FULL_RES", ""),
            // Without the misspelt element it answers for channel 0.
            0x79 if value(document, "StorgeFlag").is_none() => {
                return Err(format!("GET_RECORD_FULL without StorgeFlag: {document}"));
            }
            0x79 => done(
                "GET_RECORD_FULL_RES",
                "<ChannelNo>0</ChannelNo><RecordFull>1</RecordFull><StorgeFlag>1</StorgeFlag>",
            ),
            0x7A => done("SET_RECORD_LOOP_RES", ""),
            0x7B => done("GET_RECORD_LOOP_RES", "<ChannelNo>0</ChannelNo><RecordLoop>1</RecordLoop>"),
            0x7F => format!(
                "<STORE_QUERY_RES><Result>1</Result><DevID>{ID}</DevID><TotalSize>953869</TotalSize>\
                 <FreeSize>0</FreeSize></STORE_QUERY_RES>"
            ),
            0x71 => done("NVR_QUERY_IPCAM_RES", ""),
            // An empty search, and what is not in its table.
            0x72 | 0x62 | 0x63 | 0x75..=0x77 | 0x7D | 0x7E | 0x81 | 0x82 => return Ok(()),
            other => return Err(format!("{other:02x} is not for a recorder")),
        };
        self.send(command, &answer)
    }
}

fn login() -> String {
    format!(
        "<LOGIN_REQ><DevVer>V1.6_20141105</DevVer><DevID>{ID}</DevID><DevKey>{KEY}</DevKey><UpnpIP></UpnpIP>\
         <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
         <TurnRelayIP></TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType><NatType>1</NatType>\
         </LOGIN_REQ>"
    )
}

fn ability() -> String {
    let video = |stream, size| {
        format!("<Video><StreamType>{stream}</StreamType><FrameSize>{size}</FrameSize></Video>")
    };
    format!(
        "<ABILITYUP_REQ><DevID>{ID}</DevID><ChannelNum>4</ChannelNum><PTZFlag>0</PTZFlag><EStoreFlag>0</EStoreFlag>\
         <LocalStoreFlag>1</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag>\
         <InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>0</ManualAlarmFlag>\
         <DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>4</DIDONum>{}{}{}<Onvif><Port>80</Port><Account>admin</Account>\
         <Password>recorder-secret</Password></Onvif></ABILITYUP_REQ>",
        video(1, 1),
        video(2, 2),
        video(2, 3)
    )
}

fn heartbeat() -> String {
    format!(
        "<HEARTBEAT_REQ><DevID>{ID}</DevID><CurVideoNum>0</CurVideoNum><UpnpIP></UpnpIP><RtspUpnpPort>0</RtspUpnpPort>\
         <LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort><TurnRelayIP></TurnRelayIP>\
         <RtspTurnRelayPort>0</RtspTurnRelayPort></HEARTBEAT_REQ>"
    )
}
