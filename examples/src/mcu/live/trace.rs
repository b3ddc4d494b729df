//! What became of each path, in words.

use kandian_proto::play::path::{Failure, Path, Skip, Step, StepOutcome, Trace, UdpObstacle};
use serde_json::{Value, json};

use crate::inspect::Safe;
use crate::mcu::words::Lang;

/// One line for each path, in the order of time.
pub(in crate::mcu) fn text(trace: &Trace, lang: Lang) -> String {
    let lines: Vec<_> = trace.steps.iter().map(|step| format!("  {}", step_text(step, lang))).collect();
    lines.join("\n")
}

/// The name of a path.
pub(super) const fn name(path: Path, lang: Lang) -> &'static str {
    match (lang, path) {
        (Lang::En, path) => path.name(),
        (Lang::Zh, Path::Local) => "局域网",
        (Lang::Zh, Path::Upnp) => "UPnP 映射",
        (Lang::Zh, Path::RelayUdp) => "中继，媒体走 UDP",
        (Lang::Zh, Path::RelayTcp) => "中继",
    }
}

fn step_text(step: &Step, lang: Lang) -> String {
    let mut text = name(step.path, lang).to_owned();
    if let Some(address) = &step.address {
        text.push_str(&format!(" ({})", Safe(address)));
    }
    text.push_str(lang.pick(": ", "："));
    let took = step.took.0;
    match (&step.outcome, lang) {
        (StepOutcome::Skipped(skip), Lang::En) => {
            text.push_str(&format!("skipped, {}", skip_text(skip, lang)));
        }
        (StepOutcome::Skipped(skip), Lang::Zh) => text.push_str(&format!("跳过，{}", skip_text(skip, lang))),
        (StepOutcome::Failed(failure), Lang::En) => {
            text.push_str(&format!("{} (after {took} ms)", failure_text(*failure, lang)));
        }
        (StepOutcome::Failed(failure), Lang::Zh) => {
            text.push_str(&format!("{}（{took} 毫秒后）", failure_text(*failure, lang)));
        }
        (StepOutcome::Playing, Lang::En) => text.push_str(&format!("playing (after {took} ms)")),
        (StepOutcome::Playing, Lang::Zh) => text.push_str(&format!("播放中（{took} 毫秒后）")),
        // What a later version may add.
        (other, _) => text.push_str(&format!("{other:?}")),
    }
    text
}

fn skip_text(skip: &Skip, lang: Lang) -> String {
    let Lang::Zh = lang else { return skip.to_string() };
    match skip {
        Skip::NotChosen => "用户未选择".to_owned(),
        Skip::NoUrl => "平台没有给出该路径".to_owned(),
        Skip::BadUrl(error) => format!("平台给出的地址不可用：{error}"),
        Skip::Udp(UdpObstacle::Nat { client, device }) => {
            format!("UDP 无法穿越这两种 NAT（客户端 {client}，设备 {device}）")
        }
        Skip::Udp(UdpObstacle::Blocked { client, device }) => {
            format!("UDP 被阻断（客户端 {client}，设备 {device}）")
        }
        Skip::RelayUnreachable => "无法连接中继".to_owned(),
        Skip::DeviceRefused { status } => format!("设备已拒绝（RTSP 状态码 {status}）"),
        Skip::NoNewUrls => "平台没有给出新的令牌".to_owned(),
        other => other.to_string(),
    }
}

/// What the caller of the chooser reports for want of UDP ports is, in this program, a want of STUN.
const NO_STUN: (&str, &str) = (
    "needs the address that STUN finds for this client, which cannot ask for it yet; --path relay-udp tries without",
    "需要 STUN 得到的本机地址，本客户端尚不支持；可用 --path relay-udp 不经 STUN 直接尝试",
);

