//! The messages: one file per operation, in folders by topic.
//!
//! | Module | Chapter | Who speaks |
//! |---|---|---|
//! | [`redirect`] | 5 | device → group platform, HTTP |
//! | [`group`] | 6 | province platform → group platform, HTTP |
//! | [`register`] | 7.2 | device → province platform, HTTP |
//! | [`device`] | 7.5 | device ↔ province platform, TCP frames |
//! | [`client`] | 8 | client → province platform, SOAP |
//! | [`directory`] | 9 | client → group platform, SOAP |
//! | [`wifi_setup`] | 11 | client → device, HTTP on the hotspot of the device |
//!
//! A file holds the request, the answer, the groups inside them, and what is known about peers that
//! deviate. Requests and answers are made with `new`, which takes the required fields, and setters for
//! the others; every field is public. An answer whose content exists only on success holds an
//! [`Outcome`](crate::Outcome).
//!
//! Elements that a peer may leave out by some erratum are no arguments of `new`: they start at the value
//! that absence stands for. In answers this includes `DevID`, which repeats that of the request (E-22),
//! and `Time` (E-14): set both.
//!
//! The order of the fields is that of the wire, and the doc of a field gives the original term, unit and
//! errata. [`OPERATIONS`](crate::command::OPERATIONS) lists all messages.

pub(crate) mod macros;

pub mod client;
pub mod device;
pub mod directory;
pub mod group;
pub mod redirect;
pub mod register;
pub mod wifi_setup;
