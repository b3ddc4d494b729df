//! The loop around the session machine.

mod ways;

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use kandian_proto::http::Answer;
use kandian_proto::session::device::{Device, Event, Obstacle, Output, Restart};
use kandian_proto::session::{
    Exchange, HttpAnswer, HttpRequest, Input, SendError, Server, Ticket, TimerKind,
};
use kandian_proto::time::Millis;
use kandian_proto::value::NetType;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use self::ways::no_network;
use super::attend::{MOST_WAITING, Matter, attend};
use super::gateway::Forwarding;
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
        no_answer: None,
        farewells: JoinSet::new(),
        forwarding: Forwarding::default(),
        own: None,
        asked: HashMap::new(),
        matters,
        route: unit.hardware.network.route(),
        port: unit.desk.port.subscribe(),
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
    /// Why the latest exchange brought no answer.
    no_answer: Option<String>,
    /// Connections that are being closed.
    farewells: JoinSet<()>,
    /// What the router forwards.
    forwarding: Forwarding,
    /// The device's own address.
    own: Option<Ipv4Addr>,
    /// Who waits to hear what became of what the platform was told.
    asked: HashMap<Ticket, oneshot::Sender<Delivery>>,
    matters: mpsc::Sender<Matter>,
    /// The way to the platform that the link uses.
    route: Option<NetType>,
    /// The port of the RTSP server.
    port: watch::Receiver<Option<u16>>,
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
            // Without a network nothing that the machine could try would work, and a registration that fails is not
            // repeated for five minutes. What is due is tried at once when there is a network again.
            let is_connected = self.route.is_some();
            tokio::select! {
                () = shutdown.cancelled() => return Ended::Shutdown,
                happened = self.socket.happens() => self.happened(happened),
                Some(order) = orders.recv() => self.order(order),
                Some(done) = self.exchanges.join_next() => self.exchanged(done),
                Some(_) = self.farewells.join_next() => {}
                Some(answered) = self.forwarding.answered() => self.forwarded(answered),
                Ok(()) = self.port.changed() => self.port_changed(),
                () = alarm, if is_connected => self.feed(Input::Timeout),
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
        self.count();
        self.device.handle_input(self.unit.clock.now(), input);
    }

    /// What the next heartbeat says of viewers. Spec §7.5.3; E-86
    fn count(&mut self) {
        self.device.set_viewers(self.unit.desk.viewers());
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
                    self.show_wait(at);
                    return;
                }
                other => tracing::warn!(?other, "an output that this device does not know"),
            }
        }
    }

    /// Lets the operator see when something is tried next.
    fn show_wait(&self, wake: Option<(Millis, TimerKind)>) {
        let next = match wake {
            Some((at, TimerKind::Registration | TimerKind::Reconnect)) if self.route.is_some() => {
                Some(self.unit.clock.instant(at))
            }
            _ => None,
        };
        self.unit.link.send_if_modified(|link| {
            let before = std::mem::replace(&mut link.next_attempt, next);
            if let Some(at) = next.filter(|next| before != Some(*next)) {
                let wait = at.saturating_duration_since(Instant::now()).as_secs();
                note!(self.unit, info, "the next attempt is made in {wait} s");
            }
            before != next
        });
    }

    fn exchange(&mut self, request: HttpRequest) {
        self.unit.link.send_modify(|link| link.asks(request.exchange));
        let what = match request.exchange {
            Exchange::Redirect => "asking the group platform for the province platform",
            Exchange::Register => "registering",
        };
        note!(self.unit, info, "{what} at {}", request.url);
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

    fn exchanged(&mut self, done: Result<(Ticket, io::Result<Answer>), JoinError>) {
        // An exchange that was given up has no answer.
        let Ok((ticket, answer)) = done else { return };
        match &answer {
            Ok(answer) => self.feed(Input::HttpAnswer(answer.for_session(ticket))),
            Err(error) => {
                self.no_answer = Some(error.to_string());
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
                self.own = own;
                self.device.set_network(self.unit.clock.now(), self.network());
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
        self.count();
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
            Order::Gateway => {
                self.forwarding.forget();
                self.ask_router();
            }
            Order::Restart(restart) => self.restart = self.restart.or(Some(restart)),
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
            Event::Prepare => self.ask_router(),
            Event::Save(saved) => self.attend(Matter::Save(saved)),
            Event::Registered { grant, .. } => self.attend(Matter::Registered(grant)),
            Event::LoggedIn { account, time } => {
                // The platform's clock is the one that recordings and policies go by (E-14).
                time.into_iter().for_each(|time| unit.clock.set(time));
                unit.look_again();
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
                let why = self.why(&obstacle);
                self.problem(LinkPhase::Waiting, format!("not registered: {why}"));
            }
            Event::Unassigned(obstacle) => {
                let hint = match obstacle {
                    Obstacle::NoAddress => "give --province or --group, or write one in: ctl province URL",
                    _ => "nothing more happens until the device starts again (R-5.6)",
                };
                let why = self.why(&obstacle);
                self.problem(LinkPhase::Unassigned, format!("{why}; {hint}"));
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

    /// What stood in the way of an HTTP exchange, with what the network said about it.
    fn why(&mut self, obstacle: &Obstacle) -> String {
        match (obstacle, self.no_answer.take()) {
            (Obstacle::NoAnswer, Some(error)) => format!("{obstacle}: {error}"),
            _ => obstacle.to_string(),
        }
    }

    fn problem(&self, phase: LinkPhase, problem: String) {
        note!(self.unit, warn, "{problem}");
        let phase = if self.route.is_some() { phase } else { LinkPhase::NoNetwork };
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

/// Says what became of a message. Whoever asked may not be interested any more.
fn tell(delivery: oneshot::Sender<Delivery>, what: Delivery) {
    if let Delivery::NotSent(SendError::Encode(error)) = &what {
        tracing::error!(%error, "a message to the platform cannot be written");
    }
    let _ = delivery.send(what);
}
