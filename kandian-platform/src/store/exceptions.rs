//! The search for exceptions of somebody's devices. Spec §7.5.27.

use kandian_proto::DevId;
use kandian_proto::time::UnixMillis;
use kandian_proto::value::ExceptionType;

use super::alarms::read_exception;
use super::{ExceptionReport, Store, StoreError};
use crate::rules::Mobile;

/// Which exceptions somebody looks for.
#[derive(Clone, Debug)]
pub struct ExceptionSearch {
    /// Who: only those of devices that he owns, or of which alarms are shared with him.
    pub account: Mobile,
    /// Of this device only.
    pub device: Option<DevId>,
    /// Of this kind only.
    pub exception_type: Option<ExceptionType>,
    /// Older than the one with this number.
    pub before: Option<i64>,
    /// Not before this moment.
    pub from: Option<UnixMillis>,
    /// Not after this moment.
    pub until: Option<UnixMillis>,
    /// Most of them.
    pub limit: u32,
}

impl Store {
    /// Exceptions that somebody looks for, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn search_exceptions(
        &self,
        search: ExceptionSearch,
        now: UnixMillis,
    ) -> Result<Vec<ExceptionReport>, StoreError> {
        let query = "SELECT * FROM exceptions WHERE device IN (SELECT device FROM bindings WHERE account = $1 \
            UNION SELECT device FROM shares WHERE account = $1 AND rights LIKE '%alarms%' \
            AND (expires_at IS NULL OR expires_at > $2)) AND ($3 = '' OR device = $3) \
            AND ($4 < 0 OR exception_type = $4) AND ($5 < 0 OR id < $5) AND received_at >= $6 AND received_at <= $7 \
            ORDER BY id DESC LIMIT $8";
        let rows = sqlx::query(query)
            .bind(search.account.to_string())
            .bind(now.0)
            .bind(search.device.map(|id| id.to_string()).unwrap_or_default())
            .bind(search.exception_type.map_or(-1, |kind| i64::from(kind.0)))
            .bind(search.before.unwrap_or(-1))
            .bind(search.from.map_or(i64::MIN, |at| at.0))
            .bind(search.until.map_or(i64::MAX, |at| at.0))
            .bind(i64::from(search.limit))
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(read_exception).collect()
    }
}
