//! A device that means harm, or is broken. Each connection is one attack.

use kandian_codec::{Command, FrameRef, HEADER_LEN, MAGIC, MAX_PAYLOAD, OVERHEAD, encode};

use super::{Do, NEVER, Occurs, Outbox};
use crate::session::Exchange;
use crate::sim::Span;
use crate::sim::random::Random;
use crate::time::Millis;
use crate::{DevId, Secret};

/// What a connection is used for. Some attackers have an account of their own and log in first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attack {
    Garbage,
    Truncation,
    WrongDigests,
    LyingLength,
    EmptyFrames,
    SeqReuse,
    SilenceBeforeLogin,
    SilenceAfterLogin,
    FloodOfAlarms,
    FloodOfHeartbeats,
    FloodOfLogins,
    ReplayBeforeLogin,
    ReplayAfterLogin,
    Impostor,
    NeverReads,
    BrokenDocuments,
    Drip,
    WrongDirection,
}

const ATTACKS: [(Attack, &str); 18] = [
    (Attack::Garbage, "garbage"),
    (Attack::Truncation, "truncated login"),
    (Attack::WrongDigests, "wrong digests"),
    (Attack::LyingLength, "LEN that lies"),
    (Attack::EmptyFrames, "frames without DATA"),
    (Attack::SeqReuse, "one SEQ for everything"),
    (Attack::SilenceBeforeLogin, "silence before the login"),
    (Attack::SilenceAfterLogin, "silence after the login"),
    (Attack::FloodOfAlarms, "flood of alarms"),
    (Attack::FloodOfHeartbeats, "flood of heartbeats"),
    (Attack::FloodOfLogins, "flood of logins"),
    (Attack::ReplayBeforeLogin, "replay before the login"),
    (Attack::ReplayAfterLogin, "replay after the login"),
    (Attack::Impostor, "another's id, wrong key"),
    (Attack::NeverReads, "never reads"),
    (Attack::BrokenDocuments, "broken documents"),
    (Attack::Drip, "one byte at a time"),
    (Attack::WrongDirection, "commands to the platform"),
];

/// Frames of a flood in one go, more than a link lets wait, and how often.
const FLOOD: u32 = 160;
const FLOODS: u32 = 20;

/// The attacker.
#[derive(Debug)]
pub(in crate::sim) struct Hostile {
    id: DevId,
    key: Secret,
    victim: DevId,
    random: Random,
    attack: Attack,
    connected: bool,
    step: u32,
    seq: u16,
    due: Millis,
    received: Vec<u8>,
}

impl Hostile {
    pub(super) fn new(id: DevId, key: String, victim: DevId, random: Random) -> Self {
        Self {
            id,
            key: key.into(),
            victim,
            random,
            attack: Attack::Garbage,
            connected: false,
            step: 0,
            seq: 0,
            due: NEVER,
            received: Vec::new(),
        }
    }

    pub(super) fn wake(&self) -> Millis {
        self.due
    }

    pub(super) fn reads(&self) -> bool {
        self.attack != Attack::NeverReads
    }

    pub(super) fn handle(&mut self, now: Millis, occurs: Occurs<'_>, out: &mut Outbox) {
        match occurs {
            Occurs::Connected => {
                let pick = self.random.below(ATTACKS.len() as u64) as usize;
                if let Some(&(attack, name)) = ATTACKS.get(pick) {
                    self.attack = attack;
                    *out.attacks.entry(name).or_default() += 1;
                }
                self.connected = true;
                self.step = 0;
                self.seq = 0;
                self.act(now, out);
            }
            Occurs::Woken if self.connected => self.act(now, out),
            Occurs::SwitchedOn | Occurs::Woken => {
                if self.random.below(8) == 0 {
                    out.todo.push(Do::Http(Exchange::Register, self.noise(600)));
                }
                out.todo.push(Do::Dial);
                // Tries again when nothing comes of it.
                self.due = now + Millis::from_secs(60);
            }
            Occurs::Closed => self.rest(now),
            Occurs::Bytes(bytes) if self.attack == Attack::SeqReuse => self.answer(bytes, out),
            Occurs::Bytes(_) | Occurs::Http(..) | Occurs::Blocked | Occurs::Writable => {}
        }
    }

    fn rest(&mut self, now: Millis) {
        self.connected = false;
        self.received = Vec::new();
        self.due = now + self.random.within(Span::millis(10_000, 300_000));
    }

