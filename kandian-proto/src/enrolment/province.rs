//! The province platform: may this user have this device, and may this device register?

use super::rules::{is_right, is_usable};
use crate::Secret;
use crate::value::{DeviceUseResult, McuAddDeviceResult, RegisterResult};

/// What the province platform has on record about a device that a user adds.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// No record.
    No,
    /// A record, and no user's.
    Unbound {
        /// Key on record.
        key: &'a Secret,
    },
    /// A record, and bound to a user: this one or another.
    Bound,
}

/// What to do about a user who adds a device. Spec §6.5, §6.6 (5)–(7), §8.5; E-32.
///
/// [`Addition::result`] is the answer, [`Addition::prompt`] what the user is told besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addition {
    /// Bind the device, which is on record, to the user.
    Bind {
        /// The group platform has just assigned the device, which does not know it yet.
        newly_claimed: bool,
    },
    /// Store the device and bind it to the user (R-6.10).
    StoreAndBind,
    /// Send a claim (§6.5) and pass its answer to [`add_after_claim`] (R-6.10, R-6.21).
    AskGroup,
    /// Change nothing.
    Refuse(WhyNot),
}

/// Why a user does not get a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNot {
    /// It is bound, to this user or another (R-6.20).
    AlreadyBound,
    /// The user has as many devices as he may have (E-168).
    NoRoom,
    /// The key is wrong: not the one on record, or not the one the group platform has (R-6.13, R-6.20).
    KeyWrong,
    /// The group platform has never heard of the device (R-6.12).
    NeverSeen,
    /// The group platform refused *this platform*, as unknown (1) or for its password (2). The operator
    /// must correct the configuration; the user can do nothing.
    PlatformRefused(DeviceUseResult),
    /// The group platform refused with another code; 255 is what it answers for a device of another
    /// province (E-33).
    GroupRefused(DeviceUseResult),
    /// The group platform did not answer.
    GroupSilent,
}

/// What the user is to be told besides the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Switch the device off and on, so that it asks for its province (R-6.11).
    PowerCycle,
    /// Switch the device on first, then add it (R-6.12).
    PowerOnFirst,
    /// Enter the key again (R-6.13).
    EnterKeyAgain,
    /// The device cannot be added; ask the operator (E-33).
    ContactSupport,
}

impl Addition {
    /// Result code of the answer (§8.5); `None` while the group platform has to be asked. E-32.
    #[must_use]
    pub const fn result(self) -> Option<McuAddDeviceResult> {
        Some(match self {
            Self::AskGroup => return None,
            Self::Bind { .. } | Self::StoreAndBind => McuAddDeviceResult::OK,
            Self::Refuse(why) => match why {
                WhyNot::AlreadyBound => McuAddDeviceResult::ALREADY_BOUND,
                WhyNot::NoRoom => McuAddDeviceResult::LIMIT_EXCEEDED,
                WhyNot::KeyWrong => McuAddDeviceResult::BAD_DEV_KEY,
                WhyNot::NeverSeen => McuAddDeviceResult::UNKNOWN_DEVICE,
                // Codes 1 and 2 mean the user and his session there, never the platform.
                WhyNot::PlatformRefused(_) | WhyNot::GroupRefused(_) | WhyNot::GroupSilent => {
                    McuAddDeviceResult::OTHER
                }
            },
        })
    }

    /// What the user is to be told besides the result, where there is something to do.
    #[must_use]
    pub const fn prompt(self) -> Option<Prompt> {
        match self {
            Self::StoreAndBind | Self::Bind { newly_claimed: true } => Some(Prompt::PowerCycle),
            Self::Refuse(WhyNot::NeverSeen) => Some(Prompt::PowerOnFirst),
            Self::Refuse(WhyNot::KeyWrong) => Some(Prompt::EnterKeyAgain),
            Self::Refuse(WhyNot::PlatformRefused(_) | WhyNot::GroupRefused(_)) => {
                Some(Prompt::ContactSupport)
            }
            _ => None,
        }
    }
}

