//! What a client asks.; E-172, E-176.

use super::config::Mode;
use super::machine::{Client, Step, Wish};
use crate::play::MAX_URL_BYTES;
use crate::rtsp::message::{Method, Request};
use crate::rtsp::rtp::Track;
use crate::rtsp::sdp::RemoteTrack;
use crate::rtsp::transport::Transport;

impl Client {
    pub(super) fn ask_options(&mut self) {
        self.send(Request::new(Method::Options, &self.aggregate), false);
    }

    pub(super) fn ask_describe(&mut self) {
        let request = Request::new(Method::Describe, &self.aggregate).header("Accept", "application/sdp");
        self.send(request, false);
    }

    /// The next track, or PLAY after the last one.
    pub(super) fn ask_set_up(&mut self) {
        let Some(track) = self.offered.front() else { return self.ask_first_play() };
        let url = resolve(&self.base, track.control.as_deref());
        let transport = self.asked_transport(track_of(track));
        self.send(Request::new(Method::Setup, url).header("Transport", transport), false);
    }

    pub(super) fn asked_transport(&self, track: Track) -> Transport {
        match &self.options.mode {
            Mode::Tcp => {
                let channel = track.usual_channel();
                Transport::tcp(channel, channel.saturating_add(1))
            }
            Mode::Udp { ports, mapped } => {
                let (rtp, rtcp) = ports[usize::from(track != Track::VIDEO)];
                Transport { destination: *mapped, ..Transport::udp(rtp, rtcp) }
            }
        }
    }

    fn ask_first_play(&mut self) {
        self.ask_play(self.options.range, self.options.scale);
    }

    fn ask_play(
        &mut self,
        range: Option<crate::rtsp::message::Range>,
        scale: Option<crate::rtsp::message::Scale>,
    ) {
        let mut request = Request::new(Method::Play, &self.aggregate);
        if let Some(scale) = scale {
            request = request.header("Scale", scale);
        }
        if let Some(range) = range {
            request = request.header("Range", range);
        }
        self.send(request, false);
    }

    /// Sends the next wish, when no answer is waited for.
    pub(super) fn next_wish(&mut self) {
        if self.pending.is_some() {
            return;
        }
        match self.wishes.pop_front() {
            Some(Wish::Play(range, scale)) => self.ask_play(range, scale),
            Some(Wish::Pause) => self.send(Request::new(Method::Pause, &self.aggregate), false),
            Some(Wish::TearDown) => self.send(Request::new(Method::Teardown, &self.aggregate), false),
            None => {}
        }
    }

    pub(super) fn begin_tear_down(&mut self) {
        self.step = Step::TearingDown;
        self.timers = super::machine::Timers::default();
        self.wishes.clear();
        self.wishes.push_back(Wish::TearDown);
        self.next_wish();
    }

    /// OPTIONS with the session.
    pub(super) fn keep_alive(&mut self) {
        self.send(Request::new(Method::Options, &self.aggregate), true);
        self.plan_keep_alive();
    }

    /// Over UDP every 30 s, and sooner for a device that gives up within 36 s, of which a sixth is kept clear; over TCP
    /// only for one that says when it gives up (R-10.15, E-176).
    pub(super) fn plan_keep_alive(&mut self) {
        let usual = self.options.timing.keep_alive;
        let wanted =
            self.announced_timeout.map(|timeout| crate::time::Millis((timeout.0 / 6 * 5).max(1_000)));
        let span =
            if self.is_udp() { Some(wanted.map_or(usual, |wanted| wanted.min(usual))) } else { wanted };
        self.timers.keep_alive = span.map(|span| self.latest + span);
    }
}

/// 0 for video, 1 for sound.
pub(super) fn track_of(track: &RemoteTrack) -> Track {
    if track.is_video { Track::VIDEO } else { Track::AUDIO }
}

/// The URL of a track: absolute as it is, or behind the base. Not by the book, which would drop the query with the token:
/// devices and players append it to the token (E-172).
pub(super) fn resolve(base: &str, control: Option<&str>) -> String {
    let base = base.trim_end_matches('/');
    match control.map(str::trim) {
        None | Some("" | "*") => base.to_owned(),
        Some(control) if is_rtsp(control) => control.to_owned(),
        Some(control) if can_stand(control) => format!("{base}/{}", control.trim_start_matches('/')),
        Some(_) => base.to_owned(),
    }
}

/// Whether a text of the device is a URL that may stand in a request.
pub(super) fn is_rtsp(text: &str) -> bool {
    text.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("rtsp://")) && can_stand(text)
}

/// Whether a text of the device is short and plain enough for the first line of a request.
fn can_stand(text: &str) -> bool {
    text.len() <= MAX_URL_BYTES && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}
