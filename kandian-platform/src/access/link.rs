//! One link: the machine of `kandian_proto` in a loop around a socket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use kandian_proto::message::device::LoginRequest;
use kandian_proto::session::platform::{Admission, Event, Link, LinkEpoch, LinkId, Output};
use kandian_proto::session::{CloseReason, Input, PeerFault, Ticket};
use kandian_proto::time::Millis;
use kandian_proto::{Command, DevId, Diagnostic, Request, Response};
use tokio::io::{Interest, Ready};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

use super::counts::Place;
use super::order::{Answer, CommandFailure, Order};
use super::outbound::Outbound;
use super::peer::PeerAddr;
use super::probe;
use crate::app::App;
use crate::events::What;
use crate::messages::Direction;
use crate::service::{self, LoginAnswer, Reply};
use crate::store::Sighting;

/// Orders that wait for a link. They come from people; a device has one command of a kind open at a time.
const ORDERS: usize = 32;
/// Bytes read at a time.
const PIECE: usize = 4_096;
/// Pieces read before others get their turn.
const PIECES: usize = 16;
/// How long a link that is being closed may take to send its last frames.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Work for a ticket that is under way.
type Work = BoxFuture<'static, (Ticket, Done)>;

enum Done {
    Login(Box<(LoginRequest, Vec<Diagnostic>)>, Box<LoginAnswer>),
    Other(Box<Reply>),
}

/// The login that counts on a link.
#[derive(Clone, Copy, Debug)]
struct Session {
    device: DevId,
    epoch: LinkEpoch,
}

pub(super) struct LinkTask {
    app: Arc<App>,
    link: Link,
    id: LinkId,
    stream: TcpStream,
    peer: PeerAddr,
    orders: mpsc::Receiver<Order>,
    outbound: Outbound,
    works: FuturesUnordered<Work>,
    asked: Vec<(Ticket, oneshot::Sender<Result<Answer, CommandFailure>>)>,
    session: Option<Session>,
    /// The last login came with a wrong digest.
    doubtful: bool,
    /// What was put up with in the answer that comes next.
    tolerated: Vec<Diagnostic>,
    timeout: Option<Millis>,
    ended: Option<String>,
    /// Counts as long as the link lives.
    _place: Place,
}

impl LinkTask {
    /// A new link. Boxed, since a future keeps room for each thing that is moved through it, and there are thousands.
    pub(super) fn new(app: Arc<App>, stream: TcpStream, peer: PeerAddr, place: Place) -> Box<Self> {
        let (sender, orders) = mpsc::channel(ORDERS);
        let id = app.registry.enter(sender);
        let link = Link::new(Arc::clone(&app.link), app.clock.now());
        Box::new(Self {
            link,
            id,
            stream,
            peer,
            orders,
            outbound: Outbound::default(),
            works: FuturesUnordered::new(),
            asked: Vec::new(),
            session: None,
            doubtful: false,
            tolerated: Vec::new(),
            timeout: None,
            ended: None,
            _place: place,
            app,
        })
    }

    /// Serves the link until it ends.
    pub(super) async fn run(mut self: Box<Self>) {
        let stop = self.app.stop.clone();
        let mut stopping = false;
        self.drain();
        while self.ended.is_none() {
            let interest = match self.outbound.is_empty() {
                true => Interest::READABLE,
                false => Interest::READABLE | Interest::WRITABLE,
            };
            let deadline = self.timeout.map(|at| self.app.clock.instant(at).into());
            tokio::select! {
                ready = self.stream.ready(interest) => match ready {
                    Ok(ready) => self.transfer(ready),
                    Err(error) => self.lost(&error.to_string()),
                },
                Some((ticket, done)) = self.works.next() => self.done(ticket, done),
                Some(order) = self.orders.recv() => self.obey(order),
                () = sleep_until(deadline) => self.link.handle_input(self.app.clock.now(), Input::Timeout),
                () = stop.cancelled(), if !stopping => stopping = true,
            }
            self.drain();
            // What is stored is answered before the link goes; new questions find it closed.
            if stopping && self.works.is_empty() && self.ended.is_none() {
                self.link.close(self.app.clock.now(), CloseReason::Application);
                self.drain();
            }
        }
        // Rare and large, so not part of each link's future.
        Box::pin(self.finish()).await;
    }

