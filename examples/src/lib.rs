//! Shared parts of the example programs.
//!
//! | Program | does |
//! |---|---|
//! | `inspect` | shows what is in a capture, a byte stream, hex text or an XML file |
//! | `mcu` | is the phone client: watches, records, steers and sets up cameras |
//! | `device_threads`, `device_poll` | drive a camera's session, with threads and from one loop |
//! | `platform_demo` | takes them in |
//! | `simulate` | lets a platform and any number of devices live in virtual time, and reports |
//! | `wsdl`, `dict`, `spec_map` | write the checked-in files that follow from the table of operations |

#![forbid(unsafe_code)]

pub mod generated;
pub mod inspect;
pub mod loops;
pub mod mcu;
pub mod simulate;

/// The root README; its code is compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
