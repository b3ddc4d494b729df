//! Short messages that could not be sent, or would say the wrong thing.

use super::Problem;
use crate::config::{GatewayKind, Sms};
use crate::rules::unknown_names;

pub(super) fn problems(sms: &Sms, found: &mut Vec<Problem>) {
    gateway(sms, found);
    texts(sms, found);
    numbers(sms, found);
}

fn gateway(sms: &Sms, found: &mut Vec<Problem>) {
    let mut missing = |key, what: &str, remedy| found.push(Problem { key, what: what.to_owned(), remedy });
    match sms.gateway {
        GatewayKind::Outbox => {}
        GatewayKind::Webhook => {
            let url = sms.webhook.url.as_ref().map_or("", |url| url.reveal());
            if !url.starts_with("http://") && !url.starts_with("https://") {
                let remedy = "set it to the http:// or https:// address of the gateway";
                missing("sms.webhook.url", "it is no address that can be asked", remedy);
            }
        }
        GatewayKind::Smpp => {
            let port = sms.smpp.address.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
            if !matches!(port, Some(Ok(_))) {
                missing(
                    "sms.smpp.address",
                    "it is no host:port",
                    "set it to host:port, such as smsc.example:2775",
                );
            }
            let password = sms.smpp.password.as_ref().map_or("", |password| password.reveal());
            if !(1..=15).contains(&sms.smpp.system_id.len()) || !sms.smpp.system_id.is_ascii() {
                missing(
                    "sms.smpp.system_id",
                    "SMPP has room for 1 to 15 characters of ASCII",
                    "set what the centre gave you",
                );
            }
            if password.len() > 8 || !password.is_ascii() {
                missing(
                    "sms.smpp.password",
                    "SMPP has room for 8 characters of ASCII",
                    "set what the centre gave you",
                );
            }
            if sms.smpp.source.len() > 20 || !sms.smpp.source.is_ascii() {
                missing(
                    "sms.smpp.source",
                    "SMPP has room for 20 characters of ASCII",
                    "set the number that messages come from",
                );
            }
        }
    }
}

fn texts(sms: &Sms, found: &mut Vec<Problem>) {
    const TOLD: &[&str] = &["time", "name", "what", "link", "words"];
    let texts: [(&'static str, &String, &[&str], &str); 7] = [
        ("sms.password_text", &sms.password_text, &["code", "minutes", "android", "ios"], "code"),
        ("sms.welcome_text", &sms.welcome_text, &["password", "android", "ios"], "password"),
        ("sms.key_text", &sms.key_text, &["device", "key"], "key"),
        ("sms.alarm_text", &sms.alarm_text, TOLD, "what"),
        ("sms.exception_text", &sms.exception_text, TOLD, "what"),
        ("sms.link", &sms.link, &["device", "channel"], ""),
        ("sms.webhook.template", &sms.webhook.template, &["id", "number", "text"], "text"),
    ];
    for (key, text, known, needed) in texts {
        if let Some(name) = unknown_names(text, known).first() {
            let what = format!("nothing is called {{{name}}} here; there are {}", known.join(", "));
            found.push(Problem { key, what, remedy: "correct the name in braces" });
        }
        let says_nothing = key == "sms.welcome_text" && text.is_empty();
        if !needed.is_empty() && !says_nothing && !text.contains(&format!("{{{needed}}}")) {
            let what = format!("{{{needed}}} is missing, so the message would not say it");
            found.push(Problem { key, what, remedy: "write it where it belongs" });
        }
    }
}

fn numbers(sms: &Sms, found: &mut Vec<Problem>) {
    if !(1..=60).contains(&sms.password_minutes) {
        let what = format!("{} minutes", sms.password_minutes);
        let remedy = "set 1 to 60: whoever finds the message later must not get in";
        found.push(Problem { key: "sms.password_minutes", what, remedy });
    }
    if !(1..=3_650).contains(&sms.keep_days) {
        let what = format!("{} days", sms.keep_days);
        found.push(Problem { key: "sms.keep_days", what, remedy: "set 1 to 3650" });
    }
    if sms.daily_cap > 0 && sms.reserved >= sms.daily_cap {
        let what = format!("{} of {} leave nothing for notices", sms.reserved, sms.daily_cap);
        found.push(Problem { key: "sms.reserved", what, remedy: "set it below sms.daily_cap" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(change: impl FnOnce(&mut Sms)) -> Vec<&'static str> {
        let (mut sms, mut found) = (Sms::default(), Vec::new());
        change(&mut sms);
        problems(&sms, &mut found);
        found.iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn what_cannot_work_is_named() {
        assert_eq!(keys(|_| ()), [""; 0]);
        assert_eq!(keys(|sms| sms.gateway = GatewayKind::Webhook), ["sms.webhook.url"]);
        assert_eq!(keys(|sms| sms.gateway = GatewayKind::Smpp), ["sms.smpp.address", "sms.smpp.system_id"]);
        assert_eq!(keys(|sms| sms.smpp.password = Some("far too long".into())), [""; 0]);
        assert_eq!(keys(|sms| sms.password_text = "{kode}".into()), ["sms.password_text"; 2]);
        assert_eq!(keys(|sms| sms.alarm_text = "something".into()), ["sms.alarm_text"]);
        assert_eq!(keys(|sms| sms.link = "https://a.example/{dev}".into()), ["sms.link"]);
        assert_eq!(keys(|sms| sms.password_minutes = 0), ["sms.password_minutes"]);
        assert_eq!(keys(|sms| sms.keep_days = 0), ["sms.keep_days"]);
        assert_eq!(keys(|sms| sms.daily_cap = 100), ["sms.reserved"]);
        assert_eq!(keys(|sms| (sms.daily_cap, sms.reserved) = (0, 0)), [""; 0]);
    }
}