    /// Reads and writes what the socket is ready for.
    fn transfer(&mut self, ready: Ready) {
        if ready.is_writable() && !self.outbound.is_empty() {
            match self.outbound.flush(&self.stream) {
                Ok(true) => self.link.handle_input(self.app.clock.now(), Input::Writable),
                Ok(false) => {}
                Err(error) => return self.lost(&error.to_string()),
            }
        }
        if ready.is_readable() || ready.is_read_closed() {
            self.read();
        }
    }

    fn read(&mut self) {
        // On the stack of this function and not in the task: thousands of idle links share the memory.
        let mut piece = [0; PIECE];
        for _ in 0..PIECES {
            match self.stream.try_read(&mut piece) {
                Ok(0) => return self.lost("closed by the device"),
                Ok(count) => {
                    let bytes = piece.get(..count).unwrap_or_default();
                    self.link.handle_input(self.app.clock.now(), Input::Bytes(bytes));
                    self.drain();
                    if self.ended.is_some() {
                        return;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Err(error) => return self.lost(&error.to_string()),
            }
        }
    }

    fn lost(&mut self, why: &str) {
        self.link.handle_input(self.app.clock.now(), Input::Disconnected);
        self.drain();
        self.ended.get_or_insert_with(|| why.to_owned());
    }

    /// Does everything the machine wants done.
    fn drain(&mut self) {
        loop {
            match self.link.poll_output() {
                Output::Transmit(frame) => match self.outbound.send(&self.stream, &frame) {
                    Ok(true) => {}
                    Ok(false) => self.link.handle_input(self.app.clock.now(), Input::WriteBlocked),
                    Err(error) => return self.lost(&error.to_string()),
                },
                Output::Event(event) => self.happened(event),
                Output::Disconnect(reason) => {
                    self.ended.get_or_insert_with(|| format!("closed by the platform: {}", in_words(reason)));
                }
                Output::Timeout(at) => {
                    self.timeout = at.map(|(at, _)| at);
                    return;
                }
                // A platform opens no connections.
                _ => {}
            }
        }
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::Request { ticket, request, diagnostics } => {
                count_diagnostics(&diagnostics);
                match *request {
                    Request::Login(login) => self.login(ticket, login, diagnostics),
                    request => self.asked_by_device(ticket, request, &diagnostics),
                }
            }
            Event::Heartbeat { heartbeat, changed, diagnostics } => {
                metrics::counter!("kandian_heartbeats_total").increment(1);
                count_diagnostics(&diagnostics);
                self.sighted(true, heartbeat.cur_video_num);
                self.note(&Request::Heartbeat(*heartbeat), &diagnostics);
                if let (Some(_), Some(session)) = (changed, self.session) {
                    self.app.bus.publish(self.app.clock.wall(), session.device, What::Addresses);
                    self.probe(session);
                }
            }
            Event::Tolerated { command, diagnostics } => {
                tracing::debug!(%command, ?diagnostics, "put up with");
                count_diagnostics(&diagnostics);
                self.tolerated = diagnostics;
            }
            Event::Finished { ticket, end } => {
                let outcome = CommandFailure::of_end(end);
                let diagnostics = std::mem::take(&mut self.tolerated);
                if let Ok(Answer { response }) | Err(CommandFailure::Refused { response, .. }) = &outcome {
                    self.note(&**response, &diagnostics);
                }
                if let Some(at) = self.asked.iter().position(|(open, _)| *open == ticket) {
                    let (_, reply) = self.asked.swap_remove(at);
                    // Who asked may have given up.
                    let _ = reply.send(outcome);
                }
            }
            Event::Expired { ticket } => {
                metrics::counter!("kandian_unanswered_total").increment(1);
                tracing::warn!(device = ?self.link.device(), %ticket, "answered too late (E-67)");
            }
            Event::Vendor { message, .. } => {
                tracing::debug!(device = ?self.link.device(), command = %message.command, "a vendor's command (E-69)");
            }
            Event::Fault(fault) => self.fault(fault),
            _ => {}
        }
    }

    fn fault(&mut self, fault: PeerFault) {
        if fault == PeerFault::DigestTolerated(Command::LOGIN) {
            self.doubtful = true;
        }
        metrics::counter!("kandian_faults_total").increment(1);
        let device = self.link.device().unwrap_or_default();
        if matches!(fault, PeerFault::Unreadable { command: Command::LOGIN, .. }) {
            // Without an id that can be read there is no answer either: LOGIN_RES has to name one. Who installs the
            // device finds nothing but this line, and the device waits until the link closes.
            metrics::counter!("kandian_logins_total", "outcome" => "unreadable").increment(1);
            tracing::warn!(%device, peer = %self.peer, %fault, "a login cannot be read");
        } else {
            tracing::debug!(%device, peer = %self.peer, %fault, "a fault of the device");
        }
        if !device.is_empty() {
            let fault = fault.to_string();
            self.app.bus.publish(self.app.clock.wall(), device, What::Fault { fault });
        }
    }

    /// Starts the work that a login makes.
    fn login(&mut self, ticket: Ticket, login: LoginRequest, diagnostics: Vec<Diagnostic>) {
        let (app, peer) = (Arc::clone(&self.app), self.peer);
        let doubtful = std::mem::take(&mut self.doubtful);
        self.works.push(Box::pin(async move {
            let answer = service::log_in(&app, &login, peer, doubtful).await;
            (ticket, Done::Login(Box::new((login, diagnostics)), Box::new(answer)))
        }));
    }

    /// Starts the work that another request of the device makes.
    fn asked_by_device(&mut self, ticket: Ticket, request: Request, diagnostics: &[Diagnostic]) {
        // The machine refuses what comes without a login.
        let Some(session) = self.session else { return };
        self.note(&request, diagnostics);
        let app = Arc::clone(&self.app);
        self.works.push(Box::pin(async move {
            let reply = service::answer(&app, session.device, request).await;
            (ticket, Done::Other(Box::new(reply)))
        }));
    }

    fn done(&mut self, ticket: Ticket, done: Done) {
        match done {
            Done::Login(login, answer) => self.login_decided(ticket, *login, *answer),
            Done::Other(reply) => {
                if let Some(response) = *reply {
                    self.respond(ticket, response);
                }
            }
        }
    }

    /// Answers the device; returns whether it still waited.
    fn respond(&mut self, ticket: Ticket, response: Response) -> bool {
        if let Some(session) = self.session {
            let wall = self.app.clock.wall();
            self.app.messages.note(wall, session.device, Direction::ToDevice, &response, &[]);
        }
        match self.link.respond(self.app.clock.now(), ticket, response) {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(device = ?self.link.device(), %error, "an answer was not sent");
                false
            }
        }
    }

