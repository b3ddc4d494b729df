//! The one writer: takes changes from a queue and commits as many as wait together.
//!
//! A commit waits for the disk, some milliseconds on common machines; with one commit for each change a platform would
//! take a few hundred logins a second. Changes that wait while a commit runs share the next one.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::future::BoxFuture;
use kandian_proto::enrolment::Addition;
use kandian_proto::time::UnixMillis;
use sqlx::{AnyConnection, AnyPool, Connection};
use tokio::sync::{mpsc, oneshot};

use super::audit::{self, AuditEntry};
use super::orders::{self, Order};
use super::short_messages;
use super::{Bound, Engine, Firmware, NewMessage, ProvinceRemoval, Queued, Quota, StoreError};

/// Most changes in one commit: it bounds how long the first of them waits for the last.
const BATCH: usize = 512;
/// Most changes that wait. Whoever brings more has to wait for a place, which slows down who asks.
const QUEUE: usize = 4_096;

/// A change: statements on the connection, run again when the commit it shared has failed.
trait Change: Send {
    fn since(&self) -> Instant;
    fn run<'c>(&'c mut self, connection: &'c mut AnyConnection) -> BoxFuture<'c, Result<(), StoreError>>;
    fn end(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Statements<F, T> {
    /// When it was brought.
    since: Instant,
    work: F,
    value: Option<T>,
    /// What is noted of it, in the same commit.
    notes: Notes,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

/// What is written with a change that had an effect.
#[derive(Clone, Default)]
struct Notes {
    deed: Option<Arc<AuditEntry>>,
    order: Option<Arc<Order>>,
    message: Option<Arc<(NewMessage, Quota, UnixMillis)>>,
}

impl Notes {
    async fn write(&self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        if let Some(order) = &self.order {
            orders::insert(connection, order).await?;
        }
        if let Some(message) = &self.message {
            let (message, quota, now) = &**message;
            // One that is beyond the quota is left out: the change counts.
            let queued = short_messages::queue(connection, message, *quota, *now).await?;
            if !matches!(queued, Queued::Yes(_)) {
                tracing::warn!(to = %message.to.masked(), ?queued, "a short message that goes with a change was left out");
            }
        }
        if let Some(deed) = &self.deed {
            audit::insert(connection, deed).await?;
        }
        Ok(())
    }
}

/// Whether a change changed something, by what it returns: a change that found nothing to do is no deed.
fn had_effect(value: &dyn Any) -> bool {
    if let Some(done) = value.downcast_ref::<bool>() {
        return *done;
    }
    if let Some(count) = value.downcast_ref::<u64>() {
        return *count > 0;
    }
    if let Some(firmware) = value.downcast_ref::<Option<Firmware>>() {
        return firmware.is_some();
    }
    if let Some(addition) = value.downcast_ref::<Addition>() {
        return !matches!(addition, Addition::Refuse(_) | Addition::AskGroup);
    }
    if let Some(removal) = value.downcast_ref::<ProvinceRemoval>() {
        return *removal == ProvinceRemoval::Done;
    }
    value.downcast_ref::<Bound>().is_none_or(|bound| *bound == Bound::Now)
}

impl<F, T> Change for Statements<F, T>
where
    F: for<'c> Fn(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send,
    T: Send + 'static,
{
    fn since(&self) -> Instant {
        self.since
    }

    fn run<'c>(&'c mut self, connection: &'c mut AnyConnection) -> BoxFuture<'c, Result<(), StoreError>> {
        Box::pin(async move {
            let value = (self.work)(&mut *connection).await?;
            if had_effect(&value) {
                self.notes.write(connection).await?;
            }
            self.value = Some(value);
            Ok(())
        })
    }

    fn end(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { value, notes, reply, .. } = *self;
        if let (Ok(()), Some(deed), Some(value)) = (&outcome, &notes.deed, &value)
            && had_effect(value)
        {
            deed.log();
        }
        // Who asked may have given up.
        let _ = reply.send(outcome.and_then(|()| value.ok_or(StoreError::Closed)));
    }
}

/// The way to the writer.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Change>>,
    waiting: Arc<AtomicUsize>,
    pool: AnyPool,
    notes: Notes,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn start(engine: Engine, pool: AnyPool) -> Self {
        let (queue, changes) = mpsc::channel(QUEUE);
        let waiting = Arc::new(AtomicUsize::new(0));
        tokio::spawn(write(engine, pool.clone(), changes, Arc::clone(&waiting)));
        Self { queue, waiting, pool, notes: Notes::default() }
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The same way, by which each change that has an effect is noted in its own commit.
    pub(super) fn noting(mut self, deed: AuditEntry) -> Self {
        self.notes.deed = Some(Arc::new(deed));
        self
    }

    /// The same way, by which an order is on record as carried out in the commit of the change that does it.
    pub(super) fn carrying_out(mut self, order: Order) -> Self {
        self.notes.order = Some(Arc::new(order));
        self
    }

    /// The same way, by which a message is put on its way in the commit of the change that it tells of.
    pub(super) fn sending(mut self, message: NewMessage, quota: Quota, now: UnixMillis) -> Self {
        self.notes.message = Some(Arc::new((message, quota, now)));
        self
    }

    /// Makes a change; what it returns is on disk. `work` may run more than once, and only the last time counts.
    pub(super) async fn run<F, T>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'c> Fn(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let change = Box::new(Statements {
            since: Instant::now(),
            work,
            value: None,
            notes: self.notes.clone(),
            reply,
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.queue.send(change).await.is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(StoreError::Closed);
        }
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Lets the writer finish what waits, then closes its connection.
    pub(super) async fn close(&self) {
        // A change at the end of the queue: when it is done, so is everything before it.
        let _ = self.run(|_| Box::pin(async { Ok(()) })).await;
        self.pool.close().await;
    }
}

async fn write(
    engine: Engine,
    pool: AnyPool,
    mut queue: mpsc::Receiver<Box<dyn Change>>,
    waiting: Arc<AtomicUsize>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let count = batch.len();
        let waits = metrics::histogram!("kandian_store_wait_seconds");
        batch.iter().for_each(|change| waits.record(change.since().elapsed().as_secs_f64()));
        let outcome = measured(engine, &pool, &mut batch).await;
        // One bad change must not spoil the others: each gets a transaction of its own.
        if outcome.is_err() && count > 1 {
            for change in batch.drain(..) {
                let mut alone = vec![change];
                let outcome = measured(engine, &pool, &mut alone).await;
                alone.into_iter().for_each(|change| change.end(outcome.clone()));
            }
        } else {
            batch.drain(..).for_each(|change| change.end(outcome.clone()));
        }
        waiting.fetch_sub(count, Ordering::Relaxed);
    }
}

/// The commit, and what it costs in figures.
async fn measured(engine: Engine, pool: &AnyPool, batch: &mut [Box<dyn Change>]) -> Result<(), StoreError> {
    let start = Instant::now();
    let outcome = commit(engine, pool, batch).await;
    metrics::histogram!("kandian_store_commit_seconds").record(start.elapsed().as_secs_f64());
    metrics::histogram!("kandian_store_commit_changes").record(batch.len() as f64);
    // What exists already is no failure of the database.
    if outcome.as_ref().is_err_and(|error| *error != StoreError::Exists) {
        metrics::counter!("kandian_store_failures_total").increment(1);
    }
    outcome
}

async fn commit(engine: Engine, pool: &AnyPool, batch: &mut [Box<dyn Change>]) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    let outcome = transact(engine, &mut connection, batch).await;
    if matches!(outcome, Err(StoreError::Database(_) | StoreError::Full | StoreError::ReadOnly)) {
        // SQLite ends a transaction by itself when the disk fails it. The connection still counts it as open, and would
        // begin no other; a new one knows nothing of it.
        connection.close_on_drop();
    }
    outcome
}

async fn transact(
    engine: Engine,
    connection: &mut AnyConnection,
    batch: &mut [Box<dyn Change>],
) -> Result<(), StoreError> {
    // IMMEDIATE: a reader that becomes a writer half-way is refused while another process writes; who writes from
    // the start waits.
    let begin = match engine {
        Engine::Sqlite => "BEGIN IMMEDIATE",
        Engine::Postgres => "BEGIN",
    };
    let mut transaction = connection.begin_with(begin).await?;
    for change in batch.iter_mut() {
        change.run(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}
