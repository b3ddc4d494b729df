//! Why something was not done, and the exit status that says it to scripts.

use std::fmt::Write as _;
use std::path::Path;

use kandian_proto::Operation;
use kandian_proto::play::path::Trace;
use kandian_proto::value::ResultCode;
use serde_json::{Value, json};

use super::live::trace;
use super::words::Lang;
use crate::inspect::Safe;

/// Why something was not done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The platform, or the device behind it, said no: exit status 1.
    Refused(Refusal),
    /// The command line makes no sense, or a value cannot be sent: exit status 2.
    Usage(String),
    /// The platform could not be reached, or what it answered is no answer: exit status 3.
    Network(String),
    /// No path led to a picture: exit status 4.
    NoPicture(Trace),
    /// The picture was there and broke off: exit status 4.
    BrokeOff(&'static str, &'static str),
    /// A file of this machine: exit status 5.
    Local(String),
}

/// An answer that says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked.
    pub operation: Operation,
    /// The code.
    pub code: u64,
    /// What the table of the operation says about it: English, Chinese.
    pub meaning: Option<(&'static str, &'static str)>,
}

impl Refusal {
    pub(super) fn new<C: ResultCode>(operation: Operation, code: C) -> Self {
        Self { operation, code: code.as_integer().unwrap_or(u64::MAX), meaning: code.meaning() }
    }

    /// The rules that say when the code is sent.
    fn rules(&self) -> &'static [&'static str] {
        RULES
            .iter()
            .find(|(section, _)| *section == self.operation.info().section)
            .map_or(&[], |(_, rules)| rules)
    }

    fn text(&self, lang: Lang) -> String {
        let info = self.operation.info();
        let unknown = ("a code that no table has", "表中没有的结果码");
        let (en, zh) = self.meaning.unwrap_or(unknown);
        let title = lang.pick(info.title_en, info.title_zh);
        let mut text = match lang {
            Lang::En => format!("refused with result {}, {en}", self.code),
            Lang::Zh => format!("被拒绝，结果码 {}：{zh}", self.code),
        };
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {title} (§{}; {})", info.section, self.rules().join(", "));
        if let Some((en, zh)) = self.advice() {
            let _ = write!(text, "\n  {}", lang.pick(en, zh));
        }
        text
    }

    /// What the user can do.
    fn advice(&self) -> Option<(&'static str, &'static str)> {
        let is_login = self.operation == Operation::ClientLogin;
        Some(match self.code {
            1 => (
                "The platform does not know this account: look at --account and --platform.",
                "平台不认识这个账号：请检查 --account 和 --platform。",
            ),
            2 if is_login => (
                "`sms` has the password sent to the phone of the account.",
                "可用 `sms` 把密码发送到该账号的手机。",
            ),
            3 if is_login => ("Say another --client-version.", "请用 --client-version 指定其它版本。"),
            3 => (
                "`list` shows the devices and channels of the account.",
                "可用 `list` 查看该账号的设备与通道。",
            ),
            4 if self.operation != Operation::ClientAddDevice
                && self.operation != Operation::ClientDelDevice =>
            {
                (
                    "The device has no link to the platform: is it switched on, and in the network?",
                    "设备与平台没有连接：请检查电源和网络。",
                )
            }
            _ => return None,
        })
    }

    fn json(&self) -> Value {
        let info = self.operation.info();
        json!({
            "kind": "refused",
            "operation": info.soap_operation,
            "section": info.section,
            "result": self.code,
            "meaning": self.meaning.map(|(en, _)| en),
            "meaning_zh": self.meaning.map(|(_, zh)| zh),
            "rules": self.rules(),
        })
    }
}

