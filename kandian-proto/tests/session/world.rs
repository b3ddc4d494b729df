//! A device and a platform in one room, with a clock that jumps from deadline to deadline.

use std::collections::VecDeque;
use std::sync::Arc;

use kandian_codec::{Command, FrameDecoder, Item};
use kandian_proto::message::device::{
    AbilityUpRequest, AbilityUpResponse, AlarmNotifyResponse, CloudAccount, ExceptionNotifyResponse,
    LoginResponse, VideoPlayResponse,
};
use kandian_proto::message::redirect::{ProvinceAccess, RedirectResponse};
use kandian_proto::message::register::{RegisterGrant, RegisterResponse};
use kandian_proto::session::device::{self, Device, Identity};
use kandian_proto::session::platform::{self, Link};
use kandian_proto::session::{CloseReason, Exchange, HttpAnswer, Input, Output, Server, Ticket, TimerKind};
use kandian_proto::time::{Millis, Now, Timestamp, UnixMillis};
use kandian_proto::value::{
    DevType, GenericResult, LocalStoreFlag, LoginResult, Manufacturer, Port, RedirectResult, RegisterResult,
};
use kandian_proto::{DevId, Outcome, Profile, Request, Response, encode};

/// Where the device's registration goes.
pub(crate) const PROVINCE: &str = "http://province.example:8098/DeviceRegisterServlet";
/// Where its redirect goes.
pub(crate) const GROUP: &str = "http://group.example:8589/ISMPGroupManager";
pub(crate) const DEVICE: &str = "81100000001";
/// 18 March 2014, 10:30 in China.
const START: i64 = 1_395_109_800_000;

/// How bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delivery {
    Whole,
    ByteByByte,
    /// Each piece cut in two at this place.
    Cut(usize),
}

/// Every way of delivery that a behaviour is tried with. The places to cut are around the header and the end of
/// a frame, and in the middle.
pub(crate) fn deliveries() -> impl Iterator<Item = Delivery> {
    let cuts = [1, 2, 3, 7, 8, 9, 23, 24, 25, 40, 100, 150].map(Delivery::Cut);
    [Delivery::Whole, Delivery::ByteByByte].into_iter().chain(cuts)
}

/// Something that happened, for the tests to look at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Entry {
    Http(Exchange),
    Connect(String),
    /// The device closed the connection.
    DeviceCloses(CloseReason),
    /// The platform closed the connection.
    PlatformCloses(CloseReason),
    Device(device::Event),
    Platform(platform::Event),
    /// A frame of the device: command word, SEQ, document.
    Up(Command, u16, String),
    /// A frame of the platform.
    Down(Command, u16, String),
}

/// What the platform's application does.
pub(crate) struct Script {
    /// `None`: the exchange gets no answer.
    pub(crate) redirect: Box<dyn FnMut() -> Option<(u16, Vec<u8>)>>,
    pub(crate) register: Box<dyn FnMut() -> Option<(u16, Vec<u8>)>>,
    /// Which servers accept connections.
    pub(crate) reachable: Box<dyn FnMut(&Server) -> bool>,
    /// The answer to a request of the device; `None`: none.
    pub(crate) answer: Box<dyn FnMut(&Request) -> Option<Response>>,
    /// Whether the bytes of the platform reach the device, and the other way round.
    pub(crate) connected: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            redirect: Box::new(|| Some((200, redirected()))),
            register: Box::new(|| Some((200, registered("a.example", "b.example")))),
            reachable: Box::new(|_| true),
            answer: Box::new(|request| Some(accept(request))),
            connected: true,
        }
    }
}

pub(crate) struct World {
    pub(crate) now: Millis,
    pub(crate) device: Device,
    pub(crate) link: Option<Link>,
    pub(crate) script: Script,
    pub(crate) log: Vec<(Millis, Entry)>,
    delivery: Delivery,
    device_timeout: Option<(Millis, TimerKind)>,
    link_timeout: Option<(Millis, TimerKind)>,
    up: FrameDecoder,
    down: FrameDecoder,
    /// HTTP exchanges and connections that the device asked for and that are not settled.
    asked: VecDeque<Asked>,
}

enum Asked {
    Http(Ticket, Exchange),
    Connect(Server),
}

