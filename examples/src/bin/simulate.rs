//! Simulates a platform and its devices in virtual time. See `simulate --help`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use kandian_examples::simulate::{Args, run};

const BROKEN: u8 = 1;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = match run(&args, command_line()) {
        Ok(outcome) => outcome,
        Err(sentence) => return complain(&sentence, USAGE),
    };
    let report = if args.json { outcome.json() } else { outcome.text() };
    // Nobody is left to read it when standard output is gone.
    let _ = io::stdout().lock().write_all(report.as_bytes());
    if let Some(file) = &args.svg
        && let Err(error) = std::fs::write(file, outcome.svg())
    {
        return complain(&format!("{}: {error}", file.display()), USAGE);
    }
    if outcome.is_good() {
        return ExitCode::SUCCESS;
    }
    complain(
        &format!("a rule or a goal did not hold; seed {}; once more: {}", args.seed, outcome.command),
        BROKEN,
    )
}

/// What to type to see the same run again.
fn command_line() -> String {
    let words = std::env::args().skip(1).map(|word| {
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./%=,:".contains(c));
        if plain && !word.is_empty() { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
    });
    let words: Vec<_> = core::iter::once("simulate".to_owned()).chain(words).collect();
    words.join(" ")
}

/// Says on standard error what is wrong.
fn complain(sentence: &str, status: u8) -> ExitCode {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(io::stderr(), "simulate: {sentence}");
    ExitCode::from(status)
}
