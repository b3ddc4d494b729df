//! The loop around the session machine.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;

use kandian_proto::http::Answer;
use kandian_proto::session::device::{Device, Event, Network, Output, Restart};
use kandian_proto::session::{Addresses, HttpAnswer, HttpRequest, Input, SendError, Server, Ticket};
use kandian_proto::time::Millis;
use kandian_proto::value::NetType;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::attend::{MOST_WAITING, Matter, attend};
use super::line::MOST_ORDERS;
use super::socket::{Happened, Progress, Socket};
use super::{Delivery, Order, http};
use crate::journal::note;
use crate::status::LinkPhase;
use crate::unit::Unit;

/// How a run of the link ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The program ends.
    Shutdown,
    /// The device starts again.
    Restart(Restart),
}

/// Drives a device that was just switched on, until it is switched off or starts again.
///
/// Whatever belongs to this run ends with it: requests under way, transfers, answers that were not sent.
pub(crate) async fn drive(unit: &Arc<Unit>, device: Device, shutdown: &CancellationToken) -> Ended {
    let (orders, mut received) = mpsc::channel(MOST_ORDERS);
    let (matters, waiting) = mpsc::channel(MOST_WAITING);
    unit.line.connect(Some(orders.clone()));
    let mut tasks = JoinSet::new();
    tasks.spawn(attend(Arc::clone(unit), waiting, orders).in_current_span());
    let mut drive = Drive {
        unit,
        device,
        socket: Socket::None,
        exchanges: JoinSet::new(),
        exchange: None,
        farewells: JoinSet::new(),
        asked: HashMap::new(),
        matters,
        route: unit.hardware.network.route(),
        wake: None,
        restart: None,
    };
    let ended = drive.run(&mut received, shutdown).await;
    unit.line.connect(None);
    drive.finish().await;
    ended
}

struct Drive<'a> {
    unit: &'a Arc<Unit>,
    device: Device,
    socket: Socket,
    /// The HTTP exchange under way.
    exchanges: JoinSet<(Ticket, io::Result<Answer>)>,
    exchange: Option<AbortHandle>,
    /// Connections that are being closed.
    farewells: JoinSet<()>,
    /// Who waits to hear what became of what the platform was told.
    asked: HashMap<Ticket, oneshot::Sender<Delivery>>,
    matters: mpsc::Sender<Matter>,
    /// The way to the platform that the link uses.
    route: Option<NetType>,
    /// When the machine wants to be woken.
    wake: Option<Millis>,
    restart: Option<Restart>,
}

