//! `docs/spec-map.md`: from the section of the specification to the code and its tests.

use std::io;
use std::path::Path;

use kandian_proto::Erratum;
use kandian_proto::command::{Interface, OPERATIONS, OperationInfo};

use super::Generated;
use super::scan::{self, Test};
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
];

const HEAD: &str = "\
# From the specification to the code

Written by `cargo run -p kandian-examples --bin spec_map` from the table of operations
(`kandian-proto/src/command.rs`), the comments of the tests and [errata-scope.toml](errata-scope.toml). Do not
edit it; CI compares it.

";

/// The map.
///
/// # Errors
/// When a source file cannot be read, or an erratum has neither a test nor a reason to have none.
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
    let content =
        format!("{HEAD}{}{}{}", operations(&tests), tested(&scope, &tests), untested(&scope, &tests));
    Ok(Generated { path: "docs/spec-map.md", content })
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
