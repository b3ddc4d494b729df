//! One device of a fleet.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kandian_codec::Command;
use kandian_proto::message::register::{RegisterGrant, RegisterResponse};
use kandian_proto::session::device::{Config, Device, Event, Identity, Output};
use kandian_proto::session::{HttpAnswer, Input, Ticket};
use kandian_proto::time::{Millis, Now, Timestamp};
use kandian_proto::value::{DevType, Host, LocalStoreFlag, Manufacturer, Port};
use kandian_proto::{DevId, Outcome, Profile, Request, Secret, encode};
use tokio::net::{TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

use super::Options;
use super::answers::answer;
use super::counters::Counters;
use crate::model::Model;

/// A device and its socket.
struct Member {
    options: Arc<Options>,
    counters: Arc<Counters>,
    device: Device,
    /// When the fleet started.
    started: Instant,
    link: Option<TcpStream>,
    source: Option<Ipv4Addr>,
    unsent: Vec<u8>,
    dialled: Option<Instant>,
    beat: Option<Instant>,
    online: bool,
}

/// Where a device stands in its fleet.
pub(super) struct Place {
    pub(super) index: usize,
    pub(super) source: Option<Ipv4Addr>,
    /// When the fleet started.
    pub(super) started: Instant,
}

/// What the machine wants next.
enum Next {
    Connect,
    Wait(Option<Millis>),
}

/// Lives until `end`.
pub(super) async fn live(
    options: Arc<Options>,
    counters: Arc<Counters>,
    id: DevId,
    place: Place,
    end: CancellationToken,
) {
    let Place { index, source, started } = place;
    let device = Device::new(config(&options, id, index), now(started));
    let mut member = Member {
        options,
        counters,
        device,
        started,
        link: None,
        source,
        unsent: Vec::new(),
        dialled: None,
        beat: None,
        online: false,
    };
    tokio::select! {
        () = member.run() => {}
        () = end.cancelled() => {}
    }
    member.count_offline();
}

fn now(started: Instant) -> Now {
    let mono = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Now { mono: Millis(mono), wall: None }
}

fn config(options: &Options, id: DevId, index: usize) -> Config {
    // They take turns.
    let kind = options.kinds.iter().copied().cycle().nth(index % options.kinds.len().max(1));
    let kind = kind.unwrap_or(DevType::IPCAM);
    let manufacturer = id.manufacturer().unwrap_or(Manufacturer::KNOWN[0].0);
    let identity = Identity {
        dev_id: id,
        dev_key: options.key.clone(),
        manufacturer,
        model: "KD-FLEET".to_owned(),
        dev_type: kind,
        dev_ver: "V1.6_20140318".to_owned(),
    };
    let capabilities = Model::of(kind).capabilities(id, LocalStoreFlag::USABLE, None);
    let mut config = Config::new(identity, capabilities, index as u64);
    config.province_url = "http://fleet.invalid/".parse().ok();
    config.timing.heartbeat = Millis(u64::try_from(options.heartbeat.as_millis()).unwrap_or(u64::MAX));
    config
}

impl Member {
    fn now(&self) -> Now {
        now(self.started)
    }

    async fn run(&mut self) {
        loop {
            match self.drain() {
                Next::Connect => {
                    let input = if self.connect().await { Input::Connected } else { Input::Disconnected };
                    self.device.handle_input(self.now(), input);
                }
                Next::Wait(until) => self.wait(until).await,
            }
        }
    }

    async fn wait(&mut self, until: Option<Millis>) {
        let deadline = self.started + Duration::from_millis(until.map_or(3_600_000, |at| at.0));
        let sleep = tokio::time::sleep_until(deadline.into());
        let Some(link) = &self.link else {
            sleep.await;
            return self.device.handle_input(self.now(), Input::Timeout);
        };
        tokio::select! {
            ready = link.readable() => match ready {
                Ok(()) => self.read(),
                Err(error) => self.lost(&error.to_string()),
            },
            ready = link.writable(), if !self.unsent.is_empty() => match ready {
                Ok(()) => self.send(),
                Err(error) => self.lost(&error.to_string()),
            },
            () = sleep => self.device.handle_input(self.now(), Input::Timeout),
        }
    }

    fn read(&mut self) {
        let mut piece = [0; 4_096];
        let Some(link) = &self.link else { return };
        match link.try_read(&mut piece) {
            Ok(0) => self.lost("closed by the platform"),
            Ok(count) => {
                let bytes = piece.get(..count).unwrap_or_default();
                if let Some(beat) = self.beat.take_if(|_| is_heartbeat(bytes)) {
                    self.counters.heartbeat(beat.elapsed());
                }
                self.device.handle_input(now(self.started), Input::Bytes(bytes));
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => self.lost(&error.to_string()),
        }
    }

    fn send(&mut self) {
        let Some(link) = &self.link else { return self.unsent.clear() };
        match link.try_write(&self.unsent) {
            Ok(count) => drop(self.unsent.drain(..count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return self.lost(&error.to_string()),
        }
        let input = if self.unsent.is_empty() { Input::Writable } else { Input::WriteBlocked };
        self.device.handle_input(self.now(), input);
    }

    fn lost(&mut self, why: &str) {
        self.counters.failure(format!("link lost: {why}"));
        self.hang_up();
        self.device.handle_input(self.now(), Input::Disconnected);
    }

    fn hang_up(&mut self) {
        self.link = None;
        self.unsent.clear();
        self.count_offline();
    }

    fn count_offline(&mut self) {
        if std::mem::take(&mut self.online) {
            self.counters.online.fetch_sub(1, Ordering::Relaxed);
        }
    }

    async fn connect(&mut self) -> bool {
        self.counters.connecting.fetch_add(1, Ordering::Relaxed);
        self.dialled = Some(Instant::now());
        let dialled = dial(self.options.connect, self.source).await;
        self.counters.connecting.fetch_sub(1, Ordering::Relaxed);
        match dialled {
            Ok(link) => {
                self.link = Some(link);
                true
            }
            Err(error) => {
                self.counters.failure(format!("no connection: {error}"));
                false
            }
        }
    }

    /// Does everything the machine wants done.
    fn drain(&mut self) -> Next {
        loop {
            match self.device.poll_output() {
                Output::Http(request) => {
                    let body = registered(&self.options);
                    let answer = HttpAnswer { ticket: request.ticket, status: Some(200), body: &body };
                    self.device.handle_input(self.now(), Input::HttpAnswer(answer));
                }
                Output::Connect(_) => return Next::Connect,
                Output::Disconnect(reason) => {
                    self.counters.failure(format!("link closed: {reason:?}"));
                    self.hang_up();
                }
                Output::Transmit(bytes) => {
                    if is_heartbeat(&bytes) {
                        self.beat = Some(Instant::now());
                    }
                    self.unsent.extend_from_slice(&bytes);
                    self.send();
                }
                Output::Event(event) => self.happened(event),
                Output::Timeout(at) => return Next::Wait(at.map(|(at, _)| at)),
                _ => {}
            }
        }
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::LoggedIn { .. } => {
                if let Some(dialled) = self.dialled.take() {
                    self.counters.logged_in(dialled.elapsed(), self.started.elapsed());
                }
            }
            Event::Online => {
                self.online = true;
                self.counters.online.fetch_add(1, Ordering::Relaxed);
            }
            Event::LoginRefused(result) => self.counters.failure(format!("login refused: {result}")),
            Event::Request { ticket, request, .. } => self.obey(ticket, &request),
            Event::Fault(fault) => self.counters.failure(format!("fault of the platform: {fault}")),
            _ => {}
        }
    }

    fn obey(&mut self, ticket: Ticket, request: &Request) {
        let Some(response) = answer(request) else {
            return self.counters.failure(format!("left unanswered: {:?}", request.operation()));
        };
        if self.device.respond(self.now(), ticket, response).is_ok() {
            self.counters.commands.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether bytes begin with a heartbeat or its answer. An idle device hears nothing else.
fn is_heartbeat(bytes: &[u8]) -> bool {
    bytes.get(2) == Some(&Command::HEARTBEAT.0)
}

/// The answer that a province platform would give to the registration.
fn registered(options: &Options) -> Vec<u8> {
    let host: Host = options.connect.ip().to_string().parse().unwrap_or_default();
    let port = Port(options.connect.port());
    let grant = RegisterGrant::new(host.clone(), host.clone(), host.clone(), host.clone())
        .access_port(port)
        .backup_access_port(port)
        .turn_port(Port(3478))
        .backup_turn_port(Port(3478))
        .ftp_ip(host)
        .ftp_port(Port(21))
        .ftp_account("fleet".to_owned())
        .ftp_password(Secret::from("fleet"));
    let response = RegisterResponse::new(Outcome::Success(grant)).dev_id(options.first);
    let response = response.time(Timestamp::new(2014, 3, 18, 10, 30, 0));
    encode(&response, Profile::Spec).unwrap_or_default()
}

async fn dial(to: std::net::SocketAddr, source: Option<Ipv4Addr>) -> io::Result<TcpStream> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    if let Some(source) = source {
        socket.bind((source, 0).into())?;
    }
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}
