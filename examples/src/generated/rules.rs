//! The requirements of the specification, and why some have no test.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::scan::{self, Rule};

/// The requirements, copied from the catalogue of the specification.
const CATALOGUE: &str = "kandian-proto/testdata/catalogue/rules.toml";
/// Why some have no test. The file's path below the root of the workspace.
pub(super) const SCOPE: &str = "docs/rules-scope.toml";

/// All requirements, and those without a test.
#[derive(Debug)]
pub(super) struct Rules {
    /// Actor and requirement by id.
    pub(super) all: BTreeMap<Rule, (String, String)>,
    /// Chapters whose requirements need a test or a reason.
    pub(super) chapters: Vec<u16>,
    /// Ids that need no test, each with the reason.
    pub(super) reasons: BTreeMap<Rule, String>,
}

#[derive(Deserialize)]
struct Catalogue {
    rule: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    actor: String,
    requirement: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    chapters: Vec<u16>,
    group: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    reason: String,
    ids: Vec<String>,
}

pub(super) fn read(root: &Path) -> io::Result<Rules> {
    let text = |path: &str| {
        let read = std::fs::read_to_string(root.join(path));
        read.map_err(|error| io::Error::other(format!("{path}: {error}")))
    };
    parse(&text(CATALOGUE)?, &text(SCOPE)?).map_err(io::Error::other)
}

fn parse(catalogue: &str, scope: &str) -> Result<Rules, String> {
    let catalogue: Catalogue = toml::from_str(catalogue).map_err(|error| format!("{CATALOGUE}: {error}"))?;
    let mut all = BTreeMap::new();
    for row in catalogue.rule {
        all.insert(id(&row.id)?, (row.actor, row.requirement));
    }
    let scope: Scope = toml::from_str(scope).map_err(|error| format!("{SCOPE}: {error}"))?;
    let mut reasons = BTreeMap::new();
    for group in scope.group {
        for text in group.ids {
            let rule = id(&text)?;
            let known = all.contains_key(&rule) && scope.chapters.contains(&rule.0);
            if !known || reasons.insert(rule, group.reason.clone()).is_some() {
                return Err(format!(
                    "{SCOPE}: {text} stands in two groups, is out of scope, or does not exist"
                ));
            }
        }
    }
    Ok(Rules { all, chapters: scope.chapters, reasons })
}

fn id(text: &str) -> Result<Rule, String> {
    scan::rules(text).next().ok_or_else(|| format!("`{text}` is no id of a requirement"))
}

/// `R-7.28`.
pub(super) fn show(rule: Rule) -> String {
    format!("R-{}.{}", rule.0, rule.1)
}
