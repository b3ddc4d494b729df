//! `docs/errata-scope.toml`: the keys of all errata, and why some need no test.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

/// The file's path below the root of the workspace.
pub(super) const PATH: &str = "docs/errata-scope.toml";
/// The highest id.
pub(super) const LAST: u16 = 193;

/// What the file says.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) keys: BTreeMap<u16, String>,
    /// Ids that need no test, each with the reason.
    pub(super) reasons: BTreeMap<u16, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    keys: BTreeMap<String, String>,
    group: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    reason: String,
    ids: Vec<u16>,
}

pub(super) fn read(root: &Path) -> io::Result<Scope> {
    let text = std::fs::read_to_string(root.join(PATH))
        .map_err(|error| io::Error::other(format!("{PATH}: {error}")))?;
    parse(&text).map_err(|error| io::Error::other(format!("{PATH}: {error}")))
}

fn parse(text: &str) -> Result<Scope, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut keys = BTreeMap::new();
    for (id, key) in file.keys {
        keys.insert(id.parse().map_err(|_| format!("`{id}` is no id"))?, key);
    }
    if !keys.keys().copied().eq(1..=LAST) {
        return Err(format!("keys must have the ids 1 to {LAST}"));
    }
    let mut reasons = BTreeMap::new();
    for group in file.group {
        for id in group.ids {
            if !keys.contains_key(&id) || reasons.insert(id, group.reason.clone()).is_some() {
                return Err(format!("E-{id:02} stands in two groups or does not exist"));
            }
        }
    }
    Ok(Scope { keys, reasons })
}
