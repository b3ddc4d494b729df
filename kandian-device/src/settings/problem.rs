//! What is wrong with settings, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong with a setting: where it stands, which one it is, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    place: Place,
    key: String,
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// Nowhere: it is missing.
    Missing,
    /// The command line or the environment.
    Flag,
    File {
        path: PathBuf,
        line: Option<usize>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Missing => {}
            Place::Flag if self.key.is_empty() => {}
            Place::Flag => write!(f, "--{}", self.key)?,
            Place::File { path, line: None } => write!(f, "{}", path.display())?,
            Place::File { path, line: Some(line) } if self.key.is_empty() => {
                write!(f, "{}:{line}", path.display())?;
            }
            Place::File { path, line: Some(line) } => write!(f, "{}:{line}: {}", path.display(), self.key)?,
        }
        let separator = if self.place == Place::Missing { "" } else { ": " };
        write!(f, "{separator}{}", self.text)
    }
}

impl std::error::Error for Problem {}

impl Problem {
    pub(super) fn missing(text: impl Into<String>) -> Self {
        Self { place: Place::Missing, key: String::new(), text: text.into() }
    }

    pub(super) fn in_file(path: &Path, line: Option<usize>, key: &str, text: impl Into<String>) -> Self {
        let place = Place::File { path: path.to_owned(), line };
        Self { place, key: key.to_owned(), text: text.into() }
    }
}

/// Where settings came from, to say where a wrong one stands.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    file: Option<(PathBuf, String)>,
    flags: Vec<&'static str>,
}

impl Origin {
    /// Settings of a file with this content, under those of the command line, which has these.
    #[must_use]
    pub fn new(file: Option<(PathBuf, String)>, flags: Vec<&'static str>) -> Self {
        Self { file, flags }
    }

    /// A problem with a setting, at the place where it stands.
    pub(super) fn problem(&self, key: &str, text: impl Into<String>) -> Problem {
        let text = text.into();
        let line = self.file.as_ref().and_then(|(path, content)| Some((path, line_of(content, key)?)));
        match line.filter(|_| !self.flags.contains(&key)) {
            Some((path, line)) => Problem::in_file(path, Some(line), key, text),
            None => Problem { place: Place::Flag, key: key.to_owned(), text },
        }
    }
}

/// The line on which a key is set.
fn line_of(content: &str, key: &str) -> Option<usize> {
    let sets =
        |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim().trim_matches('"') == key);
    content.lines().position(sets).map(|line| line + 1)
}

/// The candidate that somebody may have meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(&word, candidate), candidate));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
    // Below this, suggestions are guesses.
    best.filter(|(score, _)| *score > 0.75).map(|(_, candidate)| candidate)
}
