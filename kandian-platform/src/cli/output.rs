//! What commands print: lines, JSON, tables. Texts of devices are shown and never obeyed.

mod table;

use std::fmt::Write as _;
use std::io::{self, ErrorKind, IsTerminal, Write};

use kandian_proto::time::{Timestamp, UnixMillis};
use serde_json::Value;

pub(crate) use table::{Cell, Table, Tint};

use super::failure::{Failure, text};

/// Prints a line.
pub(crate) fn line(shown: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{shown}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::unread()),
        outcome => outcome.map_err(text),
    }
}

/// Prints a JSON document on a line of its own.
pub(crate) fn json(value: &Value) -> Result<(), Failure> {
    line(&json_text(value))
}

/// JSON escapes the controls below U+0020. What else a terminal obeys or hides can stand in texts alone, so it is
/// escaped here the same way.
fn json_text(value: &Value) -> String {
    let mut shown = String::new();
    for c in value.to_string().chars() {
        if is_harmful(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // A String takes everything.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A text of a stranger: what a terminal would obey, and what hides or reorders the rest, is escaped.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_harmful(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// Whether to use colours: for people, unless they say no (`NO_COLOR`).
pub(crate) fn in_colour() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdout().is_terminal() && !refused && !dumb
}

/// The members of an object, one a line, names aligned; what is in them is indented.
pub(crate) fn members(value: &Value, indent: usize) -> Vec<String> {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(object) => {
            let plain = |value: &Value| !matches!(value, Value::Object(_) | Value::Array(_));
            let names = object.iter().filter(|(_, value)| plain(value)).map(|(name, _)| name.len());
            let width = names.max().unwrap_or(0);
            let member = |(name, value): (&String, &Value)| match value {
                value if plain(value) => vec![format!("{margin}{name:width$}  {}", scalar(value))],
                value => [vec![format!("{margin}{}", visible(name))], members(value, indent + 2)].concat(),
            };
            // How it ended comes first.
            let (result, others): (Vec<_>, Vec<_>) = object.iter().partition(|(name, _)| *name == "Result");
            result.into_iter().chain(others).flat_map(member).collect()
        }
        Value::Array(items) if items.is_empty() => vec![format!("{margin}none")],
        Value::Array(items) => {
            let item = |(at, item)| {
                let mut lines = members(item, indent);
                if at > 0 && lines.len() > 1 {
                    lines.insert(0, String::new());
                }
                lines
            };
            items.iter().enumerate().flat_map(item).collect()
        }
        value => vec![format!("{margin}{}", scalar(value))],
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => visible(text),
        value => value.to_string(),
    }
}

/// A moment of the REST interface.
pub(crate) fn moment(value: &Value) -> Option<UnixMillis> {
    let digits: String = value.as_str()?.get(..19)?.chars().filter(char::is_ascii_digit).collect();
    let time: Timestamp = digits.parse().ok()?;
    Some(UnixMillis::from_civil(time, 0))
}

/// How long ago something was, as people say it; the date when it is more than a week.
pub(crate) fn ago(now: UnixMillis, at: Option<UnixMillis>, offset_minutes: i16) -> String {
    let Some(at) = at else { return "never".to_owned() };
    let seconds = (now.0 - at.0) / 1_000;
    match seconds {
        -5..45 => "just now".to_owned(),
        45..5_400 => format!("{} min ago", (seconds + 30) / 60),
        5_400..129_600 => format!("{} h ago", (seconds + 1_800) / 3_600),
        129_600..604_800 => format!("{} days ago", (seconds + 43_200) / 86_400),
        _ => at.civil(offset_minutes).map_or_else(|| "?".to_owned(), |time| day(&time)),
    }
}

/// A moment with its date, as people write it.
pub(crate) fn date_and_time(at: UnixMillis, offset_minutes: i16) -> String {
    let Some(time) = at.civil(offset_minutes) else { return "?".to_owned() };
    format!("{} {:02}:{:02}:{:02}", day(&time), time.hour(), time.minute(), time.second())
}

fn day(time: &Timestamp) -> String {
    format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn terminal_sequences_are_shown_not_sent() {
        assert_eq!(visible("a\x1b[31mb\u{9b}2J\u{7f}"), "a\\u{1b}[31mb\\u{9b}2J\\u{7f}");
        assert_eq!(visible("one\r\n\ttwo \u{202e}gpj"), "one\\r\\n\\ttwo \\u{202e}gpj");
        assert_eq!(visible("前门 · Caméra \\ C:\\dir"), "前门 · Caméra \\ C:\\dir");
        let hostile = json!({ "name": "\x1b[2J\u{9b}\u{202e}\u{e0001}" });
        let shown = json_text(&hostile);
        assert_eq!(shown, "{\"name\":\"\\u001b[2J\\u009b\\u202e\\udb40\\udc01\"}");
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), hostile);
    }

    #[test]
    fn how_long_ago() {
        let now = UnixMillis(1_395_109_800_000);
        for (seconds, shown) in [
            (0, "just now"),
            (44, "just now"),
            (45, "1 min ago"),
            (89, "1 min ago"),
            (3_600, "60 min ago"),
            (5_400, "2 h ago"),
            (129_599, "36 h ago"),
            (129_600, "2 days ago"),
            (604_799, "7 days ago"),
            (604_800, "2014-03-11"),
            // The clock was set back since.
            (-60, "2014-03-18"),
        ] {
            assert_eq!(ago(now, Some(UnixMillis(now.0 - seconds * 1_000)), 480), shown, "{seconds}");
        }
        assert_eq!(ago(now, None, 480), "never");
        assert_eq!(moment(&json!("2014-03-18T02:30:00.007Z")), Some(UnixMillis(1_395_109_800_000)));
        assert_eq!(moment(&Value::Null), None);
        assert_eq!(date_and_time(now, 480), "2014-03-18 10:30:00");
    }

    #[test]
    fn answers_are_lists_of_members() {
        let answer = json!({
            "Result": 0, "DevID": "81100000001", "Note": "\x1b[2J", "Empty": "",
            "Channel": [{ "ChannelNo": 0 }, { "ChannelNo": 1, "Name": "前门" }],
        });
        let shown = members(&answer, 2).join("\n");
        assert!(shown.starts_with("  Result  0\n") && shown.contains("  DevID   81100000001"), "{shown}");
        assert!(shown.contains("  Note    \\u{1b}[2J") && shown.contains("  Empty   \"\""), "{shown}");
        assert!(
            shown.contains("  Channel\n    ChannelNo  0\n\n    ChannelNo  1\n    Name       前门"),
            "{shown}"
        );
    }
}
