//! Settings that are well written and cannot work.

mod sms;

use std::fmt;

use super::{Config, Tls};

/// One thing that cannot work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting, as in the file: `section.key`.
    pub key: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.key, self.what, self.remedy)
    }
}

/// Longest host name or address that deployed recorders keep whole (E-37).
const LONGEST_HOST: usize = 31;
/// Longest account and password of the same (E-37).
const LONGEST_ACCOUNT: usize = 31;

pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let mut found = Vec::new();
    listeners(config, &mut found);
    certificate(config, &mut found);
    for_recorders(config, &mut found);
    limits(config, &mut found);
    sms::problems(&config.sms, &mut found);
    platforms(config, &mut found);
    super::check_crm::problems(config, &mut found);
    found
}

fn listeners(config: &Config, found: &mut Vec<Problem>) {
    let (http, device, access) = (config.http.listen, config.device_http.listen, config.access.listen);
    let mut same = |key, a: std::net::SocketAddr, b: std::net::SocketAddr| {
        let overlap = a.ip() == b.ip() || a.ip().is_unspecified() || b.ip().is_unspecified();
        if a.port() != 0 && a.port() == b.port() && overlap {
            found.push(Problem {
                key,
                what: format!("port {} is taken by another listener of this platform", a.port()),
                remedy: "give each listener a port of its own: they treat what they receive differently",
            });
        }
    };
    same("device_http.listen", device, http);
    same("access.listen", access, http);
    same("access.listen", access, device);
}

fn certificate(config: &Config, found: &mut Vec<Problem>) {
    let http = &config.http;
    let named = [&http.certificate, &http.private_key].into_iter().flatten().count();
    if http.tls == Tls::Files && named < 2 {
        found.push(Problem {
            key: "http.tls",
            what: "`files` needs a certificate and a private key".to_owned(),
            remedy: "set http.certificate and http.private_key, or tls = \"generated\"",
        });
    }
    if http.tls != Tls::Files && named > 0 {
        found.push(Problem {
            key: "http.certificate",
            what: format!("a certificate is named and tls is `{:?}`", http.tls).to_lowercase(),
            remedy: "set http.tls = \"files\", or remove the certificate and the key",
        });
    }
}

/// Values that recorders of 2014 copy into buffers without looking.
fn for_recorders(config: &Config, found: &mut Vec<Problem>) {
    let hosts = [
        ("access.advertise", &config.access.advertise),
        ("turn.host", &config.turn.host),
        ("turn.backup_host", &config.turn.backup_host),
        ("ftp.host", &config.ftp.host),
    ];
    for (key, host) in hosts {
        if let Some(host) = host.as_ref().filter(|host| host.as_str().len() > LONGEST_HOST) {
            found.push(Problem {
                key,
                what: format!(
                    "{} characters; deployed devices keep {LONGEST_HOST} (E-37)",
                    host.as_str().len()
                ),
                remedy: "use a shorter name or an address",
            });
        }
    }
    let password = config.ftp.password.as_ref().map_or("", |password| password.reveal());
    for (key, text) in [("ftp.account", config.ftp.account.as_str()), ("ftp.password", password)] {
        if text.len() > LONGEST_ACCOUNT || text.contains(char::is_whitespace) {
            found.push(Problem {
                key,
                what: format!("longer than {LONGEST_ACCOUNT} characters, or with a space in it (E-37)"),
                remedy: "use a shorter one in one word: deployed devices read no further",
            });
        }
    }
}

