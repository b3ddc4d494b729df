//! `device import`.

use std::path::PathBuf;

use clap::Args;
use kandian_platform::clock::Clock;
use kandian_platform::import::{Fault, List};
use kandian_platform::store::StoreError;
use serde_json::json;

use crate::cli::failure::{FAILED, Failure, text};
use crate::cli::input;
use crate::cli::output::{self, visible};
use crate::cli::record::{noting, open};
use crate::cli::settings::Where;

/// Longest list, in bytes; one of the most devices has a tenth of it.
const LONGEST: u64 = 16 << 20;
/// Lines with a fault that people are shown.
const NAMED: usize = 20;

const EXAMPLE: &str = "\
The first line names the columns: id and key, and as wanted kind (ipc, dvr, nvr), name, model, manufacturer.

  id,key,kind,name
  81100000001,K7M2P9Q4,ipc,收银台
  81200000002,A4B8C2D6,nvr,仓库

Examples:
  kandian-platform device import --data-dir data shops.csv --dry-run
  kandian-platform device import --data-dir data shops.csv

All devices are entered or none, at most 20,000 at a time. The platform may run or not.";

/// Enters the devices of a list.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Import {
    #[command(flatten)]
    place: Where,
    /// The list, in CSV and UTF-8; `-` reads it from standard input
    file: PathBuf,
    /// Say what would happen and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print a JSON object, with the lines that have a fault
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let mut list = List::read(&input::file(&self.file, LONGEST)?);
        let store = open(&self.place).await?;
        list.check(&store).await.map_err(text)?;
        if !list.faults().is_empty() {
            return self.refused(list.faults());
        }
        let count = list.len();
        if !self.dry_run {
            let now = Clock::start().wall();
            let store = noting(&store, now, "device.import", &format!("{count} devices"), "");
            match list.store(&store, now).await {
                Err(StoreError::Exists) => return Err("a device was entered meanwhile; try again".into()),
                outcome => outcome.map_err(text)?,
            }
        }
        if self.json {
            return output::json(&json!({ "devices": count, "imported": !self.dry_run }));
        }
        let word = if count == 1 { "device" } else { "devices" };
        match self.dry_run {
            true => output::line(&format!("{count} {word} can be imported; nothing was changed")),
            false => output::line(&format!("{count} {word} imported")),
        }
    }

    fn refused(&self, faults: &[Fault]) -> Result<(), Failure> {
        let count = faults.len();
        let word = if count == 1 { "line" } else { "lines" };
        let title =
            format!("{count} {word} of {} cannot be imported; nothing was changed", self.file.display());
        if self.json {
            let lines: Vec<_> =
                faults.iter().map(|fault| json!({ "line": fault.line, "problem": fault.problem })).collect();
            output::json(&json!({ "devices": 0, "imported": false, "lines": lines }))?;
            return Err(title.into());
        }
        let named = faults
            .iter()
            .take(NAMED)
            .map(|fault| format!("\n  line {}: {}", fault.line, visible(&fault.problem)));
        let rest = if count > NAMED { format!("\n  and {} more", count - NAMED) } else { String::new() };
        Err(Failure::new(FAILED, format!("{title}{}{rest}", named.collect::<String>())))
    }
}
