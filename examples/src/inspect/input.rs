//! Recognising the input, without reading more of it than needed.

use std::io::{Cursor, ErrorKind, Read};

use kandian_codec::MAGIC;

use super::args::Args;
use super::capture::PCAPNG_MAGIC;
use super::documents::Start;
use super::dump::{Line, classify};
use super::failure::Failure;
use super::hex::HexReader;

/// Bytes looked at; a pcapng header with its options fits.
const PREFIX: usize = 64 << 10;
/// Bytes that are always enough to tell the format.
const ENOUGH: usize = 4 << 10;

/// What the input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Pcap,
    PcapNg,
    Xml,
    Hex,
    Raw,
}

/// The input, with the bytes that were looked at in front again.
pub(super) struct Input<R> {
    pub(super) format: Format,
    pub(super) reader: std::io::Chain<Cursor<Vec<u8>>, R>,
}

/// Finds the format: the one asked for, or the one that the first bytes show.
pub(super) fn open<R: Read>(mut reader: R, args: &Args) -> Result<Input<R>, Failure> {
    let mut prefix = Vec::new();
    let mut chunk = [0; ENOUGH];
    let mut ended = false;
    while !ended && prefix.len() < wanted(&prefix) {
        match reader.read(&mut chunk) {
            Ok(0) => ended = true,
            Ok(n) => prefix.extend_from_slice(chunk.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::input(format!("cannot read: {error}"), "")),
        }
    }
    if prefix.is_empty() {
        return Err(Failure::input("the input is empty", ""));
    }
    let format = match args {
        Args { hex: true, .. } => Format::Hex,
        Args { xml: true, .. } => Format::Xml,
        Args { raw: true, .. } => Format::Raw,
        Args { pcap: true, .. } if prefix.starts_with(&PCAPNG_MAGIC) => Format::PcapNg,
        Args { pcap: true, .. } => Format::Pcap,
        _ => recognise(&prefix, ended)?,
    };
    if args.role.is_some() && matches!(format, Format::Pcap | Format::PcapNg) {
        let text = "--role is for --hex and --raw; in a capture the connection tells who sent what";
        return Err(Failure::Usage(text.to_owned()));
    }
    Ok(Input { format, reader: Cursor::new(prefix).chain(reader) })
}

/// How many bytes to look at, given those that are there. A live capture begins with few.
fn wanted(prefix: &[u8]) -> usize {
    if let Some((&PCAPNG_MAGIC, [a, b, c, d, e, f, g, h, ..])) = prefix.split_first_chunk() {
        let length =
            if [*e, *f, *g, *h] == [0x1A, 0x2B, 0x3C, 0x4D] { [*d, *c, *b, *a] } else { [*a, *b, *c, *d] };
        return (u32::from_le_bytes(length) as usize).min(PREFIX);
    }
    if is_pcap(prefix) {
        return 24;
    }
    if prefix.starts_with(&MAGIC) { MAGIC.len() } else { ENOUGH }
}

fn is_pcap(prefix: &[u8]) -> bool {
    let magic = prefix.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes));
    matches!(magic, Some(0xA1B2_C3D4 | 0xD4C3_B2A1 | 0xA1B2_3C4D | 0x4D3C_B2A1))
}

fn recognise(prefix: &[u8], whole: bool) -> Result<Format, Failure> {
    if prefix.starts_with(&PCAPNG_MAGIC) {
        return Ok(Format::PcapNg);
    }
    if is_pcap(prefix) {
        return Ok(Format::Pcap);
    }
    if prefix.starts_with(&MAGIC) {
        return Ok(Format::Raw);
    }
    if matches!(Start::of(prefix), Start::Http | Start::Xml) {
        return Ok(Format::Xml);
    }
    if is_hex(prefix, whole) {
        return Ok(Format::Hex);
    }
    let advice = match prefix {
        [0x1F, 0x8B, ..] => "this is gzip: `gunzip -c FILE | inspect -`",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "this is zstd: `zstd -dc FILE | inspect -`",
        _ if prefix.windows(2).any(|pair| pair == MAGIC) => {
            "FA F5 occurs further on: --raw --scan looks for frames"
        }
        _ => "--raw, --hex, --pcap or --xml if you know what it is; --raw --scan for damaged streams",
    };
    Err(Failure::input("byte 0: neither a capture, nor frames, nor XML, nor hex digits", advice))
}

/// Bytes of hex text that are no coincidence: then the reader says what is wrong with a line below them.
const CERTAIN: usize = 16;

/// Whether the lines are hex text. The last line may be cut in the middle.
fn is_hex(prefix: &[u8], whole: bool) -> bool {
    let (mut reader, mut bytes) = (HexReader::default(), Vec::new());
    let mut lines: Vec<_> = prefix.split_inclusive(|&b| b == b'\n').collect();
    if !whole && lines.len() > 1 {
        lines.pop();
    }
    if let ([only], false) = (lines.as_mut_slice(), whole) {
        *only = only.get(..only.len() & !1).unwrap_or_default();
    }
    let useless =
        |line: &&[u8]| std::str::from_utf8(line).is_ok_and(|line| matches!(classify(line), Line::Useless(_)));
    let bad = lines.iter().find(|line| reader.push_line(line, &mut bytes).is_err());
    match bad {
        Some(line) => bytes.len() >= CERTAIN || useless(line),
        None => !bytes.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(bytes: &[u8]) -> Option<Format> {
        recognise(bytes, true).ok()
    }

    #[test]
    fn first_bytes() {
        assert_eq!(format(b"\xfa\xf5\x33"), Some(Format::Raw));
        assert_eq!(format(b"\x0a\x0d\x0d\x0a\x1c\0\0\0"), Some(Format::PcapNg));
        assert_eq!(format(b"\xd4\xc3\xb2\xa1\x02\0\x04\0"), Some(Format::Pcap));
        assert_eq!(format(b"\n <?xml version"), Some(Format::Xml));
        assert_eq!(format(b"\xEF\xBB\xBF<A/>"), Some(Format::Xml));
        assert_eq!(format(b"HTTP/1.1 200 OK\r\n\r\n<A/>"), Some(Format::Xml));
        assert_eq!(format(b"# a frame\nfaf533\n"), Some(Format::Hex));
        assert_eq!(format(b"00000000: faf5 3300  ..3.\n"), Some(Format::Hex));
        assert_eq!(format(b"hello"), None);
        assert_eq!(format(b"# only a comment\n"), None);
    }

    #[test]
    fn a_live_capture_is_not_waited_for() {
        assert_eq!(wanted(b"\xd4\xc3\xb2\xa1\x02\0\x04\0"), 24);
        assert_eq!(wanted(b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a"), 28);
        assert_eq!(wanted(b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d"), 28);
        assert_eq!(wanted(b"\xfa\xf5\x33"), 2);
    }
}
