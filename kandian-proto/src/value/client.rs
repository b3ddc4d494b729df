//! Codes of the client interface. Spec §8.

use super::macros::open_enum;

open_enum! {
    /// What a client asks to be sent by SMS (类型, `Type`). Spec §8.1; E-156.
    pub struct SmsType: "a kind of SMS (0 to 65535)", open {
        PASSWORD = 0, "密码", "Password";
    }
}
