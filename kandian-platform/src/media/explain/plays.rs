//! The attempts that are kept, and which token belongs to which.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use kandian_proto::DevId;
use kandian_proto::play::TokenRefusal;
use kandian_proto::play::path::Path;
use kandian_proto::rtsp::message::Status;
use kandian_proto::time::{Millis, Now, UnixMillis};
use kandian_proto::value::HashToken;

use super::{Cause, End, Note, Watcher, What};
use crate::media::Camera;
use crate::service::digest;

/// Notes of one attempt; what comes later is only counted.
pub const NOTES: usize = 64;
/// Attempts of one device.
const OF_DEVICE: usize = 40;
/// Devices of which attempts are kept; the one of which nothing was heard for longest goes first.
const DEVICES: usize = 2_000;
/// How long a token is followed: its minute, and half of one for a question that comes late.
const FOLLOWED: Millis = Millis::from_secs(90);
/// Tokens that are followed.
const TOKENS: usize = 20_000;

/// Names an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlayId {
    /// The device.
    pub device: DevId,
    /// Its number since the platform started.
    pub number: u64,
}

/// One attempt to watch.
#[derive(Clone, Debug)]
pub struct Play {
    /// Its number since the platform started.
    pub number: u64,
    /// What was to be watched.
    pub camera: Camera,
    /// By whom.
    pub watcher: Watcher,
    /// When it began.
    pub began: UnixMillis,
    /// What happened, in order.
    pub notes: Vec<Note>,
    /// How much more happened than is kept.
    pub more: u64,
    /// Bytes of pictures and sound that came.
    pub bytes: u64,
    /// When it began, on the clock that nobody moves.
    since: Millis,
    /// Tokens of which nothing was heard, by their ways, and when they were issued.
    unseen: Vec<(Path, Millis)>,
}

impl Play {
    /// Why it is over, if it is.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.notes.iter().rev().find_map(|note| match &note.what {
            What::Ended(end) => Some(end),
            _ => None,
        })
    }

    /// The ways whose tokens nobody has used in their minute.
    #[must_use]
    pub fn unused(&self, now: Millis) -> Vec<Path> {
        let over = |issued: Millis| now.0.saturating_sub(issued.0) > kandian_proto::play::VALIDITY.0;
        self.unseen.iter().filter(|(_, issued)| over(*issued)).map(|(path, _)| *path).collect()
    }

    fn note(&mut self, now: Millis, what: What) {
        let after = Millis(now.0.saturating_sub(self.since.0));
        // What it ended with is worth more than the last of many repetitions.
        let is_end = matches!(what, What::Ended(_));
        if self.notes.len() < NOTES || is_end {
            self.notes.push(Note { after, what });
        } else {
            self.more += 1;
        }
    }

    /// What the device asked about the token of its last connection.
    fn last_check(&self) -> Option<Option<TokenRefusal>> {
        let since = self.notes.iter().rev().take_while(|note| !matches!(note.what, What::Connecting { .. }));
        since.into_iter().find_map(|note| match note.what {
            What::Checked { refusal, .. } => Some(refusal),
            _ => None,
        })
    }
}

/// The last attempts of all devices.
#[derive(Debug, Default)]
pub struct Plays {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    last: u64,
    devices: HashMap<DevId, Kept>,
    tokens: HashMap<String, (PlayId, Path, Millis)>,
}

#[derive(Debug, Default)]
struct Kept {
    plays: VecDeque<Play>,
    heard: Millis,
}

impl Plays {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // What a panic leaves behind is whole: no step of this module has two halves.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An attempt begins.
    pub fn begin(&self, now: Now, camera: Camera, watcher: Watcher) -> PlayId {
        let mut inner = self.lock();
        inner.last += 1;
        let number = inner.last;
        if inner.devices.len() >= DEVICES && !inner.devices.contains_key(&camera.device) {
            inner.forget_one();
        }
        let kept = inner.devices.entry(camera.device).or_default();
        kept.heard = now.mono;
        if kept.plays.len() >= OF_DEVICE {
            kept.make_room();
        }
        kept.plays.push_back(Play {
            number,
            camera,
            watcher,
            began: now.wall.unwrap_or(UnixMillis(0)),
            notes: Vec::new(),
            more: 0,
            bytes: 0,
            since: now.mono,
            unseen: Vec::new(),
        });
        PlayId { device: camera.device, number }
    }

    /// Something happened in an attempt.
    pub fn note(&self, now: Now, id: PlayId, what: What) {
        self.with(id, |play| play.note(now.mono, what));
    }

    /// So many bytes came.
    pub fn bytes(&self, id: PlayId, bytes: u64) {
        self.with(id, |play| play.bytes = bytes);
    }

    /// A device refused; returns why, as far as one can tell.
    pub fn cause(&self, id: PlayId, status: Status, is_online: bool) -> Cause {
        if status != Status::UNAUTHORIZED {
            return Cause::AsItSays;
        }
        match self.with(id, |play| play.last_check()).flatten() {
            Some(Some(refusal)) => Cause::TokenRefused(refusal),
            Some(None) => Cause::AnswerLost,
            None if is_online => Cause::NeverAsked,
            None => Cause::LinkDown,
        }
    }

    /// A token was issued for an attempt, and is followed from here on.
    pub fn token(&self, now: Now, id: PlayId, path: Path, token: &HashToken) {
        let mut inner = self.lock();
        if inner.tokens.len() >= TOKENS {
            inner.tokens.retain(|_, (_, _, until)| *until >= now.mono);
        }
        if inner.tokens.len() < TOKENS {
            inner.tokens.insert(name(token), (id, path, now.mono + FOLLOWED));
        }
        inner.with(id, |play| {
            play.unseen.push((path, now.mono));
            play.note(now.mono, What::Token { path });
        });
    }

