//! Decisions of the platform, as pure functions: who gets in, and with what.

mod account;
mod firmware;
mod login;
mod notice;
mod registration;
mod split;
mod url;
mod version;

pub use account::{BadPassword, Mobile, NotMobile, check_password};
pub use firmware::{Age, BadFirmware, NewFirmware};
pub use login::{check_login, protocol_version, quirks};
pub use notice::{AlarmTypes, DAY, Heard, NoticeRule, filled, in_a_message, unknown_names, who_hears};
pub use registration::{claimed_device, describe, grant, manufacturer_of, new_device};
pub use split::split;
pub use url::{BadUrl, client_url, device_url};
pub use version::{ClientKind, Dotted, offered};