    fn login_decided(
        &mut self,
        ticket: Ticket,
        (login, diagnostics): (LoginRequest, Vec<Diagnostic>),
        answer: LoginAnswer,
    ) {
        let device = login.dev_id;
        let Some(admitted) = answer.admitted else {
            self.respond(ticket, answer.response);
            return self.leave_unless_online("the login was refused");
        };
        let now = self.app.clock.now();
        let admission =
            self.app.registry.admit(now, device, self.id, admitted.epoch, admitted.quirks.profile);
        if admission == Admission::Stale {
            // A newer login has the device; this one was decided before and came late. Silence ends it.
            return;
        }
        self.link.set_quirks(admitted.quirks);
        self.link.set_device_type(admitted.dev_type);
        let wall = self.app.clock.wall();
        let request = Request::Login(login);
        self.app.messages.note(wall, device, Direction::FromDevice, &request, &diagnostics);
        self.app.messages.note(wall, device, Direction::ToDevice, &answer.response, &[]);
        let answered = self.link.respond(now, ticket, answer.response).is_ok();
        if !answered || self.link.device() != Some(device) {
            self.app.registry.release(device, admitted.epoch);
            return self.leave_unless_online("the login was not answered");
        }
        if let Some(former) = self.session.filter(|former| former.device != device) {
            self.gone(former, "another device logged in on its link");
        }
        let session = Session { device, epoch: admitted.epoch };
        self.session = Some(session);
        tracing::Span::current().record("id", tracing::field::display(device));
        if let Admission::Replaces { changes, .. } = admission
            && changes > 3
        {
            tracing::warn!(%device, changes, "two devices seem to share one id (E-72)");
        }
        tracing::info!(%device, peer = %self.peer, epoch = admitted.epoch.0, "online");
        let what = What::Online { address: self.peer.to_string(), epoch: admitted.epoch.0 };
        self.app.bus.publish(self.app.clock.wall(), device, what);
        self.probe(session);
    }

