//! Packets of a track, and pictures that become packets.

use super::parts;
use crate::rtsp::h264::{MAX_NALS, NalType, Sps, access_units, annex_b, avcc};
use crate::rtsp::rtp::{Depacketiser, Format, MAX_UNIT_BYTES, Packetiser};
use crate::rtsp::{rtcp, sdp};

/// A header of RTP, as [`packets`] writes it.
const HEADER: usize = 12;

/// Packets of any content give bounded units; pictures of any content come back as they were.
pub fn depacketise(data: &[u8]) {
    let Some((policy, piece, rest)) = parts(data) else { return };
    let format = [Format::H264, Format::Aac, Format::Whole, Format::H264][usize::from(policy & 3)];
    let mut depacketiser = Depacketiser::new(format);
    let (mut taken, mut given) = (0, 0);
    for packet in packets(rest) {
        taken += packet.len();
        let _ = depacketiser.push(&packet);
        let mut units = 0;
        while let Some(media) = depacketiser.poll() {
            assert!(media.data.len() <= MAX_UNIT_BYTES);
            given += media.data.len();
            units += 1;
        }
        assert!(units <= 64);
    }
    // A start code of four bytes for a NAL unit of one byte, which has a length of two bytes before it.
    assert!(given <= taken * 5, "{given} bytes out of {taken}");
    let counts = depacketiser.counts();
    assert!(counts.packets + counts.old + counts.empty <= rest.len() as u64);

    let _ = depacketiser.push(rest);
    assert!(rtcp::parse(rest).count() <= rtcp::MOST_REPORTS);
    let _ = sdp::Remote::parse(rest);
    let _ = Sps::parse(rest);
    pictures(rest, piece);
}

/// Packets of one source: a step of the sequence number, time and marker, a length, and a payload.
fn packets(mut rest: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let (mut sequence, mut time) = (0_u16, 0_u32);
    core::iter::from_fn(move || {
        let (&[step, flags, length], after) = rest.split_first_chunk()?;
        let (payload, after) = after.split_at(after.len().min(usize::from(length)));
        rest = after;
        // Mostly the next one; else a loss, a repetition, or one that overtook others.
        sequence = sequence.wrapping_add_signed(if step < 200 { 1 } else { i16::from(step) - 228 });
        time = time.wrapping_add(u32::from(flags >> 1) * 40);
        let mut packet = vec![0x80, 96 | (flags & 1) << 7];
        packet.extend_from_slice(&sequence.to_be_bytes());
        packet.extend_from_slice(&time.to_be_bytes());
        packet.extend_from_slice(&[0, 0, 0, 1]);
        assert_eq!(packet.len(), HEADER);
        packet.extend_from_slice(payload);
        Some(packet)
    })
}

fn pictures(stream: &[u8], piece: usize) {
    let cut: usize = access_units(stream).map(|unit| unit.stream.len()).sum();
    assert!(cut <= stream.len());
    for length_bytes in [1, 2, 4] {
        assert!(avcc(stream, length_bytes).map(<[u8]>::len).sum::<usize>() <= stream.len());
    }
    let nals: Vec<_> = annex_b(stream).filter(|nal| NalType::of(nal).is_single()).take(MAX_NALS).collect();
    if nals.is_empty() {
        return;
    }
    let mut packetiser = Packetiser::video(1, u16::MAX).packet_bytes(128 + piece);
    // The first unit says where the stream begins.
    let first = packetiser.h264([&[0x65, 0x80][..]], 0);
    let unit = packetiser.h264(nals.iter().copied(), 3_600);
    let mut depacketiser = Depacketiser::new(Format::H264).payload_type(96);
    for packet in first.packets().chain(unit.packets()) {
        assert!(packet.len() <= 128 + piece);
        depacketiser.push(&packet).unwrap();
    }
    assert!(depacketiser.poll().is_some());
    let again = depacketiser.poll().unwrap();
    let expected: Vec<u8> = nals.iter().flat_map(|nal| [&[0, 0, 0, 1][..], nal].concat()).collect();
    assert_eq!((&again.data[..], again.is_idr), (&expected[..], unit.is_idr()));
    assert_eq!(depacketiser.poll(), None);
}
