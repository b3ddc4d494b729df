//! MCU_SMS_REQ / MCU_SMS_RES – SOAP, client → platform: a user asks for the password by SMS (密码验证短信获取请求).
//!
//! Spec §8.1; E-151, E-156, E-166.
//!
//! A platform that stores passwords hashed sends a new one (E-166).

use crate::value::{McuSmsResult, SmsType};

crate::message! {
    /// `MCU_SMS_REQ`: the request, client → platform.
    pub struct SmsRequest = "MCU_SMS_REQ" {
        /// Mobile number, which is the account (`手机号`).
        pub mobile_tel: String = "MobileTel",
        /// What to send (`类型`); E-156.
        pub sms_type: SmsType = "Type",
    }
}

crate::message! {
    /// `MCU_SMS_RES`: the answer, platform → client.
    pub struct SmsResponse = "MCU_SMS_RES" {
        /// Result code (`结果`).
        pub result: McuSmsResult = "Result",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::golden!(request, SmsRequest, "canonical/MCU_SMS_REQ.xml");
    crate::golden!(response, SmsResponse, "canonical/MCU_SMS_RES.xml");
}