pub(crate) fn id() -> DevId {
    DEVICE.parse().unwrap()
}

pub(crate) fn time() -> Timestamp {
    Timestamp::new(2014, 3, 18, 10, 30, 0).unwrap()
}

/// A camera with the defaults of the specification.
pub(crate) fn config() -> device::Config {
    let identity = Identity {
        dev_id: id(),
        dev_key: "K7M2P9Q4".into(),
        manufacturer: Manufacturer::new("811").unwrap(),
        model: "KD-1".to_owned(),
        dev_type: DevType::IPCAM,
        dev_ver: "V1.6_20140318".to_owned(),
    };
    let capabilities = AbilityUpRequest::new(id(), 1_u16, LocalStoreFlag(1), 0_u16);
    let mut config = device::Config::new(identity, capabilities, 7);
    config.province_url = Some(PROVINCE.parse().unwrap());
    config
}

pub(crate) fn redirected() -> Vec<u8> {
    let access = ProvinceAccess::new(
        PROVINCE.parse::<kandian_proto::value::Url>().unwrap(),
        "stun.example".parse::<kandian_proto::value::Host>().unwrap(),
        Port(3478),
        "stun2.example".parse::<kandian_proto::value::Host>().unwrap(),
        Port(3478),
    );
    encode(&RedirectResponse::new(Outcome::Success(access)).dev_id(id()), Profile::Spec).unwrap()
}

pub(crate) fn not_redirected(result: RedirectResult) -> Vec<u8> {
    encode(&RedirectResponse::new(Outcome::Failure(result)).dev_id(id()), Profile::Spec).unwrap()
}

/// A registration with these access servers; an empty name for none.
pub(crate) fn registered(primary: &str, backup: &str) -> Vec<u8> {
    let document =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/canonical/REGISTER_RES.xml"))
            .unwrap();
    let read: RegisterResponse = kandian_proto::decode_strict(document.as_bytes()).unwrap();
    let grant: RegisterGrant = read.outcome.success().unwrap().clone();
    let host = |name: &str| name.parse::<kandian_proto::value::Host>().unwrap_or_default();
    let grant = grant
        .access_host(host(primary))
        .access_port(Port(8588))
        .backup_access_host(host(backup))
        .backup_access_port(Port(8589));
    let response = RegisterResponse::new(Outcome::Success(grant)).dev_id(id()).time(time());
    let mut bytes = Vec::new();
    // A backup that is not there is an empty element, which only deployed platforms write.
    if kandian_proto::encode_into(&response, Profile::Spec, &mut bytes).is_err() || backup.is_empty() {
        let text = String::from_utf8(encode(&response, Profile::Spec).unwrap()).unwrap();
        return text.into_bytes();
    }
    bytes
}

pub(crate) fn not_registered(result: RegisterResult) -> Vec<u8> {
    let response = RegisterResponse::new(Outcome::Failure(result)).dev_id(id()).time(time());
    encode(&response, Profile::Spec).unwrap()
}

pub(crate) fn login_success() -> Response {
    let document =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/variants/LOGIN_RES.no-cloud.xml"));
    let read: LoginResponse = kandian_proto::decode_strict(&document.unwrap()).unwrap();
    let account: CloudAccount = read.outcome.success().unwrap().clone();
    LoginResponse::new(Outcome::Success(account)).dev_id(id()).time(time()).into()
}

pub(crate) fn login_refusal(result: LoginResult) -> Response {
    LoginResponse::new(Outcome::Failure(result)).dev_id(id()).time(time()).into()
}

/// Yes to everything.
pub(crate) fn accept(request: &Request) -> Response {
    let ok = GenericResult(0);
    match request {
        Request::Login(_) => login_success(),
        Request::AbilityUp(_) => AbilityUpResponse::new().dev_id(id()).time(time()).into(),
        Request::ExceptionNotify(_) => ExceptionNotifyResponse::new(ok).dev_id(id()).into(),
        Request::AlarmNotify(_) => AlarmNotifyResponse::new(ok).dev_id(id()).into(),
        Request::VideoPlay(_) => VideoPlayResponse::new(ok).dev_id(id()).into(),
        other => panic!("no answer to {other:?}"),
    }
}

