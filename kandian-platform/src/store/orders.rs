//! Orders of CRM that were carried out, so that none is carried out twice.

use kandian_proto::time::UnixMillis;
use sqlx::{AnyConnection, Row};

use super::row::number;
use super::{Store, StoreError};

/// Most orders that are remembered; beyond it the oldest are forgotten before their time.
pub const KEPT_ORDERS: i64 = 1_000_000;
/// Most rows that one step forgets: a step holds up all other changes.
const STEP: i64 = 1_000;

/// An order that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Whose it was, by the name in the settings.
    pub client: String,
    /// What the client calls it.
    pub key: String,
    /// SHA-256 of what was asked, in hexadecimal digits.
    pub request: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The answer, JSON.
    pub answer: String,
    /// When.
    pub at: UnixMillis,
}

impl Store {
    /// The same store, which notes this order as carried out in the commit of each change made through it, when the change
    /// has an effect. Where it is on record already the change is not made.
    #[must_use]
    pub fn carrying_out(&self, order: Order) -> Self {
        Self { writer: self.writer.clone().carrying_out(order), ..self.clone() }
    }

    /// Notes an order that needed no change.
    ///
    /// # Errors
    ///
    /// [`StoreError::Exists`], and others when the database fails.
    pub async fn note_order(&self, order: Order) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                let order = order.clone();
                Box::pin(async move { insert(connection, &order).await })
            })
            .await
    }

    /// The order of a client with this key, if it was carried out.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn order(&self, client: &str, key: &str) -> Result<Option<Order>, StoreError> {
        let query = sqlx::query("SELECT * FROM crm_orders WHERE client = $1 AND order_key = $2");
        let row = query.bind(client.to_owned()).bind(key.to_owned()).fetch_optional(&self.read).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Order {
            client: row.try_get("client")?,
            key: row.try_get("order_key")?,
            request: row.try_get("request")?,
            status: number(&row, "status")?,
            answer: row.try_get("answer")?,
            at: UnixMillis(row.try_get("at")?),
        }))
    }

    /// Forgets orders from before a moment, and the oldest beyond [`KEPT_ORDERS`]; a thousand at a time. Returns how many
    /// these were: whoever gets a thousand asks again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn forget_orders(&self, before: UnixMillis) -> Result<u64, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let query = "DELETE FROM crm_orders WHERE id IN (SELECT id FROM crm_orders WHERE at < $1 \
                        OR id <= (SELECT COALESCE(MAX(id), 0) FROM crm_orders) - $2 ORDER BY id LIMIT $3)";
                    let query = sqlx::query(query).bind(before.0).bind(KEPT_ORDERS).bind(STEP);
                    Ok(query.execute(connection).await?.rows_affected())
                })
            })
            .await
    }
}

pub(super) async fn insert(connection: &mut AnyConnection, order: &Order) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO crm_orders (client, order_key, request, status, answer, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(order.client.clone())
    .bind(order.key.clone())
    .bind(order.request.clone())
    .bind(i64::from(order.status))
    .bind(order.answer.clone())
    .bind(order.at.0)
    .execute(connection)
    .await?;
    Ok(())
}
