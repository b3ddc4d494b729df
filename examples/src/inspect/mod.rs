//! The program `inspect`: shows what captures, streams, hex text and XML files hold.
//!
//! | module | does |
//! |---|---|
//! | `args`, `failure` | command line and reasons to stop |
//! | `input`, `hex`, `capture` | recognise and read the four formats |
//! | `link`, `tcp`, `connections` | packets to segments to streams |
//! | `frames`, `message`, `fields` | streams to frames to messages to rows |
//! | `report`, `note`, `tally` | what is to be said, before it takes a form |
//! | `human`, `json`, `safe`, `output` | the two forms |

mod args;
mod capture;
mod connections;
mod dispatch;
mod failure;
mod fields;
mod frames;
mod hex;
mod human;
mod input;
mod json;
mod link;
mod message;
mod note;
mod output;
mod report;
mod safe;
mod tally;
mod tcp;
mod time;

use std::io::{BufReader, Read, Write};

use kandian_codec::Side;
use kandian_proto::xml::Limits;

pub use args::{Args, Colour, Role};
pub use failure::Failure;

use capture::Ending;
use connections::Connections;
use frames::FrameStream;
use human::Palette;
use input::Format;
use link::Parsed;
use note::{Note, Severity};
use output::{Form, Output};
use report::{Place, Report, Subject};

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// Longest head of an HTTP message before a document.
const MAX_HEAD: usize = 64 << 10;

/// Reads the input and writes what it holds. Returns whether all of it could be read and, with
/// `--strict`, nothing had to be repaired.
///
/// # Errors
/// When the input cannot be read any further or the output cannot be written.
pub fn run(args: &Args, input: impl Read, output: &mut dyn Write, colour: bool) -> Result<bool, Failure> {
    let form = if args.json { Form::Json } else { Form::Human(Palette::new(colour)) };
    let live = args.file.as_os_str() == "-";
    let mut out = Output::new(output, form, args.show_secrets, live);
    let input = input::open(input, args)?;
    let read = match input.format {
        Format::Pcap => capture(false, input.reader, args, &mut out),
        Format::PcapNg => capture(true, input.reader, args, &mut out),
        Format::Xml => document(input.reader, &mut out),
        Format::Hex => hex(input.reader, args, &mut out),
        Format::Raw => raw(input.reader, args, &mut out),
    };
    // What was found before the failure is worth its summary.
    out.finish()?;
    read?;
    if out.tally.is_empty() {
        return Err(Failure::input("no frame found", nothing_found(input.format)));
    }
    Ok(out.tally.errors == 0 && (out.tally.repairs == 0 || !args.strict))
}

fn nothing_found(format: Format) -> &'static str {
    match format {
        Format::Pcap | Format::PcapNg => "--port PORT when the platform does not listen on 8588",
        _ => "is this the right file?",
    }
}

fn place(args: &Args) -> Place {
    Place { sender: args.role.map(Side::from), ..Place::default() }
}

fn stream(args: &Args) -> Result<FrameStream, Failure> {
    FrameStream::new(args.scan).map_err(|error| Failure::Usage(error.to_string()))
}

fn raw(mut input: impl Read, args: &Args, out: &mut Output<'_>) -> Result<(), Failure> {
    let mut stream = stream(args)?;
    let mut chunk = vec![0; CHUNK];
    let mut position = 0;
    while !stream.stopped() {
        let read = read_some(&mut input, &mut chunk, position)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        stream.feed(place(args), bytes, out)?;
        position += read as u64;
    }
    stream.finish(place(args), out)?;
    Ok(())
}

fn read_some(input: &mut impl Read, chunk: &mut [u8], position: u64) -> Result<usize, Failure> {
    loop {
        match input.read(chunk) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            read => {
                return read
                    .map_err(|error| Failure::input(format!("byte {position}: cannot read: {error}"), ""));
            }
        }
    }
}

fn hex(input: impl Read, args: &Args, out: &mut Output<'_>) -> Result<(), Failure> {
    let mut stream = stream(args)?;
    let mut input = BufReader::with_capacity(CHUNK, input);
    let (mut lines, mut bytes) = (hex::HexReader::default(), Vec::new());
    while !stream.stopped() && lines.read_line(&mut input, &mut bytes)? {
        stream.feed(place(args), &bytes, out)?;
        bytes.clear();
    }
    stream.finish(place(args), out)?;
    Ok(())
}

fn document(input: impl Read, out: &mut Output<'_>) -> Result<(), Failure> {
    let limit = Limits::CLIENT.document_bytes + MAX_HEAD;
    let mut bytes = Vec::new();
    let read = input.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::input(format!("byte {}: cannot read: {error}", bytes.len()), ""))?;
    if bytes.len() > limit {
        let what = format!(
            "byte {limit}: a document ends before; the limit is {} bytes",
            Limits::CLIENT.document_bytes
        );
        return Err(Failure::input(what, "one document per file; --raw or --hex for frames"));
    }
    let head = http_head(&bytes);
    let body = bytes.get(head..).unwrap_or_default();
    let (reading, notes, more_notes) = message::read_document(body, out.show_secrets);
    let subject = Subject::Document { bytes: body.len() };
    let place = Place::default();
    out.report(&Report { place, offset: head as u64, subject, reading, notes, more_notes })?;
    Ok(())
}

/// Length of the head of an HTTP message, if the bytes begin with one.
fn http_head(bytes: &[u8]) -> usize {
    if bytes.trim_ascii_start().starts_with(b"<") {
        return 0;
    }
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let found = ends.iter().filter_map(|end| {
        bytes.windows(end.len()).position(|window| window == *end).map(|at| at + end.len())
    });
    found.min().unwrap_or(0)
}

fn capture(pcapng: bool, input: impl Read, args: &Args, out: &mut Output<'_>) -> Result<(), Failure> {
    let mut connections = Connections::new(args.port, args.scan);
    let (mut packets, mut fragments, mut unknown_links) = (0_u64, 0_u64, 0_u64);
    let mut unknown = None;
    let read = capture::read(pcapng, input, &mut |packet| {
        packets += 1;
        match link::parse(packet.link, packet.data) {
            Parsed::Tcp(segment) => connections.segment(packet.time, &segment, out)?,
            Parsed::Fragment => fragments += 1,
            Parsed::UnknownLink => {
                unknown_links += 1;
                unknown.get_or_insert(packet.link);
            }
            Parsed::Other => {}
        }
        Ok(())
    });
    let ignored = connections.ignored;
    connections.finish(out)?;
    let mut remark = format!("{packets} packets read");
    if ignored > 0 {
        remark.push_str(&format!(", {ignored} of other TCP connections (--port, --json to look closer)"));
    }
    if fragments > 0 {
        remark.push_str(&format!(", {fragments} fragments of IP packets left out"));
    }
    out.tally.remarks.push(remark);
    if let Some(link) = unknown {
        let text =
            format!("{unknown_links} packets of a network this program does not know (link type {})", link.0);
        let note = Note::new(Severity::Error, "unknown_link", 0, text)
            .advice("`editcap -T ether` if they are Ethernet");
        out.report(&Report::bytes(Place::default(), 0, 0, "packets left out", note))?;
    }
    if let Ending::Truncated { offset } = read? {
        let note = Note::new(Severity::Error, "truncated_capture", offset, "the file ends inside a packet")
            .advice("the capturing program was stopped while it wrote; all before is complete");
        out.report(&Report::bytes(Place::default(), offset, 0, "the end of the capture is missing", note))?;
    }
    Ok(())
}
