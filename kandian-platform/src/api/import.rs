//! A list of devices as CSV.

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::devices::Entered;
use super::problem::Problem;
use crate::app::App;
use crate::service::{Bearer, audit};
use crate::store::{NewDevice, Origin};

/// Lines with a fault that are named; more would be read by nobody.
const NAMED: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    #[serde(default)]
    dry_run: bool,
}

/// What is wrong with a line.
struct Fault {
    line: u64,
    problem: String,
}

pub(super) async fn import(
    State(app): State<Arc<App>>,
    Extension(bearer): Extension<Bearer>,
    how: Result<Query<How>, QueryRejection>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let Query(how) = how?;
    let (devices, mut faults) = read(&body);
    let mut seen = std::collections::BTreeMap::new();
    for (line, device) in &devices {
        if let Some(first) = seen.insert(device.id, *line) {
            faults.push(Fault {
                line: *line,
                problem: format!("{} stands in line {first} already", device.id),
            });
        } else if app.store.device(device.id).await?.is_some() {
            faults.push(Fault { line: *line, problem: format!("{} is on record already", device.id) });
        }
    }
    faults.sort_by_key(|fault| fault.line);
    if !faults.is_empty() {
        let named = faults.iter().take(NAMED).map(|f| json!({ "line": f.line, "problem": f.problem }));
        let title = format!("{} lines cannot be imported; nothing was changed", faults.len());
        return Err(Problem::invalid(title).with("lines", named.collect::<Vec<_>>()));
    }
    let count = devices.len();
    if !how.dry_run {
        let devices = devices.into_iter().map(|(_, device)| device).collect();
        app.store.add_devices(devices, app.clock.wall()).await?;
        audit(&app, &bearer, "device.import", &format!("{count} devices"), "").await;
    }
    Ok(Json(json!({ "devices": count, "imported": !how.dry_run })))
}

/// The devices of a list, each with its line, and what is wrong with the others. The first line names the columns:
/// `id`, `key`, and as wanted `kind`, `name`, `model`, `manufacturer`.
fn read(body: &[u8]) -> (Vec<(u64, NewDevice)>, Vec<Fault>) {
    // Spreadsheets put a byte order mark before the first column.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(body);
    let (mut devices, mut faults) = (Vec::new(), Vec::new());
    let mut rows = reader.deserialize::<Entered>();
    while let Some(row) = rows.next() {
        let line = rows.reader().position().line().saturating_sub(1);
        match row {
            Ok(entered) => match entered.into_device(Origin::Import) {
                Ok(device) => devices.push((line, device)),
                Err(problem) => faults.push(Fault { line, problem: problem.title }),
            },
            Err(error) => {
                let line = error.position().map_or(line, csv::Position::line);
                // The text of the error may quote a key.
                let problem = match error.kind() {
                    csv::ErrorKind::Deserialize { err, .. } => format!("cannot be read: {:?}", err.kind()),
                    csv::ErrorKind::UnequalLengths { .. } => "has another number of columns".to_owned(),
                    _ => "is no CSV in UTF-8".to_owned(),
                };
                faults.push(Fault { line, problem });
            }
        }
    }
    (devices, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        let (devices, faults) =
            read("\u{FEFF}id,key,kind,name\n81100000001, K7M2P9Q4 ,nvr,收银台\n".as_bytes());
        assert!(faults.is_empty());
        let (line, device) = &devices[0];
        assert_eq!((*line, device.id.as_str(), device.name.as_str()), (2, "81100000001", "收银台"));
        assert!(device.key.matches("K7M2P9Q4"));
    }

    #[test]
    fn faults_have_lines_and_no_keys() {
        let list =
            b"id,key\n811-1,SECRET77\n81100000002,\n81100000003,A,B\n81100000004,\xFF\xFE\n81100000005,OK\n";
        let (devices, faults) = read(list);
        assert_eq!(devices.len(), 1);
        let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        assert!(faults.iter().all(|fault| !fault.problem.contains("SECRET77")));
    }
}