impl Drive<'_> {
    async fn run(&mut self, orders: &mut mpsc::Receiver<Order>, shutdown: &CancellationToken) -> Ended {
        loop {
            self.drain();
            if let Some(restart) = self.restart {
                return Ended::Restart(restart);
            }
            let far = Millis(u64::MAX);
            let alarm = sleep_until(self.unit.clock.instant(self.wake.unwrap_or(far)));
            tokio::select! {
                () = shutdown.cancelled() => return Ended::Shutdown,
                happened = self.socket.happens() => self.happened(happened),
                Some(order) = orders.recv() => self.order(order),
                Some(done) = self.exchanges.join_next() => self.exchanged(done),
                Some(_) = self.farewells.join_next() => {}
                () = alarm => self.feed(Input::Timeout),
            }
        }
    }

    /// Says good-bye: what was sent leaves before the connection closes.
    async fn finish(&mut self) {
        self.exchanges.abort_all();
        self.socket.close().await;
        while self.farewells.join_next().await.is_some() {}
    }

    fn feed(&mut self, input: Input<'_>) {
        self.device.handle_input(self.unit.clock.now(), input);
    }

    /// Does everything the machine wants done.
    fn drain(&mut self) {
        loop {
            match self.device.poll_output() {
                Output::Http(request) => self.exchange(request),
                Output::Connect(server) => self.connect(server),
                Output::Disconnect(reason) => {
                    note!(self.unit, info, "the link is closed: {reason:?}");
                    self.farewells.spawn(self.socket.close());
                }
                Output::Transmit(bytes) => {
                    let progress = self.socket.send(&bytes);
                    self.progressed(progress);
                }
                Output::Event(event) => self.event(event),
                Output::Timeout(at) => {
                    self.wake = at.map(|(at, _)| at);
                    return;
                }
                other => tracing::warn!(?other, "an output that this device does not know"),
            }
        }
    }

    fn exchange(&mut self, request: HttpRequest) {
        self.unit.link.send_modify(|link| link.asks(request.exchange));
        note!(self.unit, info, "{:?} at {}", request.exchange, request.url);
        if let Some(earlier) = self.exchange.take() {
            earlier.abort();
        }
        let is_connected = self.route.is_some();
        let exchange = async move {
            let answer =
                if is_connected { http::post(&request.url, &request.body).await } else { Err(no_network()) };
            (request.ticket, answer)
        };
        self.exchange = Some(self.exchanges.spawn(exchange.in_current_span()));
    }

    fn exchanged(&mut self, done: Result<(Ticket, io::Result<Answer>), tokio::task::JoinError>) {
        // An exchange that was given up has no answer.
        let Ok((ticket, answer)) = done else { return };
        match &answer {
            Ok(answer) => self.feed(Input::HttpAnswer(answer.for_session(ticket))),
            Err(error) => {
                note!(self.unit, warn, "the platform did not answer: {error}");
                self.feed(Input::HttpAnswer(HttpAnswer { ticket, status: None, body: &[] }));
            }
        }
    }

    fn connect(&mut self, server: Server) {
        note!(self.unit, info, "connecting to {server}");
        self.unit.link.send_modify(|link| {
            (link.phase, link.server) = (LinkPhase::Connecting, Some(server.clone()));
        });
        self.socket = if self.route.is_some() {
            Socket::connect(server)
        } else {
            Socket::Connecting(Box::pin(std::future::ready(Err(no_network()))))
        };
    }

    fn happened(&mut self, happened: Happened) {
        match happened {
            Happened::Connected(own) => {
                let network = self.network(own);
                self.device.set_network(self.unit.clock.now(), network);
                self.feed(Input::Connected);
            }
            Happened::Failed(error) => {
                let server =
                    self.unit.link.borrow().server.as_ref().map(ToString::to_string).unwrap_or_default();
                note!(self.unit, warn, "no connection to {server}: {error}");
                self.feed(Input::Disconnected);
            }
            Happened::Ready => self.ready(),
        }
    }

    /// What the login says about where the device is.
    fn network(&self, own: Option<Ipv4Addr>) -> Network {
        let local = own.map(|own| SocketAddrV4::new(own, self.unit.config.rtsp_port));
        let addresses = Addresses { local, ..Addresses::default() };
        Network { addresses, net_type: self.route.unwrap_or(NetType::WIRED), ..Network::default() }
    }

    fn ready(&mut self) {
        if self.socket.is_blocked() {
            let progress = self.socket.flush();
            if progress == Progress::Done {
                self.feed(Input::Writable);
            }
            self.progressed(progress);
        }
        let (device, clock) = (&mut self.device, &self.unit.clock);
        let progress = self.socket.read(|bytes| device.handle_input(clock.now(), Input::Bytes(bytes)));
        self.progressed(progress);
    }

    fn progressed(&mut self, progress: Progress) {
        match progress {
            Progress::Done => {}
            Progress::Blocked => self.feed(Input::WriteBlocked),
            Progress::Over => {
                self.socket.drop_connection();
                self.feed(Input::Disconnected);
            }
        }
    }

    fn order(&mut self, order: Order) {
        let now = self.unit.clock.now();
        match order {
            Order::Answer { ticket, response, then } => {
                if let Err(error) = self.device.respond(now, ticket, *response) {
                    note!(self.unit, warn, "an answer was not sent: {error}");
                }
                // What the platform asked for is done even when it does not hear of it.
                self.restart = self.restart.or(then);
            }
            Order::Ask { request, delivery } => match self.device.request(now, *request) {
                Ok(ticket) => {
                    self.asked.insert(ticket, delivery);
                }
                Err(error) => tell(delivery, Delivery::NotSent(error)),
            },
            Order::Capabilities(capabilities) => self.device.set_capabilities(now, *capabilities),
            Order::Network => self.rerouted(),
            Order::Restart(restart) => self.restart = self.restart.or(Some(restart)),
        }
    }

    /// Another way to the platform means another connection: the old one belongs to an interface that is gone, or
    /// that is not to be used any more.
    fn rerouted(&mut self) {
        let route = self.unit.hardware.network.route();
        if route == self.route {
            return;
        }
        let name = |route: Option<NetType>| route.and_then(NetType::name).unwrap_or("NONE");
        note!(self.unit, warn, "the network is now {}, it was {}", name(route), name(self.route));
        self.route = route;
        if !matches!(self.socket, Socket::None) {
            self.socket.drop_connection();
            self.feed(Input::Disconnected);
        }
    }

    fn event(&mut self, event: Event) {
        let unit = self.unit;
        match event {
            Event::Request { ticket, request, diagnostics } => {
                self.attend(Matter::Request { ticket, request, diagnostics });
            }
            Event::Finished { ticket, end } => {
                if let Some(delivery) = self.asked.remove(&ticket) {
                    tell(delivery, end.into());
                }
            }
            Event::Save(saved) => self.attend(Matter::Save(saved)),
            Event::Registered { grant, .. } => self.attend(Matter::Registered(grant)),
            Event::LoggedIn { account, time } => {
                // The platform's clock is the one that recordings and policies go by (E-14).
                time.into_iter().for_each(|time| unit.clock.set(time));
                unit.link.send_modify(|link| link.phase = LinkPhase::LoggedIn);
                self.attend(Matter::LoggedIn(account));
            }
            Event::Online => {
                note!(unit, info, "online");
                unit.link.send_modify(|link| {
                    (link.phase, link.problem) = (LinkPhase::Online, None);
                    link.logins += 1;
                });
                self.attend(Matter::Online);
            }
            Event::Offline(reason) => {
                let why =
                    reason.map_or_else(|| "the connection ended".to_owned(), |reason| format!("{reason:?}"));
                self.problem(LinkPhase::Waiting, format!("offline: {why}"));
            }
            Event::LoginRefused(result) => {
                self.problem(LinkPhase::Waiting, format!("the login was refused: {result}"));
            }
            Event::NotRegistered(obstacle) => {
                self.problem(LinkPhase::Waiting, format!("not registered: {obstacle}"));
            }
            Event::Unassigned(obstacle) => {
                let hint = "nothing more happens until the device starts again";
                self.problem(LinkPhase::Unassigned, format!("{obstacle}; {hint} (R-5.6)"));
            }
            Event::Redirected(access) => {
                note!(unit, info, "the province platform is at {}", access.lcms_url);
            }
            Event::Expired { ticket } => note!(unit, warn, "request {ticket} was not answered in time"),
            Event::Vendor { message, .. } => {
                tracing::info!(command = %message.command, "a vendor's command, not answered (E-68, E-69)");
            }
            Event::NotSent { command, error } => note!(unit, error, "{command} cannot be written: {error}"),
            Event::Fault(fault) => note!(unit, warn, "the platform breaks a rule: {fault}"),
            other => tracing::debug!(?other, "an event that this device does not know"),
        }
    }

    fn problem(&self, phase: LinkPhase, problem: String) {
        note!(self.unit, warn, "{problem}");
        self.unit.link.send_modify(|link| link.fails(phase, problem));
    }

    /// Hands something on without waiting: the loop never waits for whom it serves.
    fn attend(&self, matter: Matter) {
        match self.matters.try_send(matter) {
            Ok(()) => {}
            Err(TrySendError::Full(matter)) => {
                note!(self.unit, error, "too much to do at once; dropped: {matter:?}");
            }
            Err(TrySendError::Closed(_)) => {
                note!(self.unit, error, "nobody attends to the platform any more");
            }
        }
    }
}

fn no_network() -> io::Error {
    io::Error::new(io::ErrorKind::NetworkUnreachable, "the device has no network")
}

/// Says what became of a message. Whoever asked may not be interested any more.
fn tell(delivery: oneshot::Sender<Delivery>, what: Delivery) {
    if let Delivery::NotSent(SendError::Encode(error)) = &what {
        tracing::error!(%error, "a message to the platform cannot be written");
    }
    let _ = delivery.send(what);
}
