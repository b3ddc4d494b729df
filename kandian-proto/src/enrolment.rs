//! Whose device is it? The record that the group platform keeps of each device, and what a province
//! platform decides when a user adds one or one registers.
//!
//! Spec §5, §6.5, §6.6, §7.2.1, §8.5; R-6.9 to R-6.13, R-6.15, R-6.16, R-6.20 to R-6.23, R-6.25 to R-6.27;
//! E-26, E-27, E-28, E-32, E-33, E-34, E-35.
//!
//! Everything here is a pure function from a record and an event to the next record, the answer and the
//! reason. Storing the record before the answer leaves, limits on how often a peer may ask, and whether a
//! province platform is who it says (results 1 and 2 of §6.5) are the caller's.
//!
//! # The group platform
//!
//! ```text
//!              first redirect            claim, right key             redirect, right key
//!  ABSENT ─────────────────────▶ UNCLAIMED ─────────────▶ CLAIMED by p ─────────────▶ REDIRECTED to p
//!              or an imported key    ▲                        ▲   │                        │
//!                                    └── administrator releases ──┴────────────────────────┘
//! ```
//!
//! | event | `Absent` | `Unclaimed` | `Claimed`, `Redirected` |
//! |---|---|---|---|
//! | redirect request, right key | stored; HTTP 401, result 1 | HTTP 401, result 1 | HTTP 200, result 0, the province's URL |
//! | redirect request, wrong key | – | HTTP 200, result 255 | HTTP 200, result 255 |
//! | claim by p, right key | 3 | 0, claimed by p | 0 for the same p; 255 for another |
//! | claim, wrong key | 3 | 4 | 4 |
//!
//! Nobody gives a platform the keys of devices, so the first key presented is the one that counts (E-26);
//! keys imported by an administrator take its place.
//!
//! ```
//! use kandian_proto::enrolment::{Answer, Directory, Event, Province, Reason, State, apply};
//! use kandian_proto::message::redirect::ProvinceAccess;
//! use kandian_proto::value::{DeviceUseResult, Host, Port, Url};
//! use kandian_proto::Secret;
//!
//! let key = Secret::from("K7M2P9Q4");
//! let shanghai: Province = "3100-01".parse()?;
//! let stun: Host = "stun.kandian.example".parse()?;
//! let url: Url = "http://sh.kandian.example:8098/tykd".parse()?;
//! let access = ProvinceAccess::new(url, stun.clone(), Port(3478), stun, Port(3479));
//! let addresses = Directory::from([(shanghai, access)]);
//!
//! let ask = Event::Redirect { key: &key, addresses: &addresses };
//! let first = apply(&State::Absent, ask);
//! assert_eq!((first.answer.http_status(), first.reason), (Some(401), Reason::FirstContact));
//! let claim = apply(&first.state, Event::Claim { key: &key, by: shanghai });
//! assert_eq!(claim.answer, Answer::Claim(DeviceUseResult::OK));
//! let later = apply(&claim.state, ask);
//! assert_eq!((later.answer.http_status(), later.reason), (Some(200), Reason::Redirected));
//! assert_eq!(later.state.province(), Some(shanghai));
//! # Ok::<(), kandian_proto::value::InvalidValue>(())
//! ```
//!
//! # The province platform
//!
//! [`add_device`] and [`add_after_claim`] decide a request of §8.5, [`register_device`] one of §7.2.1.

mod group;
mod province;
mod record;
mod rules;

pub use group::{Answer, Directory, Event, Reason, Transition, apply};
pub use province::{
    Addition, Admission, Known, Prompt, Registration, WhyNot, add_after_claim, add_device, register_device,
};
pub use record::{InvalidRecord, State};
pub use rules::{MAX_KEY_BYTES, Province};
