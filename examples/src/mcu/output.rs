//! What a command says: sentences for people, or one JSON document a line for programs.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::failure::Failure;
use super::words::Lang;

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    pub(super) lang: Lang,
    pub(super) json: bool,
    pub(super) quiet: bool,
}

impl Output {
    /// The result of a command.
    pub(super) fn done(self, text: &str, mut fields: Value) {
        if self.json {
            if let Some(object) = fields.as_object_mut() {
                object.insert("ok".to_owned(), true.into());
            }
            line(&fields.to_string());
        } else if !text.is_empty() {
            line(text);
        }
    }

    /// The result of a command that answers with nothing but success.
    pub(super) fn obeyed(self, en: &str, zh: &str) {
        self.done(self.lang.pick(en, zh), json!({}));
    }

    /// Something on the way, for programs only.
    pub(super) fn event(self, name: &str, mut fields: Value) {
        if self.json {
            if let Some(object) = fields.as_object_mut() {
                object.insert("event".to_owned(), name.into());
            }
            line(&fields.to_string());
        }
    }

    /// Something on the way, for people only.
    pub(super) fn note(self, en: &str, zh: &str) {
        if !self.json && !self.quiet {
            // Nobody is left to tell when standard error is gone.
            let _ = writeln!(io::stderr(), "mcu: {}", self.lang.pick(en, zh));
        }
    }

    pub(super) fn failed(self, failure: &Failure) {
        if self.json {
            line(&failure.json().to_string());
        }
        let _ = writeln!(io::stderr(), "mcu: {}", failure.text(self.lang));
    }
}

/// Nobody is left to read it when standard output is gone.
fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{}", text.trim_end());
}
