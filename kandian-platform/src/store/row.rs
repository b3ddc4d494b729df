//! Reading columns.

use std::str::FromStr;

use sqlx::any::AnyRow;
use sqlx::{ColumnIndex, Row};

use super::StoreError;

/// A column whose text has a form of its own.
pub(super) fn parsed<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| StoreError::Corrupt { column, value: text })
}

/// The same for a column that may be empty.
pub(super) fn maybe<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let text: String = row.try_get(column)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| StoreError::Corrupt { column, value: text })
}

/// A number that fits a smaller type.
pub(super) fn number<T: TryFrom<i64>>(row: &AnyRow, column: &'static str) -> Result<T, StoreError>
where
    &'static str: ColumnIndex<AnyRow>,
{
    let value: i64 = row.try_get(column)?;
    T::try_from(value).map_err(|_| StoreError::Corrupt { column, value: value.to_string() })
}

/// A flag.
pub(super) fn flag(row: &AnyRow, column: &'static str) -> Result<bool, StoreError> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

/// A text for an address that may be missing.
pub(super) fn text_of<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A word of a table.
pub(super) fn named<T: Copy>(
    row: &AnyRow,
    column: &'static str,
    names: &[(T, &'static str)],
) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    let found = names.iter().find(|(_, name)| *name == text).map(|(value, _)| *value);
    found.ok_or(StoreError::Corrupt { column, value: text })
}
