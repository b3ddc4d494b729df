//! What a fleet counts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::report::{Latency, Report};

/// What a fleet counts while it runs.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) connecting: AtomicU64,
    pub(super) logins: AtomicU64,
    pub(super) online: AtomicU64,
    pub(super) heartbeats: AtomicU64,
    pub(super) commands: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// From the start of the connection to the accepted login, in microseconds.
    logins: Vec<u64>,
    heartbeats: Vec<u64>,
    failures: BTreeMap<String, u64>,
    /// Logins in each second since the start.
    per_second: Vec<u64>,
    /// When the last login was accepted, after the start.
    last_login: Duration,
}

/// Heartbeats whose time is kept: enough for a percentile, bounded for days.
const KEPT: usize = 1_000_000;

impl Counters {
    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn logged_in(&self, after: Duration, at: Duration) {
        self.logins.fetch_add(1, Ordering::Relaxed);
        let second = at.as_secs() as usize;
        self.with(|inner| {
            inner.logins.push(micros(after));
            inner.last_login = inner.last_login.max(at);
            if inner.per_second.len() <= second {
                inner.per_second.resize(second + 1, 0);
            }
            if let Some(count) = inner.per_second.get_mut(second) {
                *count += 1;
            }
        });
    }

    pub(super) fn heartbeat(&self, after: Duration) {
        self.heartbeats.fetch_add(1, Ordering::Relaxed);
        self.with(|inner| {
            if inner.heartbeats.len() < KEPT {
                inner.heartbeats.push(micros(after));
            }
        });
    }

    pub(super) fn failure(&self, reason: impl Into<String>) {
        self.with(|inner| *inner.failures.entry(reason.into()).or_default() += 1);
    }

    /// A line of live figures.
    pub(super) fn line(&self, elapsed: Duration) -> String {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let failures: u64 = self.with(|inner| inner.failures.values().sum());
        let last = self.with(|inner| {
            let second = (elapsed.as_secs() as usize).checked_sub(1)?;
            inner.per_second.get(second).copied()
        });
        format!(
            "{:>5} s  {:>6} online  {:>5} connecting  {:>5} logins/s  {:>8} heartbeats  {failures} failures",
            elapsed.as_secs(),
            load(&self.online),
            load(&self.connecting),
            last.unwrap_or(0),
            load(&self.heartbeats),
        )
    }

    pub(super) fn report(&self, elapsed: Duration) -> Report {
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        self.with(|inner| Report {
            seconds: elapsed.as_secs_f64(),
            online: load(&self.online),
            logins: load(&self.logins),
            heartbeats: load(&self.heartbeats),
            commands: load(&self.commands),
            last_login: inner.last_login.as_secs_f64(),
            most_logins_in_a_second: inner.per_second.iter().copied().max().unwrap_or(0),
            login: Latency::of(&mut inner.logins),
            heartbeat: Latency::of(&mut inner.heartbeats),
            failures: inner.failures.clone(),
        })
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
