//! Whom the platform asks.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the platform asks others over HTTP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outward {
    /// Certificate authorities in PEM that are trusted besides those of this machine: gateways and CRM of an operator
    /// often have one of their own.
    pub authorities: Option<PathBuf>,
}
