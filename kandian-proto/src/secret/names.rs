//! Which names say that a secret stands beside them.

use std::sync::OnceLock;

use crate::command::OPERATIONS;
use crate::xml::{FieldInfo, ScalarKind, Shape};

/// Parts of names that vendors give to secrets of their own, in lower case: `Passwd`, `DevKeyNew`,
/// `FtpPwd`, `WPA_PSK`, `hashtoken`, `SessionId`, `Set-Cookie`.
const PARTS: &[&str] = &["key", "pass", "pwd", "psk", "secret", "token", "session", "credential", "cookie"];

/// The same in Chinese, where no blank or sign separates a word from what stands behind it.
const CHINESE_PARTS: &[&str] = &["密码", "密钥", "密匙", "口令", "验证码"];

/// Names too short to be looked for inside others: access key and secret key.
const SHORT: &[&str] = &["ak", "sk"];

/// Whether an element, parameter or key of this name may hold a secret.
///
/// It does when some field of that name, in any printed spelling, is secret in the table of
/// operations, or when the name looks like one: it contains `key`, `pass`, `pwd`, `psk`, `secret`,
/// `token`, `session`, `credential` or `cookie`, or is `AK` or `SK`, all in any case. A prefix before
/// `:` does not count.
///
/// This guards what no type describes: elements that a message does not define, messages of vendors,
/// documents beyond repair. It rather hides a `Keyboard` than shows a key. Fields that a message
/// defines are masked by their type, so that the `Account` of a client (a telephone number) is shown
/// although that of the cloud storage (an access key, E-78) is not.
///
/// ```
/// use kandian_proto::is_secret_name;
/// assert!(["DevKey", "n:password", "FtpPasswd", "hashToken", "EAccount"].into_iter().all(is_secret_name));
/// assert!(!["DevID", "SSID", "Mode"].into_iter().any(is_secret_name));
/// ```
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local).to_lowercase();
    PARTS.iter().chain(CHINESE_PARTS).any(|part| local.contains(part))
        || SHORT.contains(&local.as_str())
        || wire_names().secret.contains(&local)
}

/// Whether the specification prints this name, as a root element or a field of any message. Such a name
/// tells nothing about a secret, wherever a peer wrote it.
pub(crate) fn is_wire_name(name: &str) -> bool {
    wire_names().all.binary_search(&name).is_ok()
}

/// Where the first word that names a secret ends, at or behind `from`; words are letters, digits and
/// underscores.
pub(crate) fn find_mention(text: &str, from: usize) -> Option<usize> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = from;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(in_word)).map(|found| at + found) {
        let rest = &text[start..];
        at = start + rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let word = &text[start..at];
        if let Some(end) = CHINESE_PARTS.iter().find_map(|part| Some(word.find(part)? + part.len())) {
            return Some(start + end);
        }
        if is_secret_name(word) {
            return Some(at);
        }
    }
    None
}

/// Names taken from the table of operations.
struct WireNames {
    /// Every root, field and alias, sorted.
    all: Vec<&'static str>,
    /// Those of secret fields, in lower case.
    secret: Vec<String>,
}

fn wire_names() -> &'static WireNames {
    static NAMES: OnceLock<WireNames> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = WireNames { all: Vec::new(), secret: Vec::new() };
        for message in OPERATIONS.iter().flat_map(|row| [row.request, row.response]) {
            names.all.push(message.root);
            names.add(message.fields);
        }
        names.all.sort_unstable();
        names.all.dedup();
        names.secret.sort_unstable();
        names.secret.dedup();
        names
    })
}

impl WireNames {
    fn add(&mut self, fields: &'static [FieldInfo]) {
        for field in fields {
            let spellings = || core::iter::once(field.name).chain(field.aliases.iter().copied());
            self.all.extend(spellings());
            match field.shape {
                Shape::Required(ScalarKind::Secret) | Shape::Optional(ScalarKind::Secret) => {
                    self.secret.extend(spellings().map(str::to_lowercase));
                }
                Shape::List(inner) | Shape::OptionalGroup(inner) => self.add(inner),
                Shape::Required(_) | Shape::Optional(_) => {}
            }
            self.add(field.body);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_table() {
        let secret: Vec<_> = wire_names().secret.iter().map(String::as_str).collect();
        assert_eq!(
            secret,
            [
                "account",
                "cmspassword",
                "devkey",
                "eaccount",
                "epassword",
                "ftppassword",
                "hashtoken",
                "loginsession",
                "onvifpassword",
                "password",
            ]
        );
        // The pattern hides no field that the types show.
        for name in &wire_names().all {
            let listed = secret.contains(&name.to_lowercase().as_str());
            assert_eq!(is_secret_name(name), listed, "{name}");
        }
    }

    #[test]
    fn names_that_vendors_invent() {
        for name in ["Passwd", "FtpPasswd", "DevKeyNew", "Secret", "hashtoken", "x:SESSION_ID", "ak", "密码"]
        {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["Mask", "Back", "Mode", "Desk"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn mentions() {
        assert_eq!(find_mention("a DevKey=1", 0), Some(8));
        assert_eq!(find_mention("{\"Name\":\"x\"}", 0), None);
        assert_eq!(find_mention("DevKey", 6), None);
    }
}
