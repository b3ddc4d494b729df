//! The RTSP server of the device: who watches, over which way, and what becomes of it. Spec §10, §15,
//! E-92, E-104, E-172 to E-180, E-185.
//!
//! What the protocol decides is decided by [`kandian_proto::rtsp::server`]; this module has the sockets.
//!
//! | file | does |
//! |---|---|
//! | `listener.rs` | opens the port, takes connections, turns away those that are too many |
//! | `connection.rs` | the loop of one connection: requests, what is in the way of pictures, time |
//! | `answers.rs` | what the machine wants to know: what there is, whether the token is good, whether there is a place |
//! | `outlet.rs` | what goes out of one connection, from its own task or from that of a relay |
//! | `writer.rs` | writes what waits into the connection, and never waits for who reads slowly |
//! | `lane.rs` | what waits for one viewer, and where its datagrams go |
//! | `bursts.rs` | datagrams in bursts, with a pause between them |
//! | `session.rs` | one session: its tracks, its place, its reports |
//! | `relay.rs` | pictures into packets, once for everybody who watches a stream (ADR 9) |
//! | `sound.rs` | sound into packets, beside the pictures of a relay |
//! | `udp.rs` | the two ports of a track |
//! | `segments.rs` | several datagrams in one call |
//! | `desk.rs` | what all connections share: places, relays, and the list of who watches |
//! | `sparing.rs` | keeps strangers from filling the log |

mod answers;
mod bursts;
mod connection;
mod desk;
mod lane;
mod listener;
mod outlet;
mod relay;
mod segments;
mod session;
mod sound;
mod sparing;
mod udp;
mod writer;

pub(crate) use desk::{Desk, Watching};
pub(crate) use listener::{open, serve};
