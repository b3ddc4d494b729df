//! Figures for Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper ends of the classes in which times are counted, in seconds: from a commit on a fast disk to a command that a
/// recorder answers at the last moment.
const CLASSES: [f64; 13] = [0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];
/// The same for changes in a commit.
const COUNTS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0, 512.0];

/// What a figure is to Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It is what it is now.
    Gauge,
    /// Counts in classes.
    Histogram,
}

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

const fn figure(
    name: &'static str,
    kind: Kind,
    labels: &'static [&'static str],
    help: &'static str,
) -> Figure {
    Figure { name, kind, labels, help }
}

/// All figures. Nothing else is counted.
pub const FIGURES: &[Figure] = &[
    figure("kandian_links", Kind::Gauge, &[], "Links, logged in or not"),
    figure(
        "kandian_links_refused_total",
        Kind::Counter,
        &["limit"],
        "Links refused, by the setting that is their limit",
    ),
    figure(
        "kandian_short_messages_asked_total",
        Kind::Counter,
        &["kind", "outcome"],
        "Short messages asked for or due to be told, by kind and whether they were put on their way",
    ),
    figure(
        "kandian_short_messages_total",
        Kind::Counter,
        &["kind", "outcome"],
        "Attempts to send short messages and receipts for them, by what they came to",
    ),
    figure("kandian_devices_online", Kind::Gauge, &[], "Devices that are logged in"),
    figure("kandian_devices_awaited", Kind::Gauge, &[], "Devices that have not come back since the start"),
    figure(
        "kandian_registrations_total",
        Kind::Counter,
        &["result"],
        "Registrations, by Result; 0 is success",
    ),
    figure(
        "kandian_device_http_bad_total",
        Kind::Counter,
        &[],
        "Requests on the port for registrations that cannot be read",
    ),
    figure("kandian_device_http_refused_total", Kind::Counter, &[], "Connections there beyond the limits"),
    figure(
        "kandian_logins_total",
        Kind::Counter,
        &["outcome", "result"],
        "Logins, accepted or refused, by Result",
    ),
    figure("kandian_heartbeats_total", Kind::Counter, &[], "Heartbeats"),
    figure(
        "kandian_upnp_probes_total",
        Kind::Counter,
        &["outcome"],
        "Ports at routers of devices that were tried: open or closed",
    ),
    figure(
        "kandian_wrong_keys_total",
        Kind::Counter,
        &["what"],
        "Wrong keys of devices and passwords of users, by where they were presented",
    ),
    figure(
        "kandian_limited_total",
        Kind::Counter,
        &["what", "limit"],
        "What was refused because a limit on guessing or flooding was met, by the setting that is the limit",
    ),
    figure(
        "kandian_http_refused_total",
        Kind::Counter,
        &[],
        "Connections for people and programs beyond the limits",
    ),
    figure(
        "kandian_rest_unauthorized_total",
        Kind::Counter,
        &[],
        "Requests to REST that did not show who sends them",
    ),
    figure(
        "kandian_crm_orders_total",
        Kind::Counter,
        &["operation"],
        "Orders of CRM that were carried out, now or before",
    ),
    figure(
        "kandian_crm_checks_total",
        Kind::Counter,
        &["how", "outcome"],
        "Logins about which CRM was asked, by how its answer was found",
    ),
    figure(
        "kandian_soap_calls_total",
        Kind::Counter,
        &["operation", "outcome"],
        "Calls of clients and province platforms: answered, failed, or of an operation that is not served",
    ),
    figure(
        "kandian_group_asked_total",
        Kind::Counter,
        &["operation", "outcome"],
        "Questions to the group platform: answered, silent, or failed in another way",
    ),
    figure(
        "kandian_group_reports",
        Kind::Gauge,
        &["state"],
        "Reports of users for the group platform that wait, or that were refused",
    ),
    figure("kandian_alarms_total", Kind::Counter, &[], "Alarms stored"),
    figure(
        "kandian_commands_total",
        Kind::Counter,
        &["operation", "outcome"],
        "Commands to devices, by how they ended",
    ),
    figure("kandian_command_seconds", Kind::Histogram, &[], "Time of a command, from the order to its end"),
    figure(
        "kandian_orders_waiting",
        Kind::Gauge,
        &[],
        "Commands that wait for their links, all links together",
    ),
    figure(
        "kandian_unanswered_total",
        Kind::Counter,
        &[],
        "Commands that devices answered too late or never",
    ),
    figure(
        "kandian_diagnostics_total",
        Kind::Counter,
        &["erratum"],
        "Deviations that were put up with, by erratum",
    ),
    figure("kandian_faults_total", Kind::Counter, &[], "Rules that devices broke"),
    figure(
        "kandian_store_waiting",
        Kind::Gauge,
        &[],
        "Changes that wait for the writer of the database, or are in its commit",
    ),
    figure("kandian_store_wait_seconds", Kind::Histogram, &[], "Time a change waits until its commit begins"),
    figure(
        "kandian_store_commit_seconds",
        Kind::Histogram,
        &[],
        "Time of a commit, statements and disk together",
    ),
    figure("kandian_store_commit_changes", Kind::Histogram, &[], "Changes in a commit"),
    figure("kandian_store_failures_total", Kind::Counter, &[], "Commits that the database refused"),
    figure(
        "kandian_sightings_waiting",
        Kind::Gauge,
        &[],
        "Devices whose last sign of life is not in the database yet",
    ),
    figure("kandian_media_pulls", Kind::Gauge, &[], "Streams that are fetched from cameras for browsers"),
    figure("kandian_media_viewers", Kind::Gauge, &[], "Browsers that watch"),
    figure(
        "kandian_media_attempts_total",
        Kind::Counter,
        &["outcome"],
        "Attempts to fetch a stream, by how they ended: left by all who watched, or failed",
    ),
    figure(
        "kandian_media_received_bytes_total",
        Kind::Counter,
        &[],
        "Bytes of streams that came from cameras",
    ),
    figure("kandian_media_sent_bytes_total", Kind::Counter, &[], "Bytes of streams that went to browsers"),
    figure(
        "kandian_media_dropped_total",
        Kind::Counter,
        &[],
        "Pictures and sounds that browsers missed because they were too slow",
    ),
    figure("kandian_event_listeners", Kind::Gauge, &[], "Listeners to the stream of events"),
];

