//! `docs/spec-map.md`: from the section of the specification to the code and its tests.

use std::io;
use std::path::Path;

use kandian_proto::Erratum;
use kandian_proto::command::{Interface, OPERATIONS, OperationInfo};

use super::Generated;
use super::rules::{self, Rules, show};
use super::scan::{self, Rule, Test};
use super::scope::{self, LAST, Scope};

/// Where tests are looked for.
const FOLDERS: &[&str] = &[
    "kandian-codec/src",
    "kandian-codec/tests",
    "kandian-device/src",
    "kandian-device/tests",
    "kandian-platform/src",
    "kandian-platform/tests",
    "kandian-proto/src",
    "kandian-proto/tests",
    "examples/tests",
    "fuzz/tests",
];

const HEAD: &str = "\
# From the specification to the code

Written by `cargo run -p kandian-examples --bin spec_map` from the table of operations
(`kandian-proto/src/command.rs`), the comments of the tests, [errata-scope.toml](errata-scope.toml) and
[rules-scope.toml](rules-scope.toml). Do not edit it; CI compares it.

";

/// The map.
///
/// # Errors
/// When a source file cannot be read, or an erratum or a requirement has neither a test nor a reason to have
/// none.
pub fn spec_map(root: &Path) -> io::Result<Generated> {
    let scope = scope::read(root)?;
    let tests = scan::tests(root, FOLDERS)?;
    let bare: Vec<_> =
        (1..=LAST).filter(|id| !scope.reasons.contains_key(id) && of(&tests, *id).next().is_none()).collect();
    if !bare.is_empty() {
        let ids: Vec<_> = bare.into_iter().map(|id| Erratum(id).to_string()).collect();
        let advice = format!("name them in a comment above a test, or give the reason in {}", scope::PATH);
        return Err(io::Error::other(format!("neither test nor reason for {}; {advice}", ids.join(", "))));
    }
    let rules = rules::read(root)?;
    check(&rules, &tests)?;
    let content = format!(
        "{HEAD}{}{}{}{}{}",
        operations(&tests),
        rules_tested(&rules, &tests),
        rules_untested(&rules),
        tested(&scope, &tests),
        untested(&scope, &tests)
    );
    Ok(Generated { path: "docs/spec-map.md", content })
}

/// Every requirement of the chapters in scope has a test or a reason, and no reason is out of date.
fn check(rules: &Rules, tests: &[Test]) -> io::Result<()> {
    let names = |ids: Vec<&Rule>| ids.into_iter().map(|&rule| show(rule)).collect::<Vec<_>>().join(", ");
    let in_scope = rules.all.keys().filter(|rule| rules.chapters.contains(&rule.0));
    let bare: Vec<_> = in_scope
        .filter(|rule| !rules.reasons.contains_key(rule) && proving(tests, **rule).next().is_none())
        .collect();
    if !bare.is_empty() {
        let advice = format!("name them in a comment above a test, or give the reason in {}", rules::SCOPE);
        return Err(io::Error::other(format!("neither test nor reason for {}; {advice}", names(bare))));
    }
    let done: Vec<_> = rules.reasons.keys().filter(|rule| proving(tests, **rule).next().is_some()).collect();
    if !done.is_empty() {
        let text = format!("{} have tests now; take them out of {}", names(done), rules::SCOPE);
        return Err(io::Error::other(text));
    }
    let invented: Vec<_> =
        tests.iter().flat_map(|test| &test.rules).filter(|rule| !rules.all.contains_key(rule)).collect();
    if !invented.is_empty() {
        return Err(io::Error::other(format!(
            "tests name requirements that do not exist: {}",
            names(invented)
        )));
    }
    Ok(())
}

fn proving(tests: &[Test], rule: Rule) -> impl Iterator<Item = &Test> {
    tests.iter().filter(move |test| test.rules.contains(&rule))
}

