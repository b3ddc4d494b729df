//! The way to the camera: which address, which transport, and what next. Spec §15.
//!
//! [`PathChooser`] is the machine; [`Input`] and [`Output`] are its words; a [`Trace`] says why there was no
//! picture.

mod nat;
mod terms;
mod trace;

use std::collections::VecDeque;

use kandian_codec::Digest;

pub use nat::{UdpObstacle, udp_obstacle};
pub use terms::{
    Attempt, AttemptId, CONNECT_WAIT_DIRECT, CONNECT_WAIT_RELAY, FRESH_FOR, Input, MEDIA_WAIT_TCP,
    MEDIA_WAIT_UDP, Output, Path, Preference, RENEW_WAIT, Renewal, SIGNAL_WAIT_DIRECT, SIGNAL_WAIT_RELAY,
    Transport, Urls, Wait,
};
pub use trace::{Failure, Skip, Step, StepOutcome, Trace};

use super::PlayUrl;
use super::url::rtsp_address;
use crate::time::{Millis, Now};
use crate::value::{NatType, Url};

/// Finds the way to a camera, as chapter 15 says (媒体流请求流程): the local network, then the mapped
/// port, then the relay with media over UDP, then everything over the relay. For live view and for
/// playback. Spec §15; R-15.1, R-15.3, R-15.4, R-15.6, R-15.7, R-15.10, R-15.16; E-92, E-162, E-174,
/// E-175.
///
/// # Contract
///
/// Feed one [`Input`], then take outputs from [`PathChooser::poll_output`] until it gives
/// [`Output::Timeout`]; carry them out in that order; feed [`Input::Timeout`] when the time it names
/// has come. Poll once after [`PathChooser::new`], too. Time never runs backwards: an earlier moment is
/// read as the latest one. After [`Output::Playing`] or [`Output::Failed`] the chooser is done and
/// ignores everything; a stream that breaks later is a new view with new URLs.
///
/// Inputs that name an attempt which is over are ignored, so the caller need not take care that none
/// are under way.
///
/// # Choices
///
/// - **A token is spent as soon as the connection stands**: DESCRIBE follows at once, and even when no
///   answer comes the device may have had it verified. Before a path whose URL carries a spent token,
///   the chooser asks for new URLs ([`Output::RenewUrls`]). That is step 4 after step 3 (E-92), and
///   every further step with platforms that put one token into all URLs. URLs older than
///   [`FRESH_FOR`] are renewed as well. One path asks once.
/// - A refusal by whoever answers at the local address or at the mapped port ends that path only: it may
///   be another camera. Over the relay it is the right one, and 403, 404 and 453 are final.
/// - A relay that cannot be connected is not connected a second time for step 4.
/// - A forced path is the only one tried, and it is tried even where NAT types speak against it: that
///   is what an installer forces it for.
///
/// ```
/// use kandian_proto::play::path::*;
/// use kandian_proto::time::{Millis, Now};
/// use kandian_proto::value::{NatType, Url, UrlOrEmpty};
///
/// let at = |millis| Now::mono(Millis(millis));
/// let url = |text: &str| text.parse::<Url>().map(UrlOrEmpty::from);
/// let camera = "realplay?devid=81100000001&channelno=0&streamtype=2&hashtoken";
/// let urls = Urls {
///     local: url(&format!("rtsp://192.168.1.64:554/{camera}=a1"))?,
///     upnp: UrlOrEmpty::NONE,
///     turn: url(&format!("rtsp://203.0.113.40:49160/{camera}=c3"))?,
///     device_nat: NatType::SYMMETRIC,
/// };
///
/// let mut chooser = PathChooser::new(at(0), urls, NatType::SYMMETRIC, Preference::Auto);
/// let Output::Attempt(local) = chooser.poll_output() else { panic!() };
/// assert_eq!((local.path, local.host.as_str()), (Path::Local, "192.168.1.64"));
/// assert_eq!(chooser.poll_output(), Output::Timeout(Some((CONNECT_WAIT_DIRECT, Wait::Connect))));
///
/// // Nobody answers there. No UPnP, and two symmetric NATs: the relay carries everything.
/// chooser.handle_input(at(3_000), Input::Timeout);
/// assert_eq!(chooser.poll_output(), Output::HangUp(local.id));
/// let Output::Attempt(relay) = chooser.poll_output() else { panic!() };
/// assert_eq!((relay.path, relay.transport), (Path::RelayTcp, Transport::Interleaved));
///
/// chooser.handle_input(at(3_100), Input::Connected(relay.id));
/// chooser.handle_input(at(3_400), Input::PlayAnswered(relay.id));
/// chooser.handle_input(at(3_500), Input::Media(relay.id));
/// while let Output::Timeout(Some(_)) = chooser.poll_output() {}
/// assert_eq!(
///     chooser.trace().to_string(),
///     "local network (192.168.1.64:554): no connection within 3 s (after 3000 ms)\n\
///      UPnP: skipped, the platform offers no such path to this device\n\
///      relay, media over UDP (203.0.113.40:49160): skipped, UDP cannot cross these NATs \
///      (client 4 SYMMETRIC, device 4 SYMMETRIC)\n\
///      relay (203.0.113.40:49160): playing (after 500 ms)",
/// );
/// # Ok::<(), kandian_proto::value::InvalidValue>(())
/// ```
#[derive(Clone, Debug)]
pub struct PathChooser {
    urls: Urls,
    urls_since: Millis,
    client_nat: NatType,
    preference: Preference,
    latest: Millis,
    state: State,
    /// What comes after the current path, in the order of the specification.
    rest: VecDeque<Path>,
    next_id: u32,
    /// Tokens that connections were made with, at most one per path.
    spent: Vec<Digest>,
    /// What step 3 taught about step 4.
    relay_tcp: Option<Skip>,
    trace: Trace,
    outputs: VecDeque<Output>,
}

