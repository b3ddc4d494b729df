//! Where devices come in: HTTP for their first question, TCP for everything else.

mod board;
mod counts;
mod device_http;
mod gateway;
mod guard;
mod link;
mod order;
mod outbound;
mod peer;
mod probe;
mod proxy;
mod registry;

pub use board::Board;
pub(crate) use board::EVERY;
pub use guard::{Attempt, Guard, Limit, Met, Subject};
pub use order::{Answer, CommandFailure};
pub use peer::PeerAddr;
pub use probe::Probes;
pub use registry::{Live, Presence, Registry};

pub(crate) use counts::{Counts, Place};
pub(crate) use device_http::serve as serve_device_http;
pub(crate) use gateway::serve as serve_links;
pub(crate) use guard::neighbourhood;
use link::count_diagnostics;
pub(crate) use peer::is_trusted;
