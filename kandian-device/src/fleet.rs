//! Thousands of devices in one process, against a real platform over real TCP: for load tests.
//!
//! Each is the machine of [`kandian_proto::session::device`] around a socket of its own. Registration is left out: the
//! machine's HTTP question is answered here, with the address of the platform under test, so that what is measured is the
//! platform's TCP side.

mod answers;
mod counters;
mod member;
mod report;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kandian_proto::value::DevType;
use kandian_proto::{DevId, Secret};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use report::Report;

use counters::Counters;
use member::Place;

/// Connections from one address; a platform refuses more by default.
const PER_ADDRESS: usize = 5_000;
/// Between two lines of live figures.
const TICK: Duration = Duration::from_secs(1);

/// What a fleet does.
#[derive(Clone, Debug)]
pub struct Options {
    /// The access server under test.
    pub connect: SocketAddr,
    /// How many devices.
    pub count: usize,
    /// The id of the first; the others count up from it.
    pub first: DevId,
    /// The key of all of them.
    pub key: Secret,
    /// What they are; with more kinds than one they take turns. Cameras if there is none.
    pub kinds: Vec<DevType>,
    /// Devices that are switched on per second; 0: all at once.
    pub ramp: u32,
    /// Between two heartbeats; the specification says 120 s.
    pub heartbeat: Duration,
    /// How long all of them stay after the last one was switched on.
    pub stay: Duration,
    /// Whether they come from 127.0.0.1, 127.0.0.2, …, as many as are needed. Only towards loopback.
    pub spread: bool,
}

/// Why a fleet cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// The ids run out.
    #[error("{first} cannot be counted up by {count}")]
    Ids {
        /// The first.
        first: DevId,
        /// How many are wanted.
        count: usize,
    },
    /// Source addresses can only be chosen on loopback.
    #[error("devices can be spread over addresses only towards 127.0.0.0/8")]
    Spread,
}

/// Runs a fleet to its end, or until `stop`. `live` gets a line of figures each second.
///
/// # Errors
///
/// [`FleetError`]
pub async fn run(
    options: Options,
    stop: CancellationToken,
    mut live: impl FnMut(&str),
) -> Result<Report, FleetError> {
    let ids = ids(options.first, options.count)?;
    if options.spread && !is_loopback(options.connect) {
        return Err(FleetError::Spread);
    }
    let counters = Arc::new(Counters::default());
    let options = Arc::new(options);
    let started = Instant::now();
    let members = TaskTracker::new();
    // Not a child of `stop`: the summary is taken while everybody is still there.
    let end = CancellationToken::new();
    let mut ticks = tokio::time::interval(TICK);
    let switch_on = async {
        for (index, id) in ids.into_iter().enumerate() {
            let place = Place { index, source: options.spread.then(|| source(index)), started };
            members.spawn(member::live(Arc::clone(&options), Arc::clone(&counters), id, place, end.clone()));
            if options.ramp > 0 {
                let due = Duration::from_secs_f64((index + 1) as f64 / f64::from(options.ramp));
                tokio::time::sleep_until((started + due).into()).await;
            } else if index % 64 == 63 {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::pin!(switch_on);
    let mut switched_on = false;
    let mut stay_until = None;
    loop {
        tokio::select! {
            () = &mut switch_on, if !switched_on => {
                switched_on = true;
                stay_until = Some(tokio::time::Instant::now() + options.stay);
            }
            _ = ticks.tick() => live(&counters.line(started.elapsed())),
            () = until(stay_until) => break,
            () = stop.cancelled() => break,
        }
    }
    let report = counters.report(started.elapsed());
    end.cancel();
    members.close();
    members.wait().await;
    Ok(report)
}

async fn until(moment: Option<tokio::time::Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

fn is_loopback(address: SocketAddr) -> bool {
    matches!(address.ip(), IpAddr::V4(ip) if ip.is_loopback())
}

/// The source address of a device.
fn source(index: usize) -> Ipv4Addr {
    let block = u32::try_from(index / PER_ADDRESS).unwrap_or(0);
    Ipv4Addr::from(u32::from(Ipv4Addr::LOCALHOST) + block)
}

/// Ids that count up in their last digits.
fn ids(first: DevId, count: usize) -> Result<Vec<DevId>, FleetError> {
    let failed = || FleetError::Ids { first, count };
    let text = first.as_str();
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count().min(9);
    let (head, tail) = text.split_at(text.len() - digits);
    let start: usize = tail.parse().map_err(|_| failed())?;
    let id = |number: usize| {
        let tail = format!("{number:0digits$}");
        if tail.len() > digits {
            Err(failed())
        } else {
            format!("{head}{tail}").parse().map_err(|_| failed())
        }
    };
    (start..start + count).map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_up() {
        let all = |first: &str, count| ids(first.parse().unwrap(), count);
        let three = all("81100000008", 3).unwrap();
        assert_eq!(
            three.iter().map(DevId::as_str).collect::<Vec<_>>(),
            ["81100000008", "81100000009", "81100000010"]
        );
        assert_eq!(all("811A09", 1).unwrap()[0].as_str(), "811A09");
        assert!(all("811A99", 2).is_err());
        assert!(all("811AB", 1).is_err());
    }

    #[test]
    fn sources_are_spread() {
        assert_eq!(source(4_999), Ipv4Addr::new(127, 0, 0, 1));
        assert_eq!(source(5_000), Ipv4Addr::new(127, 0, 0, 2));
    }
}
