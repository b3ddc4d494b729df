//! What the description says of live pictures.

use serde_json::{Map, Value, json};

use super::people::{array, maybe, moment, taken, whole};

/// All schemas, by name.
pub(super) fn schemas() -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let count = || json!({ "type": "integer", "minimum": 0 });
    let ends = json!([
        "left",
        "stopped",
        "no_way",
        "failed",
        "closed",
        "no_answer",
        "no_media",
        "not_understood",
        "silent",
        "too_much",
        "no_right",
        "logged_out",
        "gone",
    ]);
    let note = json!({
        "type": "object", "required": ["after_ms", "event", "en", "zh"],
        "properties": {
            "after_ms": count(), "event": text(), "en": text(), "zh": text(),
            "path": { "enum": ["local", "upnp", "relay"] }, "address": text(), "reason": text(),
            "refused": { "type": ["string", "null"] }, "method": text(), "status": count(),
            "cause": { "enum": ["as_it_says", "token_refused", "link_down", "never_asked", "answer_lost"] },
            "width": count(), "height": count(), "pull": count(),
        },
    });
    let play = whole(&[
        ("number", count()),
        ("channel", count()),
        ("stream", count()),
        ("watcher", json!({ "enum": ["phone", "browser", "gateway"] })),
        ("account", maybe(&text())),
        ("began_at", moment()),
        ("ended", maybe(&json!({ "enum": ends }))),
        ("bytes", count()),
        ("notes", array(&note)),
        ("en", array(&text())),
        ("zh", array(&text())),
    ]);
    let stream =
        json!({ "type": "integer", "enum": [1, 2], "description": "1: the main stream; 2: the sub stream" });
    let all = [
        ("LiveWanted", taken(0, &[("stream", stream)])),
        ("LiveTicket", whole(&[("ticket", text()), ("socket", text()), ("expires_after_secs", count())])),
        ("Plays", whole(&[("plays", array(&play))])),
    ];
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