impl World {
    pub(crate) fn new(config: device::Config, script: Script, delivery: Delivery) -> Self {
        let now = Millis(0);
        Self {
            now,
            device: Device::new(config, moment(now)),
            link: None,
            script,
            log: Vec::new(),
            delivery,
            device_timeout: None,
            link_timeout: None,
            up: FrameDecoder::new(),
            down: FrameDecoder::new(),
            asked: VecDeque::new(),
        }
    }

    /// A world whose device is online, with an empty log.
    pub(crate) fn online(delivery: Delivery) -> Self {
        let mut world = Self::new(config(), Script::default(), delivery);
        world.run_for(1);
        assert!(world.device.is_online(), "{:#?}", world.log);
        world.log.clear();
        world
    }

    pub(crate) fn moment(&self) -> Now {
        moment(self.now)
    }

    /// Lets so many seconds pass.
    pub(crate) fn run_for(&mut self, seconds: u64) {
        self.run_until(self.now + Millis::from_secs(seconds));
    }

    /// Lets time pass up to and including a moment.
    pub(crate) fn run_until(&mut self, end: Millis) {
        // A machine that asks for the same moment again and again would hang; this finds it.
        for _ in 0..2_000_000 {
            self.settle();
            let next = [self.device_timeout, self.link_timeout].into_iter().flatten().map(|(at, _)| at).min();
            let Some(at) = next.filter(|at| *at <= end) else {
                self.now = end;
                return;
            };
            self.now = self.now.max(at);
            let now = self.moment();
            if self.device_timeout.is_some_and(|(due, _)| due <= self.now) {
                self.device.handle_input(now, Input::Timeout);
            }
            if let Some(link) = &mut self.link
                && self.link_timeout.is_some_and(|(due, _)| due <= self.now)
            {
                link.handle_input(now, Input::Timeout);
            }
        }
        panic!("the machines never rest");
    }

    /// The connection breaks, and both ends notice.
    pub(crate) fn cut(&mut self) {
        let now = self.moment();
        if let Some(mut link) = self.link.take() {
            link.handle_input(now, Input::Disconnected);
            self.device.handle_input(now, Input::Disconnected);
            self.link = Some(link);
            self.settle();
            self.link = None;
            self.link_timeout = None;
        }
    }

    /// Drains all outputs of both ends until nothing moves at this moment.
    pub(crate) fn settle(&mut self) {
        loop {
            let before = self.log.len();
            self.drain_device();
            self.drain_link();
            let settled = self.asked.is_empty();
            self.settle_asked();
            if settled && self.log.len() == before {
                return;
            }
        }
    }

    fn note(&mut self, entry: Entry) {
        self.log.push((self.now, entry));
    }

    fn drain_device(&mut self) {
        loop {
            match self.device.poll_output() {
                Output::Timeout(at) => {
                    self.device_timeout = at;
                    return;
                }
                Output::Http(request) => {
                    self.note(Entry::Http(request.exchange));
                    self.asked.push_back(Asked::Http(request.ticket, request.exchange));
                }
                Output::Connect(server) => {
                    self.note(Entry::Connect(server.to_string()));
                    self.asked.push_back(Asked::Connect(server));
                }
                Output::Disconnect(reason) => {
                    self.note(Entry::DeviceCloses(reason));
                    self.asked.retain(|asked| matches!(asked, Asked::Http(..)));
                    self.end_link();
                }
                Output::Transmit(bytes) => {
                    for (command, seq, text) in frames(&mut self.up, &bytes) {
                        self.note(Entry::Up(command, seq, text));
                    }
                    if self.script.connected && self.link.is_some() {
                        for piece in pieces(self.delivery, &bytes) {
                            let now = self.moment();
                            if let Some(link) = &mut self.link {
                                link.handle_input(now, Input::Bytes(piece));
                            }
                            self.drain_link();
                        }
                    }
                }
                Output::Event(event) => self.note(Entry::Device(event)),
                other => panic!("{other:?}"),
            }
        }
    }

