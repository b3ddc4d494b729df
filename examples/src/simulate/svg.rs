//! The curves as a picture.

use core::fmt::Write as _;

use kandian_proto::sim::{Kind, Report, RestartKind, Sample};
use kandian_proto::time::Millis;

use super::kind_name;
use super::plot::around;
use super::units::{clock, number, short};

const WIDTH: f64 = 1_200.0;
const HEIGHT: f64 = 640.0;
const INK: &str = "#1f2933";
const FAINT: &str = "#7b8794";
const GRID: &str = "#e4e7eb";
const RESTART: &str = "#c81e1e";

const fn colour(kind: Kind) -> &'static str {
    match kind {
        Kind::Spec => "#0b6e99",
        Kind::Legacy => "#d97706",
        Kind::Hostile => "#6b7280",
    }
}

/// A place for a curve.
struct Panel<'a> {
    title: String,
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    samples: &'a [Sample],
    /// Whether the area under the line is filled, and the lowest kept; else the highest.
    filled: bool,
}

pub(super) fn svg(report: &Report) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"Inter, 'Noto Sans', 'Noto Sans CJK SC', 'WenQuanYi Zen Hei', sans-serif\" font-size=\"13\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    head(report, &mut out);
    let whole = report.samples.as_slice();
    let zoom = around(report, 0);
    let width = if zoom.is_empty() { 1_080.0 } else { 600.0 };
    let mut panels = vec![
        Panel {
            title: "Online · 在线".into(),
            left: 80.0,
            top: 120.0,
            width,
            height: 200.0,
            samples: whole,
            filled: true,
        },
        Panel {
            title: "Logins per second · 每秒登录认证".into(),
            left: 80.0,
            top: 390.0,
            width,
            height: 180.0,
            samples: whole,
            filled: false,
        },
    ];
    if let Some(after) = report.restarts.first().filter(|_| !zoom.is_empty()) {
        let title = format!("Online around {}", clock(after.restart.at));
        panels.push(Panel {
            title,
            left: 770.0,
            top: 120.0,
            width: 390.0,
            height: 200.0,
            samples: zoom,
            filled: true,
        });
        let title = "Logins per second in these minutes".to_owned();
        panels.push(Panel {
            title,
            left: 770.0,
            top: 390.0,
            width: 390.0,
            height: 180.0,
            samples: zoom,
            filled: false,
        });
    }
    for panel in &panels {
        panel.draw(report, &mut out);
    }
    let (x, y) = (WIDTH - 40.0, HEIGHT - 16.0);
    text(
        &mut out,
        (x, y),
        "end",
        FAINT,
        11.0,
        &format!("seed {} · trace {:016x}", report.seed, report.trace),
    );
    out += "</svg>\n";
    out
}

fn head(report: &Report, out: &mut String) {
    let devices: u32 = report.kinds.iter().map(|kind| kind.devices).sum();
    let title = format!("{} devices, {} of virtual time", number(devices), short(report.duration));
    let _ = writeln!(
        out,
        "<text x=\"80\" y=\"44\" fill=\"{INK}\" font-size=\"22\" font-weight=\"600\">{title}</text>"
    );
    let restarts: Vec<_> = report
        .restarts
        .iter()
        .map(|after| {
            let how = match after.restart.kind {
                RestartKind::Reset => "links reset",
                RestartKind::HalfOpen => "links left half-open",
            };
            let (at, down) = (clock(after.restart.at), short(after.restart.down_for));
            format!("platform restart at {at}, down for {down}, {how}")
        })
        .collect();
    text(out, (80.0, 68.0), "start", FAINT, 13.0, &restarts.join(" · "));
    let mut x = WIDTH - 40.0;
    for kind in Kind::ALL.into_iter().rev().filter(|kind| report.kind(*kind).devices > 0) {
        let (english, chinese) = kind_name(kind);
        let label = format!("{english} {chinese}");
        text(out, (x, 44.0), "end", INK, 13.0, &label);
        x -= 16.0 + label.chars().map(|c| if c.is_ascii() { 7.2 } else { 13.5 }).sum::<f64>();
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"33\" width=\"12\" height=\"12\" rx=\"2\" fill=\"{}\"/>",
            colour(kind)
        );
        x -= 20.0;
    }
}

fn text(out: &mut String, at: (f64, f64), anchor: &str, fill: &str, size: f64, words: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\" fill=\"{fill}\" font-size=\"{size}\">{words}</text>",
        at.0, at.1
    );
}

