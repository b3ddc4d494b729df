//! Settings for CRM that cannot work.

use super::check::Problem;
use super::{Config, CrmAuth, Tls};

/// Bytes of a secret, at least: what nobody guesses has as many even when it is written in digits.
const SHORTEST_SECRET: usize = 32;

pub(super) fn problems(config: &Config, found: &mut Vec<Problem>) {
    orders(config, found);
    checks(config, found);
    if config.http.client_ca.is_some() && config.http.tls == Tls::Off {
        found.push(Problem {
            key: "http.client_ca",
            what: "nobody shows a certificate without TLS".to_owned(),
            remedy: "set http.tls, or remove http.client_ca",
        });
    }
}

fn orders(config: &Config, found: &mut Vec<Problem>) {
    let crm = &config.crm;
    if crm.auth == CrmAuth::Mtls && config.http.client_ca.is_none() {
        found.push(Problem {
            key: "crm.auth",
            what: "`mtls` needs to know whose certificates count".to_owned(),
            remedy: "set http.client_ca to the certificate of the authority, and http.tls",
        });
    }
    let named = |name: &str| {
        !name.is_empty()
            && name.len() <= 32
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    for (name, client) in &crm.clients {
        if !named(name) {
            found.push(Problem {
                key: "crm.clients",
                what: format!("{name:?} is no name"),
                remedy: "use 1 to 32 letters, digits, - and _",
            });
        }
        let is_bare = match crm.auth {
            CrmAuth::Off => false,
            CrmAuth::Hmac => client.secrets.is_empty(),
            CrmAuth::Mtls => client.certificates.is_empty(),
        };
        if is_bare {
            found.push(Problem {
                key: "crm.clients",
                what: format!("{name} cannot show who it is"),
                remedy: "give it secrets for auth = \"hmac\", or certificates for \"mtls\"",
            });
        }
        if client.secrets.iter().any(|secret| secret.reveal().len() < SHORTEST_SECRET) {
            found.push(Problem {
                key: "crm.clients",
                what: format!("a secret of {name} has fewer than {SHORTEST_SECRET} characters"),
                remedy: "make one with `openssl rand -hex 32`",
            });
        }
        let is_digest = |text: &String| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !client.certificates.iter().all(is_digest) {
            found.push(Problem {
                key: "crm.clients",
                what: format!("a certificate of {name} is no SHA-256"),
                remedy: "take the 64 digits of `openssl x509 -noout -fingerprint -sha256`, without the colons",
            });
        }
    }
    if crm.auth != CrmAuth::Off && crm.clients.is_empty() {
        found.push(Problem {
            key: "crm.auth",
            what: "nobody may send orders".to_owned(),
            remedy: "name a client: [crm.clients.billing]",
        });
    }
    if !(1..=90).contains(&crm.keep_days) {
        found.push(Problem {
            key: "crm.keep_days",
            what: format!("{} days", crm.keep_days),
            remedy: "set 1 to 90: orders are repeated for some days at most",
        });
    }
}

fn checks(config: &Config, found: &mut Vec<Problem>) {
    let crm = &config.crm;
    let Some(url) = &crm.check_url else { return };
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        found.push(Problem {
            key: "crm.check_url",
            what: "no address of HTTP".to_owned(),
            remedy: "write https://host/path",
        });
    }
    if crm.check_secret.as_ref().is_none_or(|secret| secret.reveal().len() < SHORTEST_SECRET) {
        found.push(Problem {
            key: "crm.check_secret",
            what: format!("no secret of {SHORTEST_SECRET} characters or more"),
            remedy: "make one with `openssl rand -hex 32`",
        });
    }
    if crm.allow_secs > 3_600 || crm.deny_secs > 3_600 {
        found.push(Problem {
            key: "crm.allow_secs",
            what: "an answer counts for more than an hour".to_owned(),
            remedy: "set at most 3600: what CRM changes must count soon",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::CrmClient;
    use super::*;

    fn keys(change: impl FnOnce(&mut Config)) -> Vec<&'static str> {
        let mut config = Config::default();
        let client = CrmClient { secrets: vec!["x".repeat(32).into()], certificates: vec!["a".repeat(64)] };
        config.crm.clients.insert("billing".to_owned(), client);
        config.crm.auth = CrmAuth::Hmac;
        change(&mut config);
        config.problems().iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn what_cannot_work_is_named() {
        assert_eq!(keys(|_| ()), [""; 0]);
        assert_eq!(keys(|c| c.crm.clients.clear()), ["crm.auth"]);
        assert_eq!(keys(|c| c.crm.auth = CrmAuth::Mtls), ["crm.auth"]);
        assert_eq!(keys(|c| c.crm.keep_days = 0), ["crm.keep_days"]);
        assert_eq!(
            keys(|c| drop(c.crm.clients.insert("a b".into(), CrmClient::default()))),
            ["crm.clients"; 2]
        );
        let short = CrmClient { secrets: vec!["short".into()], ..CrmClient::default() };
        assert_eq!(keys(|c| drop(c.crm.clients.insert("billing".into(), short))), ["crm.clients"]);
        assert_eq!(keys(|c| c.http.client_ca = Some("ca.pem".into())), ["http.client_ca"]);
        assert_eq!(
            keys(|c| c.crm.check_url = Some("crm.example".into())),
            ["crm.check_url", "crm.check_secret"]
        );
    }
}
