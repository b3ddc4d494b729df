//! Secrets inside texts: passwords and tokens in URLs, `name=value`.

use core::ops::Range;
use std::borrow::Cow;

use super::MASK;
use super::names::{find_mention, is_secret_name};

/// How far behind a `:` the `@` of a password with a slash in it is looked for.
const PASSWORD_BYTES: usize = 256;
/// How much of a URL is looked at for a password; every `://` of a text costs a look.
const URL_BYTES: usize = 1_024;

/// A URL with the password before `@` and the values of secret parameters masked.
///
/// ```
/// use kandian_proto::mask_url;
/// assert_eq!(mask_url("ftp://shop:hunter2@192.0.2.9/log"), "ftp://shop:***@192.0.2.9/log");
/// assert_eq!(
///     mask_url("rtsp://192.0.2.1:554/realplay?hashtoken=6f1ed0&devid=81100000001"),
///     "rtsp://192.0.2.1:554/realplay?hashtoken=***&devid=81100000001",
/// );
/// ```
#[must_use]
pub fn mask_url(url: &str) -> Cow<'_, str> {
    replaced(url, &secrets(url, true))
}

/// Any text with what [`mask_url`] masks, and cut behind the first other word that
/// [names a secret](crate::is_secret_name).
///
/// ```
/// use kandian_proto::mask_text;
/// assert_eq!(mask_text("DevID=81100000001 DevKey=K7M2P9Q4 Mode=1"), "DevID=81100000001 DevKey=*** Mode=1");
/// assert_eq!(mask_text(r#"{"Mode":1,"DevKey":"K7M2P9Q4"}"#), r#"{"Mode":1,"DevKey***"#);
/// assert_eq!(mask_text("nothing to hide"), "nothing to hide");
/// ```
#[must_use]
pub fn mask_text(text: &str) -> Cow<'_, str> {
    let masked = replaced(text, &secrets(text, false));
    let mut from = 0;
    while let Some(end) = find_mention(&masked, from) {
        let rest = &masked[end..];
        let value = rest.strip_prefix('=').map(|value| value.trim_start_matches(['"', '\'']));
        if !rest.trim().is_empty() && !value.is_some_and(|value| value.starts_with(MASK)) {
            return Cow::Owned(format!("{}{MASK}", &masked[..end]));
        }
        from = end;
    }
    masked
}

/// Whether a part of the URL that [`mask_url`] masks is the mask already.
#[cfg(feature = "json")]
pub(crate) fn is_masked_url(url: &str) -> bool {
    secrets(url, true).into_iter().any(|range| url[range].starts_with(MASK))
}

fn replaced<'a>(text: &'a str, secrets: &[Range<usize>]) -> Cow<'a, str> {
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in secrets {
        out.push_str(&text[at..range.start]);
        out.push_str(MASK);
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// The secret parts, in order and apart from each other. `url` says that the text is one URL, even when
/// it lacks its scheme.
fn secrets(text: &str, url: bool) -> Vec<Range<usize>> {
    let passwords = text.match_indices("://").filter_map(|(at, _)| password(text, at + 3));
    let bare = url && !text.contains("://");
    let passwords = passwords.chain(bare.then(|| password(text, 0)).flatten()).map(|range| (range, true));
    let mut found: Vec<_> = passwords.collect();
    let mut from = 0;
    while let Some(equals) = text[from..].find('=').map(|at| from + at) {
        let range = parameter(text, equals);
        // Not again inside of it: `key=key=key=…` would cost quadratic work.
        from = range.as_ref().map_or(equals + 1, |range| range.end);
        found.extend(range.map(|range| (range, false)));
    }
    found.sort_by_key(|(range, _)| range.start);
    let mut apart: Vec<(Range<usize>, bool)> = Vec::new();
    for (range, is_password) in found {
        match apart.last_mut() {
            // `token=` in a password: the password ends at its `@`.
            Some((last, true)) if range.start <= last.end => {}
            // `://` in a token.
            Some((last, false)) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push((range, is_password)),
        }
    }
    apart.into_iter().map(|(range, _)| range).collect()
}

/// The value behind the `=` at this offset, when the name before it is secret.
fn parameter(text: &str, equals: usize) -> Option<Range<usize>> {
    let before = &text[..equals];
    let name = before.rfind(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | '%'));
    let name = &before[name.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))..];
    if !is_secret_name(name) {
        return None;
    }
    let value = &text[equals + 1..];
    let start = equals + 1;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let range = match quote {
        Some(quote) => start + 1..start + 1 + value[1..].find(quote).unwrap_or(value.len() - 1),
        None => start..start + value.find(ends_value).unwrap_or(value.len()),
    };
    Some(range).filter(|range| !range.is_empty())
}

