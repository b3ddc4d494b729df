//! The report for programs.

use kandian_proto::sim::{Ends, Kind, KindReport, Rate, RestartKind, Spread};
use serde_json::{Value, json as value};

use super::{Outcome, goals};

pub(super) fn json(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let kinds: serde_json::Map<_, _> =
        Kind::ALL.into_iter().map(|k| (k.to_string(), kind(report.kind(k)))).collect();
    let restarts: Vec<_> = report
        .restarts
        .iter()
        .map(|after| {
            let kinds: serde_json::Map<_, _> = Kind::ALL
                .into_iter()
                .map(|k| {
                    let i = k.index();
                    let entry = value!({
                        "online_before": after.online_before[i],
                        "back": spread(&after.back[i]),
                        "missing": after.missing(k),
                        "login_peak": after.login_peak[i],
                    });
                    (k.to_string(), entry)
                })
                .collect();
            value!({
                "at_ms": after.restart.at.0,
                "kind": match after.restart.kind {
                    RestartKind::Reset => "reset",
                    RestartKind::HalfOpen => "half-open",
                },
                "down_for_ms": after.restart.down_for.0,
                "kinds": kinds,
            })
        })
        .collect();
    let samples: Vec<_> =
        report.samples.iter().map(|s| value!([s.at.0, s.online, s.logins, s.heartbeats])).collect();
    let violations: Vec<_> = report
        .violations
        .iter()
        .map(|v| {
            value!({
                "at_ms": v.at.0,
                "kind": v.kind.to_string(),
                "device": v.device.as_str(),
                "rule": v.rule.to_string(),
                "found": v.found,
            })
        })
        .collect();
    let goals: Vec<_> = goals(report)
        .into_iter()
        .map(|goal| value!({ "wanted": goal.wanted, "found": goal.found, "met": goal.met }))
        .collect();
    let document = value!({
        "command": outcome.command,
        "seed": report.seed,
        "trace": format!("{:016x}", report.trace),
        "duration_ms": report.duration.0,
        "events": report.events,
        "wall_seconds": outcome.wall.as_secs_f64(),
        "device_hours": report.device_hours(),
        "device_hours_per_second": outcome.speed(),
        "logins": rate(&report.logins),
        "heartbeats": rate(&report.heartbeats),
        "kinds": kinds,
        "restarts": restarts,
        "goals": goals,
        "violation_count": report.violation_count,
        "violations": violations,
        "sample_columns": ["at_ms", "online by kind", "most logins per second by kind", "most heartbeats per second"],
        "samples": samples,
    });
    format!("{document:#}\n")
}

fn kind(kind: &KindReport) -> Value {
    value!({
        "devices": kind.devices,
        "online": kind.online,
        "trace": format!("{:016x}", kind.trace),
        "connections": kind.connections,
        "unconnected": kind.unconnected,
        "http_exchanges": kind.registrations,
        "logins": rate(&kind.logins),
        "accepted": kind.accepted,
        "refused": kind.refused,
        "login_latency": spread(&kind.login_latency),
        "offline": spread(&kind.offline),
        "heartbeats": kind.heartbeats,
        "platform_closes": kind.platform_closes,
        "device_closes": kind.device_closes,
        "network": kind.network,
        "faults": kind.faults,
        "platform_faults": kind.platform_faults,
        "attacks": kind.attacks,
        "requests_to_devices": ends(&kind.commands),
        "requests_from_devices": ends(&kind.notices),
        "tickets": {
            "answered": kind.tickets.answered,
            "expired": kind.tickets.expired,
            "link_lost": kind.tickets.link_lost,
        },
        "work": {
            "bytes_up": kind.work.bytes_up,
            "bytes_down": kind.work.bytes_down,
            "most_outputs": kind.work.most_outputs,
            "most_sent": kind.work.most_sent,
            "most_up": kind.work.most_up,
            "most_down": kind.work.most_down,
            "most_waiting": kind.work.most_waiting,
        },
    })
}

fn spread(spread: &Spread) -> Value {
    let at = |per_mille| spread.quantile(per_mille).map(|span| span.0);
    value!({
        "count": spread.count(),
        "p50_ms": at(500),
        "p99_ms": at(990),
        "max_ms": at(1_000),
    })
}

fn rate(rate: &Rate) -> Value {
    value!({ "total": rate.total, "peak_per_second": rate.peak, "peak_at_ms": rate.peak_at.0 })
}

fn ends(ends: &Ends) -> Value {
    value!({
        "sent": ends.sent,
        "answered": ends.answered,
        "refused": ends.refused,
        "unreadable": ends.unreadable,
        "no_answer": ends.no_answer,
        "link_lost": ends.link_lost,
        "open": ends.open,
        "not_sent": ends.not_sent,
    })
}
