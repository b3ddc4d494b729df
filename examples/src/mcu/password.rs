//! Where the password comes from.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use kandian_proto::Secret;

use super::failure::Failure;
use super::words::Lang;

/// The longest line that is read for a password.
const MOST_BYTES: u64 = 1024;
/// The variable that may hold it.
pub(super) const VARIABLE: &str = "KANDIAN_PASSWORD";

/// What the command line says about a password.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) file: Option<PathBuf>,
    pub(super) given: Option<Secret>,
}

/// The password, or what else is secret: from the file, the command line, the environment, or whoever sits at the
/// terminal.
pub(super) fn find(source: &Source, variable: &str, prompt: &str, lang: Lang) -> Result<Secret, Failure> {
    if let Some(path) = &source.file {
        return of_file(path);
    }
    if let Some(given) = &source.given {
        return Ok(given.clone());
    }
    if let Some(set) = std::env::var(variable).ok().filter(|text| !text.is_empty()) {
        return Ok(set.into());
    }
    if !io::stdin().is_terminal() {
        let nobody =
            lang.pick("is not given, and nobody is at the terminal to ask", "没有给出，也没有终端可以询问");
        return Err(Failure::Usage(format!("{prompt} {nobody} ({variable}, --help)")));
    }
    rpassword::prompt_password(format!("{prompt}: "))
        .map(Secret::from)
        .map_err(|error| Failure::Local(error.to_string()))
}

/// The first line of a file; of standard input for `-`.
pub(super) fn of_file(path: &Path) -> Result<Secret, Failure> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(MOST_BYTES).read_to_string(&mut text)
    } else {
        File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text))
    };
    read.map_err(|error| Failure::local(path, &error))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::Usage(format!("{}: the first line is empty", path.display())));
    }
    Ok(line.into())
}
