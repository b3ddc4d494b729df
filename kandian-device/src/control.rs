//! `kandian-device ctl`: sends a command, and shows the reply.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use kandian_device::ctl::{self, Button, Card, Command, Source};
use kandian_device::hardware::sim::GatewayState;
use kandian_device::settings::{Id, data_root, default_data_dir};
use serde_json::Value;

use crate::cli::{AlarmSource, ButtonName, CardEvent, CtlArgs, CtlCommand, WifiCommand};
use crate::{FAILURE, USAGE, failed};

/// Sends the command of the command line.
pub(crate) async fn run(args: CtlArgs) -> ExitCode {
    let directory = match directory(args.data_dir, args.id) {
        Ok(directory) => directory,
        Err(why) => return failed(USAGE, &why),
    };
    let reply = match ctl::send(&directory, command(args.command)).await {
        Ok(reply) => reply,
        Err(error) => return failed(FAILURE, &error),
    };
    let failure = reply.get("failed").and_then(Value::as_str);
    if args.json {
        println!("{reply}");
    } else if let Some(why) = failure {
        return failed(FAILURE, &why);
    } else {
        show(&reply);
    }
    if failure.is_some() { ExitCode::from(FAILURE) } else { ExitCode::SUCCESS }
}

/// Where the device has its data: as said, or in the usual place, or the only one there.
fn directory(given: Option<PathBuf>, id: Option<Id>) -> Result<PathBuf, String> {
    match (given, id) {
        (Some(directory), _) => return Ok(directory),
        (None, Some(id)) => return Ok(default_data_dir(id.0)),
        (None, None) => {}
    }
    let root = data_root();
    let entries = fs::read_dir(&root).map(|entries| entries.flatten().map(|entry| entry.path()).collect());
    let found: Vec<PathBuf> = entries.unwrap_or_default();
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(format!("there is no device in {}; give --data-dir", root.display())),
        several => Err(format!("there are {} devices in {}; give --id", several.len(), root.display())),
    }
}

fn command(command: CtlCommand) -> Command {
    match command {
        CtlCommand::Status => Command::Status,
        CtlCommand::Alarm { source, channel } => {
            let source = match source {
                AlarmSource::Motion => Source::Motion,
                AlarmSource::Infrared => Source::Infrared,
                AlarmSource::Manual => Source::Manual,
                AlarmSource::Dido { input } => Source::Dido(input),
            };
            Command::Alarm { source, channel }
        }
        CtlCommand::Exception { kind, channel, text } => Command::Exception { kind, channel, text },
        CtlCommand::Sd { what } => Command::Card(match what {
            CardEvent::Insert => Card::Insert,
            CardEvent::Remove => Card::Remove,
            CardEvent::Fail => Card::Fail,
            CardEvent::Erase => Card::Erase,
        }),
        CtlCommand::Wifi { what } => match what {
            WifiCommand::List => Command::WifiList,
            WifiCommand::Add { ssid, signal, security, password } => {
                Command::WifiAdd { ssid, signal, security: security.0.0, password }
            }
            WifiCommand::Remove { ssid } => Command::WifiRemove { ssid },
            WifiCommand::Plug => Command::Wire { plugged: true },
            WifiCommand::Unplug => Command::Wire { plugged: false },
        },
        CtlCommand::Gateway { what } => Command::Gateway {
            address: match what.0 {
                GatewayState::Forwards(address) => Some(address),
                GatewayState::Refuses => None,
            },
        },
        CtlCommand::Button { which } => Command::Button(match which {
            ButtonName::Reset => Button::Reset,
            ButtonName::Power => Button::Power,
        }),
        CtlCommand::Province { url, .. } => Command::Province { url },
    }
}

/// Shows a reply to people.
fn show(reply: &Value) {
    if let Some(words) = reply.get("done").and_then(Value::as_str) {
        println!("{words}");
    } else if let Some(networks) = reply.get("networks").and_then(Value::as_array) {
        for network in networks {
            let text = |key: &str| network.get(key).map(plain).unwrap_or_default();
            let used = if network.get("in_use") == Some(&Value::Bool(true)) { "  in use" } else { "" };
            println!("{:>3} %  security {}  {}{used}", text("signal"), text("security"), text("ssid"));
        }
    } else if let Some(status) = reply.get("status").and_then(Value::as_object) {
        let width = status.keys().map(String::len).max().unwrap_or_default();
        for (key, value) in status.iter().filter(|(_, value)| !value.is_null()) {
            println!("{:<width$}  {}", key.replace('_', " "), plain(value));
        }
    } else {
        println!("{reply}");
    }
}

/// A value without quotes, and an object on one line.
fn plain(value: &Value) -> String {
    match value {
        // Control characters of a peer must not reach the terminal.
        Value::String(text) => text.chars().map(|c| if c.is_control() { '?' } else { c }).collect(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            let between = if items.iter().any(Value::is_object) { "; " } else { ", " };
            items.iter().map(plain).collect::<Vec<_>>().join(between)
        }
        Value::Object(fields) => {
            let field =
                |(key, value): (&String, &Value)| format!("{} {}", key.replace('_', " "), plain(value));
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
