//! Packets of a pcap or pcapng file, read as a stream.

use std::io::Read;

use pcap_parser::pcapng::{Block, InterfaceDescriptionBlock};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{LegacyPcapReader, Linktype, PcapBlockOwned, PcapError, PcapNGReader};

use super::failure::Failure;
use super::time::Time;

/// Buffer at the start, and its bound: one packet with its options must fit.
const BUFFER: usize = 256 << 10;
const MAX_BUFFER: usize = 16 << 20;
/// Most interfaces of a section.
const MAX_INTERFACES: usize = 4_096;
/// The first bytes of a pcapng file.
pub(super) const PCAPNG_MAGIC: [u8; 4] = [0x0A, 0x0D, 0x0D, 0x0A];

/// A captured packet.
#[derive(Debug)]
pub(super) struct Packet<'a> {
    pub(super) time: Option<Time>,
    pub(super) link: Linktype,
    pub(super) data: &'a [u8],
}

/// How a capture ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Behind its last packet.
    Clean,
    /// Inside a packet, as when the capturing program was killed.
    Truncated {
        /// Where the unfinished packet starts in the file.
        offset: u64,
    },
}

/// Hands every packet to `take`.
pub(super) fn read(
    pcapng: bool,
    input: impl Read,
    take: &mut dyn FnMut(&Packet<'_>) -> Result<(), Failure>,
) -> Result<Ending, Failure> {
    if pcapng {
        let reader = PcapNGReader::new(BUFFER, input).map_err(|error| broken(0, &error))?;
        packets(reader, take)
    } else {
        let reader = LegacyPcapReader::new(BUFFER, input).map_err(|error| broken(0, &error))?;
        packets(reader, take)
    }
}

fn packets(
    mut reader: impl PcapReaderIterator,
    take: &mut dyn FnMut(&Packet<'_>) -> Result<(), Failure>,
) -> Result<Ending, Failure> {
    let mut section = Section::default();
    let mut capacity = BUFFER;
    loop {
        let consumed = reader.consumed() as u64;
        let wanted = match reader.next() {
            Ok((length, block)) => {
                if let Some(packet) = section.packet(&block, consumed)? {
                    take(&packet)?;
                }
                reader.consume(length);
                continue;
            }
            Err(PcapError::Eof) => return Ok(Ending::Clean),
            Err(PcapError::UnexpectedEof) => return Ok(Ending::Truncated { offset: consumed }),
            Err(PcapError::Incomplete(_)) => false,
            Err(PcapError::BufferTooSmall) => true,
            Err(error) => return Err(broken(consumed, &error)),
        };
        let before = reader.data().len();
        if wanted {
            capacity *= 2;
            if capacity > MAX_BUFFER || !reader.grow(capacity) {
                return Err(Failure::input(
                    format!("byte {consumed}: a packet longer than {MAX_BUFFER} bytes"),
                    "the file is damaged from here on; `editcap` may save the rest",
                ));
            }
        }
        reader.refill().map_err(|error| broken(consumed, &error))?;
        if !wanted && reader.data().len() == before && !reader.reader_exhausted() {
            return Err(broken(consumed, &PcapError::<&[u8]>::Incomplete(0)));
        }
    }
}

fn broken(offset: u64, error: &PcapError<&[u8]>) -> Failure {
    let what = match error {
        PcapError::ReadError => "cannot read on",
        PcapError::HeaderNotRecognized => "not the header of a capture",
        PcapError::Eof | PcapError::UnexpectedEof | PcapError::Incomplete(_) => {
            "the capture ends in its header"
        }
        _ => "no packet of a capture starts here",
    };
    Failure::input(format!("byte {offset}: {what}"), "is the file complete? `capinfos FILE` checks it")
}

/// What the headers of the current section said.
#[derive(Default)]
struct Section {
    interfaces: Vec<Interface>,
}

#[derive(Clone, Copy)]
struct Interface {
    link: Linktype,
    per_second: u64,
    shift: i64,
}

impl Section {
    /// The packet of a block, or nothing for headers, statistics and names.
    fn packet<'a>(
        &mut self,
        block: &'a PcapBlockOwned<'_>,
        offset: u64,
    ) -> Result<Option<Packet<'a>>, Failure> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let per_second = if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
                self.interfaces = vec![Interface { link: header.network, per_second, shift: 0 }];
                Ok(None)
            }
            PcapBlockOwned::Legacy(packet) => {
                let interface = self.interface(0, offset)?;
                let units = u64::from(packet.ts_sec) * interface.per_second + u64::from(packet.ts_usec);
                Ok(Some(interface.packet(Some(units), packet.data, packet.caplen)))
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => {
                self.interfaces.clear();
                Ok(None)
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(block)) => {
                self.describe(block, offset).map(|()| None)
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                let interface = self.interface(packet.if_id, offset)?;
                let units = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                Ok(Some(interface.packet(Some(units), packet.data, packet.caplen)))
            }
            PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
                let interface = self.interface(0, offset)?;
                Ok(Some(interface.packet(None, packet.data, packet.origlen)))
            }
            PcapBlockOwned::NG(_) => Ok(None),
        }
    }

    fn describe(&mut self, block: &InterfaceDescriptionBlock<'_>, offset: u64) -> Result<(), Failure> {
        if self.interfaces.len() == MAX_INTERFACES {
            return Err(Failure::input(format!("byte {offset}: more than {MAX_INTERFACES} interfaces"), ""));
        }
        let per_second = block.ts_resolution().unwrap_or_default();
        self.interfaces.push(Interface { link: block.linktype, per_second, shift: block.ts_offset() });
        Ok(())
    }

    fn interface(&self, index: u32, offset: u64) -> Result<Interface, Failure> {
        self.interfaces.get(index as usize).copied().ok_or_else(|| {
            let what =
                format!("byte {offset}: a packet of interface {index}, which the capture does not describe");
            Failure::input(what, "the file is damaged; `editcap` may save the rest")
        })
    }
}

impl Interface {
    /// A packet of `length` bytes; `data` may have padding behind them.
    fn packet<'a>(&self, units: Option<u64>, data: &'a [u8], length: u32) -> Packet<'a> {
        let time = units.and_then(|units| Time::from_units(units, self.per_second, self.shift));
        Packet { time, link: self.link, data: data.get(..length as usize).unwrap_or(data) }
    }
}
