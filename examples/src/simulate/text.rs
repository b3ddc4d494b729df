//! The report for people.

use kandian_proto::sim::{
    Counts, Ends, Kind, KindReport, Report, RestartKind, RestartReport, Rule, Sample, Spread,
};

use super::plot::{Curve, Keep, around};
use super::table::Table;
use super::units::{bytes, clock, number, short};
use super::{Outcome, goals, kind_name};

/// Violations that are shown.
const SHOWN: usize = 10;

pub(super) fn text(outcome: &Outcome) -> String {
    let report = &outcome.report;
    let mut out = String::new();
    head(report, &mut out);
    curves(report, &mut out);
    out += &section("Devices · 设备", &devices(report));
    out += &section("Requests · 请求", &requests(report));
    restarts(report, &mut out);
    out += &section("Links closed by the platform · 平台断开", &counts(report, |kind| &kind.platform_closes));
    out += &section("Links closed by the device · 设备断开", &counts(report, |kind| &kind.device_closes));
    out += &section("What the network did · 网络", &counts(report, |kind| &kind.network));
    out += &section("Faults the platform saw · 平台侧异常", &counts(report, |kind| &kind.faults));
    out += &section("Faults the devices saw · 设备侧异常", &counts(report, |kind| &kind.platform_faults));
    out += &section("Attacks · 攻击", &counts(report, |kind| &kind.attacks));
    out += &section("Bounds · 上限", &work(report));
    verdict(outcome, &mut out);
    out
}

fn section(title: &str, table: &Table) -> String {
    if table.is_empty() { String::new() } else { format!("{title}\n{}\n", table.draw()) }
}

/// The kinds that take part.
fn kinds(report: &Report) -> impl Iterator<Item = (Kind, &KindReport)> {
    Kind::ALL.into_iter().map(|kind| (kind, report.kind(kind))).filter(|(_, kind)| kind.devices > 0)
}

fn by_kind(report: &Report) -> Table {
    let names = kinds(report).map(|(kind, _)| {
        let (english, chinese) = kind_name(kind);
        format!("{english} {chinese}")
    });
    Table::new(core::iter::once(String::new()).chain(names))
}

fn head(report: &Report, out: &mut String) {
    let fleet: Vec<_> =
        kinds(report).map(|(kind, r)| format!("{} {}", number(r.devices), kind_name(kind).0)).collect();
    *out += &format!(
        "Kandian simulation · 手机看店仿真\n\n  {} devices for {}",
        fleet.join(" + "),
        short(report.duration)
    );
    *out += &format!(", seed {}\n", report.seed);
    for after in &report.restarts {
        let how = match after.restart.kind {
            RestartKind::Reset => "links reset",
            RestartKind::HalfOpen => "links left half-open",
        };
        let (at, down) = (clock(after.restart.at), short(after.restart.down_for));
        *out += &format!("  the platform restarts at {at}, down for {down}, {how}\n");
    }
    out.push('\n');
}

fn curves(report: &Report, out: &mut String) {
    for (kind, _) in kinds(report).filter(|(kind, _)| kind.is_honest()) {
        let (english, chinese) = kind_name(kind);
        *out += &format!("Online · 在线: {english} {chinese}, the lowest of each column\n");
        let value = |sample: &Sample| sample.online[kind.index()];
        *out += &Curve { samples: &report.samples, value: &value, keep: Keep::Lowest, height: 4 }.draw();
        out.push('\n');
    }
    *out += "Logins per second · 每秒登录认证, the highest of each column\n";
    let value = |sample: &Sample| sample.logins.iter().sum();
    *out += &Curve { samples: &report.samples, value: &value, keep: Keep::Highest, height: 4 }.draw();
    out.push('\n');
}

fn devices(report: &Report) -> Table {
    let mut table = by_kind(report);
    let mut row = |title: &str, cell: &dyn Fn(&KindReport) -> String| {
        table.row(title, kinds(report).map(|(_, kind)| cell(kind)));
    };
    row("devices 设备", &|k| number(k.devices));
    row("online at the end 在线", &|k| number(k.online));
    row("connections 链接", &|k| number(k.connections));
    row("  of these, refused or unanswered", &|k| number(k.unconnected));
    row("HTTP exchanges 注册、重定向", &|k| number(k.registrations));
    row("logins 登录认证", &|k| number(k.logins.total));
    row("  accepted", &|k| number(k.accepted));
    row("  refused", &|k| number(k.refused));
    row("  most per second", &|k| number(k.logins.peak));
    row("  at", &|k| clock(k.logins.peak_at));
    row("connection to login: p50", &|k| quantile(&k.login_latency, 500));
    row("  p99", &|k| quantile(&k.login_latency, 990));
    row("  longest", &|k| quantile(&k.login_latency, 1_000));
    row("times offline", &|k| number(k.offline.count()));
    row("  p50", &|k| quantile(&k.offline, 500));
    row("  p99", &|k| quantile(&k.offline, 990));
    row("  longest", &|k| quantile(&k.offline, 1_000));
    row("heartbeats 心跳", &|k| number(k.heartbeats));
    row("bytes from devices", &|k| bytes(k.work.bytes_up));
    row("bytes to devices", &|k| bytes(k.work.bytes_down));
    table
}

fn quantile(spread: &Spread, per_mille: u64) -> String {
    spread.quantile(per_mille).map_or("–".to_owned(), short)
}

