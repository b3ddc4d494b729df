//! One check of the token per RTSP connection: the device's side. Spec §7.5.5, §7.5.23, §10.2; E-92.

use super::{Media, PlayUrl, Target};
use crate::Request;
use crate::message::device::{RecordPlayRequest, VideoPlayRequest};
use crate::time::{Millis, Now};
use crate::value::{GenericResult, HashToken};

/// How long a device waits for the platform's answer to `VIDEO_PLAY_REQ` (35H). Recorders in use wait as
/// long; players give up after 5 to 10 s, and have to hear of it before.
pub const LIVE_CHECK_WAIT: Millis = Millis::from_secs(4);

/// How long a device waits for the platform's answer to `RECORD_PLAY_REQ` (74H), as recorders in use do.
pub const RECORD_CHECK_WAIT: Millis = Millis::from_secs(2);

/// Most streams and recordings one RTSP connection may see. Players see one; a recorder's page with
/// four pictures, four. What a connection may see is kept until it ends.
pub const MAX_TARGETS: usize = 4;

/// Failed checks on one connection, after which the platform is not asked any more. An honest player
/// fails once; who guesses tokens has to make a new connection for every three.
pub const MAX_REFUSALS: u32 = 3;

/// What the device itself knows of a stream or a recording, before the platform is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StreamState {
    /// It can be served, or is being served on this connection.
    Available,
    /// There is no such device id, channel, stream or recording here.
    Unknown,
    /// The stream is switched off (码流状态为关闭), for example for privacy. E-104.
    Off,
    /// All places for viewers are taken (请求路数已经达到设置最大值). E-180.
    Full,
}

/// Names one check, so that an answer that comes too late is not taken for that of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(u32);

/// A question for the platform. Its answer goes to [`PlayGate::handle_answer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Names it.
    pub id: CheckId,
    /// What is to be seen.
    pub target: Target,
    /// The token that was presented.
    pub token: HashToken,
    /// When the gate gives up: [`LIVE_CHECK_WAIT`] or [`RECORD_CHECK_WAIT`] from the request.
    pub deadline: Millis,
}

impl Check {
    /// The message for the platform: `VIDEO_PLAY_REQ` or `RECORD_PLAY_REQ`.
    #[must_use]
    pub fn request(&self) -> Request {
        let Target { dev_id, channel_no, media } = &self.target;
        let token = self.token.clone();
        match media {
            Media::Live(stream) => {
                Request::VideoPlay(VideoPlayRequest::new(*dev_id, *channel_no, *stream, token))
            }
            Media::Recording(name) => {
                Request::RecordPlay(RecordPlayRequest::new(*dev_id, *channel_no, name.as_str(), token))
            }
        }
    }
}

/// What to do with an RTSP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Hold it back, and send this to the platform.
    Ask(Check),
    /// Hold it back: the platform has been asked for an earlier request of this connection. Bring it
    /// again when that one is decided.
    Wait,
    /// Serve it.
    Serve,
    /// Answer with [`PlayRefusal::status`].
    Refuse(PlayRefusal),
}

/// Why an RTSP request is not served. Spec §10.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlayRefusal {
    /// The platform refused the token. R-10.8.
    #[error("the platform refused the token with result {result}")]
    TokenRefused {
        /// The platform's `Result`.
        result: GenericResult,
    },
    /// The platform did not answer in time.
    #[error("the platform did not answer within {} ms", .waited.0)]
    NoAnswer {
        /// [`LIVE_CHECK_WAIT`] or [`RECORD_CHECK_WAIT`].
        waited: Millis,
    },
    /// There is no link to the platform, or it ended while the device waited.
    #[error("no link to the platform, the token cannot be verified")]
    LinkDown,
    /// A request without a token on a connection on which none was verified.
    #[error("no token was verified on this connection")]
    NotVerified,
    /// [`MAX_REFUSALS`] checks failed on this connection.
    #[error("{MAX_REFUSALS} checks failed on this connection")]
    TooManyRefusals,
    /// No such device id, channel, stream or recording. R-10.9.
    #[error("no such device, channel, stream or recording here")]
    Unknown,
    /// The stream is switched off. R-10.10.
    #[error("the stream is switched off")]
    Off,
    /// All places for viewers are taken. R-10.11.
    #[error("all places for viewers are taken")]
    Full,
    /// This connection may see [`MAX_TARGETS`] streams and recordings already.
    #[error("one connection may see {MAX_TARGETS} streams or recordings")]
    TooManyTargets,
}

impl PlayRefusal {
    /// The RTSP status: 401, 403, 404 or 453. Spec §10.2; R-10.8 to R-10.11.
    ///
    /// A token that could not be verified is answered like one that was refused, as deployed devices
    /// do: the specification has no other status, and the client's remedy is the same, new URLs.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::TokenRefused { .. }
            | Self::NoAnswer { .. }
            | Self::LinkDown
            | Self::NotVerified
            | Self::TooManyRefusals => 401,
            Self::Off => 403,
            Self::Unknown => 404,
            Self::Full | Self::TooManyTargets => 453,
        }
    }
}

