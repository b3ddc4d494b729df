//! The task that sends what is due.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use kandian_proto::time::UnixMillis;
use tokio::sync::mpsc;

use super::{GatewayFailure, Outgoing, Receipt, Taken};
use crate::app::App;
use crate::store::{Settled, ShortMessage, StoreError};

/// Messages that are sent at a time.
const AT_A_TIME: u32 = 8;
/// The longest pause without a look: the time of day may have been moved.
const LOOK: Duration = Duration::from_secs(60);
/// How long after a failure of the database.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// Seconds before each further attempt; the last one again and again.
const PAUSES: [i64; 6] = [5, 15, 30, 60, 180, 600];
/// How often old messages are forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(3_600);
const DAY: i64 = 24 * 3_600_000;
/// How often a receipt is looked up: it may come before what the gateway calls the message is on record.
const LOOKUPS: u32 = 5;

/// Sends what is due, notes receipts and forgets what is old, until the platform stops.
pub(crate) async fn run(app: Arc<App>) {
    let receipts = app.post.receipts.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(receipts) = receipts {
        app.tasks.spawn(note_receipts(Arc::clone(&app), receipts));
    }
    let mut housekeeping = tokio::time::interval(HOUSEKEEPING);
    loop {
        let pause = match send_due(&app).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "short messages cannot be read or noted");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = app.post.news.notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = housekeeping.tick() => forget(&app).await,
            () = app.stop.cancelled() => return,
        }
    }
}

/// Sends everything that is due; returns how long there is nothing to do.
async fn send_due(app: &App) -> Result<Duration, StoreError> {
    loop {
        let due = app.store.due_messages(app.clock.wall(), AT_A_TIME).await?;
        if due.is_empty() || app.stop.is_cancelled() {
            break;
        }
        let mut sending: FuturesUnordered<_> = due.iter().map(|message| send(app, message)).collect();
        while let Some(sent) = sending.next().await {
            sent?;
        }
    }
    let next = app.store.next_message_due().await?;
    let wait = next.map_or(i64::MAX, |next| next.0.saturating_sub(app.clock.wall().0)).max(0);
    Ok(LOOK.min(Duration::from_millis(wait.unsigned_abs())))
}

async fn send(app: &App, message: &ShortMessage) -> Result<(), StoreError> {
    let settled = attempt(app, message).await;
    let outcome = match &settled {
        Settled::Kept => "kept",
        Settled::Sent(_) => "sent",
        Settled::Again(..) => "again",
        Settled::Failed(_) => "failed",
    };
    metrics::counter!("kandian_short_messages_total", "kind" => message.kind.name(), "outcome" => outcome)
        .increment(1);
    if let Settled::Again(_, why) | Settled::Failed(why) = &settled {
        tracing::warn!(id = message.id, kind = message.kind.name(), outcome, %why, "a short message was not sent");
    }
    settle(app, message.id, settled).await
}

/// Notes what an attempt came to. Nothing else is sent before: what cannot be noted would be sent again and again.
async fn settle(app: &App, id: i64, settled: Settled) -> Result<(), StoreError> {
    while let Err(error) = app.store.settle_message(id, settled.clone(), app.clock.wall()).await {
        tracing::error!(%error, id, "what became of a short message cannot be noted; nothing is sent until it is");
        tokio::select! {
            () = tokio::time::sleep(AFTER_FAILURE) => {}
            () = app.stop.cancelled() => return Err(error),
        }
    }
    Ok(())
}

async fn attempt(app: &App, message: &ShortMessage) -> Settled {
    let now = app.clock.wall();
    if now >= message.expires_at {
        let why = match message.reason.as_str() {
            "" => "it could not be sent in time".to_owned(),
            last => format!("it could not be sent in time; the last reason: {last}"),
        };
        return Settled::Failed(why);
    }
    let outgoing = Outgoing { id: message.id, to: message.to, text: app.post.signed(&message.body) };
    match app.post.gateway.send(&outgoing).await {
        Ok(Taken::Kept) => Settled::Kept,
        Ok(Taken::Sent(id)) => Settled::Sent(id),
        Err(GatewayFailure::Later(why)) => Settled::Again(again(app.clock.wall(), message), why),
        Err(GatewayFailure::Never(why)) => Settled::Failed(why),
    }
}

/// When a message is tried again.
fn again(now: UnixMillis, message: &ShortMessage) -> UnixMillis {
    let tried = usize::try_from(message.attempts).unwrap_or(usize::MAX);
    let pause = PAUSES[tried.min(PAUSES.len() - 1)] * 1_000;
    // Half as much again at random, so that what failed together is not tried together.
    UnixMillis(now.0 + pause + rand::random_range(0..=pause / 2))
}

async fn note_receipts(app: Arc<App>, mut receipts: mpsc::Receiver<Receipt>) {
    loop {
        let receipt = tokio::select! {
            receipt = receipts.recv() => receipt,
            () = app.stop.cancelled() => return,
        };
        let Some(receipt) = receipt else { return };
        note(&app, receipt).await;
    }
}

async fn note(app: &App, receipt: Receipt) {
    let Receipt { gateway_id, arrived, word, noted } = receipt;
    let reason = if arrived { String::new() } else { format!("the gateway says {word}") };
    let mut lookups = 0;
    while lookups < LOOKUPS && !app.stop.is_cancelled() {
        let found =
            app.store.note_receipt(gateway_id.clone(), arrived, reason.clone(), app.clock.wall()).await;
        match found {
            Ok(true) => break,
            Ok(false) => lookups += 1,
            Err(error) => tracing::error!(%error, "what became of a short message could not be noted"),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let outcome = if arrived { "delivered" } else { "undelivered" };
    metrics::counter!("kandian_short_messages_total", "kind" => "receipt", "outcome" => outcome).increment(1);
    // Nobody may be left to be told.
    let _ = noted.send(());
}

async fn forget(app: &App) {
    let now = app.clock.wall();
    let before = UnixMillis(now.0 - i64::from(app.config.sms.keep_days) * DAY);
    match app.store.forget_messages(before, now).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "old short messages are forgotten"),
        Err(error) => tracing::error!(%error, "old short messages could not be forgotten"),
    }
}