fn limits(config: &Config, found: &mut Vec<Problem>) {
    let none = [
        ("access.max_links", config.access.max_links),
        ("access.max_links_per_address", config.access.max_links_per_address),
        ("http.max_connections", config.http.max_connections),
        ("http.max_per_address", config.http.max_per_address),
        ("device_http.max_connections", config.device_http.max_connections),
        ("device_http.max_per_address", config.device_http.max_per_address),
    ];
    for (key, limit) in none {
        if limit == 0 {
            let remedy = "set it to at least 1";
            found.push(Problem { key, what: "nobody could connect".to_owned(), remedy });
        }
    }
    if !(3..=60).contains(&config.device_http.timeout_secs) {
        found.push(Problem {
            key: "device_http.timeout_secs",
            what: format!("{} seconds", config.device_http.timeout_secs),
            remedy: "set 3 to 60: devices wait 3 seconds, and a connection without an end holds a place",
        });
    }
    let (first, login) = (config.access.first_message_secs, config.access.login_secs);
    if !(10..=300).contains(&first) {
        found.push(Problem {
            key: "access.first_message_secs",
            what: format!("{first} seconds"),
            remedy: "set 10 to 300: recorders need some seconds before they log in, a port scanner needs none",
        });
    }
    if !(first..=3_600).contains(&login) {
        found.push(Problem {
            key: "access.login_secs",
            what: format!("{login} seconds"),
            remedy: "set at least access.first_message_secs and at most 3600; 360 is what a silent link gets",
        });
    }
    if !(-14 * 60..=14 * 60).contains(&config.province.offset_minutes) {
        found.push(Problem {
            key: "province.offset_minutes",
            what: format!("no zone is {} minutes ahead of UTC", config.province.offset_minutes),
            remedy: "set 480 for China",
        });
    }
}

