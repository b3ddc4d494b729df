//! The link to the platform: the session machine in a loop, with sockets.
//!
//! | file | does |
//! |---|---|
//! | `drive.rs` | the only loop: waits for bytes, time, answers and orders, feeds the machine, does what it says |
//! | `socket.rs` | the TCP connection: connecting, reading, writing without ever waiting for a slow platform |
//! | `http.rs` | redirect and registration |
//! | `gateway.rs` | the port of the router that leads to the device |
//! | `attend.rs` | what the platform asks, in order, and what takes longer than an answer |
//! | `line.rs` | how the rest of the device reaches the loop |

mod attend;
mod drive;
mod gateway;
mod http;
mod line;
mod socket;

pub(crate) use drive::{Ended, drive};
pub use line::Delivery;
pub(crate) use line::{Line, Order};