    fn again(&mut self, now: Millis, milliseconds: u64, times: u32, out: &mut Outbox) {
        self.step += 1;
        if self.step < times {
            self.due = now + Millis(milliseconds);
        } else {
            out.todo.push(Do::Close("done"));
            self.rest(now);
        }
    }

    /// One step of the attack.
    fn act(&mut self, now: Millis, out: &mut Outbox) {
        let first = self.step == 0;
        match self.attack {
            Attack::Garbage => {
                let noise = self.noise(2_000);
                out.send(noise);
                self.again(now, 2_000, 5, out);
            }
            Attack::Truncation => {
                if first {
                    let mut login = self.login();
                    login.truncate(1 + self.random.below(login.len() as u64 - 1) as usize);
                    out.send(login);
                }
                self.again(now, 60_000, 2, out);
            }
            Attack::WrongDigests => {
                let mut frame = if first { self.login() } else { self.heartbeat(self.id) };
                // The third heartbeat is a good one: three bad ones in a row end the link.
                if !first
                    && self.step != 3
                    && let Some(last) = frame.last_mut()
                {
                    *last ^= 1;
                }
                out.send(frame);
                self.again(now, 500, 12, out);
            }
            Attack::LyingLength => {
                let bytes = if first {
                    vec![MAGIC[0], MAGIC[1], Command::LOGIN.0, 0, 0, 0, 0xFF, 0xFF]
                } else {
                    self.noise(100)
                };
                out.send(bytes);
                self.again(now, 1_000, 120, out);
            }
            Attack::EmptyFrames => {
                let command = Command(0x30 + (self.step % 0xD0) as u8);
                let bytes = if first { self.login() } else { self.frame(command, b"") };
                out.send(bytes);
                self.again(now, 200, 220, out);
            }
            Attack::SeqReuse => {
                self.seq = 7;
                let bytes = match self.step {
                    0 => self.login(),
                    1 => self.abilities(self.id),
                    _ => self.heartbeat(self.id),
                };
                self.seq = 7;
                out.send(bytes);
                self.again(now, 10_000, 60, out);
            }
            Attack::SilenceBeforeLogin => self.again(now, 120_000, 2, out),
            Attack::SilenceAfterLogin => {
                if first {
                    let login = self.login();
                    out.send(login);
                }
                self.again(now, 600_000, 2, out);
            }
            Attack::FloodOfAlarms | Attack::FloodOfHeartbeats | Attack::FloodOfLogins => {
                let frame = match self.attack {
                    _ if first => self.login(),
                    Attack::FloodOfAlarms => self.alarm(self.id).repeat(FLOOD as usize),
                    Attack::FloodOfHeartbeats => self.heartbeat(self.id).repeat(FLOOD as usize),
                    _ => self.login().repeat(FLOOD as usize),
                };
                out.send(frame);
                self.again(now, 100, FLOODS, out);
            }
            Attack::ReplayBeforeLogin | Attack::ReplayAfterLogin => {
                let frame = match (self.attack, self.step) {
                    (Attack::ReplayAfterLogin, 0) => self.login(),
                    (_, n) if n % 3 == 0 => self.abilities(self.victim),
                    (_, n) if n % 3 == 1 => self.heartbeat(self.victim),
                    _ => self.alarm(self.victim),
                };
                out.send(frame);
                self.again(now, 300, 30, out);
            }
            Attack::Impostor => {
                let frame = match self.step % 4 {
                    3 => self.heartbeat(self.victim),
                    _ => {
                        let guess = format!("{:08}", self.random.below(100_000_000));
                        self.login_as(self.victim, &guess)
                    }
                };
                out.send(frame);
                self.again(now, 1_000, 60, out);
            }
            Attack::NeverReads => {
                let frames =
                    if first { self.login() } else { self.heartbeat(self.id).repeat(FLOOD as usize) };
                out.send(frames);
                self.again(now, 100, 200, out);
            }
            Attack::BrokenDocuments => {
                let frame = if first { self.login() } else { self.broken_document() };
                out.send(frame);
                self.again(now, 500, 20, out);
            }
            Attack::Drip => {
                let byte = self.login().get(self.step as usize).copied().unwrap_or_default();
                self.seq = 0;
                out.send(vec![byte]);
                self.again(now, 400, 400, out);
            }
            Attack::WrongDirection => {
                let command = Command(0x60 + (self.step % 0x30) as u8);
                let bytes = if first {
                    self.login()
                } else {
                    self.frame(command, b"<?xml version=\"1.0\"?><X><Result>0</Result></X>")
                };
                out.send(bytes);
                self.again(now, 200, 60, out);
            }
        }
    }