impl Panel<'_> {
    fn value(&self, sample: &Sample, kind: Kind) -> u32 {
        if self.filled { sample.online[kind.index()] } else { sample.logins[kind.index()] }
    }

    fn draw(&self, report: &Report, out: &mut String) {
        let kinds: Vec<_> = Kind::ALL
            .into_iter()
            .filter(|kind| report.kind(*kind).devices > 0 && (kind.is_honest() || !self.filled))
            .collect();
        let most =
            self.samples.iter().flat_map(|s| kinds.iter().map(|k| self.value(s, *k))).max().unwrap_or(0);
        let top = round_up(most.max(4));
        let (from, to) = match (self.samples.first(), self.samples.last()) {
            (Some(first), Some(last)) if first.at < last.at => (first.at, last.at),
            _ => return,
        };
        let title =
            if self.filled { self.title.clone() } else { format!("{}, most {}", self.title, number(most)) };
        text(out, (self.left, self.top - 14.0), "start", INK, 14.0, &title);
        self.grid(from, to, top, out);
        for after in &report.restarts {
            let at = after.restart.at;
            if (from..=to).contains(&at) {
                let x = self.x(at, from, to);
                let _ = writeln!(
                    out,
                    "<line x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\" stroke=\"{RESTART}\" \
                     stroke-dasharray=\"3 3\"/>",
                    self.top,
                    self.top + self.height
                );
            }
        }
        // The honest ones on top.
        for kind in kinds.into_iter().rev() {
            self.line(kind, from, to, top, out);
        }
    }

    fn x(&self, at: Millis, from: Millis, to: Millis) -> f64 {
        self.left + self.width * (at - from).0 as f64 / (to - from).0 as f64
    }

    fn y(&self, value: u32, top: u32) -> f64 {
        self.top + self.height * (1.0 - f64::from(value) / f64::from(top))
    }

    fn grid(&self, from: Millis, to: Millis, top: u32, out: &mut String) {
        for quarter in 0..=4 {
            let value = top / 4 * quarter;
            let y = self.y(value, top);
            let _ = writeln!(
                out,
                "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"{GRID}\"/>",
                self.left,
                self.left + self.width
            );
            text(out, (self.left - 8.0, y + 4.0), "end", FAINT, 11.0, &number(value));
        }
        let step = time_step(to - from, self.width);
        let mut at = Millis(from.0.div_ceil(step.0) * step.0);
        while at <= to {
            let x = self.x(at, from, to);
            let base = self.top + self.height;
            let _ = writeln!(
                out,
                "<line x1=\"{x:.1}\" y1=\"{base:.1}\" x2=\"{x:.1}\" y2=\"{:.1}\" stroke=\"{FAINT}\"/>",
                base + 4.0
            );
            let seconds = at.as_secs();
            let label = match step.0 {
                ..60_000 => clock(at),
                _ => format!("{}:{:02}", seconds / 3_600, seconds / 60 % 60),
            };
            text(out, (x, base + 18.0), "middle", FAINT, 11.0, &label);
            at = at + step;
        }
    }

    fn line(&self, kind: Kind, from: Millis, to: Millis, top: u32, out: &mut String) {
        // Two points for each pixel are more than the eye sees.
        let columns = (self.width * 2.0) as usize;
        let count = self.samples.len();
        let columns = columns.min(count).max(1);
        let mut points = String::new();
        let (mut first, mut last) = (self.left, self.left);
        for column in 0..columns {
            let (a, b) = (count * column / columns, count * (column + 1) / columns);
            let Some(part) = self.samples.get(a..b.max(a + 1)) else { continue };
            let values = part.iter().map(|sample| self.value(sample, kind));
            let value = if self.filled { values.min() } else { values.max() };
            let (Some(value), Some(sample)) = (value, part.last()) else { continue };
            last = self.x(sample.at, from, to);
            if column == 0 {
                first = last;
            }
            let _ = write!(points, "{last:.1},{:.1} ", self.y(value, top));
        }
        let base = self.top + self.height;
        let shade = match (kind.is_honest(), self.filled) {
            (false, _) => 0.0,
            (true, true) => 0.12,
            (true, false) => 0.25,
        };
        let stroke = if kind.is_honest() { 1.6 } else { 0.7 };
        let _ = writeln!(
            out,
            "<polygon points=\"{first:.1},{base:.1} {points}{last:.1},{base:.1}\" fill=\"{0}\" \
             fill-opacity=\"{shade}\"/>\n<polyline points=\"{1}\" fill=\"none\" stroke=\"{0}\" stroke-width=\"{stroke}\" \
             stroke-linejoin=\"round\"/>",
            colour(kind),
            points.trim_end()
        );
    }
}

/// The next number that divides well by four.
fn round_up(value: u32) -> u32 {
    let mut unit = 1_u32;
    while unit.saturating_mul(40) < value {
        unit = unit.saturating_mul(10);
    }
    [4, 8, 12, 20, 24, 40].into_iter().map(|n| unit.saturating_mul(n)).find(|n| *n >= value).unwrap_or(value)
}

/// A distance of times with room for their labels.
fn time_step(span: Millis, width: f64) -> Millis {
    let most = (width / 75.0).max(1.0) as u64;
    [10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 604_800]
        .into_iter()
        .map(Millis::from_secs)
        .find(|step| span.0 / step.0 <= most)
        .unwrap_or(Millis(span.0.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_round_numbers() {
        assert_eq!([3, 7, 100, 1_000, 9_999, 100_000].map(round_up), [4, 8, 120, 1_200, 12_000, 120_000]);
        assert_eq!(time_step(Millis::from_secs(86_400), 600.0), Millis::from_secs(14_400));
        assert_eq!(time_step(Millis::from_secs(600), 390.0), Millis::from_secs(120));
    }
}
