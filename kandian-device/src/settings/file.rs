//! Settings in a TOML file.

use std::path::Path;

use super::Settings;
use super::problem::{Problem, nearest};

impl Settings {
    /// Reads settings from the text of a file; `path` is for messages.
    ///
    /// # Errors
    /// What is wrong, with file, line, key and a suggestion.
    pub fn from_toml(text: &str, path: &Path) -> Result<Self, Problem> {
        toml::from_str(text).map_err(|error| explain(&error, text, path))
    }
}

/// The message of the parser as one for whoever wrote the file.
fn explain(error: &toml::de::Error, text: &str, path: &Path) -> Problem {
    let start = error.span().map(|span| span.start);
    let line = start.map(|start| text.get(..start).unwrap_or(text).matches('\n').count() + 1);
    let on_line = line.and_then(|line| text.lines().nth(line - 1)).unwrap_or_default();
    let key = on_line.split_once('=').map_or("", |(key, _)| key.trim().trim_matches('"'));
    let message = error.message();
    let Some((unknown, known)) = unknown_field(message) else {
        return Problem::in_file(path, line, key, message.lines().next().unwrap_or("is wrong"));
    };
    let hint = match nearest(unknown, known.iter().copied()) {
        Some(word) => format!("; did you mean `{word}`?"),
        None => format!("; there are {}", known.join(", ")),
    };
    Problem::in_file(path, line, unknown, format!("there is no such setting{hint}"))
}

/// The unknown field of a message of serde, and the known ones.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (unknown, rest) = rest.split_once('`')?;
    // Every other piece stands between two backticks.
    let known = rest.split('`').skip(1).step_by(2).collect();
    Some((unknown, known))
}