fn ends_value(c: char) -> bool {
    c.is_whitespace() || matches!(c, '&' | '#' | ';' | '"' | '\'' | '<' | '>')
}

/// The password in front of the host that begins at this offset. A password may hold `/` although it
/// must not; a host with a port does not.
fn password(text: &str, from: usize) -> Option<Range<usize>> {
    let mut end = text.len().min(from.saturating_add(URL_BYTES));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let rest = &text[from..end];
    let end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
    let rest = &rest[..rest.find(end).unwrap_or(rest.len())];
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let colon = host.find(':')?;
    let at = match host.rfind('@') {
        Some(at) => at,
        None if host[colon + 1..].bytes().all(|b| b.is_ascii_digit()) => return None,
        None => {
            let mut near = rest.as_bytes().iter().take(colon + PASSWORD_BYTES);
            near.rposition(|&b| b == b'@')?
        }
    };
    Some(from + colon + 1..from + at).filter(|range| range.start < range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for (url, masked) in [
            ("rtsp://u:p@h/", "rtsp://u:***@h/"),
            ("rtsp://u:p@ss@h/", "rtsp://u:***@h/"),
            ("ftp://u:p/w@h/x", "ftp://u:***@h/x"),
            ("u:p@h/x", "u:***@h/x"),
            ("rtsp://h:554/mail?to=a@b", "rtsp://h:554/mail?to=a@b"),
            ("rtsp://h:554/x?HashToken=1;a&b=2", "rtsp://h:554/x?HashToken=***;a&b=2"),
            ("http://h/?a=1&sessionid=2#c", "http://h/?a=1&sessionid=***#c"),
            ("http://u:token=x@h/", "http://u:***@h/"),
            ("http://u:@h/?token=", "http://u:@h/?token="),
            ("http://h/keys/1?keyless", "http://h/keys/1?keyless"),
            ("", ""),
        ] {
            assert_eq!(mask_url(url), masked, "{url}");
            assert_eq!(mask_url(masked), masked, "{url}");
            #[cfg(feature = "json")]
            assert_eq!(is_masked_url(masked), masked != url, "{url}");
        }
        assert_eq!(mask_url("token=x://u:a&b@h"), "token=***@h");
    }

    #[test]
    fn work_is_bounded() {
        for part in ["key=", "a://", "a://b:c", "token='", "key ", "密码"] {
            let text = part.repeat(1 << 14);
            assert!(mask_text(&text).len() <= text.len() + 3);
        }
    }

    #[cfg(feature = "json")]
    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(512))]

        /// Otherwise a masked URL could be read back as if it were the URL.
        #[test]
        fn masks_are_recognised(parts in proptest::collection::vec("token|://|[a:/@?=&;'\"#1*.-]", 0..16)) {
            let url = parts.concat();
            let masked = mask_url(&url);
            proptest::prop_assert!(masked == url || is_masked_url(&masked), "{url} {masked}");
        }
    }

    #[test]
    fn texts() {
        for (text, masked) in [
            ("DevKey=SEKRET1", "DevKey=***"),
            ("DevKey=\"SEK RET1\" b", "DevKey=\"***\" b"),
            ("DevKey SEKRET1", "DevKey***"),
            ("the key: SEKRET1", "the key***"),
            ("see rtsp://u:p@h/ and ftp://v:q@i/", "see rtsp://u:***@h/ and ftp://v:***@i/"),
            ("keyboard", "keyboard"),
            ("设备密码=SEKRET1", "设备密码=***"),
            ("设备密码是SEKRET1", "设备密码***"),
        ] {
            assert_eq!(mask_text(text), masked, "{text}");
        }
    }
}
