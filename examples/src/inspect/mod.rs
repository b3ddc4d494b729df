//! The program `inspect`: shows what captures, streams, hex text and XML files hold.
//!
//! | module | does |
//! |---|---|
//! | `args`, `failure` | command line and reasons to stop |
//! | `input`, `hex`, `dump`, `capture` | recognise and read the four formats |
//! | `link`, `tcp`, `connections` | packets to segments to streams |
//! | `stream`, `frames`, `documents` | streams to frames and documents |
//! | `message`, `fields` | frames and documents to messages to rows |
//! | `report`, `note`, `tally` | what is to be said, before it takes a form |
//! | `human`, `json`, `safe`, `output` | the two forms |

mod args;
mod capture;
mod connections;
mod dispatch;
mod documents;
mod dump;
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
mod stream;
mod tally;
mod tcp;
mod time;

use std::io::{BufReader, Read, Write};

use kandian_codec::Side;
use pcap_parser::Linktype;

pub use args::{Args, Colour, Role};
pub use failure::Failure;
pub(crate) use safe::Safe;

use capture::Ending;
use connections::Connections;
use documents::{DocumentStream, MAX_BODY, MAX_HEAD};
use hex::Piece;
use human::{Palette, counted};
use input::Format;
use link::Parsed;
use note::{Note, Severity};
use output::{Form, Output};
use report::{Place, Report};
use stream::{Kind, Stream};
use time::Time;

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;

/// Reads the input and writes what it holds. Returns whether all of it could be read and, with
/// `--strict`, there was nothing to say about it.
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
        return Err(Failure::input("no frame or document found", nothing_found(input.format)));
    }
    Ok(out.tally.errors == 0 && (out.tally.diagnostics() == 0 || !args.strict))
}

fn nothing_found(format: Format) -> &'static str {
    match format {
        Format::Pcap | Format::PcapNg | Format::Hex => {
            "--port PORT when the platform does not listen on 8588"
        }
        _ => "is this the right file?",
    }
}

fn place(args: &Args) -> Place {
    Place { sender: args.role.map(Side::from), ..Place::default() }
}

fn stream(args: &Args) -> Result<Stream, Failure> {
    if args.scan { Stream::scanned() } else { Ok(Stream::new(0, Kind::Whole)) }
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
    stream.finish(place(args), out)
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

/// Hex text. Dumps of packets go the way of captures; everything else is one stream.
fn hex(input: impl Read, args: &Args, out: &mut Output<'_>) -> Result<(), Failure> {
    let mut stream = stream(args)?;
    let mut packets = Packets::new(args);
    let mut input = BufReader::with_capacity(CHUNK, input);
    let mut blocks = hex::Blocks::default();
    while !stream.stopped()
        && let Some(piece) = blocks.next(&mut input)?
    {
        match piece {
            Piece::Bytes(bytes) => stream.feed(place(args), &bytes, out)?,
            Piece::Packet(link, bytes) => packets.take(None, link, &bytes, out)?,
        }
    }
    stream.finish(place(args), out)?;
    packets.finish(out)
}

fn document(input: impl Read, out: &mut Output<'_>) -> Result<(), Failure> {
    let limit = MAX_BODY + MAX_HEAD;
    let mut bytes = Vec::new();
    let read = input.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::input(format!("byte {}: cannot read: {error}", bytes.len()), ""))?;
    if bytes.len() > limit {
        let what = format!("byte {limit}: a document ends before; the limit is {MAX_BODY} bytes");
        return Err(Failure::input(what, "one document per file; --raw or --hex for frames"));
    }
    let mut documents = DocumentStream::new(0, false);
    documents.feed(Place::default(), &bytes, out)?;
    Ok(documents.finish(Place::default(), out)?)
}

/// The packets of a capture or of dumps.
struct Packets {
    connections: Connections,
    read: u64,
    fragments: u64,
    unknown_links: u64,
    unknown: Option<Linktype>,
}

impl Packets {
    fn new(args: &Args) -> Self {
        let connections = Connections::new(args.port, args.scan);
        Self { connections, read: 0, fragments: 0, unknown_links: 0, unknown: None }
    }

    fn take(
        &mut self,
        time: Option<Time>,
        link: Linktype,
        data: &[u8],
        out: &mut Output<'_>,
    ) -> Result<(), Failure> {
        self.read += 1;
        match link::parse(link, data) {
            Parsed::Tcp(segment) => self.connections.segment(time, &segment, out)?,
            Parsed::Fragment => self.fragments += 1,
            Parsed::UnknownLink => {
                self.unknown_links += 1;
                self.unknown.get_or_insert(link);
            }
            Parsed::Other => {}
        }
        Ok(())
    }

    fn finish(mut self, out: &mut Output<'_>) -> Result<(), Failure> {
        self.connections.finish(out)?;
        if self.read == 0 {
            return Ok(());
        }
        let mut remark = format!("{} read", counted(self.read, "packet"));
        if self.connections.ignored > 0 {
            remark.push_str(&format!(", {} of other TCP connections", self.connections.ignored));
        }
        if self.connections.foreign > 0 {
            let messages = counted(self.connections.foreign, "HTTP message");
            remark.push_str(&format!(", {messages} of other protocols"));
        }
        if self.fragments > 0 {
            let fragments = counted(self.fragments, "fragment");
            remark.push_str(&format!(", {fragments} of IP packets left out"));
        }
        out.tally.remarks.push(remark);
        if let Some(link) = self.unknown {
            let packets = counted(self.unknown_links, "packet");
            let text = format!("{packets} of a network this program does not know (link type {})", link.0);
            let note = Note::new(Severity::Error, "unknown_link", 0, text)
                .advice("`editcap -T ether` if they are Ethernet");
            out.report(&Report::bytes(Place::default(), 0, 0, "packets left out", note))?;
        }
        Ok(())
    }
}

fn capture(pcapng: bool, input: impl Read, args: &Args, out: &mut Output<'_>) -> Result<(), Failure> {
    let mut packets = Packets::new(args);
    let read =
        capture::read(pcapng, input, &mut |packet| packets.take(packet.time, packet.link, packet.data, out));
    packets.finish(out)?;
    if let Ending::Truncated { offset } = read? {
        let note = Note::new(Severity::Error, "truncated_capture", offset, "the file ends inside a packet")
            .advice("the capturing program was stopped while it wrote; all before is complete");
        out.report(&Report::bytes(Place::default(), offset, 0, "the end of the capture is missing", note))?;
    }
    Ok(())
}