    fn drain_link(&mut self) {
        while let Some(link) = &mut self.link {
            match link.poll_output() {
                Output::Timeout(at) => {
                    self.link_timeout = at;
                    return;
                }
                Output::Transmit(bytes) => {
                    for (command, seq, text) in frames(&mut self.down, &bytes) {
                        self.note(Entry::Down(command, seq, text));
                    }
                    if self.script.connected {
                        for piece in pieces(self.delivery, &bytes) {
                            self.device.handle_input(moment(self.now), Input::Bytes(piece));
                        }
                    }
                }
                Output::Event(event) => self.platform_event(event),
                Output::Disconnect(reason) => {
                    self.note(Entry::PlatformCloses(reason));
                    self.link = None;
                    self.link_timeout = None;
                    if self.script.connected {
                        self.device.handle_input(moment(self.now), Input::Disconnected);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn platform_event(&mut self, event: platform::Event) {
        self.note(Entry::Platform(event.clone()));
        if let platform::Event::Request { ticket, request, .. } = event
            && let Some(response) = (self.script.answer)(&request)
            && let Some(link) = &mut self.link
        {
            link.respond(moment(self.now), ticket, response).unwrap();
        }
    }

    fn end_link(&mut self) {
        let now = self.moment();
        if self.script.connected
            && let Some(link) = &mut self.link
        {
            link.handle_input(now, Input::Disconnected);
            self.drain_link();
        }
        self.link = None;
        self.link_timeout = None;
    }

    fn settle_asked(&mut self) {
        let Some(asked) = self.asked.pop_front() else { return };
        let now = self.moment();
        match asked {
            Asked::Http(ticket, exchange) => {
                let answer = match exchange {
                    Exchange::Redirect => (self.script.redirect)(),
                    Exchange::Register => (self.script.register)(),
                };
                let (status, body) = answer.map_or((None, Vec::new()), |(s, b)| (Some(s), b));
                self.device.handle_input(now, Input::HttpAnswer(HttpAnswer { ticket, status, body: &body }));
            }
            Asked::Connect(server) if (self.script.reachable)(&server) => {
                self.up = FrameDecoder::new();
                self.down = FrameDecoder::new();
                self.link = Some(Link::new(Arc::new(platform::Config::default()), now));
                self.device.handle_input(now, Input::Connected);
            }
            Asked::Connect(_) => self.device.handle_input(now, Input::Disconnected),
        }
    }

    /// When entries of a kind happened, in whole seconds since the start of the world.
    pub(crate) fn seconds(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<u64> {
        self.log.iter().filter(|(_, e)| wanted(e)).map(|(at, _)| at.as_secs()).collect()
    }

    /// What the tests want of each entry, in order.
    pub(crate) fn pick<T>(&self, wanted: impl Fn(&Entry) -> Option<T>) -> Vec<T> {
        self.log.iter().filter_map(|(_, e)| wanted(e)).collect()
    }

    /// When the device sent frames with a command word.
    pub(crate) fn sent(&self, command: Command) -> Vec<u64> {
        self.seconds(|e| matches!(e, Entry::Up(c, ..) if *c == command))
    }

    /// When the device registered.
    pub(crate) fn registrations(&self) -> Vec<u64> {
        self.seconds(|e| *e == Entry::Http(Exchange::Register))
    }
}

/// A moment with a wall clock that fits.
pub(crate) fn moment(mono: Millis) -> Now {
    Now { mono, wall: Some(UnixMillis(START + mono.0 as i64)) }
}

pub(crate) fn pieces(delivery: Delivery, bytes: &[u8]) -> Vec<&[u8]> {
    match delivery {
        Delivery::Whole => vec![bytes],
        Delivery::ByteByByte => bytes.chunks(1).collect(),
        Delivery::Cut(at) => {
            let (head, tail) = bytes.split_at(at.min(bytes.len()));
            vec![head, tail]
        }
    }
}

/// The frames of bytes that hold whole frames.
fn frames(decoder: &mut FrameDecoder, mut bytes: &[u8]) -> Vec<(Command, u16, String)> {
    let mut found = Vec::new();
    while let Some(item) = decoder.decode(&mut bytes).unwrap() {
        let Item::Frame { frame, .. } = item else { panic!("{item:?}") };
        found.push((frame.command, frame.seq, String::from_utf8(frame.payload.to_vec()).unwrap()));
    }
    found
}
