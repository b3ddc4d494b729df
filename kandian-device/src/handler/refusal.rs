//! Why a command is refused.

use kandian_proto::value::GenericResult;

use crate::state::ChangeError;
use crate::unit::Unit;

/// Why a command is refused. Nothing of it has been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// For the platform. E-11
    pub(crate) code: GenericResult,
    /// The rule or erratum, for the log.
    pub(crate) rule: &'static str,
    /// In words, for the log. Never with a secret.
    pub(crate) why: String,
}

/// What a command comes to.
pub(crate) type Verdict<T> = Result<T, Refusal>;

impl Refusal {
    /// The command names a thing that does not exist: 1.
    pub(crate) fn missing(rule: &'static str, why: impl Into<String>) -> Self {
        Self { code: GenericResult::NOT_FOUND, rule, why: why.into() }
    }

    /// The command is wrong in another way: 255.
    pub(crate) fn wrong(rule: &'static str, why: impl Into<String>) -> Self {
        Self { code: GenericResult::OTHER, rule, why: why.into() }
    }
}

impl Unit {
    /// Changes settings, or refuses: also when the disk does not take the change, for what is not stored is not
    /// done.
    pub(crate) async fn change<R>(
        &self,
        change: impl FnOnce(&mut crate::state::State) -> Verdict<R>,
    ) -> Verdict<R> {
        self.store.change(change).await.map_err(|error| match error {
            ChangeError::Refused(refusal) => refusal,
            ChangeError::Disk(error) => {
                Refusal::wrong("not stored", format!("the settings cannot be written: {error}"))
            }
        })
    }
}