fn failure_text(failure: Failure, lang: Lang) -> String {
    if let Failure::NoUdpPorts = failure {
        return lang.pick(NO_STUN.0, NO_STUN.1).to_owned();
    }
    let Lang::Zh = lang else { return failure.to_string() };
    match failure {
        Failure::Connect => "连接被拒绝".to_owned(),
        Failure::ConnectTimeout { waited } => format!("{} 秒内未能连接", waited.as_secs()),
        Failure::Rtsp { status: 401 } => "令牌被拒绝（RTSP 状态码 401）".to_owned(),
        Failure::Rtsp { status: 403 } => "码流已关闭（RTSP 状态码 403）".to_owned(),
        Failure::Rtsp { status: 404 } => "没有该设备或码流（RTSP 状态码 404）".to_owned(),
        Failure::Rtsp { status: 453 } => "观看人数过多（RTSP 状态码 453）".to_owned(),
        Failure::Rtsp { status } => format!("被拒绝（RTSP 状态码 {status}）"),
        Failure::Closed => "对方关闭了连接".to_owned(),
        Failure::Protocol => "无法理解应答".to_owned(),
        Failure::SignalTimeout { waited } => format!("已连接，但 {} 秒内没有应答", waited.as_secs()),
        Failure::NoMedia { waited } => format!("设备同意播放，但 {} 秒内没有图像", waited.as_secs()),
        other => other.to_string(),
    }
}

/// For programs.
pub(in crate::mcu) fn json(trace: &Trace) -> Value {
    trace.steps.iter().map(step_json).collect()
}

fn step_json(step: &Step) -> Value {
    let (outcome, reason) = match &step.outcome {
        StepOutcome::Skipped(skip) => ("skipped", Some(skip_text(skip, Lang::En))),
        StepOutcome::Failed(failure) => ("failed", Some(failure_text(*failure, Lang::En))),
        StepOutcome::Playing => ("playing", None),
        _ => ("other", None),
    };
    json!({
        "path": word(step.path),
        "address": step.address,
        "took_ms": step.took.0,
        "outcome": outcome,
        "reason": reason,
    })
}

/// The word of the command line for a path.
pub(super) const fn word(path: Path) -> &'static str {
    match path {
        Path::Local => "local",
        Path::Upnp => "upnp",
        Path::RelayUdp => "relay-udp",
        Path::RelayTcp => "relay-tcp",
    }
}

#[cfg(test)]
mod tests {
    use kandian_proto::time::Millis;
    use kandian_proto::value::NatType;

    use super::*;

    /// Everything that can be said is said in both languages.
    #[test]
    fn no_english_in_chinese_sentences() {
        let (client, device) = (NatType::SYMMETRIC, NatType::SYMMETRIC);
        let waited = Millis::from_secs(3);
        let skips = [
            Skip::NotChosen,
            Skip::NoUrl,
            Skip::Udp(UdpObstacle::Nat { client, device }),
            Skip::Udp(UdpObstacle::Blocked { client, device }),
            Skip::RelayUnreachable,
            Skip::DeviceRefused { status: 453 },
            Skip::NoNewUrls,
        ];
        let failures = [
            Failure::Connect,
            Failure::ConnectTimeout { waited },
            Failure::Rtsp { status: 401 },
            Failure::Rtsp { status: 403 },
            Failure::Rtsp { status: 404 },
            Failure::Rtsp { status: 453 },
            Failure::Rtsp { status: 500 },
            Failure::Closed,
            Failure::Protocol,
            Failure::NoUdpPorts,
            Failure::SignalTimeout { waited },
            Failure::NoMedia { waited },
        ];
        let texts = skips.iter().map(|skip| (skip_text(skip, Lang::Zh), skip_text(skip, Lang::En)));
        let texts =
            texts.chain(failures.iter().map(|f| (failure_text(*f, Lang::Zh), failure_text(*f, Lang::En))));
        for (zh, en) in texts {
            assert!(zh.chars().any(|c| c >= '\u{4e00}') && zh != en, "{zh}");
        }
    }
}