fn rules_tested(rules: &Rules, tests: &[Test]) -> String {
    let mut out = String::from(
        "\n## Requirements with tests\n\n\
         Each with the tests whose comments name it.\n\n\
         | Requirement | Who | What | Tests |\n|---|---|---|---|\n",
    );
    for (&rule, (actor, requirement)) in &rules.all {
        let names: Vec<_> =
            proving(tests, rule).map(|test| format!("[`{}`](../{})", test.name, test.file)).collect();
        if !names.is_empty() {
            let row = format!("| {} | {actor} | {requirement} | {} |\n", show(rule), names.join(", "));
            out.push_str(&row);
        }
    }
    out
}

fn rules_untested(rules: &Rules) -> String {
    let chapters: Vec<_> = rules.chapters.iter().map(u16::to_string).collect();
    let mut out = format!(
        "\n## Requirements without tests\n\nOf the chapters {}.\n\n\
         | Requirement | Who | What | Reason |\n|---|---|---|---|\n",
        chapters.join(", ")
    );
    for (&rule, reason) in &rules.reasons {
        let (actor, requirement) = rules.all.get(&rule).map_or(("", ""), |(a, r)| (a.as_str(), r.as_str()));
        out.push_str(&format!("| {} | {actor} | {requirement} | {reason} |\n", show(rule)));
    }
    out
}

fn of(tests: &[Test], id: u16) -> impl Iterator<Item = &Test> {
    tests.iter().filter(move |test| test.errata.contains(&id))
}

fn operations(tests: &[Test]) -> String {
    let mut out = String::from(
        "## Operations\n\n\
         One row per operation, in the order of the sections. Files and types are those of kandian-proto, tests\n\
         those of the file; every message is also tested by `kandian-proto/tests/golden.rs`, `catalogue.rs` and\n\
         `laws.rs`, which loop over the table.\n\n\
         | § | Operation | Travels as | File | Request, response | Tests | Errata |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for row in OPERATIONS {
        let path = format!("kandian-proto/src/{}", row.file);
        let names: Vec<_> =
            tests.iter().filter(|test| test.file == path).map(|test| format!("`{}`", test.name)).collect();
        let errata: Vec<_> = row.errata.iter().map(Erratum::to_string).collect();
        out.push_str(&format!(
            "| {} | `{}` {} | {} | [{}](../{path}) | `{}`, `{}` | {} | {} |\n",
            row.section,
            row.id,
            row.title_zh,
            way(row),
            row.file.trim_start_matches("message/"),
            row.request.rust_name,
            row.response.rust_name,
            names.join(", "),
            errata.join(", "),
        ));
    }
    out
}

fn way(row: &OperationInfo) -> String {
    match row.interface {
        Interface::Frame(command) => format!("frame {:02X}H", command.0),
        Interface::DeviceHttp => "HTTP".to_owned(),
        Interface::Provision => "HTTP, SOAP".to_owned(),
        Interface::Client => "SOAP".to_owned(),
        Interface::Hotspot => "HTTP of the hotspot".to_owned(),
        _ => "?".to_owned(),
    }
}

fn tested(scope: &Scope, tests: &[Test]) -> String {
    let mut out = String::from(
        "\n## Errata with tests\n\n\
         An erratum is a defect of the printed specification and the decision what to send and to accept. Each is\n\
         listed with the tests whose comments name it.\n\n\
         | Erratum | Key | Tests |\n|---|---|---|\n",
    );
    for (&id, key) in &scope.keys {
        let names: Vec<_> =
            of(tests, id).map(|test| format!("[`{}`](../{})", test.name, test.file)).collect();
        if !names.is_empty() {
            out.push_str(&format!("| {} | `{key}` | {} |\n", Erratum(id), names.join(", ")));
        }
    }
    out
}

fn untested(scope: &Scope, tests: &[Test]) -> String {
    let mut out = String::from("\n## Errata without tests\n\n| Erratum | Key | Reason |\n|---|---|---|\n");
    for (id, reason) in &scope.reasons {
        if of(tests, *id).next().is_none() {
            let key = scope.keys.get(id).map_or("", String::as_str);
            out.push_str(&format!("| {} | `{key}` | {reason} |\n", Erratum(*id)));
        }
    }
    out
}
