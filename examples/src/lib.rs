//! Shared parts of the example programs.
//!
//! | Program | does |
//! |---|---|
//! | `inspect` | shows what is in a capture, a byte stream, hex text or an XML file |
//! | `wsdl`, `dict`, `spec_map` | write the checked-in files that follow from the table of operations |

#![forbid(unsafe_code)]

pub mod generated;
pub mod inspect;
