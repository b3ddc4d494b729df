//! What the platform does: load, decide, store, tell. Everything that speaks to the outside calls here.

pub mod accounts;
mod audit;
mod command;
pub mod crm;
mod device_asks;
pub mod firmware;
pub mod group;
mod limited;
mod login;
pub mod notices;
pub mod play;
mod redirect;
mod registration;
pub mod short_messages;
mod tokens;

pub use audit::{Actor, audit};
pub(crate) use audit::{did, noted};
pub use command::command;
pub use device_asks::{Reply, answer};
pub use login::{Admitted, LoginAnswer, log_in};
pub use redirect::redirect;
pub use registration::register;
pub use tokens::{Bearer, TokenError, authenticate, create_token};
pub(crate) use tokens::{digest, random_text};