    /// A device asked about a token, and was told.
    pub fn checked(&self, now: Now, token: &HashToken, refusal: Option<TokenRefusal>) {
        let mut inner = self.lock();
        let Some((id, path, _)) = inner.tokens.get(&name(token)).copied() else { return };
        inner.with(id, |play| {
            play.unseen.retain(|(unseen, _)| *unseen != path);
            play.note(now.mono, What::Checked { path, refusal });
        });
    }

    /// The attempts of a device, the newest first.
    #[must_use]
    pub fn of(&self, device: DevId) -> Vec<Play> {
        let inner = self.lock();
        inner.devices.get(&device).into_iter().flat_map(|kept| kept.plays.iter().rev().cloned()).collect()
    }

    /// One attempt.
    #[must_use]
    pub fn one(&self, id: PlayId) -> Option<Play> {
        self.with(id, |play| play.clone())
    }

    fn with<T>(&self, id: PlayId, work: impl FnOnce(&mut Play) -> T) -> Option<T> {
        self.lock().with(id, work)
    }
}

impl Inner {
    fn with<T>(&mut self, id: PlayId, work: impl FnOnce(&mut Play) -> T) -> Option<T> {
        let plays = &mut self.devices.get_mut(&id.device)?.plays;
        plays.iter_mut().rev().find(|play| play.number == id.number).map(work)
    }

    fn forget_one(&mut self) {
        let oldest = self.devices.iter().min_by_key(|(_, kept)| kept.heard).map(|(device, _)| *device);
        if let Some(device) = oldest {
            self.devices.remove(&device);
        }
    }
}

impl Kept {
    /// Forgets the oldest attempt that is over; one that goes on only when all do.
    fn make_room(&mut self) {
        let over = self.plays.iter().position(|play| play.end().is_some());
        self.plays.remove(over.unwrap_or(0));
    }
}

/// A token by its digest: what is kept opens no camera.
fn name(token: &HashToken) -> String {
    digest(&token.to_lookup_key())
}

#[cfg(test)]
mod tests {
    use kandian_proto::value::StreamType;

    use super::*;

    fn at(millis: u64) -> Now {
        Now { mono: Millis(millis), wall: Some(UnixMillis(0)) }
    }

    fn camera(number: u32) -> Camera {
        let device = format!("811{number:08}").parse().unwrap();
        Camera { device, channel: 0, stream: StreamType::MAIN }
    }

    /// However often somebody tries, and with however many devices.
    #[test]
    fn memory_is_bounded() {
        let plays = Plays::default();
        for number in 0..3_000 {
            let id = plays.begin(at(u64::from(number)), camera(number), Watcher::Gateway);
            plays.note(at(0), id, What::Ended(End::Left));
        }
        assert_eq!(plays.lock().devices.len(), DEVICES);
        assert!(plays.of(camera(0).device).is_empty());
        let first = plays.begin(at(5_000), camera(1), Watcher::Gateway);
        for _ in 0..OF_DEVICE {
            let id = plays.begin(at(5_000), camera(1), Watcher::Gateway);
            (0..2 * NOTES).for_each(|_| plays.note(at(6_000), id, What::Silent));
            plays.note(at(7_000), id, What::Ended(End::Closed));
        }
        let kept = plays.of(camera(1).device);
        assert_eq!((kept.len(), kept[0].notes.len(), kept[0].more), (OF_DEVICE, NOTES + 1, NOTES as u64));
        assert_eq!(kept[0].end(), Some(&End::Closed));
        // The one that goes on is kept.
        assert!(plays.one(first).is_some());
        for number in 0..TOKENS as u64 + 9 {
            plays.token(at(number), first, Path::Local, &format!("{number:032x}").parse().unwrap());
        }
        assert!(plays.lock().tokens.len() <= TOKENS);
    }

    /// what a 401 means is in what the platform was asked before it.
    #[test]
    fn refusals_have_causes() {
        let plays = Plays::default();
        let token: HashToken = "6f1ed002ab5595859014ebf0951522d9".parse().unwrap();
        let upper: HashToken = "6F1ED002AB5595859014EBF0951522D9".parse().unwrap();
        let begin = || {
            let id = plays.begin(at(0), camera(1), Watcher::Gateway);
            plays.token(at(0), id, Path::Local, &token);
            let address = "192.0.2.7:554".parse().unwrap();
            plays.note(at(0), id, What::Connecting { path: Path::Local, address });
            id
        };
        let cause = |id, is_online| plays.cause(id, Status::UNAUTHORIZED, is_online);
        let id = begin();
        assert_eq!((cause(id, true), cause(id, false)), (Cause::NeverAsked, Cause::LinkDown));
        assert_eq!(plays.cause(id, Status(404), false), Cause::AsItSays);
        let refusal = TokenRefusal::AlreadyUsed { ago: Millis(5) };
        plays.checked(at(1), &upper, Some(refusal));
        assert_eq!(cause(id, false), Cause::TokenRefused(refusal));
        let id = begin();
        assert_eq!(plays.one(id).unwrap().unused(Millis(60_000)), []);
        assert_eq!(plays.one(id).unwrap().unused(Millis(60_001)), [Path::Local]);
        plays.checked(at(1), &token, None);
        assert_eq!(
            (cause(id, true), plays.one(id).unwrap().unused(Millis(99_999))),
            (Cause::AnswerLost, vec![])
        );
        // A connection to another address says nothing of this one.
        let address = "192.0.2.8:554".parse().unwrap();
        plays.note(at(2), id, What::Connecting { path: Path::Upnp, address });
        assert_eq!(cause(id, true), Cause::NeverAsked);
    }
}