/// Decides a request to add a device. Spec §6.5, §6.6 (5), (6), §8.5; R-6.9, R-6.10, R-6.20, R-6.21; E-32.
///
/// The user is logged in already. `presented` is the key he entered; `has_room` says whether he may have
/// one more device (E-168), which is looked at before the group platform is asked, because a claim cannot
/// be taken back (E-34).
///
/// ```
/// use kandian_proto::enrolment::{Addition, Known, add_after_claim, add_device};
/// use kandian_proto::value::{DeviceUseResult, McuAddDeviceResult};
/// use kandian_proto::Secret;
///
/// let entered = Secret::from("K7M2P9Q4");
/// assert_eq!(add_device(Known::No, &entered, true), Addition::AskGroup);
/// let answer = Some(DeviceUseResult::BAD_DEV_KEY);
/// let decision = add_after_claim(answer, Known::No, &entered);
/// assert_eq!(decision.result(), Some(McuAddDeviceResult::BAD_DEV_KEY));
/// ```
#[must_use]
pub fn add_device(known: Known<'_>, presented: &Secret, has_room: bool) -> Addition {
    match known {
        Known::Bound => Addition::Refuse(WhyNot::AlreadyBound),
        _ if !has_room => Addition::Refuse(WhyNot::NoRoom),
        Known::Unbound { key } if is_right(key, presented) => Addition::Bind { newly_claimed: false },
        // A key that no device can have is not worth a question.
        Known::No if is_usable(presented) => Addition::AskGroup,
        Known::Unbound { .. } | Known::No => Addition::Refuse(WhyNot::KeyWrong),
    }
}

/// Decides after the group platform has answered a claim; `None` when it did not. Spec §6.5, §6.6 (6), (7);
/// R-6.10 to R-6.13, R-6.21; E-32, E-33.
///
/// `known` is what is on record *now*: while the group platform was asked, the device may have registered
/// (R-6.25), and another user may have been quicker.
#[must_use]
pub fn add_after_claim(answer: Option<DeviceUseResult>, known: Known<'_>, presented: &Secret) -> Addition {
    match (answer, known) {
        (Some(DeviceUseResult::OK), Known::No) => Addition::StoreAndBind,
        (Some(DeviceUseResult::OK), Known::Unbound { key }) if is_right(key, presented) => {
            Addition::Bind { newly_claimed: true }
        }
        (Some(DeviceUseResult::OK), Known::Unbound { .. }) => Addition::Refuse(WhyNot::KeyWrong),
        (Some(DeviceUseResult::OK), Known::Bound) => Addition::Refuse(WhyNot::AlreadyBound),
        (Some(DeviceUseResult::UNKNOWN_DEVICE), _) => Addition::Refuse(WhyNot::NeverSeen),
        (Some(DeviceUseResult::BAD_DEV_KEY), _) => Addition::Refuse(WhyNot::KeyWrong),
        (Some(code @ (DeviceUseResult::UNKNOWN_PLATFORM | DeviceUseResult::BAD_PASSWORD)), _) => {
            Addition::Refuse(WhyNot::PlatformRefused(code))
        }
        (Some(code), _) => Addition::Refuse(WhyNot::GroupRefused(code)),
        (None, _) => Addition::Refuse(WhyNot::GroupSilent),
    }
}

/// How a province platform treats a device that registers. Spec §6.6 (10), §7.2.1; E-35.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whether devices that are not on record are stored: yes, unless switched off (E-35).
    pub auto_enrol: bool,
    /// Whether this device is blocked.
    pub blocked: bool,
}

impl Default for Admission {
    fn default() -> Self {
        Self { auto_enrol: true, blocked: false }
    }
}

/// What to do about a device that registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// It is on record: give it the access servers.
    Accept,
    /// Store it with the key it presented, bound to nobody, and give it the access servers (R-6.25).
    Store,
    /// Answer with this result.
    Refuse(RegisterResult),
}

/// Decides a registration. Spec §6.6 (10), §7.2.1; R-6.25, R-6.26; E-26, E-35.
///
/// `known` is the key on record, `presented` the one in the request. A device that has never been at the
/// group platform is served like any other (R-6.26).
///
/// ```
/// use kandian_proto::enrolment::{Admission, Registration, register_device};
/// use kandian_proto::value::RegisterResult;
/// use kandian_proto::Secret;
///
/// let (key, other) = (Secret::from("K7M2P9Q4"), Secret::from("12345678"));
/// let open = Admission::default();
/// assert_eq!(register_device(None, &key, open), Registration::Store);
/// assert_eq!(register_device(Some(&key), &key, open), Registration::Accept);
/// let refused = Registration::Refuse(RegisterResult::BAD_DEV_KEY);
/// assert_eq!(register_device(Some(&key), &other, open), refused);
/// ```
#[must_use]
pub fn register_device(known: Option<&Secret>, presented: &Secret, admission: Admission) -> Registration {
    match known {
        _ if admission.blocked => Registration::Refuse(RegisterResult::UNKNOWN_DEVICE),
        Some(key) if is_right(key, presented) => Registration::Accept,
        Some(_) => Registration::Refuse(RegisterResult::BAD_DEV_KEY),
        None if !admission.auto_enrol => Registration::Refuse(RegisterResult::UNKNOWN_DEVICE),
        None if is_usable(presented) => Registration::Store,
        None => Registration::Refuse(RegisterResult::BAD_DEV_KEY),
    }
}
