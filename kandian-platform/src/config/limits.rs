//! What is allowed of whom.

use serde::{Deserialize, Serialize};

/// Against guessing and flooding. All of them count over an hour; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Wrong keys for one device from one address. A device that was refused tries again every 3 minutes, 20
    /// times an hour; it is never slowed down.
    pub wrong_keys_per_device: u32,
    /// Wrong keys and passwords from one address, for whichever devices and accounts. A device whose last login came from there is let in all the
    /// same.
    pub wrong_keys_per_address: u32,
    /// Wrong passwords for one account or province platform from one address.
    pub wrong_passwords_per_address: u32,
    /// Wrong passwords for one account or province platform from wherever. Whoever logged in from an address last is let in
    /// from there all the same.
    pub wrong_passwords: u32,
    /// Devices that nobody knew and that are put on record (E-35), from one address.
    pub new_devices_per_address: u32,
    /// The same from everywhere.
    pub new_devices: u32,
    /// Short messages with passwords and keys that are asked for from one address.
    pub messages_per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wrong_keys_per_device: 20,
            wrong_keys_per_address: 1_000,
            wrong_passwords_per_address: 20,
            wrong_passwords: 100,
            new_devices_per_address: 200,
            new_devices: 5_000,
            messages_per_address: 30,
        }
    }
}

/// The header in which trusted proxies say who came. One of them only: a proxy writes one and passes on what its
/// client has put into the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}