    /// Answers commands with the one SEQ there is.
    fn answer(&mut self, bytes: &[u8], out: &mut Outbox) {
        self.received.extend_from_slice(bytes);
        while let Some(&[.., command, _, _, _, l1, l2]) = self.received.get(..HEADER_LEN) {
            let len = OVERHEAD + usize::from(u16::from_be_bytes([l1, l2]));
            if self.received.len() < len {
                return;
            }
            self.received.drain(..len);
            if command >= 0x60 {
                let document = format!("<X><Result>0</Result><DevID>{}</DevID></X>", self.id);
                let frame = self.frame(Command(command), document.as_bytes());
                self.seq = 7;
                out.send(frame);
            }
        }
    }

    fn noise(&mut self, most: u64) -> Vec<u8> {
        let len = 1 + self.random.below(most);
        (0..len).map(|_| self.random.next() as u8).collect()
    }

    fn frame(&mut self, command: Command, document: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Longer documents are cut by the limit and not sent.
        let _ = encode(&FrameRef::new(command, self.seq, document), &mut bytes, MAX_PAYLOAD);
        self.seq = self.seq.wrapping_add(1);
        bytes
    }

    fn login(&mut self) -> Vec<u8> {
        let key = self.key.clone();
        self.login_as(self.id, key.reveal())
    }

    fn login_as(&mut self, id: DevId, key: &str) -> Vec<u8> {
        let document = format!(
            "<?xml version=\"1.0\"?><LOGIN_REQ><DevVer>V1.6_20140101</DevVer><DevID>{id}</DevID>\
             <DevKey>{key}</DevKey><LocalIP>192.168.1.66</LocalIP><RtspLocalPort>554</RtspLocalPort>\
             <NetType>0</NetType><NatType>0</NatType></LOGIN_REQ>"
        );
        self.frame(Command::LOGIN, document.as_bytes())
    }

    fn abilities(&mut self, id: DevId) -> Vec<u8> {
        let document = format!(
            "<?xml version=\"1.0\"?><ABILITYUP_REQ><DevID>{id}</DevID><ChannelNum>1</ChannelNum>\
             <LocalStoreFlag>1</LocalStoreFlag><DIDONum>0</DIDONum></ABILITYUP_REQ>"
        );
        self.frame(Command::ABILITYUP, document.as_bytes())
    }

    fn heartbeat(&mut self, id: DevId) -> Vec<u8> {
        let document = format!(
            "<?xml version=\"1.0\"?><HEARTBEAT_REQ><DevID>{id}</DevID><CurVideoNum>0</CurVideoNum>\
             <UpnpIP>0.0.0.0</UpnpIP><RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.66</LocalIP>\
             <RtspLocalPort>554</RtspLocalPort></HEARTBEAT_REQ>"
        );
        self.frame(Command::HEARTBEAT, document.as_bytes())
    }

    fn alarm(&mut self, id: DevId) -> Vec<u8> {
        let document = format!(
            "<?xml version=\"1.0\"?><ALARM_NOTIFY_REQ><DevID>{id}</DevID><ChannelNo>0</ChannelNo>\
             <AlarmType>1</AlarmType><AlarmDesc>x</AlarmDesc><FileName></FileName></ALARM_NOTIFY_REQ>"
        );
        self.frame(Command::ALARM_NOTIFY, document.as_bytes())
    }

    fn broken_document(&mut self) -> Vec<u8> {
        let document = match self.random.below(7) {
            0 => "<a>".repeat(20_000),
            1 => "&amp;".repeat(10_000),
            2 => "<ALARM_NOTIFY_REQ>".to_owned() + &"<DevID>1</DevID>".repeat(4_000),
            3 => "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>".to_owned(),
            4 => "<?xml version=\"1.0\" encoding=\"GB2312\"?><X>".to_owned() + &"\u{FFFD}".repeat(1_000),
            5 => "<X".repeat(30_000),
            _ => String::new(),
        };
        let command = [Command::ALARM_NOTIFY, Command::HEARTBEAT, Command::LOGIN, Command::VIDEO_PLAY];
        let pick = command[self.random.below(4) as usize];
        self.frame(pick, document.as_bytes())
    }
}
