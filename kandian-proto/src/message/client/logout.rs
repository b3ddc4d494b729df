//! MCU_LOGOUT_REQ / MCU_LOGOUT_RES – SOAP, client → platform: a client logs out (MCU 用户登出).
//!
//! Spec §8.3; E-151, E-159.
//!
//! A second logout is a success (E-159).

use crate::Secret;
use crate::value::McuLogoutResult;

crate::message! {
    /// `MCU_LOGOUT_REQ`: the request, client → platform.
    pub struct LogoutRequest = "MCU_LOGOUT_REQ" {
        /// User account: the mobile number.
        pub account: String = "Account",
        /// Session from the login (`认证成功后的session`); E-153.
        pub login_session: Secret = "LoginSession",
    }
}

crate::message! {
    /// `MCU_LOGOUT_RES`: the answer, platform → client.
    pub struct LogoutResponse = "MCU_LOGOUT_RES" {
        /// Result code (`结果`); E-42.
        pub result: McuLogoutResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, LogoutRequest, "canonical/MCU_LOGOUT_REQ.xml");
    crate::golden!(response, LogoutResponse, "canonical/MCU_LOGOUT_RES.xml");
}
