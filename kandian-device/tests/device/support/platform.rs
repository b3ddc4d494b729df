//! A platform in memory: group and province in one, with knobs.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kandian_proto::http::{Limits, RequestReader, Routes, Unassigned, redirect_answer, register_answer};
use kandian_proto::message::device::{
    AbilityUpRequest, AbilityUpResponse, AlarmNotifyRequest, AlarmNotifyResponse, CloudAccount,
    ExceptionNotifyResponse, LoginRequest, LoginResponse, NotifyPictureResponse, VideoPlayRequest,
    VideoPlayResponse,
};
use kandian_proto::message::redirect::{ProvinceAccess, RedirectRequest, RedirectResponse};
use kandian_proto::message::register::{RegisterGrant, RegisterRequest, RegisterResponse};
use kandian_proto::session::platform::{Event, Link, Output};
use kandian_proto::session::{End, Exchange, Input, SendError};
use kandian_proto::time::{CHINA_OFFSET_MINUTES, Millis, Now, Timestamp, UnixMillis};
use kandian_proto::value::{
    GenericResult, Host, LoginResult, Port, RedirectResult, RegisterResult, StreamType, Url, UrlOrEmpty,
};
use kandian_proto::{Outcome, Profile, Request, Response, Secret, decode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use super::ftp::{self, Ftp};
use super::{KEY, SOON};

/// The path of a URL for live view.
pub(crate) fn path(channel: u16, stream: StreamType, token: &str) -> String {
    let (device, stream) = (super::id(), stream.0);
    format!("/realplay?devid={device}&channelno={channel}&streamtype={stream}&hashtoken={token}")
}

/// What the platform saw and does.
#[derive(Default)]
struct Inner {
    /// Requests of devices that nobody has looked at, in the order in which they came.
    seen: VecDeque<Request>,
    redirects: usize,
    registrations: usize,
    logins: usize,
    /// Whether the group platform names the province.
    assigned: bool,
    /// The grant of a registration.
    grant: Option<RegisterGrant>,
    cloud: Option<CloudAccount>,
    /// What logins are told the time is; the real one otherwise.
    time: Option<Timestamp>,
    /// The link of the device.
    link: Option<mpsc::Sender<Order>>,
    /// Whether a login ends the link that was there before.
    keeps_newest: bool,
    /// Tokens that are good once, with channel and stream.
    tokens: HashMap<String, (u16, StreamType)>,
    tokens_issued: u64,
    /// Whether questions about tokens are not answered.
    is_silent: bool,
}

enum Order {
    Ask(Box<Request>, oneshot::Sender<Result<End, SendError>>),
    Close,
}

pub(crate) struct Platform {
    inner: Arc<Mutex<Inner>>,
    http: SocketAddr,
    pub(crate) access: SocketAddr,
    started: Instant,
    _tasks: JoinSet<()>,
}

impl Platform {
    pub(crate) async fn start() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start_at([any, any]).await
    }

    /// For HTTP and for links.
    pub(crate) async fn start_at([http, access]: [SocketAddr; 2]) -> Self {
        let http = TcpListener::bind(http).await.unwrap();
        let access = TcpListener::bind(access).await.unwrap();
        let mut tasks = JoinSet::new();
        let platform = Self {
            inner: Arc::default(),
            http: http.local_addr().unwrap(),
            access: access.local_addr().unwrap(),
            started: Instant::now(),
            _tasks: JoinSet::new(),
        };
        let served = platform.view();
        tasks.spawn(async move {
            loop {
                let (stream, _) = http.accept().await.unwrap();
                let served = served.view();
                tokio::spawn(async move { served.exchange(stream).await });
            }
        });
        let served = platform.view();
        tasks.spawn(async move {
            loop {
                let (stream, _) = access.accept().await.unwrap();
                let served = served.view();
                tokio::spawn(async move { served.drive(stream).await });
            }
        });
        Self { _tasks: tasks, ..platform }
    }

    /// Ends it, links and all; returns its addresses.
    pub(crate) async fn stop(mut self) -> [SocketAddr; 2] {
        self._tasks.shutdown().await;
        self.hang_up().await;
        [self.http, self.access]
    }

    /// A login ends the link that was there before.
    pub(crate) fn keep_newest(&self) {
        self.with(|inner| inner.keeps_newest = true);
    }

    /// A token that is good once; the path of the URL that carries it.
    pub(crate) fn issue(&self, channel: u16, stream: StreamType) -> String {
        let token = self.with(|inner| {
            let token = format!("{:032x}", 0x6f1e_d002_ab55_9585_u64 + inner.tokens_issued);
            inner.tokens_issued += 1;
            inner.tokens.insert(token.clone(), (channel, stream));
            token
        });
        path(channel, stream, &token)
    }

    /// From now on questions about tokens are not answered.
    pub(crate) fn fall_silent(&self) {
        self.with(|inner| inner.is_silent = true);
    }

    /// The next question about a token.
    pub(crate) async fn check(&self) -> VideoPlayRequest {
        let pick = |request: &Request| match request {
            Request::VideoPlay(check) => Some(check.clone()),
            _ => None,
        };
        self.sees("check of a token", pick).await
    }

    /// Questions about tokens that nobody has looked at.
    pub(crate) fn checks(&self) -> usize {
        self.with(|inner| inner.seen.iter().filter(|seen| matches!(seen, Request::VideoPlay(_))).count())
    }

    /// Waits for a heartbeat that says that this many watch.
    pub(crate) async fn hears_of_viewers(&self, viewers: u16) {
        let pick = |request: &Request| match request {
            Request::Heartbeat(heartbeat) => (heartbeat.cur_video_num == viewers).then_some(()),
            _ => None,
        };
        self.sees(&format!("heartbeat with {viewers} viewers"), pick).await;
    }

    fn view(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), _tasks: JoinSet::new(), ..*self }
    }

    fn with<T>(&self, look: impl FnOnce(&mut Inner) -> T) -> T {
        look(&mut self.inner.lock().unwrap())
    }

    /// Waits until something is the case.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let waiting = async {
            loop {
                if let Some(found) = look(self) {
                    return found;
                }
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(SOON, waiting).await.unwrap_or_else(|_| panic!("no {what}"))
    }

    fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
        Now { mono: Millis(self.started.elapsed().as_millis() as u64), wall: Some(UnixMillis(wall)) }
    }

    fn time(&self) -> Timestamp {
        let told = self.with(|inner| inner.time);
        told.unwrap_or_else(|| self.now().civil(CHINA_OFFSET_MINUTES).unwrap())
    }

    /// Sets the clocks of devices that log in from now on.
    pub(crate) fn set_time(&self, time: &str) {
        self.with(|inner| inner.time = Some(time.parse().unwrap()));
    }

    /// Where devices register.
    pub(crate) fn province(&self) -> Url {
        format!("http://{}/DeviceRegisterServlet", self.http).parse().unwrap()
    }

    /// Where devices ask for their province.
    pub(crate) fn group(&self) -> Url {
        format!("http://{}/redirect", self.http).parse().unwrap()
    }

    pub(crate) fn assign(&self) {
        self.with(|inner| inner.assigned = true);
    }

    pub(crate) fn set_grant(&self, grant: RegisterGrant) {
        self.with(|inner| inner.grant = Some(grant));
    }

    pub(crate) fn set_cloud(&self, account: CloudAccount) {
        self.with(|inner| inner.cloud = Some(account));
    }

    /// Redirects, registrations and logins so far.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        self.with(|inner| (inner.redirects, inner.registrations, inner.logins))
    }

    /// A grant with this access server twice.
    pub(crate) fn grant_for(access: SocketAddr, backup: SocketAddr) -> RegisterGrant {
        let host = |address: SocketAddr| -> Host { address.ip().to_string().parse().unwrap() };
        let none = Host::from(std::net::Ipv4Addr::LOCALHOST);
        RegisterGrant::new(host(access), host(backup), none.clone(), none.clone())
            .access_port(Port(access.port()))
            .backup_access_port(Port(backup.port()))
            .turn_port(Port(3478))
            .backup_turn_port(Port(3478))
            .ftp_ip(none)
            .ftp_port(Port(2121))
            .ftp_account("pictures".to_owned())
            .ftp_password(Secret::from("ftp-secret"))
    }

    /// Devices that register from now on send their pictures to this server.
    pub(crate) fn set_ftp(&self, ftp: &Ftp) {
        let grant = Self::grant_for(self.access, self.access);
        let grant = grant.ftp_port(Port(ftp.address.port())).ftp_account(ftp::USER.to_owned());
        self.set_grant(grant.ftp_password(Secret::from(ftp::PASSWORD)));
    }

    /// Asks the device, which must answer; returns how the request ended.
    pub(crate) async fn ask(&self, request: impl Into<Request>) -> End {
        let request = request.into();
        let link = self.until("link", |platform| platform.with(|inner| inner.link.clone())).await;
        let (sender, answer) = oneshot::channel();
        let operation = request.operation();
        link.send(Order::Ask(Box::new(request), sender)).await.unwrap_or_else(|_| panic!("no link"));
        let answer = timeout(Duration::from_secs(65), answer).await.unwrap().unwrap();
        answer.unwrap_or_else(|error| panic!("{operation:?}: {error}"))
    }

    /// Asks the device, which must say yes.
    pub(crate) async fn yes(&self, request: impl Into<Request>) -> Response {
        match self.ask(request).await {
            End::Answered(response) => *response,
            other => panic!("{other:?}"),
        }
    }

    /// Closes the link of the device.
    pub(crate) async fn hang_up(&self) {
        let link = self.with(|inner| inner.link.take());
        link.unwrap().send(Order::Close).await.unwrap_or_else(|_| panic!("no link"));
    }

    /// Waits for a request of the device that is of interest; everything before it is forgotten.
    pub(crate) async fn sees<T>(&self, what: &str, pick: impl Fn(&Request) -> Option<T>) -> T {
        self.until(what, |platform| {
            platform.with(|inner| {
                while let Some(request) = inner.seen.pop_front() {
                    if let Some(found) = pick(&request) {
                        return Some(found);
                    }
                }
                None
            })
        })
        .await
    }

    /// The next exception: type and text.
    pub(crate) async fn exception(&self) -> (u16, String) {
        let pick = |request: &Request| match request {
            Request::ExceptionNotify(m) => Some((m.exception_type.0, m.exception_desc.clone())),
            _ => None,
        };
        self.sees("exception", pick).await
    }

    /// The next capability report.
    pub(crate) async fn capabilities(&self) -> AbilityUpRequest {
        let pick = |request: &Request| match request {
            Request::AbilityUp(m) => Some(m.clone()),
            _ => None,
        };
        self.sees("capabilities", pick).await
    }

    /// The next login.
    pub(crate) async fn login(&self) -> LoginRequest {
        let pick = |request: &Request| match request {
            Request::Login(m) => Some(m.clone()),
            _ => None,
        };
        self.sees("login", pick).await
    }

    /// The next alarm.
    pub(crate) async fn alarm(&self) -> AlarmNotifyRequest {
        let pick = |request: &Request| match request {
            Request::AlarmNotify(alarm) => Some(alarm.clone()),
            _ => None,
        };
        self.sees("alarm", pick).await
    }

    /// Forgets what was seen.
    pub(crate) fn forget(&self) {
        self.with(|inner| inner.seen.clear());
    }

    async fn exchange(&self, mut stream: TcpStream) {
        let routes = Routes::new().redirect_at("/redirect");
        let (mut reader, mut piece) = (RequestReader::new(Limits::REQUEST), [0; 2048]);
        let request = loop {
            let n = stream.read(&mut piece).await.unwrap_or(0);
            if n == 0 {
                return;
            }
            if let Some(request) = reader.push(&piece[..n]).unwrap() {
                break request;
            }
        };
        let answer = match routes.find(&request).unwrap() {
            Exchange::Redirect => self.redirect(request.document()),
            Exchange::Register => self.register(request.document()),
        };
        let _ = stream.write_all(&answer).await;
        let _ = stream.shutdown().await;
    }

    fn redirect(&self, document: &[u8]) -> Vec<u8> {
        let device = decode::<RedirectRequest>(document).unwrap().message.dev_id;
        let assigned = self.with(|inner| {
            inner.redirects += 1;
            inner.assigned
        });
        let outcome = if assigned {
            let stun: Host = "stun.example".parse().unwrap();
            Outcome::Success(ProvinceAccess::new(self.province(), stun.clone(), Port(3478), stun, Port(3479)))
        } else {
            Outcome::Failure(RedirectResult::ADDRESS_UNKNOWN)
        };
        let response = RedirectResponse::new(outcome).dev_id(device);
        redirect_answer(&response, Unassigned::default(), Profile::Spec).unwrap()
    }

    fn register(&self, document: &[u8]) -> Vec<u8> {
        let request = decode::<RegisterRequest>(document).unwrap().message;
        let grant = self.with(|inner| {
            inner.registrations += 1;
            inner.grant.clone()
        });
        let outcome = if request.dev_key.matches(KEY) {
            Outcome::Success(grant.unwrap_or_else(|| Self::grant_for(self.access, self.access)))
        } else {
            Outcome::Failure(RegisterResult::BAD_DEV_KEY)
        };
        let response = RegisterResponse::new(outcome).dev_id(request.dev_id).time(self.time());
        register_answer(&response, Profile::Spec).unwrap()
    }

    async fn drive(&self, mut stream: TcpStream) {
        let mut link = Link::new(Arc::default(), self.now());
        let (orders, mut received) = mpsc::channel(8);
        let (mut piece, mut asked) = ([0; 4096], Vec::new());
        loop {
            let Some(wake) = self.drain(&mut link, &mut stream, &orders, &mut asked).await else { return };
            tokio::select! {
                read = stream.read(&mut piece) => match read {
                    Ok(n @ 1..) => link.handle_input(self.now(), Input::Bytes(&piece[..n])),
                    _ => link.handle_input(self.now(), Input::Disconnected),
                },
                Some(order) = received.recv() => match order {
                    Order::Ask(request, sender) => match link.request(self.now(), *request) {
                        Ok(ticket) => asked.push((ticket, sender)),
                        Err(error) => drop(sender.send(Err(error))),
                    },
                    Order::Close => return,
                },
                () = sleep_until(wake) => link.handle_input(self.now(), Input::Timeout),
            }
        }
    }

    async fn drain(
        &self,
        link: &mut Link,
        stream: &mut TcpStream,
        orders: &mpsc::Sender<Order>,
        asked: &mut Vec<(kandian_proto::session::Ticket, oneshot::Sender<Result<End, SendError>>)>,
    ) -> Option<tokio::time::Instant> {
        loop {
            match link.poll_output() {
                Output::Transmit(bytes) => stream.write_all(&bytes).await.ok()?,
                Output::Event(Event::Request { ticket, request, .. }) => {
                    if let Some(response) = self.answer(&request, orders) {
                        link.respond(self.now(), ticket, response).unwrap();
                    }
                    self.with(|inner| inner.seen.push_back(*request));
                }
                Output::Event(Event::Finished { ticket, end }) => {
                    if let Some(at) = asked.iter().position(|(t, _)| *t == ticket) {
                        let _ = asked.swap_remove(at).1.send(Ok(end));
                    }
                }
                Output::Event(Event::Heartbeat { heartbeat, .. }) => {
                    self.with(|inner| inner.seen.push_back(Request::Heartbeat(*heartbeat)));
                }
                Output::Event(_) => {}
                Output::Disconnect(_) => return None,
                Output::Timeout(Some((at, _))) => {
                    let at = self.started + Duration::from_millis(at.0);
                    return Some(at.into());
                }
                _ => return None,
            }
        }
    }

    fn answer(&self, request: &Request, orders: &mpsc::Sender<Order>) -> Option<Response> {
        let ok = GenericResult::OK;
        Some(match request {
            Request::Login(m) => {
                let account = self.with(|inner| inner.cloud.clone());
                let outcome = if m.dev_key.matches(KEY) {
                    self.with(|inner| {
                        inner.logins += 1;
                        let earlier = inner.link.replace(orders.clone());
                        if let Some(earlier) = earlier.filter(|_| inner.keeps_newest) {
                            let _ = earlier.try_send(Order::Close);
                        }
                    });
                    Outcome::Success(
                        account.unwrap_or_else(|| CloudAccount::new(UrlOrEmpty::NONE, "", "", "", "")),
                    )
                } else {
                    Outcome::Failure(LoginResult::BAD_DEV_KEY)
                };
                LoginResponse::new(outcome).dev_id(m.dev_id).time(self.time()).into()
            }
            Request::AbilityUp(m) => AbilityUpResponse::new().dev_id(m.dev_id).time(self.time()).into(),
            Request::ExceptionNotify(m) => ExceptionNotifyResponse::new(ok).dev_id(m.dev_id).into(),
            Request::VideoPlay(m) => {
                let result = self.with(|inner| {
                    if inner.is_silent {
                        return None;
                    }
                    let is_good =
                        inner.tokens.remove(m.hash_token.as_str()) == Some((m.channel_no, m.stream_type));
                    Some(if is_good && m.dev_id == super::id() { ok } else { GenericResult::NOT_FOUND })
                });
                VideoPlayResponse::new(result?).dev_id(m.dev_id).into()
            }
            Request::NotifyPicture(m) => NotifyPictureResponse::new().dev_id(m.dev_id).into(),
            Request::AlarmNotify(m) => AlarmNotifyResponse::new(ok).dev_id(m.dev_id).into(),
            _ => return None,
        })
    }
}
