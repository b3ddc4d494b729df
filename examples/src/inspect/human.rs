//! Reports for people.
//!
//! A block has three parts: one line that says what it is, one dim line of particulars, then the
//! fields; below them what is to be said about it. Whatever a peer wrote goes through [`Safe`].

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use kandian_codec::{DigestVerdict, Side};
use kandian_proto::Payload;
use kandian_proto::command::{OperationInfo, Party};

use super::fields::{self, Cell, Row};
use super::note::{Note, Severity};
use super::report::{Content, Report, Subject};
use super::safe::Safe;
use super::tally::Tally;

/// Widest name column; longer names push their value to the right.
const MAX_NAME: usize = 26;

/// The styles in use. All of them are empty without colour.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Palette {
    title: Style,
    dim: Style,
    good: Style,
    bad: Style,
    warn: Style,
    device: Style,
    platform: Style,
}

impl Palette {
    pub(super) fn new(colour: bool) -> Self {
        if !colour {
            return Self::default();
        }
        let of = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        Self {
            title: Style::new().bold(),
            dim: Style::new().dimmed(),
            good: of(AnsiColor::Green),
            bad: of(AnsiColor::Red).bold(),
            warn: of(AnsiColor::Yellow),
            device: of(AnsiColor::Cyan),
            platform: of(AnsiColor::Magenta),
        }
    }
}

/// Text in a style.
struct Styled<T>(Style, T);

impl<T: Display> Display for Styled<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}{}", self.0.render(), self.1, self.0.render_reset())
    }
}

/// Writes one block and the empty line behind it.
pub(super) fn block(out: &mut dyn Write, p: &Palette, report: &Report, show_secrets: bool) -> io::Result<()> {
    heading(out, p, report)?;
    particulars(out, p, report)?;
    match &report.reading.content {
        Content::Message(Payload::Opaque(opaque)) if !opaque.xml.is_empty() => {
            let text = fields::opaque_text(&opaque.xml, show_secrets);
            writeln!(out, "\n  {}", Safe(text.trim_end()))?;
        }
        Content::Message(message) => table(out, p, "", &fields::of_message(message, show_secrets))?,
        Content::Outline(outline) => table(out, p, "what can be read", &fields::of_outline(outline))?,
        Content::Nothing => {}
    }
    table(out, p, "not in the specification", &fields::of_unknown(&report.reading, show_secrets))?;
    notes(out, p, report)?;
    writeln!(out)
}

fn heading(out: &mut dyn Write, p: &Palette, report: &Report) -> io::Result<()> {
    let row = report.reading.operation;
    match report.subject {
        Subject::Frame { command, .. } => {
            let (style, direction) = match report.reading.sender {
                Some(Side::Device) => (p.device, "device → platform"),
                Some(Side::Platform) => (p.platform, "device ← platform"),
                None => (p.dim, "direction unknown"),
            };
            let root = report.reading.root.or(command.info().map(|info| info.name)).unwrap_or("?");
            let title = format!("{:02X}H {root}", command.0);
            write!(out, "{}  {}", Styled(style, direction), Styled(p.title, title))?;
            let listed = command.info().map(|info| info.name_zh);
            if let Some(title) = row.map(|row| row.title_zh).or(listed) {
                write!(out, "  {title}")?;
            }
        }
        Subject::Document { .. } => {
            let root = report.reading.root.unwrap_or("document");
            write!(out, "{}", Styled(p.title, root))?;
            if let Some(row) = row {
                write!(out, "  {}", row.title_zh)?;
            }
        }
        Subject::Bytes { count: 0, what } => write!(out, "{}", Styled(p.bad, what))?,
        Subject::Bytes { count, what } => {
            write!(out, "{}", Styled(p.bad, format_args!("{what}: {}", counted(count, "byte"))))?;
        }
    }
    if let Some(row) = row {
        write!(out, "  {}", Styled(p.dim, format_args!("§{}", row.section)))?;
    }
    writeln!(out)
}

fn particulars(out: &mut dyn Write, p: &Palette, report: &Report) -> io::Result<()> {
    let mut parts: Vec<String> = Vec::new();
    if let Some(time) = report.place.time {
        parts.push(format!("{time} UTC"));
    }
    if let Some((from, to)) = report.place.link {
        parts.push(format!("{from} → {to}"));
    }
    if !parts.is_empty() {
        writeln!(out, "  {}", Styled(p.dim, parts.join(" · ")))?;
        parts.clear();
    }
    let offset = format!("at byte {}", report.offset);
    match report.subject {
        Subject::Frame { seq, payload, digest, .. } => {
            let before = format!("seq {seq} · {} · digest ", counted(payload as u64, "byte"));
            let (style, verdict) = match digest {
                DigestVerdict::Ok => (p.good, "ok"),
                DigestVerdict::Bad => (p.bad, "bad"),
                DigestVerdict::Unchecked => (p.warn, "unchecked"),
            };
            let after = format!(" · {offset}");
            writeln!(out, "  {}{}{}", Styled(p.dim, before), Styled(style, verdict), Styled(p.dim, after))?;
        }
        Subject::Document { bytes } => {
            parts.extend(report.reading.operation.map(|row| parties(row, report.reading.root)));
            parts.push(counted(bytes as u64, "byte"));
            parts.push(offset);
            writeln!(out, "  {}", Styled(p.dim, parts.join(" · ")))?;
        }
        Subject::Bytes { .. } => writeln!(out, "  {}", Styled(p.dim, offset))?,
    }
    Ok(())
}

