//! Where devices come in: HTTP for their first question, TCP for everything else.

mod board;
mod counts;
mod device_http;
mod gateway;
mod link;
mod order;
mod outbound;
mod proxy;
mod registry;

pub use board::Board;
pub(crate) use board::EVERY;
pub use order::{Answer, CommandFailure};
pub use registry::{Live, Presence, Registry};

pub(crate) use device_http::serve as serve_device_http;
pub(crate) use gateway::serve as serve_links;
