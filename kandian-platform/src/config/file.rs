//! Reading the file, with errors that say where and what was perhaps meant.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Config;

/// Why a file of settings was refused.
#[derive(Debug)]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// The line, counted from 1, when the file could be read at all.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What was perhaps meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}

pub(super) fn load(path: &Path) -> Result<Config, FileError> {
    let text = std::fs::read_to_string(path).map_err(|error| FileError {
        path: path.to_owned(),
        line: None,
        message: error.to_string(),
        suggestion: None,
    })?;
    read(&text).map_err(|error| explain(path, &text, &error))
}

fn read(text: &str) -> Result<Config, toml::de::Error> {
    toml::from_str(text)
}

fn explain(path: &Path, text: &str, error: &toml::de::Error) -> FileError {
    let start = error.span().map(|span| span.start.min(text.len()));
    let line = start.map(|at| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1);
    let message = error.message().to_owned();
    let suggestion = suggestion(&message);
    FileError { path: path.to_owned(), line, message, suggestion }
}

/// The expected name that is nearest to the unknown one. serde names both in its sentence:
/// ``unknown field `x`, expected one of `a`, `b` ``.
fn suggestion(message: &str) -> Option<String> {
    if !message.starts_with("unknown ") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let found = quoted.next()?;
    let near = quoted.map(|name| (strsim::jaro_winkler(found, name), name));
    let (likeness, name) = near.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness > 0.75).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> FileError {
        explain(Path::new("kandian.toml"), text, &read(text).unwrap_err())
    }

    #[test]
    fn says_where_and_what_was_meant() {
        let error = refused("[access]\nlisten = \"127.0.0.1:8588\"\nadvertize = \"a.example\"\n");
        assert_eq!((error.line, error.suggestion.as_deref()), (Some(3), Some("advertise")));
        let text = error.to_string();
        assert!(text.starts_with("kandian.toml:3: unknown field `advertize`"), "{text}");
        assert!(text.ends_with("did you mean `advertise`?"), "{text}");
    }

    #[test]
    fn names_values_that_cannot_be() {
        for (text, line, says) in [
            ("[http]\n\nlisten = \"8080\"\n", 3, "invalid socket address syntax"),
            ("[enrolment]\npolicy = \"opne\"\n", 2, "unknown variant `opne`"),
            ("[access]\nquirks = \"legacy\"\n", 2, "`legacy` is no quirk"),
            ("[store]\nurl = \"***\"\n", 2, "stands for a secret"),
            ("data_dir = 3\n", 1, "invalid type: integer `3`"),
            ("[access\n", 1, "unclosed table"),
        ] {
            let error = refused(text);
            assert_eq!(error.line, Some(line), "{error}");
            assert!(error.message.contains(says), "{error}");
        }
        assert_eq!(refused("[enrolment]\npolicy = \"opne\"\n").suggestion.as_deref(), Some("open"));
        assert_eq!(refused("[xyz]\n").suggestion, None);
    }

    #[test]
    fn reads_what_it_writes() {
        let config = Config::default();
        assert_eq!(read(&config.to_toml()).unwrap(), config);
    }

    #[test]
    fn secrets_are_not_written() {
        let config = read("[store]\nurl = \"postgres://u:hunter22@db.example/k\"\n").unwrap();
        assert!(!config.to_toml().contains("hunter22") && !format!("{config:?}").contains("hunter22"));
    }
}