#[derive(Clone, Debug)]
enum State {
    Trying { id: AttemptId, path: Path, token: Digest, began: Millis, wait: Wait, deadline: Millis },
    Renewing { path: Path, why: Renewal, deadline: Millis },
    Done,
}

impl PathChooser {
    /// Begins a view with the URLs of §8.7, the NAT type the client found for itself (R-15.9), and the
    /// user's wish.
    #[must_use]
    pub fn new(now: Now, urls: Urls, client_nat: NatType, preference: Preference) -> Self {
        let mut chooser = Self {
            urls,
            urls_since: now.mono,
            client_nat,
            preference,
            latest: now.mono,
            state: State::Done,
            rest: Path::ORDER.into(),
            next_id: 0,
            spent: Vec::new(),
            relay_tcp: None,
            trace: Trace::default(),
            outputs: VecDeque::new(),
        };
        chooser.go_on();
        chooser
    }

    /// Something happened.
    pub fn handle_input(&mut self, now: Now, input: Input) {
        self.latest = self.latest.max(now.mono);
        match input {
            Input::Connected(id) => self.connected(id),
            Input::PlayAnswered(id) => self.play_answered(id),
            Input::Media(id) => self.media(id),
            Input::Failed(id, failure) if self.is_trying(id) => self.failed(failure),
            Input::Failed(..) => {}
            Input::Renewed(urls) => self.renewed(urls),
            Input::NotRenewed => self.not_renewed(),
            Input::Timeout => self.timeout(),
        }
    }

