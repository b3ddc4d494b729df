//! What a fleet found out.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Times of many of the same thing, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    /// How many there were.
    pub count: usize,
    /// Half of them took less.
    pub p50: f64,
    /// 95 of 100 took less.
    pub p95: f64,
    /// 99 of 100 took less.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Latency {
    /// Of times in microseconds, which are sorted on the way.
    pub(super) fn of(micros: &mut [u64]) -> Self {
        micros.sort_unstable();
        let at = |share: f64| {
            let index = ((micros.len() as f64 * share) as usize).min(micros.len().saturating_sub(1));
            micros.get(index).copied().unwrap_or(0) as f64 / 1000.0
        };
        Self { count: micros.len(), p50: at(0.50), p95: at(0.95), p99: at(0.99), max: at(1.0) }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
            self.p50, self.p95, self.p99, self.max
        )
    }
}

/// What a fleet found out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// How long it ran.
    pub seconds: f64,
    /// Devices online at the end.
    pub online: u64,
    /// Accepted logins.
    pub logins: u64,
    /// Answered heartbeats.
    pub heartbeats: u64,
    /// Commands of the platform that were answered.
    pub commands: u64,
    /// When the last of them was accepted, in seconds after the start.
    pub last_login: f64,
    /// The best second.
    pub most_logins_in_a_second: u64,
    /// From the start of the connection to the accepted login.
    pub login: Latency,
    /// From a heartbeat to its answer.
    pub heartbeat: Latency,
    /// What went wrong, and how often.
    pub failures: BTreeMap<String, u64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "ran         {:.1} s, {} online at the end", self.seconds, self.online)?;
        writeln!(
            f,
            "logins      {} in {:.1} s, {} in the best second; {}",
            self.logins, self.last_login, self.most_logins_in_a_second, self.login
        )?;
        writeln!(f, "heartbeats  {}; {}", self.heartbeats, self.heartbeat)?;
        writeln!(f, "commands    {}", self.commands)?;
        if self.failures.is_empty() {
            return write!(f, "failures    none");
        }
        write!(f, "failures")?;
        for (reason, count) in &self.failures {
            write!(f, "\n  {count:>8}  {reason}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        let mut times: Vec<u64> = (1..=100).rev().map(|n| n * 1000).collect();
        let latency = Latency::of(&mut times);
        assert_eq!((latency.count, latency.p50, latency.p99, latency.max), (100, 51.0, 100.0, 100.0));
        assert_eq!(Latency::of(&mut []), Latency::default());
    }
}
