//! Hex text: plain digits, and the dumps of `xxd`, `hexdump -C`, `od -t x1`, `tcpdump -X` and Wireshark.
//!
//! An offset must say how many bytes came before it in its dump; the first one of a dump may be any. A
//! dump that begins with the headers of a packet is a packet, everything else is one stream.

use std::io::{BufRead, Read};

use pcap_parser::Linktype;

use super::dump::{Form, Line, Row, classify};
use super::failure::Failure;
use super::link;

/// Longest line accepted: a frame of the greatest length takes 131,118 digits.
const MAX_LINE: usize = 1 << 20;
/// Most bytes that one `*` may stand for.
const MAX_REPEAT: u64 = 1 << 20;
/// Longest packet; the largest of the loopback network has 65,549 bytes.
const MAX_PACKET: usize = 256 << 10;
/// Bytes that show whether a dump is one of a packet: the longest header of a link, two tags, and the
/// longest header of IPv4.
const ENOUGH: usize = 20 + 8 + 60;
/// Bases of offsets: all but one are hexadecimal, `od` counts in octal unless told otherwise.
const BASES: [u32; 3] = [16, 8, 10];

/// Reads hex text line by line.
#[derive(Debug, Default)]
pub(super) struct HexReader {
    line: u64,
    /// Inside a dump, the offset of the next line in each of [`BASES`] that all lines fit so far.
    next: Option<[Option<u64>; 3]>,
    /// Bytes of the last line of a dump.
    last: Vec<u8>,
    /// A `*` waits for the offset of the next line.
    repeat: bool,
    /// Digits without an offset came last.
    plain: bool,
    /// A line of words or an empty line came last.
    gap: bool,
}

/// What a line did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// Its bytes begin something new.
    pub(super) begins: bool,
    /// It announces a packet.
    pub(super) announces: bool,
    /// It has no offset.
    plain: bool,
}

/// A line that is no hex text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    line: u64,
    column: usize,
    what: String,
}