/// Decides for one RTSP connection of a device which requests are served: the first one that carries a
/// token is verified by the platform, once, and the result holds for exactly that stream or recording
/// as long as the connection does. Spec §7.5.5, §7.5.23, §10.2; R-7.56, R-7.89; E-92.
///
/// Ask it for DESCRIBE, SETUP, PLAY and PAUSE, not for OPTIONS and TEARDOWN. One gate per connection;
/// it ends with it.
///
/// - DESCRIBE again, SETUP and PLAY for the same stream are served without a question, whatever token
///   they carry. Requests without a token (an absolute control URL of the SDP, for example) are
///   [`PlayGate::handle_request_without_token`].
/// - Another stream or recording on the same connection needs a check with its own token; what was
///   verified stays verified.
/// - What the device knows itself it says first: 404, 403 and 453 cost the client no token and the
///   platform no work.
/// - A token the platform refused is refused again without a question. When the platform did not
///   answer, it may be asked again.
/// - At most one check is open at a time. After each `&mut` call [`PlayGate::poll_timeout`] may have
///   changed.
///
/// ```
/// use kandian_proto::play::{Decision, LIVE_CHECK_WAIT, PlayGate, PlayRefusal, PlayUrl, StreamState};
/// use kandian_proto::time::{Millis, Now};
/// use kandian_proto::value::GenericResult;
///
/// let url = PlayUrl::parse_strict(
///     "rtsp://192.168.1.64:554/realplay?devid=81100000001&channelno=0&streamtype=2\
///      &hashtoken=6f1ed002ab5595859014ebf0951522d9",
/// )?;
/// let mut gate = PlayGate::new();
/// let now = Now::mono(Millis(1_000));
/// let Decision::Ask(check) = gate.handle_request(now, &url, StreamState::Available) else { panic!() };
/// assert_eq!(gate.poll_timeout(), Some(Millis(1_000) + LIVE_CHECK_WAIT));
///
/// let decision = gate.handle_answer(now, check.id, GenericResult::OTHER);
/// let refusal = PlayRefusal::TokenRefused { result: GenericResult::OTHER };
/// assert_eq!(decision, Some(Decision::Refuse(refusal)));
/// assert_eq!(refusal.status(), 401);
/// # Ok::<(), kandian_proto::play::PlayUrlError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PlayGate {
    latest: Millis,
    next: u32,
    open: Option<Check>,
    verified: Vec<Target>,
    failed: u32,
    last_refused: Option<(Check, GenericResult)>,
}

impl PlayGate {
    /// The gate of a new connection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A request with a play URL. `state` is what the device knows of the target of the URL; a stream
    /// that is being served on this connection is [`StreamState::Available`] even if no place is left.
    pub fn handle_request(&mut self, now: Now, url: &PlayUrl, state: StreamState) -> Decision {
        let at = self.advance(now);
        if self.open.is_some() {
            return Decision::Wait;
        }
        match state {
            StreamState::Available => {}
            StreamState::Unknown => return Decision::Refuse(PlayRefusal::Unknown),
            StreamState::Off => return Decision::Refuse(PlayRefusal::Off),
            StreamState::Full => return Decision::Refuse(PlayRefusal::Full),
        }
        if self.verified.contains(&url.target) {
            return Decision::Serve;
        }
        if let Some((check, result)) = &self.last_refused
            && check.target == url.target
            && check.token.matches_ignore_case(url.token.as_str())
        {
            return Decision::Refuse(PlayRefusal::TokenRefused { result: *result });
        }
        if self.failed >= MAX_REFUSALS {
            return Decision::Refuse(PlayRefusal::TooManyRefusals);
        }
        if self.verified.len() >= MAX_TARGETS {
            return Decision::Refuse(PlayRefusal::TooManyTargets);
        }

        let id = CheckId(self.next);
        self.next = self.next.wrapping_add(1);
        let deadline = at + wait(&url.target.media);
        let check = Check { id, target: url.target.clone(), token: url.token.clone(), deadline };
        self.open = Some(check.clone());
        Decision::Ask(check)
    }

    /// A request whose URL is no play URL and carries no token.
    #[must_use]
    pub fn handle_request_without_token(&self) -> Decision {
        match (&self.open, self.verified.as_slice()) {
            (Some(_), _) => Decision::Wait,
            (None, []) => Decision::Refuse(PlayRefusal::NotVerified),
            (None, _) => Decision::Serve,
        }
    }

    /// The platform's answer to a check. Returns the decision about the request that was held back, or
    /// nothing when the answer comes too late.
    pub fn handle_answer(&mut self, now: Now, id: CheckId, result: GenericResult) -> Option<Decision> {
        let at = self.advance(now);
        let check = self.open.take_if(|check| check.id == id)?;
        if at > check.deadline {
            return Some(self.no_answer(&check));
        }
        if result == GenericResult::OK {
            self.verified.push(check.target);
            return Some(Decision::Serve);
        }
        self.failed += 1;
        self.last_refused = Some((check, result));
        Some(Decision::Refuse(PlayRefusal::TokenRefused { result }))
    }

    /// There is no link over which to ask, or it ended. Returns the decision about the request that was
    /// held back, or nothing when there is none.
    pub fn handle_link_down(&mut self) -> Option<Decision> {
        self.open.take().map(|_| Decision::Refuse(PlayRefusal::LinkDown))
    }

    /// When to call [`PlayGate::handle_timeout`]: the deadline of the open check.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Millis> {
        self.open.as_ref().map(|check| check.deadline)
    }

    /// The time has come. Returns the decision about the request that was held back, or nothing when
    /// no deadline has passed.
    pub fn handle_timeout(&mut self, now: Now) -> Option<Decision> {
        let at = self.advance(now);
        let check = self.open.take_if(|check| at >= check.deadline)?;
        Some(self.no_answer(&check))
    }

    fn no_answer(&mut self, check: &Check) -> Decision {
        self.failed += 1;
        Decision::Refuse(PlayRefusal::NoAnswer { waited: wait(&check.target.media) })
    }

    /// The moment, never before an earlier one.
    fn advance(&mut self, now: Now) -> Millis {
        self.latest = self.latest.max(now.mono);
        self.latest
    }
}

const fn wait(media: &Media) -> Millis {
    match media {
        Media::Live(_) => LIVE_CHECK_WAIT,
        Media::Recording(_) => RECORD_CHECK_WAIT,
    }
}
