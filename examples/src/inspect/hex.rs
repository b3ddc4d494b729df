//! Hex text: plain digits, and the dumps of `xxd`, `hexdump -C`, `tcpdump -X` and Wireshark.
//!
//! A dump line is told from plain digits by an offset that fits: it must say how many bytes came
//! before, or 0 for the start of another dump. Everything after the columns of digits is the dump's
//! picture of the text and is left out.

use std::io::{BufRead, Read};

use super::failure::Failure;

/// Longest line accepted: a frame of the greatest length takes 131,118 digits.
const MAX_LINE: usize = 1 << 20;

/// Reads hex text line by line.
#[derive(Debug, Default)]
pub(super) struct HexReader {
    line: u64,
    /// Bytes since the start of the current dump.
    in_dump: u64,
}

/// A line that is no hex text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    line: u64,
    column: usize,
    what: &'static str,
}

impl HexReader {
    /// Reads the next line and appends its bytes; `false` at the end of the input.
    pub(super) fn read_line(&mut self, input: &mut dyn BufRead, out: &mut Vec<u8>) -> Result<bool, Failure> {
        let mut line = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        let read = Read::take(&mut *input, limit).read_until(b'\n', &mut line);
        let read = read.map_err(|error| Failure::input(format!("cannot read: {error}"), ""))?;
        if read > MAX_LINE {
            return Err(Failure::input(
                format!("line {}: longer than {MAX_LINE} characters", self.line + 1),
                "`xxd -r -p FILE | inspect - --raw`",
            ));
        }
        if read == 0 {
            return Ok(false);
        }
        self.push_line(&line, out).map_err(BadLine::into_failure)?;
        Ok(true)
    }

    /// Appends the bytes of one line.
    pub(super) fn push_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), BadLine> {
        self.line += 1;
        let bad = |what| BadLine { line: self.line, column: 1, what };
        let text = std::str::from_utf8(line).map_err(|_| bad("not text"))?;
        let text = text.trim_start_matches('\u{feff}').trim_end();
        let code = text.split('#').next().unwrap_or_default().trim_end();
        let before = out.len();
        match dump_digits(code, self.in_dump).map_err(bad)? {
            Some((digits, restart)) => {
                self.push_digits(code, digits, out)?;
                self.in_dump = if restart { 0 } else { self.in_dump };
            }
            None => self.push_digits(code, code, out)?,
        }
        self.in_dump += (out.len() - before) as u64;
        Ok(())
    }

    fn push_digits(&self, line: &str, digits: &str, out: &mut Vec<u8>) -> Result<(), BadLine> {
        let separator = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':' | '-' | '\\');
        for token in digits.split(separator).filter(|token| !token.is_empty()) {
            let column = token.as_ptr() as usize - line.as_ptr() as usize + 1;
            let bad = |what| BadLine { line: self.line, column, what };
            let token = ["0x", "x"].iter().find_map(|start| token.strip_prefix(start)).unwrap_or(token);
            if !token.len().is_multiple_of(2) {
                return Err(bad("an odd number of hex digits"));
            }
            for pair in token.as_bytes().chunks(2) {
                let digit = |at: usize| pair.get(at).and_then(|&b| char::from(b).to_digit(16));
                let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                    return Err(bad("not a hex digit"));
                };
                out.push((high << 4 | low) as u8);
            }
        }
        Ok(())
    }
}

impl BadLine {
    fn into_failure(self) -> Failure {
        Failure::input(
            format!("line {}, column {}: {}", self.line, self.column, self.what),
            "one frame per line or wrapped, digits in pairs, `#` before comments; or `--raw` for bytes",
        )
    }
}

