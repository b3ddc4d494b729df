//! `device send`.

use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use kandian_platform::api::operations;
use kandian_proto::{DevId, Operation};
use serde_json::{Map, Value};

use crate::cli::client::Client;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::output::{self, members, visible};
use crate::cli::settings::Where;

/// Longest request.
const LONGEST: u64 = 1 << 20;

const EXAMPLE: &str = "\
Examples:
  kandian-platform device send --data-dir data 81100000001 device_reboot
  kandian-platform device send --data-dir data 81100000001 record_policy_query '{\"ChannelNo\":0}'
  kandian-platform device send --data-dir data 81100000001 record_policy_add @policy.json \\
    --read-back
  echo '{\"ChannelNo\":0,\"RecordFull\":1,\"StorageFlag\":1}' |
    kandian-platform device send --data-dir data 81100000001 full_day_record_set - --json

The platform must run. The elements of each request are in docs/openapi.json, or in what
`kandian-platform openapi` prints, under /api/v1/devices/{id}/commands/OPERATION.
Exit code 3: no platform runs on the data directory; 4: the device did not do it, and why is said.";

/// Sends a command.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE, after_long_help = known())]
pub(crate) struct Send {
    #[command(flatten)]
    place: Where,
    /// The device
    id: DevId,
    /// What to ask of it
    #[arg(value_parser = parser(), hide_possible_values = true)]
    operation: String,
    /// The elements of the request as a JSON object; @FILE reads it from a file, - from standard input
    #[arg(value_name = "JSON|@FILE|-")]
    request: Option<String>,
    /// After a command that sets something, ask what is set now: some devices say yes to everything
    #[arg(long)]
    read_back: bool,
    /// Print the answer, or the problem, as a JSON object, as the REST interface does
    #[arg(long)]
    json: bool,
}

fn parser() -> PossibleValuesParser {
    let known = operations().map(Operation::info);
    PossibleValuesParser::new(known.map(|info| PossibleValue::new(info.id).help(info.title_en)))
}

/// All operations, for `--help`.
fn known() -> String {
    let rows = operations().map(|operation| {
        let info = operation.info();
        format!("\n  {:<24} {} (§{})", info.id, info.title_en, info.section)
    });
    format!("{EXAMPLE}\n\nOperations:{}", rows.collect::<String>())
}

impl Send {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let body = self.body()?;
        let client = Client::need(&self.place)?;
        let query = if self.read_back { "?read_back=true" } else { "" };
        let path = format!("/api/v1/devices/{}/commands/{}{query}", self.id, self.operation);
        let answer = client.ask("POST", &path, body).await?;
        if self.json {
            output::json(&answer.body)?;
        } else if answer.is_success() {
            self.show(&answer.body)?;
        }
        answer.success().map(drop)
    }

    /// The request, checked as far as it can be here: then the sentence says where it comes from.
    fn body(&self) -> Result<Vec<u8>, Failure> {
        let Some(request) = &self.request else { return Ok(Vec::new()) };
        let (source, bytes) = match request.strip_prefix('@') {
            Some(path) => (path, input::file(Path::new(path), LONGEST)?),
            None if request == "-" => ("standard input", input::file(Path::new("-"), LONGEST)?),
            None => ("the request", request.as_bytes().to_vec()),
        };
        let read = serde_json::from_slice::<Map<String, Value>>(&bytes);
        read.map_err(|error| {
            format!("{} is no JSON object: {}", visible(source), visible(&error.to_string()))
        })?;
        Ok(bytes)
    }

    fn show(&self, answer: &Value) -> Result<(), Failure> {
        output::line(&format!("{} answered {}", self.id, self.operation))?;
        let response = answer.get("response").unwrap_or(&Value::Null);
        members(response, 2).iter().try_for_each(|shown| output::line(shown))?;
        match answer.get("read_back") {
            None => Ok(()),
            Some(Value::Null) => output::line("nothing to read back: no command asks what this one sets"),
            Some(read) => show_read_back(read),
        }
    }
}

fn show_read_back(read: &Value) -> Result<(), Failure> {
    let operation = visible(read.get("operation").and_then(Value::as_str).unwrap_or_default());
    if let Some(problem) = read.get("problem") {
        let part = |name| visible(problem.get(name).and_then(Value::as_str).unwrap_or_default());
        return output::line(&format!(
            "not read back with {operation}: {}; {}",
            part("title"),
            part("next_step")
        ));
    }
    output::line(&format!("read back with {operation}"))?;
    members(read.get("response").unwrap_or(&Value::Null), 2).iter().try_for_each(|shown| output::line(shown))
}
