//! The database of a platform, which may run.

use kandian_platform::store::{AuditEntry, Store};
use kandian_proto::time::UnixMillis;

use super::failure::{Failure, text};
use super::settings::Where;

/// Opens it.
pub(crate) async fn open(place: &Where) -> Result<Store, Failure> {
    let config = place.settings()?;
    if config.store.url.is_none() && !config.data_dir.exists() {
        let dir = config.data_dir.display();
        return Err(format!(
            "there is no data directory {dir}; start the platform there first, or name another"
        )
        .into());
    }
    let store = Store::open(&config.data_dir, config.store.url.as_ref()).await.map_err(text)?;
    Ok(store.reporting(config.owes_reports()))
}

/// Notes that something was read.
pub(crate) async fn read(store: &Store, at: UnixMillis, action: &str, target: &str) -> Result<(), Failure> {
    store.add_audit(entry(at, action, target, "")).await.map_err(text)
}

/// The database, to make one change through: what is done is on record in the same commit.
pub(crate) fn noting(store: &Store, at: UnixMillis, action: &str, target: &str, detail: &str) -> Store {
    store.noting(entry(at, action, target, detail))
}

fn entry(at: UnixMillis, action: &str, target: &str, detail: &str) -> AuditEntry {
    AuditEntry {
        at,
        actor: "cli".to_owned(),
        action: action.to_owned(),
        target: target.to_owned(),
        detail: detail.to_owned(),
    }
}