/// The digits of a dump line, and whether another dump begins with it; `None` for plain digits.
fn dump_digits(line: &str, in_dump: u64) -> Result<Option<(&str, bool)>, &'static str> {
    let line = line.trim_start();
    let digits = line.trim_start_matches("0x");
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    let (offset, rest) = digits.split_at(end);
    let Ok(value) = u64::from_str_radix(offset, 16) else { return Ok(None) };
    if offset.len() < 4 {
        return Ok(None);
    }
    let fits = value == 0 || value == in_dump;
    if let Some(columns) = rest.strip_prefix(": ").or(rest.strip_prefix(":\t")) {
        // xxd and tcpdump: one blank between groups, two before the text.
        if !fits {
            return Err("the offset of this line does not follow from the lines before");
        }
        return Ok(Some((columns.trim_start().split("  ").next().unwrap_or_default(), value == 0)));
    }
    Ok(if fits { columns_without_colon(rest, value) } else { None })
}

/// The digits behind an offset that has no colon.
fn columns_without_colon(rest: &str, offset: u64) -> Option<(&str, bool)> {
    let restart = offset == 0;
    // hexdump -C: `|` before the text, and a last line with nothing but the length.
    if let Some((columns, _)) = rest.split_once('|') {
        return Some((columns, restart));
    }
    if rest.is_empty() {
        return (!restart).then_some(("", false));
    }
    // Wireshark and hexdump without text: pairs, and three blanks before the text.
    let columns = rest.strip_prefix("  ")?.trim_start();
    let columns = columns.split("   ").next().unwrap_or_default();
    columns.split_ascii_whitespace().all(|pair| pair.len() == 2).then_some((columns, restart))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<u8>, BadLine> {
        let (mut reader, mut out) = (HexReader::default(), Vec::new());
        for line in text.split_inclusive('\n') {
            reader.push_line(line.as_bytes(), &mut out)?;
        }
        Ok(out)
    }

    const TWENTY: &[u8] = b"\xfa\xf5\x33\x00\x01\x00\x00\x0c<A>deadbeef</A>";

    #[test]
    fn plain_digits() {
        for text in ["faf53300", "FA F5 33 00", "fa:f5:33:00", "0xfa, 0xf5, 0x33, 0x00", "\\xfa\\xf5 3300"] {
            assert_eq!(read(text), Ok(vec![0xFA, 0xF5, 0x33, 0]), "{text}");
        }
        assert_eq!(read("# heartbeat\nfaf5 # magic\n\n  3300\n"), Ok(vec![0xFA, 0xF5, 0x33, 0]));
    }

    #[test]
    fn dumps() {
        let xxd = "00000000: faf5 3300 0100 000c 3c41 3e64 6561 6462  ..3.....<A>deadb\n\
                   00000010: 6565 663c 2f41 3e                        eef</A>\n";
        let hexdump = "00000000  fa f5 33 00 01 00 00 0c  3c 41 3e 64 65 61 64 62  |..3.....<A>deadb|\n\
                       00000010  65 65 66 3c 2f 41 3e                              |eef</A>|\n00000017\n";
        let tcpdump = "\t0x0000:  faf5 3300 0100 000c 3c41 3e64 6561 6462  ..3.....<A>deadb\n\
                       \t0x0010:  6565 663c 2f41 3e                        eef</A>\n";
        let wireshark = "0000   fa f5 33 00 01 00 00 0c 3c 41 3e 64 65 61 64 62   ..3.....<A>deadb\n\
                         0010   65 65 66 3c 2f 41 3e                              eef</A>\n";
        for text in [xxd, hexdump, tcpdump, wireshark] {
            assert_eq!(read(text).as_deref(), Ok(TWENTY), "{text}");
            let twice = format!("{text}\n{text}");
            assert_eq!(read(&twice).map(|bytes| bytes.len()), Ok(2 * TWENTY.len()), "{text}");
        }
    }

    #[test]
    fn a_line_that_is_no_hex_is_named() {
        assert_eq!(
            read("faf5\nfaf\n"),
            Err(BadLine { line: 2, column: 1, what: "an odd number of hex digits" })
        );
        assert_eq!(read("faf5 33 zz"), Err(BadLine { line: 1, column: 9, what: "not a hex digit" }));
        let what = "the offset of this line does not follow from the lines before";
        assert_eq!(read("00000040: faf5"), Err(BadLine { line: 1, column: 1, what }));
    }
}
