//! The application of the platform: who may log in, what it answers, what it asks.

mod commands;

use std::sync::Arc;

pub(super) use commands::command;

use super::fleet::key_of;
use super::{Fleet, Kind, moment};
use crate::message::device::{
    AbilityUpResponse, AlarmNotifyResponse, CloudAccount, ExceptionNotifyResponse, LoginRequest,
    LoginResponse, NotifyPictureResponse, RecordPlayResponse, VideoPlayResponse,
};
use crate::message::redirect::{ProvinceAccess, RedirectRequest, RedirectResponse};
use crate::message::register::{RegisterGrant, RegisterRequest, RegisterResponse};
use crate::session::platform::{Config, Hub, LinkEpoch};
use crate::session::{Exchange, Quirks};
use crate::time::{CHINA_OFFSET_MINUTES, Millis, Timestamp};
use crate::value::{
    DevType, GenericResult, Host, LoginResult, OrUnchanged, Port, RedirectResult, RegisterResult, UrlOrEmpty,
};
use crate::{DevId, Outcome, Profile, Request, Response, Secret, decode, encode};

pub(super) const PROVINCE_URL: &str = "http://province.example:8098/DeviceRegisterServlet";
pub(super) const GROUP_URL: &str = "http://group.example:8589/ISMPGroupManager";

const DONE: GenericResult = GenericResult(0);

/// What a connection meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Up,
    /// Nobody listens; connections are refused.
    Refusing,
    /// There is no machine; nothing comes back.
    Silent,
}

/// The platform, without its links.
#[derive(Debug)]
pub(super) struct Core {
    pub(super) state: State,
    pub(super) hub: Hub,
    pub(super) link_config: Arc<Config>,
    fleet: Fleet,
    /// Never starts again: the store hands them out.
    epoch: u64,
}

/// What will be answered to a device, once that has been thought about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Planned {
    Login(DevId, Result<Kind, LoginResult>),
    AbilityUp,
    Exception,
    Alarm,
    Picture,
    LiveToken,
    PlaybackToken,
}

impl Core {
    pub(super) fn new(fleet: Fleet) -> Self {
        Self { state: State::Up, hub: Hub::new(), link_config: Arc::new(Config::default()), fleet, epoch: 0 }
    }

    pub(super) fn next_epoch(&mut self) -> LinkEpoch {
        self.epoch += 1;
        LinkEpoch(self.epoch)
    }

    /// Decides about a request of a device.
    pub(super) fn plan(&self, request: &Request) -> Option<Planned> {
        Some(match request {
            Request::Login(login) => Planned::Login(login.dev_id, self.judge(login)),
            Request::AbilityUp(_) => Planned::AbilityUp,
            Request::ExceptionNotify(_) => Planned::Exception,
            Request::AlarmNotify(_) => Planned::Alarm,
            Request::NotifyPicture(_) => Planned::Picture,
            Request::VideoPlay(_) => Planned::LiveToken,
            Request::RecordPlay(_) => Planned::PlaybackToken,
            _ => return None,
        })
    }

    fn judge(&self, login: &LoginRequest) -> Result<Kind, LoginResult> {
        let (kind, number) = self.fleet.kind_of(login.dev_id).ok_or(LoginResult::UNKNOWN_DEVICE)?;
        if login.dev_key.matches(&key_of(kind, number)) { Ok(kind) } else { Err(LoginResult::BAD_DEV_KEY) }
    }

    fn knows(&self, id: DevId, key: &Secret) -> bool {
        self.fleet.kind_of(id).is_some_and(|(kind, number)| key.matches(&key_of(kind, number)))
    }

    /// The policies for a kind of device, as an operator would set them for its manufacturer.
    pub(super) fn quirks(kind: Kind) -> Quirks {
        if kind == Kind::Legacy { Quirks::LEGACY_RECORDER } else { Quirks::SPEC }
    }

