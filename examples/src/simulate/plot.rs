//! Curves made of characters.

use kandian_proto::sim::{Report, Sample};
use kandian_proto::time::Millis;

use super::units::{clock, number};

const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Columns of a curve.
const COLUMNS: usize = 72;

/// How a column stands for the points that fall into it: the dip that lasts ten seconds must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// The lowest.
    Lowest,
    /// The highest.
    Highest,
}

/// A curve over a part of the run.
#[derive(Clone, Copy)]
pub(super) struct Curve<'a> {
    /// The points.
    pub(super) samples: &'a [Sample],
    /// What is drawn.
    pub(super) value: &'a dyn Fn(&Sample) -> u32,
    /// What a column keeps.
    pub(super) keep: Keep,
    /// Lines of characters.
    pub(super) height: usize,
}

impl Curve<'_> {
    /// The curve, a scale on its left and times below.
    #[must_use]
    pub(super) fn draw(&self) -> String {
        let values = self.columns();
        let top = values.iter().copied().max().unwrap_or(0).max(1);
        let label = number(top);
        let width = label.chars().count().max(7);
        let mut out = String::new();
        for line in (0..self.height).rev() {
            let left = match line {
                _ if line + 1 == self.height => format!("{label:>width$} ┤"),
                0 => format!("{:>width$} ┤", 0),
                _ => format!("{:>width$} │", ""),
            };
            let marks: String = values.iter().map(|&value| block(value, top, line, self.height)).collect();
            out += &format!("  {left}{}\n", marks.trim_end());
        }
        out += &format!("  {:>width$} └{}\n", "", "─".repeat(values.len()));
        if let (Some(first), Some(last)) = (self.samples.first(), self.samples.last()) {
            let (first, last) = (clock(first.at), clock(last.at));
            let gap = values.len().saturating_sub(first.len() + last.len());
            out += &format!("  {:>width$}  {first}{}{last}\n", "", " ".repeat(gap));
        }
        out
    }

    fn columns(&self) -> Vec<u32> {
        let count = self.samples.len();
        let columns = count.clamp(1, COLUMNS);
        (0..columns)
            .filter_map(|column| {
                let (from, to) = (count * column / columns, count * (column + 1) / columns);
                let values = self.samples.get(from..to.max(from + 1))?.iter().map(self.value);
                match self.keep {
                    Keep::Lowest => values.min(),
                    Keep::Highest => values.max(),
                }
            })
            .collect()
    }
}

/// The character of a column on a line.
fn block(value: u32, top: u32, line: usize, height: usize) -> char {
    let eighths = (u64::from(value) * height as u64 * 8).div_ceil(u64::from(top)) as usize;
    BLOCKS.get(eighths.saturating_sub(line * 8).min(8)).copied().unwrap_or(' ')
}

/// The points around a restart: half a minute before, and until everybody has been back for a while.
#[must_use]
pub(super) fn around(report: &Report, restart: usize) -> &[Sample] {
    let Some(after) = report.restarts.get(restart) else { return &[] };
    let at = after.restart.at;
    let longest = after.back.iter().filter_map(kandian_proto::sim::Spread::longest).max().unwrap_or_default();
    let from = at - Millis::from_secs(30);
    let to = at + longest + Millis(longest.0 / 4) + Millis::from_secs(60);
    let start = report.samples.partition_point(|sample| sample.at < from);
    let end = report.samples.partition_point(|sample| sample.at <= to);
    report.samples.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_dip_shows() {
        let mut samples: Vec<_> = (1..=1_000)
            .map(|n| Sample { at: Millis::from_secs(n), online: [100, 0, 0], ..Sample::default() })
            .collect();
        samples[500].online = [0; 3];
        let value = |sample: &Sample| sample.online[0];
        let curve = Curve { samples: &samples, value: &value, keep: Keep::Lowest, height: 2 };
        let drawn = curve.draw();
        assert_eq!(drawn.lines().next().unwrap().matches('█').count(), COLUMNS - 1, "{drawn}");
        assert!(drawn.contains("100 ┤") && drawn.contains("0:16:40"), "{drawn}");
    }

    #[test]
    fn few_points_make_few_columns() {
        let samples = [Sample { at: Millis(1), online: [5, 0, 0], ..Sample::default() }];
        let value = |sample: &Sample| sample.online[0];
        let curve = Curve { samples: &samples, value: &value, keep: Keep::Highest, height: 1 };
        assert!(curve.draw().starts_with("        5 ┤█\n"), "{}", curve.draw());
    }
}