    /// The next thing to do; [`Output::Timeout`] when there is nothing before the next input.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.deadline()))
    }

    /// What was tried and skipped up to now.
    #[must_use]
    pub const fn trace(&self) -> &Trace {
        &self.trace
    }

    fn deadline(&self) -> Option<(Millis, Wait)> {
        match self.state {
            State::Trying { deadline, wait, .. } => Some((deadline, wait)),
            State::Renewing { deadline, .. } => Some((deadline, Wait::Renew)),
            State::Done => None,
        }
    }

    fn is_trying(&self, attempt: AttemptId) -> bool {
        matches!(self.state, State::Trying { id, .. } if id == attempt)
    }

    fn connected(&mut self, attempt: AttemptId) {
        let latest = self.latest;
        if let State::Trying { id, path, token, wait, deadline, .. } = &mut self.state
            && (*id, *wait) == (attempt, Wait::Connect)
        {
            (*wait, *deadline) = (Wait::Signal, latest + Wait::Signal.limit(*path));
            self.spent.push(*token);
        }
    }

    fn play_answered(&mut self, attempt: AttemptId) {
        self.connected(attempt);
        let latest = self.latest;
        if let State::Trying { id, path, wait, deadline, .. } = &mut self.state
            && (*id, *wait) == (attempt, Wait::Signal)
        {
            (*wait, *deadline) = (Wait::Media, latest + Wait::Media.limit(*path));
        }
    }

    /// Media may overtake the answer to PLAY.
    fn media(&mut self, attempt: AttemptId) {
        if self.is_trying(attempt) {
            self.end_step(StepOutcome::Playing);
            self.outputs.push_back(Output::Playing(attempt));
        }
    }

    fn failed(&mut self, failure: Failure) {
        let State::Trying { id, path, .. } = self.state else { return };
        self.end_step(StepOutcome::Failed(failure));
        if !matches!(failure, Failure::Connect | Failure::Closed) {
            self.outputs.push_back(Output::HangUp(id));
        }
        if path == Path::RelayUdp {
            self.relay_tcp = match failure {
                Failure::Connect | Failure::ConnectTimeout { .. } => Some(Skip::RelayUnreachable),
                Failure::Rtsp { status: status @ (403 | 404 | 453) } => Some(Skip::DeviceRefused { status }),
                _ => None,
            };
        }
        self.go_on();
    }

    fn timeout(&mut self) {
        let Some((deadline, wait)) = self.deadline() else { return };
        if self.latest < deadline {
            return;
        }
        match self.state {
            State::Trying { path, .. } => {
                let waited = wait.limit(path);
                self.failed(match wait {
                    Wait::Media => Failure::NoMedia { waited },
                    Wait::Signal => Failure::SignalTimeout { waited },
                    _ => Failure::ConnectTimeout { waited },
                });
            }
            State::Renewing { .. } => self.not_renewed(),
            State::Done => {}
        }
    }

    fn renewed(&mut self, urls: Urls) {
        let State::Renewing { path, .. } = self.state else { return };
        self.urls = urls;
        self.urls_since = self.latest;
        match self.obstacle(path) {
            Some(skip) => self.skip_and_go_on(path, skip),
            None => self.attempt(path),
        }
    }

    fn not_renewed(&mut self) {
        match self.state {
            State::Renewing { path, why: Renewal::TokenSpent, .. } => {
                self.skip_and_go_on(path, Skip::NoNewUrls);
            }
            // The minute may not be over yet, and the attempt costs little.
            State::Renewing { path, why: Renewal::TooOld, .. } => self.attempt(path),
            _ => {}
        }
    }

    fn skip_and_go_on(&mut self, path: Path, skip: Skip) {
        self.skip(path, skip);
        self.go_on();
    }

    /// Takes the next path that is not blocked; without one the view has failed.
    fn go_on(&mut self) {
        self.state = State::Done;
        while let Some(path) = self.rest.pop_front() {
            match self.obstacle(path) {
                Some(skip) => self.skip(path, skip),
                None => return self.begin(path),
            }
        }
        self.outputs.push_back(Output::Failed(self.trace.clone()));
    }

    fn obstacle(&self, path: Path) -> Option<Skip> {
        if !matches!(self.preference, Preference::Auto) && self.preference != Preference::Only(path) {
            return Some(Skip::NotChosen);
        }
        let Some(url) = self.urls.of(path) else { return Some(Skip::NoUrl) };
        if let Err(error) = rtsp_address(url.as_str()) {
            return Some(Skip::BadUrl(error));
        }
        match (path, self.preference) {
            (Path::RelayUdp, Preference::Auto) => {
                udp_obstacle(self.client_nat, self.urls.device_nat).map(Skip::Udp)
            }
            (Path::RelayTcp, _) => self.relay_tcp.clone(),
            _ => None,
        }
    }

    /// An attempt, or first new URLs for it.
    fn begin(&mut self, path: Path) {
        let why = if self.urls.of(path).is_some_and(|url| self.spent.contains(&token(url))) {
            Renewal::TokenSpent
        } else if self.latest - self.urls_since >= FRESH_FOR {
            Renewal::TooOld
        } else {
            return self.attempt(path);
        };
        self.state = State::Renewing { path, why, deadline: self.latest + RENEW_WAIT };
        self.outputs.push_back(Output::RenewUrls(why));
    }

    fn attempt(&mut self, path: Path) {
        // The caller has seen that there is no obstacle.
        let Some(url) = self.urls.of(path).cloned() else { return };
        let Ok((host, port)) = rtsp_address(url.as_str()) else { return };
        let id = AttemptId(self.next_id);
        self.next_id += 1;
        let wait = Wait::Connect;
        let (began, deadline) = (self.latest, self.latest + wait.limit(path));
        self.state = State::Trying { id, path, token: token(&url), began, wait, deadline };
        let transport = path.transport();
        self.outputs.push_back(Output::Attempt(Attempt { id, path, url, host, port, transport }));
    }

    fn skip(&mut self, path: Path, skip: Skip) {
        let (address, outcome) = (self.address(path), StepOutcome::Skipped(skip));
        self.trace.steps.push(Step { path, address, took: Millis(0), outcome });
    }

    fn end_step(&mut self, outcome: StepOutcome) {
        if let State::Trying { path, began, .. } = self.state {
            let (address, took) = (self.address(path), self.latest - began);
            self.trace.steps.push(Step { path, address, took, outcome });
            self.state = State::Done;
        }
    }

    /// `host:port` of a path, for people.
    fn address(&self, path: Path) -> Option<String> {
        let (host, port) = rtsp_address(self.urls.of(path)?.as_str()).ok()?;
        Some(if host.as_str().contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") })
    }
}

/// What identifies the token of a URL; that of the whole text where there is none.
fn token(url: &Url) -> Digest {
    let key = PlayUrl::parse(url.as_str()).map(|read| read.url.token.to_lookup_key());
    kandian_codec::digest(key.as_deref().unwrap_or(url.as_str()).as_bytes())
}