/// A process has one set of figures, however many platforms run in it.
static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts to count.
pub(crate) fn start() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &CLASSES)
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Suffix("_changes".to_owned()), &COUNTS)
            })
            .ok()?;
        // A program around this library may have counters of its own; then those are used.
        let handle = builder.install_recorder().ok()?;
        FIGURES.iter().for_each(describe);
        Some(handle)
    });
}

/// Tells what a figure is. One without labels is there from the start: a rate over a counter that appears with its first
/// event misses that event.
fn describe(figure: &Figure) {
    let Figure { name, kind, labels, help } = *figure;
    match kind {
        Kind::Counter => metrics::describe_counter!(name, help),
        Kind::Gauge => metrics::describe_gauge!(name, help),
        Kind::Histogram => metrics::describe_histogram!(name, help),
    }
    if kind == Kind::Counter && labels.is_empty() {
        metrics::counter!(name).absolute(0);
    }
}

/// Sorts what was counted since the last time into its classes; until then each time that was measured is kept. Without
/// it a platform that nobody asks for its figures would grow.
pub(crate) fn tidy() {
    if let Some(handle) = HANDLE.get().and_then(Option::as_ref) {
        handle.run_upkeep();
    }
}

/// All figures as text.
pub(crate) fn render() -> String {
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is counted anywhere is in the table.
    #[test]
    fn all_are_in_the_table() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let text = std::fs::read_to_string(entry.path()).unwrap();
                for name in text
                    .split(concat!("!(", "\"kandian_"))
                    .skip(1)
                    .map(|rest| rest.split('"').next().unwrap())
                {
                    let name = ["kandian_", name].concat();
                    assert!(FIGURES.iter().any(|figure| figure.name == name), "{name} in {:?}", entry.path());
                    found += 1;
                }
            }
        }
        assert!(found > 20, "{found}");
    }

    /// Whoever runs a platform finds every figure, with its labels, in the document about running it.
    #[test]
    fn all_are_documented() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/platform.md");
        let text = std::fs::read_to_string(path).unwrap();
        for Figure { name, labels, .. } in FIGURES {
            let line = text.lines().find(|line| line.starts_with(&format!("| `{name}`")));
            let line = line.unwrap_or_else(|| panic!("{name} is missing in docs/platform.md"));
            for label in *labels {
                assert!(line.contains(&format!("`{label}`")), "{name} has the label {label}: {line}");
            }
        }
        let documented = text.lines().filter(|line| line.starts_with("| `kandian_")).count();
        assert_eq!(documented, FIGURES.len());
    }
}
