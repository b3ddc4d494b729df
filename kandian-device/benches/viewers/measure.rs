//! What a process costs, as Linux counts it.

use std::time::Duration;

/// Processor time of the threads of a process so far.
pub(crate) fn cpu(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanos = |thread: std::io::Result<std::fs::DirEntry>| -> u64 {
        let counted = std::fs::read_to_string(thread.unwrap().path().join("schedstat")).unwrap_or_default();
        counted.split_whitespace().next().map_or(0, |nanos| nanos.parse().unwrap())
    };
    Duration::from_nanos(threads.map(nanos).sum())
}

/// Ticks of the clock that found a process in its own code, and in the system's.
pub(crate) fn ticks(process: u32) -> [u64; 2] {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // Behind the name, which may have anything in it.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    [11, 12].map(|field| fields[field].parse().unwrap())
}

/// Its memory that is no file, in bytes.
pub(crate) fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

/// The value below which a share of all values lies.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}