/// What one platform says of itself to another is refused there, or worse, told to devices: better here., E-37.
fn platforms(config: &Config, found: &mut Vec<Problem>) {
    let province = &config.province;
    if let Some(url) = &province.register_url
        && let Err(what) = crate::rules::device_url(url)
    {
        let remedy = "devices take http://host:port/path of at most 63 characters";
        found.push(Problem { key: "province.register_url", what: what.to_string(), remedy });
    }
    let client_urls =
        [("province.mcu_url", &province.mcu_url), ("group.download_url", &config.group.download_url)];
    for (key, url) in client_urls {
        if let Some(Err(what)) = url.as_ref().map(crate::rules::client_url) {
            found.push(Problem { key, what: what.to_string(), remedy: "name an http or https URL" });
        }
    }
    let stun = [
        ("group.stun.host", &config.group.stun.host),
        ("group.stun.backup_host", &config.group.stun.backup_host),
    ];
    for (key, host) in stun {
        if host.as_ref().is_some_and(|host| host.as_str().len() > LONGEST_HOST) {
            let what = format!("longer than the {LONGEST_HOST} characters that deployed devices keep (E-37)");
            found.push(Problem { key, what, remedy: "use a shorter name or an address" });
        }
    }
    let Some(url) = &province.group.url else { return };
    if let Err(what) = crate::rules::client_url(url) {
        let remedy = "name the address of the group platform, https://host/GroupService";
        found.push(Problem { key: "province.group.url", what: what.to_string(), remedy });
    }
    if province.group.numbers().is_none() {
        found.push(Problem {
            key: "province.group.province_no",
            what: format!(
                "{:?} and {:?} are not the numbers of a province platform",
                province.group.province_no, province.group.cms_no
            ),
            remedy: "set province_no to the first four digits of GB/T 2260 and cms_no to the two of the operator",
        });
    }
    if province.group.password.as_ref().is_none_or(kandian_proto::Secret::is_empty) {
        found.push(Problem {
            key: "province.group.password",
            what: "without it the group platform refuses whatever it is told".to_owned(),
            remedy: "set the password that the group gave",
        });
    }
    if province.mcu_url.is_none() {
        found.push(Problem {
            key: "province.mcu_url",
            what: "the group platform tells it to clients, and it cannot be guessed".to_owned(),
            remedy: "set the URL at which clients reach /MobileService",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(change: impl FnOnce(&mut Config)) -> Vec<&'static str> {
        let mut config = Config::default();
        change(&mut config);
        config.problems().iter().map(|problem| problem.key).collect()
    }

    /// E-57: devices find the platform at port 8588.
    #[test]
    fn defaults_work() {
        assert_eq!(Config::default().access.listen.port(), 8588);
        assert_eq!(keys(|_| ()), [""; 0]);
    }

    #[test]
    fn what_cannot_work_is_named() {
        assert_eq!(keys(|c| c.access.listen.set_port(8098)), ["access.listen"]);
        assert_eq!(keys(|c| c.http.tls = Tls::Files), ["http.tls"]);
        assert_eq!(keys(|c| c.http.certificate = Some("a.pem".into())), ["http.certificate"]);
        assert_eq!(
            keys(|c| c.access.advertise = "a-name-of-more-than-31-characters.example".parse().ok()),
            ["access.advertise"]
        );
        assert_eq!(keys(|c| c.ftp.password = Some("two words".into())), ["ftp.password"]);
        assert_eq!(keys(|c| c.access.max_links = 0), ["access.max_links"]);
        assert_eq!(keys(|c| c.http.max_connections = 0), ["http.max_connections"]);
        assert_eq!(keys(|c| c.device_http.timeout_secs = 0), ["device_http.timeout_secs"]);
        assert_eq!(keys(|c| c.access.first_message_secs = 3), ["access.first_message_secs"]);
        assert_eq!(keys(|c| c.access.login_secs = 20), ["access.login_secs"]);
        assert_eq!(keys(|c| c.province.offset_minutes = 9000), ["province.offset_minutes"]);
    }

    /// four digits and two, and nothing else; what clients and devices are told must be a URL they can use.
    #[test]
    fn province_platforms_have_numbers() {
        let set = |c: &mut Config| {
            c.province.mcu_url = "https://sh.example/MobileService".parse().ok();
            c.province.group.url = "https://group.example/GroupService".parse().ok();
            c.province.group.password = Some("Sh#Cms2014".into());
            (c.province.group.province_no, c.province.group.cms_no) = ("3100".to_owned(), "01".to_owned());
        };
        assert_eq!(keys(set), [""; 0]);
        for (province_no, cms_no) in
            [("310000", "01"), ("310", "01"), ("3100", "1"), ("3100", "a1"), ("", "")]
        {
            let change = |c: &mut Config| {
                set(c);
                (c.province.group.province_no, c.province.group.cms_no) =
                    (province_no.to_owned(), cms_no.to_owned());
            };
            assert_eq!(keys(change), ["province.group.province_no"], "{province_no} {cms_no}");
        }
        let without =
            |c: &mut Config| c.province.group.url = "https://group.example/GroupService".parse().ok();
        assert_eq!(
            keys(without),
            ["province.group.province_no", "province.group.password", "province.mcu_url"]
        );
        let url = |c: &mut Config| {
            set(c);
            c.province.group.url = "ftp://group.example/".parse().ok();
        };
        assert_eq!(keys(url), ["province.group.url"]);
        // E-37: recorders have room for 63 characters, and speak no TLS.
        for url in
            [&*format!("http://sh.example/{}", "x".repeat(46)), "https://sh.example/DeviceRegisterServlet"]
        {
            assert_eq!(
                keys(|c| c.province.register_url = url.parse().ok()),
                ["province.register_url"],
                "{url}"
            );
        }
        assert_eq!(keys(|c| c.province.mcu_url = "javascript://x".parse().ok()), ["province.mcu_url"]);
        assert_eq!(keys(|c| c.group.stun.host = "x".repeat(32).parse().ok()), ["group.stun.host"]);
    }

    #[test]
    fn free_ports_do_not_collide() {
        assert_eq!(
            keys(|c| {
                c.access.listen.set_port(0);
                c.http.listen.set_port(0);
                c.device_http.listen.set_port(0);
            }),
            [""; 0]
        );
    }
}
