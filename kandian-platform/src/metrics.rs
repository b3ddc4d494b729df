//! Figures for Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper ends of the classes in which the times of commands are counted, in seconds.
const CLASSES: [f64; 9] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// A process has one set of figures, however many platforms run in it.
static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts to count.
pub(crate) fn start() {
    HANDLE.get_or_init(|| {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &CLASSES).ok()?;
        // A program around this library may have counters of its own; then those are used.
        builder.install_recorder().ok()
    });
}

/// All figures as text.
pub(crate) fn render() -> String {
    HANDLE.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}
