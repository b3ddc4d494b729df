//! Checked-in files that follow from the table of operations.
//!
//! Each has a program that writes it and, with `--check`, says whether it is up to date:
//!
//! | program | file |
//! |---|---|
//! | `wsdl` | `kandian-proto/wsdl/kandian-client.wsdl`, `kandian-proto/wsdl/kandian-provision.wsdl` |
//! | `dict` | `fuzz/dict/kandian.dict` |
//! | `spec_map` | `docs/spec-map.md` |

mod dict;
mod rules;
mod scan;
mod scope;
mod spec_map;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use kandian_proto::soap::{self, Service};

pub use dict::dict;
pub use spec_map::spec_map;

/// A file and what belongs into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Path below the root of the workspace.
    pub path: &'static str,
    /// Its content.
    pub content: String,
}

/// The WSDLs of both services, at the addresses where the example platform listens.
#[must_use]
pub fn wsdl() -> Vec<Generated> {
    let file = |path, service, address| Generated { path, content: soap::wsdl(service, address) };
    vec![
        file("kandian-proto/wsdl/kandian-client.wsdl", Service::Client, "http://localhost:8080/ws/mcu"),
        file(
            "kandian-proto/wsdl/kandian-provision.wsdl",
            Service::Provision,
            "http://localhost:8080/ws/provision",
        ),
    ]
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The command line of a generator.
#[derive(Debug, Parser)]
struct Args {
    /// Write nothing; fail when a file is not up to date
    #[arg(long)]
    check: bool,
}

/// Runs a generator: writes the files, or compares them.
#[must_use]
pub fn main(program: &str, files: io::Result<Vec<Generated>>) -> ExitCode {
    let check = Args::parse().check;
    let done = files.and_then(|files| files.iter().try_for_each(|file| settle(program, file, check)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{program}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn settle(program: &str, file: &Generated, check: bool) -> io::Result<()> {
    let path = workspace().join(file.path);
    let present = std::fs::read_to_string(&path).ok();
    if present.as_ref() == Some(&file.content) {
        return Ok(());
    }
    if check {
        let line = present.as_deref().map(|present| first_difference(present, &file.content));
        let state = line.map_or("is missing".to_owned(), |line| format!("is stale (line {line})"));
        let advice = format!("run `cargo run -p kandian-examples --bin {program}`");
        return Err(io::Error::other(format!("{} {state}; {advice}", file.path)));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&path, &file.content)?;
    println!("wrote {}", file.path);
    Ok(())
}

/// Number of the first line that differs.
fn first_difference(present: &str, wanted: &str) -> usize {
    let same = present.split('\n').zip(wanted.split('\n')).take_while(|(a, b)| a == b).count();
    same + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), 2);
        assert_eq!(first_difference("a\n", "a\nb\n"), 2);
        assert_eq!(first_difference("", "a\n"), 1);
    }
}
