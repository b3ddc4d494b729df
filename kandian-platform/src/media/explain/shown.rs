//! Attempts as JSON, for programs and for people.

use kandian_proto::play::path::Path;
use kandian_proto::time::Millis;
use serde_json::{Map, Value, json};

use super::words::{self, Words};
use super::{Cause, End, Note, Play, Watcher, What};
use crate::api::time_json;
use crate::media::way::WhyNot;

/// The lines of an attempt: who, then what happened.
#[must_use]
pub fn lines(play: &Play, now: Millis) -> Vec<Words> {
    let notes = play.notes.iter().map(|note| words::what(&note.what));
    let mut lines: Vec<_> = std::iter::once(words::watcher(play.watcher)).chain(notes).collect();
    lines.extend(play.unused(now).into_iter().map(words::unused));
    if play.more > 0 {
        lines.push(words::more(play.more));
    }
    lines
}

/// Why there is no picture, in one line: the last that happened, but not that it is over when something before says why.
#[must_use]
pub fn reason(play: &Play) -> Option<Words> {
    let mut notes = play.notes.iter().rev().map(|note| &note.what);
    let last = notes.next()?;
    let says_nothing = matches!(last, What::Ended(End::Failed | End::NoWay));
    let why = if says_nothing { notes.next().unwrap_or(last) } else { last };
    Some(words::what(why))
}

/// Attempts, the newest first.
#[must_use]
pub fn plays(plays: &[Play], now: Millis) -> Value {
    json!({ "plays": plays.iter().map(|one| play(one, now)).collect::<Vec<_>>() })
}

/// One attempt.
pub(super) fn play(play: &Play, now: Millis) -> Value {
    let lines = lines(play, now);
    let (kind, account) = match play.watcher {
        Watcher::Phone(number) => ("phone", Some(number.masked())),
        Watcher::Browser(number) => ("browser", Some(number.masked())),
        Watcher::Gateway => ("gateway", None),
    };
    json!({
        "number": play.number,
        "channel": play.camera.channel,
        "stream": play.camera.stream.0,
        "watcher": kind,
        "account": account,
        "began_at": time_json(play.began),
        "ended": play.end().map(end_name),
        "bytes": play.bytes,
        "notes": play.notes.iter().map(note).collect::<Vec<_>>(),
        "en": lines.iter().map(|line| line.en.as_str()).collect::<Vec<_>>(),
        "zh": lines.iter().map(|line| line.zh.as_str()).collect::<Vec<_>>(),
    })
}

fn note(note: &Note) -> Value {
    let (name, more) = described(&note.what);
    let mut shown = Map::new();
    shown.insert("after_ms".to_owned(), note.after.0.into());
    shown.insert("event".to_owned(), name.into());
    if let Value::Object(more) = more {
        shown.extend(more);
    }
    let words = words::what(&note.what);
    shown.insert("en".to_owned(), words.en.into());
    shown.insert("zh".to_owned(), words.zh.into());
    Value::Object(shown)
}

fn described(what: &What) -> (&'static str, Value) {
    match what {
        What::Way { path, leads: Ok(address) } => {
            ("way", json!({ "path": path_name(*path), "address": address.to_string() }))
        }
        What::Way { path, leads: Err(why) } => {
            ("way_skipped", json!({ "path": path_name(*path), "reason": why_name(*why) }))
        }
        What::Token { path } => ("token", json!({ "path": path_name(*path) })),
        What::Offline => ("offline", Value::Null),
        What::Connecting { path, address } => {
            ("connecting", json!({ "path": path_name(*path), "address": address.to_string() }))
        }
        What::Connected => ("connected", Value::Null),
        What::NotConnected { refused } => {
            ("not_connected", json!({ "reason": if *refused { "refused" } else { "timeout" } }))
        }
        What::Checked { path, refusal } => (
            "token_checked",
            json!({ "path": path_name(*path), "refused": refusal.map(|refusal| refusal.to_string()) }),
        ),
        What::Described { .. } => ("described", Value::Null),
        What::Playing => ("playing", Value::Null),
        What::Refused { method, status, cause } => (
            "refused",
            json!({ "method": method.to_string(), "status": status.0, "cause": cause_name(*cause) }),
        ),
        What::FirstMedia => ("first_media", Value::Null),
        What::FirstPicture { width, height } => {
            ("first_picture", json!({ "width": width, "height": height }))
        }
        What::Changed { width, height } => ("changed", json!({ "width": width, "height": height })),
        What::Silent => ("silent", Value::Null),
        What::Joined { pull } => ("joined", json!({ "pull": pull })),
        What::HungUp(end) => ("hung_up", json!({ "reason": end_name(end) })),
        What::Ended(end) => ("ended", json!({ "reason": end_name(end) })),
    }
}

/// The name of a path for programs.
pub(in crate::media) const fn path_name(path: Path) -> &'static str {
    match path {
        Path::Local => "local",
        Path::Upnp => "upnp",
        Path::RelayUdp | Path::RelayTcp => "relay",
    }
}

const fn why_name(why: WhyNot) -> &'static str {
    match why {
        WhyNot::NoAddress => "no_address",
        WhyNot::OtherNetwork => "other_network",
        WhyNot::NoHost => "no_host",
        WhyNot::NotOpen => "not_open",
        WhyNot::NoRelay => "no_relay",
    }
}

const fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::AsItSays => "as_it_says",
        Cause::TokenRefused(_) => "token_refused",
        Cause::LinkDown => "link_down",
        Cause::NeverAsked => "never_asked",
        Cause::AnswerLost => "answer_lost",
    }
}

const fn end_name(end: &End) -> &'static str {
    match end {
        End::Left => "left",
        End::Stopped => "stopped",
        End::NoWay => "no_way",
        End::Failed => "failed",
        End::Closed => "closed",
        End::NoAnswer => "no_answer",
        End::NoMedia => "no_media",
        End::NotUnderstood(_) => "not_understood",
        End::Silent => "silent",
        End::TooMuch => "too_much",
        End::NoRight => "no_right",
        End::LoggedOut => "logged_out",
        End::Gone => "gone",
    }
}
