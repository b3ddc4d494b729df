//! What the tests of the path to a camera share: the URLs of a platform, and a client with a clock.

use kandian_proto::play::path::{Attempt, Input, Output, Path, PathChooser, Preference, Trace, Urls, Wait};
use kandian_proto::value::{NatType, Url, UrlOrEmpty};

use super::play::{DEVICE, at};

/// URLs of §8.7, each with a token of its own (E-92), tokens different for each `set`.
pub(crate) fn urls(set: u8, device_nat: NatType) -> Urls {
    let url = |origin: &str, letter: char| {
        let token = format!("{letter}{set:031x}");
        url(&format!("{origin}/realplay?devid={DEVICE}&channelno=0&streamtype=2&hashtoken={token}"))
    };
    Urls {
        local: url("rtsp://192.168.1.64:554", 'a'),
        upnp: url("rtsp://198.51.100.23:34567", 'b'),
        turn: url("rtsp://203.0.113.40:49160", 'c'),
        device_nat,
    }
}

pub(crate) fn url(text: &str) -> UrlOrEmpty {
    UrlOrEmpty::from(text.parse::<Url>().unwrap())
}

/// A path chooser with its clock.
pub(crate) struct Client {
    pub(crate) chooser: PathChooser,
    pub(crate) now: u64,
}

impl Client {
    /// At time 0, behind a full cone NAT.
    pub(crate) fn new(urls: Urls, preference: Preference) -> Self {
        Self { chooser: PathChooser::new(at(0), urls, NatType::FULL_CONE, preference), now: 0 }
    }

    /// What is to be done, up to the wait.
    pub(crate) fn outputs(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        loop {
            match self.chooser.poll_output() {
                Output::Timeout(_) => return outputs,
                output => outputs.push(output),
            }
        }
    }

    /// The wait, after everything else was taken.
    pub(crate) fn wait(&mut self) -> Option<(u64, Wait)> {
        match self.chooser.poll_output() {
            Output::Timeout(wait) => wait.map(|(at, wait)| (at.0, wait)),
            other => panic!("{other:?} is left"),
        }
    }

    pub(crate) fn feed(&mut self, input: Input) {
        self.chooser.handle_input(at(self.now), input);
    }

    /// Lets time pass and says so.
    pub(crate) fn pass(&mut self, millis: u64) {
        self.now += millis;
        self.feed(Input::Timeout);
    }

    /// The one output must be an attempt at this path.
    #[track_caller]
    pub(crate) fn attempt(&mut self, path: Path) -> Attempt {
        match self.outputs().as_slice() {
            [Output::Attempt(attempt)] if attempt.path == path => attempt.clone(),
            other => panic!("expected an attempt at {path:?}, got {other:?}"),
        }
    }

    /// The first output must hang the attempt up; the next be an attempt at this path.
    #[track_caller]
    pub(crate) fn fall_back(&mut self, from: &Attempt, path: Path) -> Attempt {
        match self.outputs().as_slice() {
            [Output::HangUp(id), Output::Attempt(attempt)] if *id == from.id && attempt.path == path => {
                attempt.clone()
            }
            other => panic!("expected a fall back to {path:?}, got {other:?}"),
        }
    }

    /// The last output must be the failure.
    #[track_caller]
    pub(crate) fn failed(&mut self) -> Trace {
        match self.outputs().pop() {
            Some(Output::Failed(trace)) => trace,
            other => panic!("expected a failure, got {other:?}"),
        }
    }
}