fn requests(report: &Report) -> Table {
    let heads = kinds(report).flat_map(|(kind, _)| {
        let name = kind_name(kind).0;
        [format!("to {name}"), format!("from {name}")]
    });
    let mut table = Table::new(core::iter::once(String::new()).chain(heads));
    let mut row = |title: &str, cell: &dyn Fn(&Ends) -> u64| {
        table.row(
            title,
            kinds(report).flat_map(|(_, k)| [number(cell(&k.commands)), number(cell(&k.notices))]),
        );
    };
    row("sent", &|e| e.sent);
    row("  answered 成功", &|e| e.answered);
    row("  refused 失败", &|e| e.refused);
    row("  unreadable answer", &|e| e.unreadable);
    row("  no answer in time 超时", &|e| e.no_answer);
    row("  link lost 断链", &|e| e.link_lost);
    row("  open at the end", &|e| e.open);
    let reasons: std::collections::BTreeSet<_> = kinds(report)
        .flat_map(|(_, k)| k.commands.not_sent.keys().chain(k.notices.not_sent.keys()))
        .collect();
    for reason in reasons {
        row(&format!("not sent: {reason}"), &|e| e.not_sent.get(reason).copied().unwrap_or(0));
    }
    table
}

fn restarts(report: &Report, out: &mut String) {
    for (index, after) in report.restarts.iter().enumerate() {
        let title = format!("After the restart at {} · 平台重启之后", clock(after.restart.at));
        *out += &section(&title, &back(report, after));
        let samples = around(report, index);
        let value = |sample: &Sample| sample.online.iter().sum();
        *out += "  online\n";
        *out += &Curve { samples, value: &value, keep: Keep::Lowest, height: 4 }.draw();
        let value = |sample: &Sample| sample.logins.iter().sum();
        *out += "  logins per second\n";
        *out += &Curve { samples, value: &value, keep: Keep::Highest, height: 4 }.draw();
        out.push('\n');
    }
}

fn back(report: &Report, after: &RestartReport) -> Table {
    let mut table = by_kind(report);
    let mut row = |title: &str, cell: &dyn Fn(usize, Kind) -> String| {
        table.row(title, kinds(report).map(|(kind, _)| cell(kind.index(), kind)));
    };
    row("online before", &|i, _| number(after.online_before[i]));
    row("back again", &|i, _| number(after.back[i].count()));
    row("missing", &|_, kind| number(after.missing(kind)));
    row("back after: p50", &|i, _| quantile(&after.back[i], 500));
    row("  p99", &|i, _| quantile(&after.back[i], 990));
    row("  the last", &|i, _| quantile(&after.back[i], 1_000));
    row("most logins per second", &|i, _| number(after.login_peak[i]));
    table
}

/// A table of named counts, one column per kind that has any.
fn counts(report: &Report, of: impl Fn(&KindReport) -> &Counts) -> Table {
    let mut table = by_kind(report);
    let names: std::collections::BTreeSet<_> = kinds(report).flat_map(|(_, kind)| of(kind).keys()).collect();
    for name in names {
        table.row(name, kinds(report).map(|(_, kind)| number(of(kind).get(name).copied().unwrap_or(0))));
    }
    table
}

fn work(report: &Report) -> Table {
    let mut table = by_kind(report);
    let mut row = |title: &str, cell: &dyn Fn(&KindReport) -> String| {
        table.row(title, kinds(report).map(|(_, kind)| cell(kind)));
    };
    row("most outputs for one piece of bytes", &|k| number(k.work.most_outputs));
    row("most bytes sent for one piece", &|k| bytes(k.work.most_sent));
    row("most bytes under way to the platform", &|k| bytes(k.work.most_up.into()));
    row("most bytes under way to a device", &|k| bytes(k.work.most_down.into()));
    row("most requests of a device waiting", &|k| number(k.work.most_waiting as u64));
    row("requests of devices: answered", &|k| number(k.tickets.answered));
    row("  application too late", &|k| number(k.tickets.expired));
    row("  link lost first", &|k| number(k.tickets.link_lost));
    table
}

fn verdict(outcome: &Outcome, out: &mut String) {
    let report = &outcome.report;
    *out += "Rules and goals · 规则与目标\n";
    for rule in [Rule::EndsOnce, Rule::NotStuck, Rule::Bounded, Rule::Contract, Rule::Served] {
        let broken = report.violations.iter().filter(|violation| violation.rule == rule).count() as u64;
        let found = if broken == 0 { String::new() } else { format!(": not {} times", number(broken)) };
        *out += &format!("  {} {rule}{found}\n", mark(broken == 0));
    }
    for goal in goals(report) {
        *out += &format!("  {} {}: {}\n", mark(goal.met), goal.wanted, goal.found);
    }
    for violation in report.violations.iter().take(SHOWN) {
        let sentence: String = violation.to_string().chars().take(2_000).collect();
        *out += &format!("\n  {sentence}\n");
    }
    if report.violation_count > SHOWN as u64 {
        *out += &format!("\n  … and {} more\n", number(report.violation_count - SHOWN as u64));
    }
    let peak = report.heartbeats.peak;
    *out += &format!(
        "\n  heartbeats 心跳    {} of honest devices, most per second {} at {}\n",
        number(report.heartbeats.total),
        number(peak),
        clock(report.heartbeats.peak_at),
    );
    *out += &format!(
        "  events             {}, most ahead {}\n",
        number(report.events),
        number(report.queue as u64)
    );
    *out += &format!("  trace              {:016x}\n", report.trace);
    *out += &format!(
        "  took               {:.1} s for {} device-hours: {} per second\n",
        outcome.wall.as_secs_f64(),
        number(report.device_hours().round() as u64),
        number(outcome.speed().round() as u64),
    );
    *out += &format!("  once more          {}\n", outcome.command);
}

const fn mark(good: bool) -> char {
    if good { '✓' } else { '✗' }
}