fn parties(row: &OperationInfo, root: Option<&str>) -> String {
    let name = |party| match party {
        Party::Device => "device",
        Party::Province => "province platform",
        Party::Group => "group platform",
        Party::Client => "client",
        _ => "?",
    };
    let (requester, responder) = (name(row.requester), name(row.responder));
    if root == Some(row.response.root) {
        format!("{responder} answers {requester}")
    } else {
        format!("{requester} asks {responder}")
    }
}

/// Rows with their values in one column.
fn table(out: &mut dyn Write, p: &Palette, title: &str, rows: &[Row]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    if !title.is_empty() {
        writeln!(out, "  {}", Styled(p.dim, format_args!("{title}:")))?;
    }
    let width = |row: &Row| row.depth * 2 + row.name.chars().count();
    let values = rows.iter().filter(|row| !matches!(row.cell, Cell::Group(_)));
    let column = values.map(width).filter(|&width| width <= MAX_NAME).max().unwrap_or_default();
    for row in rows {
        write!(out, "  {:1$}{2}", "", row.depth * 2, Safe(&row.name))?;
        let pad = (column + 2).saturating_sub(width(row)).max(2);
        match &row.cell {
            Cell::Group(None) => {}
            Cell::Group(Some(index)) => write!(out, "[{index}]")?,
            Cell::NoEntries => write!(out, "{:pad$}{}", "", Styled(p.dim, "none"))?,
            Cell::Value { text, .. } if text.is_empty() => {
                write!(out, "{:pad$}{}", "", Styled(p.dim, "(empty)"))?;
            }
            Cell::Value { text, unit, meaning } => {
                write!(out, "{:pad$}{}", "", Safe(text))?;
                if !unit.is_empty() {
                    write!(out, " {unit}")?;
                }
                if let Some(meaning) = meaning {
                    write!(out, "  {}", Styled(p.dim, meaning))?;
                }
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn notes(out: &mut dyn Write, p: &Palette, report: &Report) -> io::Result<()> {
    if !report.notes.is_empty() {
        writeln!(out)?;
    }
    for note in &report.notes {
        let (style, mark) = match note.severity {
            Severity::Error => (p.bad, "✗"),
            Severity::Repair => (p.warn, "!"),
            Severity::Remark => (p.dim, "·"),
        };
        let erratum = note.erratum.map(|erratum| format!("{erratum} ")).unwrap_or_default();
        let place = place(note, &report.subject);
        write!(out, "  {} {}", Styled(style, mark), Styled(style, erratum))?;
        writeln!(out, "{}{}", Safe(&note.text), Styled(p.dim, format_args!("{}", Safe(&place))))?;
        if !note.advice.is_empty() {
            writeln!(out, "    {}", Styled(p.dim, note.advice))?;
        }
    }
    if report.more_notes > 0 {
        writeln!(out, "  {} {} more", Styled(p.warn, "!"), report.more_notes)?;
    }
    Ok(())
}

/// Element and byte, unless the particulars have said so already.
fn place(note: &Note, subject: &Subject) -> String {
    let unit = if matches!(subject, Subject::Frame { .. }) { "DATA byte" } else { "byte" };
    match (note.path.as_str(), subject) {
        (_, Subject::Bytes { .. }) => String::new(),
        ("", _) if note.offset == 0 => String::new(),
        ("", _) => format!("  — {unit} {}", note.offset),
        (path, _) => format!("  — {path}, {unit} {}", note.offset),
    }
}

/// Writes the last line.
pub(super) fn summary(out: &mut dyn Write, p: &Palette, tally: &Tally) -> io::Result<()> {
    let mut parts = Vec::new();
    if tally.documents > 0 {
        parts.push(counted(tally.documents, "document"));
    }
    if tally.frames > 0 || tally.documents == 0 {
        parts.push(counted(tally.frames, "frame"));
    }
    if tally.digests_ok > 0 {
        parts.push(format!("{} ok", counted(tally.digests_ok, "digest")));
    }
    if tally.digests_bad > 0 {
        parts.push(Styled(p.bad, format_args!("{} bad", counted(tally.digests_bad, "digest"))).to_string());
    }
    let mut diagnostics = counted(tally.diagnostics(), "diagnostic");
    let times = |n: u64| if n > 1 { format!(" ×{n}") } else { String::new() };
    let mut groups: Vec<_> = tally.by_erratum.iter().map(|(id, &n)| format!("{id}{}", times(n))).collect();
    if tally.without_erratum > 0 {
        groups.push(format!("without erratum{}", times(tally.without_erratum)));
    }
    if tally.diagnostics() == 0 {
        "no diagnostics".clone_into(&mut diagnostics);
    } else {
        let style = if tally.errors > 0 { p.bad } else { p.warn };
        diagnostics = Styled(style, diagnostics).to_string();
        if tally.errors > 0 {
            diagnostics.push_str(&format!(" ({})", counted(tally.errors, "error")));
        }
        if !tally.by_erratum.is_empty() {
            diagnostics.push_str(": ");
            diagnostics.push_str(&groups.join(", "));
        }
    }
    parts.push(diagnostics);
    writeln!(out, "{}", parts.join(" · "))?;
    for remark in &tally.remarks {
        writeln!(out, "{}", Styled(p.dim, Safe(remark)))?;
    }
    Ok(())
}

/// `1 frame`, `2 frames`.
pub(super) fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
