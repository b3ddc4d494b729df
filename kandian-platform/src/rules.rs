//! Decisions of the platform, as pure functions: who gets in, and with what.

mod account;
mod login;
mod registration;
mod split;

pub use account::{BadPassword, Mobile, NotMobile, check_password};
pub use login::{check_login, protocol_version, quirks};
pub use registration::{describe, grant, manufacturer_of, new_device};
pub use split::split;