impl HexReader {
    /// Reads the next line and appends its bytes; `None` at the end of the input.
    fn read_line(&mut self, input: &mut dyn BufRead, out: &mut Vec<u8>) -> Result<Option<Effect>, Failure> {
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
            return Ok(None);
        }
        self.push_line(&line, out).map(Some).map_err(BadLine::into_failure)
    }

    fn bad(&self, what: impl Into<String>) -> BadLine {
        BadLine { line: self.line, column: 1, what: what.into() }
    }

    /// Appends the bytes of one line.
    pub(super) fn push_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<Effect, BadLine> {
        self.line += 1;
        let text = std::str::from_utf8(line).map_err(|_| self.bad("not text"))?;
        let text = text.trim_start_matches('\u{feff}').trim_end();
        let mut effect = Effect::default();
        match classify(text) {
            Line::Nothing => self.gap |= text.is_empty(),
            Line::Header => {
                (self.gap, self.repeat) = (true, false);
                effect.announces = true;
            }
            Line::Repeat if self.next.is_some() => self.repeat = true,
            Line::Repeat => return Err(self.bad("`*` stands for lines of a dump, but none came before it")),
            Line::Useless(why) => return Err(self.bad(why)),
            Line::Digits(digits) => {
                effect.begins = self.plain_digits(text, digits, out)?;
                effect.plain = true;
            }
            Line::Row(row) => effect.begins = self.row(text, &row, out)?,
        }
        Ok(effect)
    }

    /// A line of digits without an offset; whether it begins something.
    fn plain_digits(&mut self, line: &str, digits: &str, out: &mut Vec<u8>) -> Result<bool, BadLine> {
        self.push_digits(line, digits, out)?;
        let begins = !self.plain || self.gap;
        (self.next, self.plain, self.gap) = (None, true, false);
        Ok(begins)
    }

    /// A line of a dump; whether it begins another one.
    fn row(&mut self, line: &str, row: &Row<'_>, out: &mut Vec<u8>) -> Result<bool, BadLine> {
        let values = BASES.map(|base| u64::from_str_radix(row.offset, base).ok());
        if std::mem::take(&mut self.repeat) {
            self.fill(row.offset.len(), &values, out)?;
        }
        let fitting = self.next.map(|next| {
            let mut fitting = values;
            fitting.iter_mut().zip(next).for_each(|(value, next)| *value = value.filter(|_| *value == next));
            fitting
        });
        let fitting = fitting.filter(|fitting| fitting.iter().any(Option::is_some));
        let zero = values[0] == Some(0);
        let begins = match (row.form, fitting, self.next) {
            (Form::Bare, Some(_), _) => {
                (self.next, self.gap) = (None, true);
                return Ok(false);
            }
            (Form::Bare, None, _) => return self.plain_digits(line, row.line, out),
            (_, Some(_), _) => false,
            (Form::Certain, None, None) => true,
            (Form::Certain, None, Some(_)) if zero || self.gap => true,
            (Form::Columns, None, next)
                if row.offset.starts_with('0') && (self.gap || !self.plain && (zero || next.is_none())) =>
            {
                true
            }
            (Form::Columns, None, None) => return self.plain_digits(line, row.line, out),
            (_, None, Some(next)) => {
                let next = next.into_iter().zip(BASES).find_map(|(next, base)| Some((next?, base)));
                let expected = match next {
                    Some((next, 8)) => format!("{next:o}"),
                    Some((next, 10)) => format!("{next}"),
                    Some((next, _)) => format!("{next:x}"),
                    None => "0".to_owned(),
                };
                let what = format!(
                    "the offset of this line does not follow from the lines before; expected {expected} or 0"
                );
                return Err(self.bad(what));
            }
        };
        let before = out.len();
        self.push_digits(line, row.digits, out)?;
        self.last = out.get(before..).unwrap_or_default().to_vec();
        let length = self.last.len() as u64;
        let from = fitting.filter(|_| !begins).unwrap_or(values);
        self.next = Some(from.map(|value| value.and_then(|value| value.checked_add(length))));
        (self.plain, self.gap) = (false, false);
        Ok(begins)
    }

    /// Puts the last line in again up to the offset of the present one. Where the lines before leave the
    /// base open, seven digits are the octal ones of `od`.
    fn fill(&mut self, digits: usize, offsets: &[Option<u64>; 3], out: &mut Vec<u8>) -> Result<(), BadLine> {
        let order = if digits == 7 { [1, 2, 0] } else { [0, 1, 2] };
        let length = self.last.len() as u64;
        let missing = self.next.and_then(|next| {
            order.into_iter().find_map(|base: usize| {
                let missing = offsets[base]?.checked_sub(next[base]?)?;
                (length > 0 && missing.is_multiple_of(length)).then_some((base, missing))
            })
        });
        let Some((base, missing)) = missing else {
            return Err(self.bad("the offset behind `*` does not follow from the lines before it"));
        };
        if missing > MAX_REPEAT {
            return Err(self.bad(format!("`*` stands for more than {MAX_REPEAT} bytes")));
        }
        for _ in 0..missing / length {
            out.extend_from_slice(&self.last);
        }
        let mut next = [None; 3];
        next[base] = offsets[base];
        self.next = Some(next);
        Ok(())
    }

    fn push_digits(&self, line: &str, digits: &str, out: &mut Vec<u8>) -> Result<(), BadLine> {
        let separator = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':' | '-' | '\\');
        for token in digits.split(separator).filter(|token| !token.is_empty()) {
            let column = (token.as_ptr() as usize).saturating_sub(line.as_ptr() as usize) + 1;
            let bad = |what: &str| BadLine { line: self.line, column, what: what.to_owned() };
            let token = ["0x", "x"].iter().find_map(|start| token.strip_prefix(start)).unwrap_or(token);
            if let Some(other) = token.chars().find(|c| !c.is_ascii_hexdigit()) {
                return Err(bad(&format!("{other:?} is not a hex digit")));
            }
            if !token.len().is_multiple_of(2) {
                return Err(bad("an odd number of hex digits"));
            }
            for pair in token.as_bytes().chunks(2) {
                let digit = |at: usize| pair.get(at).and_then(|&b| char::from(b).to_digit(16)).unwrap_or(0);
                out.push((digit(0) << 4 | digit(1)) as u8);
            }
        }
        Ok(())
    }
}

impl BadLine {
    fn into_failure(self) -> Failure {
        Failure::input(
            format!("line {}, column {}: {}", self.line, self.column, self.what),
            "expected are hex digits in pairs with `#` before comments, or a dump of xxd, hexdump -C, \
             od -t x1, tcpdump -X or Wireshark; --raw is for bytes, --xml for documents",
        )
    }
}

/// A piece of the input.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The next bytes of the stream.
    Bytes(Vec<u8>),
    /// A packet.
    Packet(Linktype, Vec<u8>),
}

/// Tells packets from the stream.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    lines: HexReader,
    block: Vec<u8>,
    what: What,
    /// Words announced a packet, which has not begun yet.
    announced: bool,
    ended: bool,
}

/// What the present block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum What {
    #[default]
    Stream,
    /// A dump whose first bytes have not all come.
    Unknown {
        announced: bool,
    },
    Packet(Linktype),
}

impl Blocks {
    /// The next piece; `None` at the end of the input.
    pub(super) fn next(&mut self, input: &mut dyn BufRead) -> Result<Option<Piece>, Failure> {
        while !self.ended {
            let mut bytes = Vec::new();
            let effect = self.lines.read_line(input, &mut bytes)?;
            self.announced |= effect.is_some_and(|effect| effect.announces);
            // A packet per line.
            let another = matches!(self.what, What::Packet(_)) && link::guess(&bytes, false).is_some();
            let before = match effect {
                Some(Effect { begins, plain, .. }) if begins || plain && another => {
                    let before = self.take();
                    self.what = What::Unknown { announced: std::mem::take(&mut self.announced) };
                    before
                }
                Some(_) => None,
                None => {
                    self.ended = true;
                    self.take()
                }
            };
            self.block.append(&mut bytes);
            if let What::Unknown { .. } = self.what
                && self.block.len() >= ENOUGH
            {
                self.decide();
            }
            if before.is_some() {
                return Ok(before);
            }
            match self.what {
                What::Stream if !self.block.is_empty() => return Ok(self.take()),
                What::Packet(_) if self.block.len() > MAX_PACKET => {
                    let what = format!("line {}: a packet longer than {MAX_PACKET} bytes", self.lines.line);
                    return Err(Failure::input(what, "`xxd -r FILE | inspect - --raw`"));
                }
                _ => {}
            }
        }
        Ok(self.take())
    }

