//! How a view goes, and what came of it, in words and for programs.

use std::path::Path as File;
use std::time::Duration;

use kandian_proto::play::path::Path;
use serde_json::{Value, json};

use super::attempt::Trying;
use super::sink::Sink;
use super::stats::Stats;
use super::trace;
use crate::inspect::Safe;
use crate::mcu::record::Finished;
use crate::mcu::words::Lang;

/// The parts of the progress line, the most important first.
pub(super) fn parts(
    sink: &Sink,
    trying: Option<&Trying>,
    lang: Lang,
    is_playing: bool,
    elapsed: Duration,
) -> Vec<String> {
    let Some(trying) = trying else { return vec![lang.pick("waiting", "等待").to_owned()] };
    let name = trace::name(trying.path, lang);
    let Some(first) = sink.stats.first.filter(|_| is_playing) else {
        return vec![format!("{name} …"), format!("{:.1} s", elapsed.as_secs_f64())];
    };
    let (fps, kbps) = sink.stats.now(elapsed);
    let watched = elapsed.saturating_sub(first).as_secs();
    let mut parts = vec![
        format!("{:02}:{:02}", watched / 60, watched % 60),
        format!("{fps:.1} fps"),
        format!("{kbps:.0} kbit/s"),
        format!("{} {}", lang.pick("lost", "丢包"), sink.stats.lost),
    ];
    if let Some(recorder) = &sink.recorder {
        parts.push(format!("● {:.1} MB", recorder.bytes() as f64 / 1e6));
    }
    parts.push(name.to_owned());
    parts.push(format!("{} {}", sink.stats.pictures, lang.pick("pictures", "帧")));
    parts
}

/// The way the pictures came.
#[derive(Debug)]
pub(super) struct Way {
    path: Path,
    address: String,
    over_udp: bool,
}

impl Way {
    pub(super) fn of(trying: &Trying) -> Self {
        Self { path: trying.path, address: trying.address.clone(), over_udp: trying.over_udp }
    }

    const fn transport(&self) -> &'static str {
        if self.over_udp { "UDP" } else { "TCP" }
    }
}

/// What came of a view.
#[derive(Debug)]
pub(super) struct Summary<'a> {
    pub(super) way: Way,
    pub(super) stats: &'a Stats,
    pub(super) files: Vec<Finished>,
    /// Pictures that are not in the files.
    pub(super) skipped: u64,
    pub(super) snapshot: Option<&'a File>,
}

impl Summary<'_> {
    pub(super) fn text(&self, lang: Lang) -> String {
        let mut lines = vec![self.view(lang)];
        lines.extend(self.files.iter().map(|file| recorded(file, lang)));
        if self.skipped > 0 && !self.files.is_empty() {
            let left_out = lang.pick(
                "pictures left out of the recording, because one they need was lost",
                "帧因依赖的图像丢失而未写入录像",
            );
            lines.push(format!("{} {left_out}", self.skipped));
        }
        if let Some(path) = self.snapshot {
            lines.push(format!("{} {}", lang.pick("snapshot", "抓拍"), path.display()));
        }
        lines.join("\n")
    }

    fn view(&self, lang: Lang) -> String {
        let Self { way, stats, .. } = self;
        let (fps, kbps) = stats.all();
        let (seconds, pictures, lost) = (stats.span().as_secs_f64(), stats.pictures, stats.lost);
        let (name, transport, address) = (trace::name(way.path, lang), way.transport(), Safe(&way.address));
        match lang {
            Lang::En => format!(
                "{seconds:.1} s over {name} ({address}, {transport}): {pictures} pictures, {fps:.1} a second, {kbps:.0} kbit/s, {lost} packets lost"
            ),
            Lang::Zh => format!(
                "{name}（{address}，{transport}）播放 {seconds:.1} 秒：{pictures} 帧，每秒 {fps:.1} 帧，{kbps:.0} kbps，丢包 {lost}"
            ),
        }
    }

    pub(super) fn json(&self, trace: Value) -> Value {
        json!({
            "trace": trace,
            "transport": self.way.transport(),
            "stats": self.stats.json(),
            "files": self.files.iter().map(Finished::json).collect::<Vec<_>>(),
            "left_out": self.skipped,
            "snapshot": self.snapshot.map(|path| path.display().to_string()),
        })
    }
}

fn recorded(file: &Finished, lang: Lang) -> String {
    let (name, seconds, megabytes) = (file.path.display(), file.seconds, file.bytes as f64 / 1e6);
    let (recorded, pictures) = (lang.pick("recorded", "录像"), lang.pick("pictures", "帧"));
    format!("{recorded} {name}: {seconds:.1} s, {} {pictures}, {megabytes:.2} MB", file.pictures)
}
