//! The group platform: one transition per event.

use std::collections::BTreeMap;

use super::record::State;
use super::rules::{Province, is_right, is_usable};
use crate::message::redirect::{ProvinceAccess, RedirectResponse};
use crate::value::{DeviceUseResult, RedirectResult};
use crate::{DevId, Outcome, Secret};

/// What devices of each province platform are given: the `DevUrl` it reported (§6.1, E-39) and the STUN
/// servers of the group platform (E-31).
pub type Directory = BTreeMap<Province, ProvinceAccess>;

/// What happens to a device at the group platform.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The device asks where to register. Spec §5, §6.6 (1)–(3), (8).
    Redirect {
        /// Key that the device presents.
        key: &'a Secret,
        /// Where the devices of all province platforms register.
        addresses: &'a Directory,
    },
    /// A province platform claims the device for one of its users. It has been authenticated before.
    /// Spec §6.5, §6.6 (7).
    Claim {
        /// Key that the user entered.
        key: &'a Secret,
        /// Who claims.
        by: Province,
    },
    /// An administrator sets the key: from an imported list, or because the device was repaired (E-26).
    SetKey {
        /// The key from now on.
        key: &'a Secret,
    },
    /// An administrator gives the device to a province platform, whoever has it now (E-33).
    Assign {
        /// Whose it is from now on.
        to: Province,
    },
    /// An administrator takes the device from its province platform (E-34).
    Release,
}

/// What is sent in answer to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To the device; see [`Answer::http_status`].
    Redirect(Outcome<RedirectResult, ProvinceAccess>),
    /// To the province platform.
    Claim(DeviceUseResult),
    /// Nothing on the wire: the event was an administrator's.
    None,
}

impl Answer {
    /// HTTP status of the answer to a redirect request: 401 when no province has claimed the device, 200
    /// for everything else, refusals included. A 401 carries no `WWW-Authenticate`. E-27, E-28.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::Redirect(outcome) if outcome.code() == RedirectResult::ADDRESS_UNKNOWN => Some(401),
            Self::Redirect(_) => Some(200),
            Self::Claim(_) | Self::None => None,
        }
    }

    /// The message that answers a redirect request of `dev_id`.
    #[must_use]
    pub fn redirect_response(self, dev_id: DevId) -> Option<RedirectResponse> {
        match self {
            Self::Redirect(outcome) => Some(RedirectResponse::new(outcome).dev_id(dev_id)),
            Self::Claim(_) | Self::None => None,
        }
    }
}

/// Why an event had the answer and the effect it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The device asked for the first time; its key was stored (R-6.15, E-26).
    FirstContact,
    /// No province has claimed the device.
    NotClaimed,
    /// The key is empty, longer than [`MAX_KEY_BYTES`](super::MAX_KEY_BYTES), or not one line of text.
    KeyUnusable,
    /// The key is not the one on record (E-28).
    KeyWrong,
    /// The province platform has not reported where its devices register (E-39).
    AddressMissing,
    /// The device was given its address for the first time.
    Redirected,
    /// The device had its address before and got it again, as after a factory reset (E-30, E-34).
    RedirectedAgain,
    /// The device has never asked: its user must power it on first.
    NeverSeen,
    /// The device now belongs to the province platform that asked.
    Claimed,
    /// It did so before (E-33).
    ClaimedBefore,
    /// The device belongs to another province platform, to be told by administration only (E-33).
    ClaimedByOther(Province),
    /// An administrator made the device known before it asked (E-26).
    Imported,
    /// An administrator replaced the key (E-26).
    KeyReplaced,
    /// An administrator gave the device to a province platform (E-33). A device that has the address of
    /// another keeps it until a factory reset (E-30).
    Assigned,
    /// An administrator took the device from this province platform (E-34).
    Released(Province),
    /// There was nothing for the administrator to do.
    NothingToDo,
}

/// The effect of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The record from now on. When it differs from the one before, it is to be stored before the answer
    /// leaves.
    pub state: State,
    /// What to answer.
    pub answer: Answer,
    /// Why, for the log and for the administrator.
    pub reason: Reason,
}