    fn decide(&mut self) {
        if let What::Unknown { announced } = self.what {
            self.what = link::guess(&self.block, announced).map_or(What::Stream, What::Packet);
        }
    }

    /// Ends the present block.
    fn take(&mut self) -> Option<Piece> {
        self.decide();
        let bytes = Some(std::mem::take(&mut self.block)).filter(|block| !block.is_empty())?;
        Some(match self.what {
            What::Packet(link) => Piece::Packet(link, bytes),
            _ => Piece::Bytes(bytes),
        })
    }
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
        assert_eq!(read("faf53300\n00000014\n3c413e\n"), Ok(b"\xfa\xf5\x33\0\0\0\0\x14<A>".to_vec()));
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
        let od =
            "000000 fa f5 33 00 01 00 00 0c 3c 41 3e 64 65 61 64 62\n000010 65 65 66 3c 2f 41 3e\n000017\n";
        let od_text = "000000 fa f5 33 00 01 00 00 0c 3c 41 3e 64 65 61 64 62  >..3.....<A>deadb<\n\
                       000010 65 65 66 3c 2f 41 3e                             >eef</A><\n000017\n";
        let od_octal = "0000000 fa f5 33 00 01 00 00 0c 3c 41 3e 64 65 61 64 62\n\
                        0000020 65 65 66 3c 2f 41 3e\n0000027\n";
        for text in [xxd, hexdump, tcpdump, wireshark, od, od_text, od_octal] {
            assert_eq!(read(text).as_deref(), Ok(TWENTY), "{text}");
            let twice = format!("{text}\n{text}");
            assert_eq!(read(&twice).map(|bytes| bytes.len()), Ok(2 * TWENTY.len()), "{text}");
        }
        let xxd_i = "unsigned char frame_bin[] = {\n  0xfa, 0xf5, 0x33, 0x00, 0x01, 0x00, 0x00, 0x0c,\n  \
                     0x3c, 0x41, 0x3e, 0x64, 0x65, 0x61, 0x64, 0x62, 0x65, 0x65, 0x66, 0x3c,\n  \
                     0x2f, 0x41, 0x3e\n};\nunsigned int frame_bin_len = 23;\n";
        assert_eq!(read(xxd_i).as_deref(), Ok(TWENTY));
    }

    #[test]
    fn dumps_that_begin_later() {
        let skipped = "00000021: faf5 3300 0100 000c 3c41 3e64 6561 6462  ..3.....<A>deadb\n\
                       00000031: 6565 663c 2f41 3e                        eef</A>\n";
        assert_eq!(read(skipped).as_deref(), Ok(TWENTY));
        assert_eq!(read(&format!("{skipped}\n{skipped}")).map(|bytes| bytes.len()), Ok(2 * TWENTY.len()));
        let octal = "0000041 fa f5 33 00 01 00 00 0c 3c 41 3e 64 65 61 64 62\n0000061 65 65 66 3c 2f 41 3e\n0000070\n";
        assert_eq!(read(octal).as_deref(), Ok(TWENTY));
    }

    #[test]
    fn repeated_lines() {
        let hexdump = "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\n\
                       00000040  62                                                |b|\n00000041\n";
        assert_eq!(read(hexdump), Ok([&[b'a'; 64][..], b"b"].concat()));
        let od = "0000000 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61\n*\n0000100 62\n0000101\n";
        assert_eq!(read(od), Ok([&[b'a'; 64][..], b"b"].concat()));
        let to_the_end =
            "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\n00000040\n";
        assert_eq!(read(to_the_end), Ok(vec![b'a'; 64]));
        let huge =
            "00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|\n*\nfffffff0\n";
        assert!(read(huge).unwrap_err().what.contains("more than"));
        assert!(read("*\n").unwrap_err().what.contains("none came before"));
    }

    #[test]
    fn a_line_that_is_no_hex_is_named() {
        let bad = |line, column, what: &str| Err(BadLine { line, column, what: what.to_owned() });
        assert_eq!(read("faf5\nfaf\n"), bad(2, 1, "an odd number of hex digits"));
        assert_eq!(read("faf5 33 zz"), bad(1, 9, "'z' is not a hex digit"));
        let what = "the offset of this line does not follow from the lines before; expected 10 or 0";
        let row = "fa f5 33 00 01 00 00 0c 3c 41 3e 64 65 61 64 62";
        assert_eq!(read(&format!("00000000: {row}\n00000040: faf5")), bad(2, 1, what));
        assert!(read("0000000 f5fa 0033").unwrap_err().what.starts_with("words of two bytes"));
    }
}
