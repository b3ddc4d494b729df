//! The device machine, its HTTP as bytes, and a platform that answers: from the first start to the addresses of the
//! access servers., E-27, E-50.

use kandian_proto::http::{
    AnswerReader, Limits, RequestReader, Routes, Unassigned, malformed, redirect_answer, register_answer,
    request,
};
use kandian_proto::message::device::AbilityUpRequest;
use kandian_proto::message::redirect::{ProvinceAccess, RedirectRequest, RedirectResponse};
use kandian_proto::message::register::{RegisterGrant, RegisterRequest, RegisterResponse};
use kandian_proto::session::device::{Config, Device, Event, Identity, Obstacle};
use kandian_proto::session::{Exchange, HttpRequest, Input, Output, Server};
use kandian_proto::time::{Millis, Now, Timestamp};
use kandian_proto::value::{
    DevType, Host, LocalStoreFlag, Manufacturer, Port, RedirectResult, RegisterResult,
};
use kandian_proto::{DevId, Outcome, Profile, decode};

const GROUP: &str = "http://group.example:8589/ISMPGroupManager";
const PROVINCE: &str = "http://[2001:db8::5]:8098";

/// A platform with both exchanges, which knows one device and one key.
struct Platform {
    is_claimed: bool,
    key: &'static str,
}

impl Platform {
    /// What it answers to the bytes of one connection.
    fn answer(&self, bytes: &[u8]) -> Vec<u8> {
        let routes = Routes::new().redirect_at("/ISMPGroupManager");
        let mut reader = RequestReader::new(Limits::REQUEST);
        let mut pieces = bytes.chunks(100);
        let read = pieces.find_map(|piece| reader.push(piece).unwrap()).expect("a whole request");
        let exchange = routes.find(&read).unwrap();
        let answer = match exchange {
            Exchange::Redirect => decode(read.document()).map(|read| self.redirect(&read.message)),
            Exchange::Register => decode(read.document()).map(|read| self.register(&read.message)),
        };
        answer.unwrap_or_else(|_| malformed(exchange, read.document(), time()))
    }

    fn redirect(&self, request: &RedirectRequest) -> Vec<u8> {
        let stun: Host = "stun.example".parse().unwrap();
        let url: kandian_proto::value::Url = PROVINCE.parse().unwrap();
        let access = ProvinceAccess::new(url, stun.clone(), Port(3478), stun, Port(3479));
        let outcome = match self.is_claimed {
            true => Outcome::Success(access),
            false => Outcome::Failure(RedirectResult::ADDRESS_UNKNOWN),
        };
        let response = RedirectResponse::new(outcome).dev_id(request.dev_id);
        redirect_answer(&response, Unassigned::default(), Profile::Spec).unwrap()
    }

    fn register(&self, request: &RegisterRequest) -> Vec<u8> {
        let host = |name: &str| name.parse::<Host>().unwrap();
        let grant = RegisterGrant::new(host("a.example"), host("b.example"), host("t"), host("u"))
            .access_port(Port(8588))
            .backup_access_port(Port(8589))
            .turn_port(Port(3478))
            .backup_turn_port(Port(3478))
            .ftp_ip(host("ftp.example"))
            .ftp_port(21)
            .ftp_account("camera")
            .ftp_password("K7M2P9Q4");
        let outcome = match request.dev_key.reveal() == self.key {
            true => Outcome::Success(grant),
            false => Outcome::Failure(RegisterResult::BAD_DEV_KEY),
        };
        let response = RegisterResponse::new(outcome).dev_id(request.dev_id).time(time());
        register_answer(&response, Profile::Spec).unwrap()
    }
}

fn time() -> Timestamp {
    Timestamp::new(2014, 3, 18, 10, 30, 0).unwrap()
}

fn device() -> Device {
    let dev_id: DevId = "81100000001".parse().unwrap();
    let identity = Identity {
        dev_id,
        dev_key: "12345678".into(),
        manufacturer: Manufacturer::new("811").unwrap(),
        model: "KD-1".to_owned(),
        dev_type: DevType::IPCAM,
        dev_ver: "V1.6_20140318".to_owned(),
    };
    let capabilities = AbilityUpRequest::new(dev_id, 1_u16, LocalStoreFlag(1), 0_u16);
    let mut config = Config::new(identity, capabilities, 7);
    config.group_url = Some(GROUP.parse().unwrap());
    Device::new(config, now())
}

fn now() -> Now {
    Now { mono: Millis(0), wall: None }
}

/// Runs until the device waits for something else than HTTP; where it posted, what it told, where it connects.
fn run(platform: &Platform) -> (Vec<String>, Vec<Event>, Option<Server>) {
    let mut device = device();
    let (mut posted, mut told, mut connects) = (Vec::new(), Vec::new(), None);
    loop {
        match device.poll_output() {
            Output::Http(HttpRequest { ticket, url, body, .. }) => {
                let (server, bytes) = request(&url, &body).unwrap();
                posted.push(server.to_string());
                let mut reader = AnswerReader::new(Limits::ANSWER);
                let answer = reader.push(&platform.answer(&bytes)).unwrap().expect("a whole answer");
                device.handle_input(now(), Input::HttpAnswer(answer.for_session(ticket)));
            }
            Output::Event(event) => told.push(event),
            Output::Connect(server) => connects = Some(server),
            Output::Timeout(_) => return (posted, told, connects),
            _ => {}
        }
    }
}

/// redirected to the province by IPv6 address, registered there, on the way to its server.
#[test]
fn redirect_and_registration() {
    let (posted, told, connects) = run(&Platform { is_claimed: true, key: "12345678" });
    assert_eq!(posted, ["group.example:8589", "[2001:db8::5]:8098"]);
    assert!(
        told.iter().any(|event| matches!(event, Event::Registered { time: Some(at), .. } if *at == time()))
    );
    assert_eq!(connects.map(|server| server.to_string()).as_deref(), Some("a.example:8588"));
}

/// E-27: the 401 of a group platform is understood.
#[test]
fn a_device_without_a_province() {
    let (posted, told, _) = run(&Platform { is_claimed: false, key: "12345678" });
    assert_eq!(posted, ["group.example:8589"]);
    assert!(told.contains(&Event::Unassigned(Obstacle::NotAssigned)), "{told:?}");
}

/// E-50: a wrong key comes as a Result in a 200.
#[test]
fn a_device_with_a_wrong_key() {
    let (_, told, connects) = run(&Platform { is_claimed: true, key: "87654321" });
    assert!(
        told.contains(&Event::NotRegistered(Obstacle::Register(RegisterResult::BAD_DEV_KEY))),
        "{told:?}"
    );
    assert_eq!(connects, None);
}
