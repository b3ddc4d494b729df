//! Tables of text, with Chinese words that are two columns wide.

/// A table: a head, rows, the first column left, the others right.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column titles.
    pub(super) fn new(head: impl IntoIterator<Item = String>) -> Self {
        Self { rows: vec![head.into_iter().collect()] }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, title: &str, cells: impl IntoIterator<Item = String>) {
        self.rows.push(core::iter::once(title.to_owned()).chain(cells).collect());
    }

    /// Whether there is nothing but the head.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// The text, indented by two.
    #[must_use]
    pub(super) fn draw(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        let mut out = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::from("  ");
            for (column, (cell, &width_of_column)) in row.iter().zip(&widths).enumerate() {
                let gap = " ".repeat(width_of_column - width(cell));
                match column {
                    0 => line += &format!("{cell}{gap}"),
                    _ => line += &format!("   {gap}{cell}"),
                }
            }
            out += line.trim_end();
            out.push('\n');
            if index == 0 {
                let rule: usize = widths.iter().sum::<usize>() + 3 * columns.saturating_sub(1);
                out += &format!("  {}\n", "─".repeat(rule));
            }
        }
        out
    }
}

/// Columns a text takes in a terminal: Chinese characters and their punctuation take two.
#[must_use]
pub(super) fn width(text: &str) -> usize {
    text.chars()
        .map(|c| if matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF60}') { 2 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_chinese_heads() {
        let mut table = Table::new(["".to_owned(), "spec 规范设备".to_owned()]);
        table.row("心跳 heartbeats", ["7".to_owned()]);
        let drawn = table.draw();
        let ends: Vec<_> = drawn.lines().map(width).collect();
        assert!(ends.iter().all(|end| *end == ends[0]), "{drawn}");
    }
}
