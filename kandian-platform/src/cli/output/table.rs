//! Tables with columns that stand one under the other, Chinese characters included.

use unicode_width::UnicodeWidthStr;

use super::{in_colour, line, visible};
use crate::cli::failure::Failure;

/// Widest text of a cell, in columns of the terminal; devices send longer ones.
const WIDEST: usize = 40;

/// A colour, by what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tint {
    #[default]
    None,
    Good,
    Doubt,
    Faint,
    Head,
}

impl Tint {
    /// The sequence of the terminal.
    const fn code(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Good => "\x1b[32m",
            Self::Doubt => "\x1b[33m",
            Self::Faint => "\x1b[2m",
            Self::Head => "\x1b[1m",
        }
    }
}

/// A text in a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    tint: Tint,
}

impl Cell {
    /// A text of anybody.
    pub(crate) fn new(text: &str) -> Self {
        Self { text: shortened(visible(text)), tint: Tint::None }
    }

    pub(crate) fn tinted(self, tint: Tint) -> Self {
        Self { tint, ..self }
    }
}

/// A table with a head.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    rows: Vec<[Cell; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(head: [&str; N]) -> Self {
        Self { rows: vec![head.map(|name| Cell::new(name).tinted(Tint::Head))] }
    }

    pub(crate) fn add(&mut self, row: [Cell; N]) {
        self.rows.push(row);
    }

    pub(crate) fn print(&self) -> Result<(), Failure> {
        self.lines(in_colour()).iter().try_for_each(|shown| line(shown))
    }

    fn lines(&self, colour: bool) -> Vec<String> {
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.text.width().max(*width);
            }
        }
        self.rows.iter().map(|row| in_columns(row, &widths, colour)).collect()
    }
}

fn in_columns(row: &[Cell], widths: &[usize], colour: bool) -> String {
    let mut shown = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let code = if colour { cell.tint.code() } else { "" };
        let end = if code.is_empty() { "" } else { "\x1b[0m" };
        shown.push_str(&format!("{code}{}{end}", cell.text));
        // `format!` counts characters; a Chinese one takes two columns.
        shown.push_str(&" ".repeat(width - cell.text.width() + 2));
    }
    shown.trim_end().to_owned()
}

fn shortened(text: String) -> String {
    if text.width() <= WIDEST {
        return text;
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + UnicodeWidthStr::width(c.encode_utf8(&mut [0; 4]) as &str) >= WIDEST {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_one_under_the_other() {
        let mut table = Table::new(["ID", "MAKER", "NAME"]);
        table.add([Cell::new("811"), Cell::new("海康").tinted(Tint::Good), Cell::new("a\x1b[2J")]);
        table.add([Cell::new("8120"), Cell::new(""), Cell::new("前门")]);
        let expected = ["ID    MAKER  NAME", "811   海康   a\\u{1b}[2J", "8120         前门"];
        assert_eq!(table.lines(false), expected);
        assert!(table.lines(true)[1].contains("\x1b[32m海康\x1b[0m   a"), "{:?}", table.lines(true));
    }

    #[test]
    fn long_texts_are_cut() {
        let cut = Cell::new(&"前".repeat(100)).text;
        assert!(cut.width() <= WIDEST && cut.ends_with("前…"), "{cut}");
        assert_eq!(Cell::new(&"x".repeat(40)).text.len(), 40);
    }
}
