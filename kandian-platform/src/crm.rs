//! What the platform and the operator's CRM say to one another.; E-188.
//!
//! The specification demands it and names no protocol, so this is one of this project: orders come in by REST, and whether
//! somebody may log in is asked by HTTP. Both are signed in the same way ([`signature`]).

mod opinion;
mod sign;

pub use opinion::Opinions;
pub(crate) use opinion::allows;
pub use sign::{HEADERS, Signed, signature};