/// The effect of an event on the record of the device it concerns. Spec §6.6,
/// E-26, E-27, E-28, E-33, E-34.
///
/// Repeating an event changes nothing more, and gets the same answer: devices ask as often as they like
/// (E-29), and a province platform that lost an answer claims again.
///
/// A wrong key is refused before anything else is looked at, so nobody without the key learns whose device
/// it is.
#[must_use]
pub fn apply(state: &State, event: Event<'_>) -> Transition {
    match event {
        Event::Redirect { key, addresses } => redirect(state, key, addresses),
        Event::Claim { key, by } => claim(state, key, by),
        Event::SetKey { key } => set_key(state, key),
        Event::Assign { to } => assign(state, to),
        Event::Release => release(state),
    }
}

fn redirect(state: &State, presented: &Secret, addresses: &Directory) -> Transition {
    let refuse = |code, reason| Transition {
        state: state.clone(),
        answer: Answer::Redirect(Outcome::Failure(code)),
        reason,
    };
    if !is_usable(presented) {
        return refuse(RedirectResult::OTHER, Reason::KeyUnusable);
    }
    let Some(key) = state.key() else {
        let state = State::Unclaimed { key: presented.clone() };
        return Transition { state, ..refuse(RedirectResult::ADDRESS_UNKNOWN, Reason::FirstContact) };
    };
    if !is_right(key, presented) {
        return refuse(RedirectResult::OTHER, Reason::KeyWrong);
    }
    let Some(by) = state.province() else {
        return refuse(RedirectResult::ADDRESS_UNKNOWN, Reason::NotClaimed);
    };
    let Some(access) = addresses.get(&by) else {
        return refuse(RedirectResult::OTHER, Reason::AddressMissing);
    };
    let again = matches!(state, State::Redirected { .. });
    Transition {
        state: State::Redirected { key: key.clone(), by },
        answer: Answer::Redirect(Outcome::Success(access.clone())),
        reason: if again { Reason::RedirectedAgain } else { Reason::Redirected },
    }
}

fn claim(state: &State, presented: &Secret, by: Province) -> Transition {
    let answer = |code, reason| Transition { state: state.clone(), answer: Answer::Claim(code), reason };
    let Some(key) = state.key() else {
        return answer(DeviceUseResult::UNKNOWN_DEVICE, Reason::NeverSeen);
    };
    if !is_right(key, presented) {
        return answer(DeviceUseResult::BAD_DEV_KEY, Reason::KeyWrong);
    }
    match state.province() {
        None => {
            let state = State::Claimed { key: key.clone(), by };
            Transition { state, ..answer(DeviceUseResult::OK, Reason::Claimed) }
        }
        Some(owner) if owner == by => answer(DeviceUseResult::OK, Reason::ClaimedBefore),
        Some(owner) => answer(DeviceUseResult::OTHER, Reason::ClaimedByOther(owner)),
    }
}

fn administered(state: State, reason: Reason) -> Transition {
    Transition { state, answer: Answer::None, reason }
}

fn set_key(state: &State, new: &Secret) -> Transition {
    if !is_usable(new) {
        return administered(state.clone(), Reason::KeyUnusable);
    }
    let key = new.clone();
    let changed = match state {
        State::Absent => return administered(State::Unclaimed { key }, Reason::Imported),
        State::Unclaimed { .. } => State::Unclaimed { key },
        State::Claimed { by, .. } => State::Claimed { key, by: *by },
        State::Redirected { by, .. } => State::Redirected { key, by: *by },
    };
    let reason = if changed == *state { Reason::NothingToDo } else { Reason::KeyReplaced };
    administered(changed, reason)
}

fn assign(state: &State, to: Province) -> Transition {
    match (state.key(), state.province()) {
        (None, _) => administered(State::Absent, Reason::NeverSeen),
        (_, Some(owner)) if owner == to => administered(state.clone(), Reason::NothingToDo),
        (Some(key), _) => administered(State::Claimed { key: key.clone(), by: to }, Reason::Assigned),
    }
}

fn release(state: &State) -> Transition {
    match (state.key(), state.province()) {
        (Some(key), Some(owner)) => {
            administered(State::Unclaimed { key: key.clone() }, Reason::Released(owner))
        }
        _ => administered(state.clone(), Reason::NothingToDo),
    }
}