/// Rules about the result codes of each operation.
const RULES: &[(&str, &[&str])] = &[
    ("8.1", &["R-8.2", "E-156"]),
    ("8.2", &["R-8.3"]),
    ("8.3", &["R-8.9", "E-159"]),
    ("8.4", &["R-8.10", "R-8.29"]),
    ("8.5", &["R-8.11", "R-8.29"]),
    ("8.6", &["R-8.12", "R-8.29", "E-158"]),
    ("8.7", &["R-8.13", "R-8.29", "E-157"]),
    ("8.8", &["R-8.16", "R-8.29", "E-157"]),
    ("8.9", &["R-8.17", "R-8.29", "E-157"]),
    ("8.10", &["R-8.18", "R-8.29", "E-157"]),
    ("8.11", &["R-8.19", "R-8.29", "E-157"]),
    ("8.12", &["R-8.20", "R-8.29", "E-157"]),
    ("8.13", &["R-8.21", "R-8.29", "E-157"]),
    ("8.14", &["R-8.22", "R-8.29", "E-157"]),
    ("8.15", &["R-8.23", "R-8.29", "E-157"]),
    ("8.16", &["R-8.24", "R-8.29", "E-157"]),
    ("8.17", &["R-8.25", "R-8.29", "E-157"]),
    ("8.18", &["R-8.26", "R-8.29", "E-157"]),
    ("8.19", &["R-8.27", "R-8.29", "E-157"]),
    ("9.1a", &["R-9.1", "E-171"]),
    ("11.1", &["R-11.2", "E-11"]),
    ("11.2", &["R-11.3", "E-11"]),
];

impl Failure {
    pub(super) fn local(path: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::Local(format!("{}: {error}", path.display()))
    }

    /// The exit status of the program.
    #[must_use]
    pub const fn status(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::Network(_) => 3,
            Self::NoPicture(_) | Self::BrokeOff(..) => 4,
            Self::Local(_) => 5,
        }
    }

    /// For people.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Refused(refusal) => refusal.text(lang),
            Self::Network(text) => {
                format!("{}: {}", lang.pick("no answer that could be used", "没有可用的应答"), Safe(text))
            }
            Self::Usage(text) | Self::Local(text) => Safe(text).to_string(),
            Self::NoPicture(tried) => {
                format!("{}\n{}", lang.pick("no picture:", "没有图像："), trace::text(tried, lang))
            }
            Self::BrokeOff(en, zh) => lang.pick(en, zh).to_owned(),
        }
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let error = match self {
            Self::Refused(refusal) => refusal.json(),
            Self::Usage(text) => json!({"kind": "usage", "text": text}),
            Self::Network(text) => json!({"kind": "network", "text": text}),
            Self::NoPicture(tried) => json!({"kind": "no_picture", "trace": trace::json(tried)}),
            Self::BrokeOff(text, _) => json!({"kind": "broke_off", "text": text}),
            Self::Local(text) => json!({"kind": "local", "text": text}),
        };
        json!({"ok": false, "status": self.status(), "error": error})
    }
}

#[cfg(test)]
mod tests {
    use kandian_proto::value::{McuAddDeviceResult, McuDeviceOpResult};

    use super::*;

    /// E-157: the codes that the printed tables lack are explained, too.
    #[test]
    fn a_refusal_says_what_why_and_which_rule() {
        let offline = Refusal::new(Operation::ClientVideoPlay, McuDeviceOpResult::DEVICE_OFFLINE);
        let text = Failure::Refused(offline.clone()).text(Lang::En);
        for part in ["result 4, device offline (E-157)", "§8.7", "R-8.13", "is it switched on"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(Failure::Refused(offline).text(Lang::Zh).contains("结果码 4：设备不在线"));
        // 4 means something else where a device is added.
        let key = Refusal::new(Operation::ClientAddDevice, McuAddDeviceResult::BAD_DEV_KEY);
        let text = Failure::Refused(key).text(Lang::En);
        assert!(text.contains("Device key wrong") && !text.contains("switched on"), "{text}");
    }

    #[test]
    fn every_operation_of_a_client_has_rules() {
        use kandian_proto::command::{Interface, OPERATIONS};
        for info in OPERATIONS.iter().filter(|info| info.interface == Interface::Client) {
            // 9.1b has no result (E-10).
            let is_known = RULES.iter().any(|(section, rules)| *section == info.section && !rules.is_empty());
            assert_eq!(is_known, info.section != "9.1b", "{}", info.section);
        }
    }

    #[test]
    fn what_others_say_moves_no_cursor() {
        let text = Failure::Network("\u{1b}[2J".to_owned()).text(Lang::En);
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