    /// The type of a device. Recorders of 2014 have commands that the specification gives to cameras only, so
    /// nothing is said about them.
    pub(super) fn device_type(kind: Kind) -> Option<DevType> {
        (kind == Kind::Spec).then_some(DevType::IPCAM)
    }

    /// Status and body of the answer to an HTTP request. Refusals are short documents with status 200.
    pub(super) fn http(&self, now: Millis, exchange: Exchange, body: &[u8]) -> (u16, Vec<u8>) {
        let answer = match exchange {
            Exchange::Register => self.register(now, body),
            Exchange::Redirect => self.redirect(body),
        };
        answer.map_or((400, Vec::new()), |body| (200, body))
    }

    fn register(&self, now: Millis, body: &[u8]) -> Option<Vec<u8>> {
        let request = decode::<RegisterRequest>(body).ok()?.message;
        let outcome = if self.knows(request.dev_id, &request.dev_key) {
            Outcome::Success(grant()?)
        } else {
            Outcome::Failure(RegisterResult::BAD_DEV_KEY)
        };
        let response = RegisterResponse::new(outcome).dev_id(request.dev_id).time(civil(now));
        encode(&response, Profile::Spec).ok()
    }

    fn redirect(&self, body: &[u8]) -> Option<Vec<u8>> {
        let request = decode::<RedirectRequest>(body).ok()?.message;
        let outcome = if self.knows(request.dev_id, &request.dev_key) {
            let stun = host("stun.example")?;
            let url = PROVINCE_URL.parse::<crate::value::Url>().ok()?;
            Outcome::Success(ProvinceAccess::new(url, stun.clone(), Port(3478), stun, Port(3478)))
        } else {
            Outcome::Failure(RedirectResult::ADDRESS_UNKNOWN)
        };
        encode(&RedirectResponse::new(outcome).dev_id(request.dev_id), Profile::Spec).ok()
    }
}

/// The response to what was planned, to a device.
pub(super) fn response(now: Millis, device: DevId, planned: Planned) -> Response {
    match planned {
        Planned::Login(id, Ok(_)) => {
            let none = CloudAccount::new(UrlOrEmpty::default(), "", "", "", "");
            LoginResponse::new(Outcome::Success(none)).dev_id(id).time(civil(now)).into()
        }
        Planned::Login(id, Err(code)) => {
            LoginResponse::new(Outcome::Failure(code)).dev_id(id).time(civil(now)).into()
        }
        Planned::AbilityUp => AbilityUpResponse::new().dev_id(device).time(civil(now)).into(),
        Planned::Exception => ExceptionNotifyResponse::new(DONE).dev_id(device).into(),
        Planned::Alarm => AlarmNotifyResponse::new(DONE).dev_id(device).into(),
        Planned::Picture => NotifyPictureResponse::new().dev_id(device).into(),
        Planned::LiveToken => VideoPlayResponse::new(DONE).dev_id(device).into(),
        Planned::PlaybackToken => RecordPlayResponse::new(DONE).dev_id(device).into(),
    }
}

fn civil(now: Millis) -> Option<Timestamp> {
    moment(now).civil(CHINA_OFFSET_MINUTES)
}

fn host(name: &str) -> Option<Host> {
    name.parse().ok()
}

/// Access, TURN and FTP servers; the recorders of 2014 want every element to be there.
fn grant() -> Option<RegisterGrant> {
    let turn = host("turn.example")?;
    let grant = RegisterGrant::new(host("a.example")?, host("b.example")?, turn.clone(), turn);
    Some(
        grant
            .access_port(Port(8588))
            .backup_access_port(Port(8588))
            .turn_port(Port(3478))
            .backup_turn_port(Port(3478))
            .ftp_ip(OrUnchanged::Value(host("ftp.example")?))
            .ftp_port(OrUnchanged::Value(Port(2121)))
            .ftp_account(OrUnchanged::Value("picture".to_owned()))
            .ftp_password(OrUnchanged::Value(Secret::from("picture"))),
    )
}
