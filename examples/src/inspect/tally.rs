//! Counts for the last line and for the exit status.

use std::collections::BTreeMap;

use kandian_codec::DigestVerdict;
use kandian_proto::Erratum;

use super::note::Severity;
use super::report::{Report, Subject};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) frames: u64,
    pub(super) documents: u64,
    pub(super) digests_ok: u64,
    pub(super) digests_bad: u64,
    /// Diagnostics that are errors.
    pub(super) errors: u64,
    /// Diagnostics by erratum.
    pub(super) by_erratum: BTreeMap<Erratum, u64>,
    pub(super) without_erratum: u64,
    /// Sentences about the input as a whole.
    pub(super) remarks: Vec<String>,
}

impl Tally {
    pub(super) fn add(&mut self, report: &Report) {
        match report.subject {
            Subject::Frame { digest, .. } => {
                self.frames += 1;
                self.digests_ok += u64::from(digest == DigestVerdict::Ok);
                self.digests_bad += u64::from(digest == DigestVerdict::Bad);
            }
            Subject::Document { .. } => self.documents += 1,
            Subject::Bytes { .. } => {}
        }
        self.without_erratum += report.more_notes as u64;
        for note in &report.notes {
            self.errors += u64::from(note.severity == Severity::Error);
            match note.erratum {
                Some(erratum) => *self.by_erratum.entry(erratum).or_default() += 1,
                None => self.without_erratum += 1,
            }
        }
    }

    /// True when nothing at all was found.
    pub(super) fn is_empty(&self) -> bool {
        self.frames == 0 && self.documents == 0 && self.errors == 0
    }

    /// Errors, repairs and remarks: the entries of `diagnostics` in the JSON.
    pub(super) fn diagnostics(&self) -> u64 {
        self.by_erratum.values().sum::<u64>() + self.without_erratum
    }
}