    /// Finds out, aside, whether clients reach the device at its router.
    fn probe(&self, session: Session) {
        let here = self.stream.local_addr().ok().map(|here| here.ip());
        let upnp = self.link.addresses().upnp;
        probe::ask(&self.app, (session.device, session.epoch), upnp, self.peer, here);
    }

    /// A refused login takes an earlier one back (E-72).
    fn leave_unless_online(&mut self, why: &str) {
        if self.link.device().is_none()
            && let Some(former) = self.session.take()
        {
            self.gone(former, why);
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Close(reason) => self.link.close(self.app.clock.now(), reason),
            Order::Ask { request, reply } => match self.link.request(self.app.clock.now(), *request) {
                Ok(ticket) => self.asked.push((ticket, reply)),
                // Who asked may have given up.
                Err(error) => drop(reply.send(Err(CommandFailure::of_send(error)))),
            },
        }
    }

    fn note<M: serde::Serialize>(&self, message: &M, diagnostics: &[Diagnostic]) {
        if let Some(session) = self.session {
            let wall = self.app.clock.wall();
            self.app.messages.note(wall, session.device, Direction::FromDevice, message, diagnostics);
        }
    }

    fn sighted(&self, online: bool, viewers: u16) {
        if let Some(session) = self.session {
            self.app.board.note(Sighting {
                device: session.device,
                epoch: session.epoch,
                at: self.app.clock.wall(),
                addresses: self.link.addresses(),
                viewers,
                online,
            });
        }
    }

    /// A device is not on this link any more.
    fn gone(&self, session: Session, why: &str) {
        self.app.probes.forget(session.device, session.epoch, self.app.clock.now().mono);
        if !self.app.registry.release(session.device, session.epoch) {
            // Its newer link has it.
            return;
        }
        tracing::info!(device = %session.device, why, "offline");
        // While the platform stops, devices stay "online" on record: after the restart they are awaited.
        if !self.app.stop.is_cancelled() {
            let what = What::Offline { reason: why.to_owned() };
            self.app.bus.publish(self.app.clock.wall(), session.device, what);
        }
    }

    /// Sends what is left, then tells everybody that the link is gone.
    async fn finish(&mut self) {
        let flush = async {
            while !self.outbound.is_empty() {
                self.stream.writable().await?;
                self.outbound.flush(&self.stream)?;
            }
            std::io::Result::Ok(())
        };
        // A device that takes nothing is not waited for.
        let _ = tokio::time::timeout(LAST_WORDS, flush).await;
        let why = self.ended.take().unwrap_or_default();
        self.app.registry.leave(self.id);
        for (_, reply) in self.asked.drain(..) {
            let _ = reply.send(Err(CommandFailure::LinkLost));
        }
        if let Some(session) = self.session {
            if !self.app.stop.is_cancelled() {
                self.sighted(false, 0);
            }
            self.gone(session, &why);
        }
        tracing::debug!(peer = %self.peer, why, "link ended");
    }
}

/// Counts what was put up with.
pub(super) fn count_diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let erratum = diagnostic.erratum.map_or_else(|| "none".to_owned(), |id| id.to_string());
        metrics::counter!("kandian_diagnostics_total", "erratum" => erratum).increment(1);
    }
}

fn in_words(reason: CloseReason) -> String {
    match reason {
        CloseReason::Timeout(kind) => format!("no {kind} in time"),
        CloseReason::PeerFault => "the device broke a rule that costs the link".to_owned(),
        CloseReason::SlowReader => "the device does not read".to_owned(),
        CloseReason::Application => "on request".to_owned(),
        CloseReason::Replaced => "the device has logged in on a newer link (E-72)".to_owned(),
        other => format!("{other:?}"),
    }
}

async fn sleep_until(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
