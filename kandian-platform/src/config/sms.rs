//! Short messages.

use kandian_proto::Secret;
use serde::{Deserialize, Serialize};

use super::text::secret;

/// Short messages: passwords, keys of devices, notices of alarms. R-2.7, E-156, E-188.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sms {
    /// Through what they leave.
    pub gateway: GatewayKind,
    /// What stands in 【】 before every text, as operators demand; empty for nothing.
    pub sign: String,
    /// What becomes of a password that was sent, once somebody has logged in with it.
    pub sent_password: SentPassword,
    /// Minutes for which a password that was sent can be used for the first time.
    pub password_minutes: u32,
    /// Text with a password; knows `{code}` and `{minutes}`, and `{android}` and `{ios}` for where the clients are, as the
    /// group platform says.
    pub password_text: String,
    /// Text for who has a new account, opened by CRM; knows `{password}`, `{android}` and `{ios}`. Empty for no message.
    pub welcome_text: String,
    /// Text with the key of a device; knows `{device}` and `{key}`.
    pub key_text: String,
    /// Text of an alarm; knows `{time}`, `{name}`, `{what}`, `{link}` and `{words}`. The last are the words of the device,
    /// and not in the default: whoever owns a device could write anything in the operator's name.
    pub alarm_text: String,
    /// Text of an exception; knows the same.
    pub exception_text: String,
    /// Where a notice leads; knows `{device}` and `{channel}`. Without it, `{link}` is nothing.
    pub link: String,
    /// Seconds between two passwords or keys for one number.
    pub pause_secs: u32,
    /// Most passwords and keys for one number in an hour; 0 is no limit, as below.
    pub per_number_per_hour: u32,
    /// Most of them in 24 hours.
    pub per_number_per_day: u32,
    /// Most notices for one number in 24 hours.
    pub notices_per_number_per_day: u32,
    /// Most messages of all kinds in a day, which begins at midnight in the zone of `province.offset_minutes`.
    pub daily_cap: u32,
    /// How many of these are kept for passwords and keys: a storm of alarms keeps nobody out.
    pub reserved: u32,
    /// Days for which messages stay on record.
    pub keep_days: u32,
    /// The gateway of `gateway = "webhook"`.
    pub webhook: Webhook,
    /// The gateway of `gateway = "smpp"`.
    pub smpp: Smpp,
}

impl Default for Sms {
    fn default() -> Self {
        Self {
            gateway: GatewayKind::Outbox,
            sign: "手机看店".to_owned(),
            sent_password: SentPassword::Once,
            password_minutes: 10,
            password_text: "您的登录密码是{code}，{minutes}分钟内有效，请勿告诉他人。".to_owned(),
            welcome_text: "您的看店业务已开通，登录密码是{password}，请登录后修改。".to_owned(),
            key_text: "您的设备{device}的密钥是{key}，请妥善保管。".to_owned(),
            alarm_text: "{time} {name} {what}。{link}".to_owned(),
            exception_text: "{time} {name} 异常：{what}。{link}".to_owned(),
            link: String::new(),
            pause_secs: 60,
            per_number_per_hour: 5,
            per_number_per_day: 20,
            notices_per_number_per_day: 50,
            daily_cap: 10_000,
            reserved: 2_000,
            keep_days: 90,
            webhook: Webhook::default(),
            smpp: Smpp::default(),
        }
    }
}

/// Through what short messages leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GatewayKind {
    /// Nothing: they are kept, and administrators read them out.
    #[default]
    Outbox,
    /// An HTTP request for each.
    Webhook,
    /// A short message centre that speaks SMPP.
    Smpp,
}

/// What becomes of a password that was sent, once somebody has logged in with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentPassword {
    /// It is used up; whoever wants to log in again without asking chooses a password.
    #[default]
    Once,
    /// It becomes the password of the account, for clients that keep what was typed.
    Kept,
}

/// A gateway that is asked over HTTP.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// Where each message is posted.
    #[serde(with = "secret")]
    pub url: Option<Secret>,
    /// How the body is written.
    pub body: WebhookBody,
    /// The body: `{number}`, `{text}` and `{id}` stand for what is sent, written as the body demands.
    pub template: String,
    /// The value of the header `Authorization`.
    #[serde(with = "secret")]
    pub authorization: Option<Secret>,
}

impl Default for Webhook {
    fn default() -> Self {
        let template = r#"{"id":"{id}","number":"{number}","text":"{text}"}"#.to_owned();
        Self { url: None, body: WebhookBody::Json, template, authorization: None }
    }
}

/// How the body of a webhook is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WebhookBody {
    /// JSON; what is filled in stands between quotation marks.
    #[default]
    Json,
    /// The fields of a form.
    Form,
}

/// A short message centre.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Smpp {
    /// `host:port`; 2775 is usual.
    pub address: String,
    /// The name of this platform there.
    pub system_id: String,
    /// Its password, of 8 bytes at most.
    #[serde(with = "secret")]
    pub password: Option<Secret>,
    /// The number that messages come from.
    pub source: String,
}
