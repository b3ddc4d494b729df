//! What is over is forgotten: at the start, and every hour.

use std::sync::Arc;
use std::time::Duration;

use kandian_proto::time::UnixMillis;

use crate::app::App;
use crate::store::StoreError;

/// How often.
const EVERY: Duration = Duration::from_secs(3_600);
/// Rows that one step forgets.
const STEP: u64 = 1_000;
/// Steps at a time, a million rows; what is left waits for the next hour.
const STEPS: u32 = 1_000;

/// Tidies up until the platform stops.
pub(super) async fn hourly(app: Arc<App>) {
    loop {
        tokio::select! {
            () = tidy(&app) => {}
            () = app.stop.cancelled() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.stop.cancelled() => return,
        }
    }
}

async fn tidy(app: &App) {
    match forget(app).await {
        Ok(0) => {}
        Ok(rows) => tracing::debug!(rows, "what is over was forgotten"),
        Err(error) => tracing::error!(%error, "what is over could not be forgotten"),
    }
}

/// Logins that have ended, and orders that nobody repeats any more; how many rows these were.
async fn forget(app: &App) -> Result<u64, StoreError> {
    let now = app.clock.wall();
    let mut rows = 0;
    for _ in 0..STEPS {
        let step = app.store.forget_sessions(now).await?;
        rows += step;
        if step < STEP {
            break;
        }
    }
    let before = UnixMillis(now.0 - i64::from(app.config.crm.keep_days) * 86_400_000);
    for _ in 0..STEPS {
        let step = app.store.forget_orders(before).await?;
        rows += step;
        if step < STEP {
            break;
        }
    }
    Ok(rows)
}
