//! `device watch`.

use clap::Args;
use kandian_proto::DevId;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::{AlarmType, ExceptionType};
use serde_json::Value;

use crate::cli::client::{Client, Next};
use crate::cli::failure::{Failure, NOT_RUNNING};
use crate::cli::output::{self, visible};
use crate::cli::settings::Where;

const EXAMPLE: &str = "\
Examples:
  kandian-platform device watch --data-dir data
  kandian-platform device watch --data-dir data 81100000001
  kandian-platform device watch --data-dir data --json | jq 'select(.event == \"alarm\")'

The platform must run. Ends with Ctrl-C, or with exit code 3 when no platform runs on the data directory or it stops.";

/// Shows what happens.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Watch {
    #[command(flatten)]
    place: Where,
    /// Only what happens with this device
    id: Option<DevId>,
    /// One JSON object a line, as the REST interface sends them
    #[arg(long)]
    json: bool,
}

impl Watch {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let client = Client::need(&self.place)?;
        let query = self.id.map(|id| format!("?device={id}")).unwrap_or_default();
        let mut events = client.events(&format!("/api/v1/events{query}")).await?;
        let what = self.id.map_or_else(|| "all devices".to_owned(), |id| id.to_string());
        eprintln!("watching {what} on {}; Ctrl-C ends", client.address());
        let offset_minutes = self.place.settings()?.province.offset_minutes;
        loop {
            match events.next().await {
                Next::Data(data) => {
                    let event: Value = serde_json::from_str(&data).unwrap_or_default();
                    match self.json {
                        true => output::json(&event)?,
                        false => output::line(&in_words(&event, offset_minutes))?,
                    }
                }
                Next::End => return Err(Failure::new(NOT_RUNNING, "the platform stopped")),
                Next::Lost(why) => {
                    return Err(Failure::new(NOT_RUNNING, format!("the platform is lost: {why}")));
                }
            }
        }
    }
}

/// An event on one line.
fn in_words(event: &Value, offset_minutes: i16) -> String {
    if let Some(missed) = event.get("missed") {
        return format!("{missed} events came too fast and are not shown");
    }
    let at = event.get("at").and_then(Value::as_i64).unwrap_or_default();
    let time = output::date_and_time(UnixMillis(at), offset_minutes);
    let text = |name| visible(event.get(name).and_then(Value::as_str).unwrap_or_default());
    format!("{time}  {:<11}  {:<13}  {}", text("device"), text("event"), details(event, &text))
        .trim_end()
        .to_owned()
}

fn details(event: &Value, text: &dyn Fn(&'static str) -> String) -> String {
    let number = |name| event.get(name).and_then(Value::as_u64).unwrap_or_default();
    let code = |name| u16::try_from(number(name)).unwrap_or(u16::MAX);
    match text("event").as_str() {
        "registered" => text("decision"),
        "online" => format!("from {}, login {}", text("address"), number("epoch")),
        "login_refused" => text("reason"),
        "offline" => text("reason"),
        "alarm" => {
            let kind = named(AlarmType(code("alarm_type")).name_en(), number("alarm_type"));
            format!("{kind}, channel {}: {}", number("channel"), text("description"))
        }
        "exception" => {
            let kind = named(ExceptionType(code("exception_type")).name_en(), number("exception_type"));
            format!("{kind}, channel {}: {}", number("channel"), text("description"))
        }
        "picture" => format!("channel {}: {}", number("channel"), text("file_name")),
        "command" => format!("{}: {}", text("operation"), text("outcome")),
        "fault" => text("fault"),
        // It says everything by its name, or is of a later version.
        _ => String::new(),
    }
}

fn named(name: Option<&str>, number: u64) -> String {
    name.map_or_else(|| format!("type {number}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_are_lines() {
        let line = |mut event: Value| {
            event["at"] = json!(1_395_109_800_000_i64);
            event["device"] = json!("81100000001");
            in_words(&event, 480)
        };
        let head = "2014-03-18 10:30:00  81100000001  ";
        let online = json!({ "event": "online", "address": "192.0.2.1:4312", "epoch": 3 });
        assert_eq!(line(online), format!("{head}online         from 192.0.2.1:4312, login 3"));
        let alarm =
            json!({ "event": "alarm", "id": 1, "channel": 0, "alarm_type": 999, "description": "\x1b[2J" });
        assert_eq!(line(alarm), format!("{head}alarm          type 999, channel 0: \\u{{1b}}[2J"));
        assert_eq!(line(json!({ "event": "addresses" })), format!("{head}addresses"));
        assert_eq!(in_words(&json!({ "missed": 7 }), 480), "7 events came too fast and are not shown");
    }
}
