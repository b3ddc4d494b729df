//! Where reports go: text or JSON, and the tally in either case.

use std::io::{self, Write};

use super::human::Palette;
use super::report::Report;
use super::tally::Tally;
use super::{human, json};

/// The output of one run.
pub(super) struct Output<'w> {
    pub(super) show_secrets: bool,
    pub(super) tally: Tally,
    writer: &'w mut dyn Write,
    form: Form,
    /// Someone watches while the input comes in.
    live: bool,
}

/// Its form.
pub(super) enum Form {
    Human(Palette),
    Json,
}

impl<'w> Output<'w> {
    pub(super) fn new(writer: &'w mut dyn Write, form: Form, show_secrets: bool, live: bool) -> Self {
        Self { show_secrets, tally: Tally::default(), writer, form, live }
    }

    /// Writes one report.
    pub(super) fn report(&mut self, report: &Report) -> io::Result<()> {
        self.tally.add(report);
        match &self.form {
            Form::Human(palette) => human::block(self.writer, palette, report, self.show_secrets)?,
            Form::Json => json::line(self.writer, report, self.show_secrets)?,
        }
        if self.live { self.writer.flush() } else { Ok(()) }
    }

    /// Writes the summary, for people only.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        if let Form::Human(palette) = &self.form {
            human::summary(self.writer, palette, &self.tally)?;
        }
        self.writer.flush()
    }
}
