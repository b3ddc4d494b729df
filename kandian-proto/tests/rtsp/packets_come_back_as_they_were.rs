//! Packetiser and depacketiser.; E-179.

use kandian_proto::rtsp::h264::{NalType, annex_b};
use kandian_proto::rtsp::rtp::{
    DEFAULT_PACKET_BYTES, Depacketiser, Format, HEADER_BYTES, Media, Packetiser, RtpError, Track, punch,
};
use proptest::prelude::*;

fn nal(first: u8, length: usize) -> Vec<u8> {
    // No zeros: start codes are not what is tested here.
    core::iter::once(first).chain((0..length).map(|index| (index % 251) as u8 | 0x80)).collect()
}

fn stream(nals: &[Vec<u8>]) -> Vec<u8> {
    nals.iter().flat_map(|nal| [&[0, 0, 0, 1][..], nal].concat()).collect()
}

fn drain(depacketiser: &mut Depacketiser) -> Vec<Media> {
    core::iter::from_fn(|| depacketiser.poll()).collect()
}

/// types 1 to 23 and 28 only, the marker on the last packet, and no packet above the limit.
#[test]
fn r10_12_single_units_and_parts() {
    let nals = [nal(0x67, 20), nal(0x68, 5), nal(0x06, 40), nal(0x65, 9_000)];
    for most in [128, 500, DEFAULT_PACKET_BYTES, 65_535] {
        let mut packetiser = Packetiser::video(0xDEAD_BEEF, 65_533).packet_bytes(most);
        let unit = packetiser.h264(nals.iter().map(Vec::as_slice), 7);
        let packets: Vec<_> = unit.packets().collect();
        assert_eq!((unit.is_idr(), unit.first_sequence(), unit.timestamp()), (true, 65_533, 7));
        for (index, packet) in packets.iter().enumerate() {
            assert!(packet.len() <= most);
            assert_eq!(u16::from_be_bytes([packet[2], packet[3]]), 65_533_u16.wrapping_add(index as u16));
            assert_eq!(packet[1] & 0x80 != 0, index + 1 == packets.len(), "marker");
            let kind = NalType::of(&packet[HEADER_BYTES..]);
            assert!(kind.is_single() || kind == NalType::FU_A, "{kind}");
        }
        assert_eq!(packetiser.next_sequence(), 65_533_u16.wrapping_add(packets.len() as u16));
    }
}

/// units whose types mean something else in RTP never reach the wire.
#[test]
fn r10_12_no_foreign_types() {
    let mut packetiser = Packetiser::video(1, 0);
    let unit = packetiser.h264([&[0x78, 1][..], &[0x7C, 1], &[], &[0x41, 0x9A]], 0);
    assert_eq!(unit.packet_count(), 1);
}

/// The form for TCP is the packets in a row, each behind its channel and length.
#[test]
fn interleaved_form() {
    let nals = [nal(0x65, 5_000)];
    let unit = Packetiser::video(1, 0).h264(nals.iter().map(Vec::as_slice), 0);
    let rows = |channel: u8| -> Vec<u8> {
        unit.packets()
            .flat_map(|p| [&[b'$', channel][..], &(p.len() as u16).to_be_bytes(), &p[..]].concat())
            .collect()
    };
    assert_eq!(unit.interleaved()[..], rows(0));
    assert_eq!(unit.interleaved_on(0)[..], rows(0));
    assert_eq!(unit.interleaved_on(6)[..], rows(6));
    // Nothing is copied for the usual channel.
    assert_eq!(unit.interleaved_on(0).as_ptr(), unit.interleaved().as_ptr());
    let sound = Packetiser::pcma(2, 0).g711(&[0xD5; 160], 0);
    assert_eq!((sound.interleaved()[1], sound.track()), (2, Track::AUDIO));
}

/// E-179: sound comes back, cut or whole.
#[test]
fn r4_3_sound() {
    let samples: Vec<u8> = (0..3_000_u32).map(|n| n as u8).collect();
    let mut packetiser = Packetiser::pcma(9, 1);
    let unit = packetiser.g711(&samples, 100);
    let mut depacketiser = Depacketiser::new(Format::Whole).payload_type(8);
    unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
    let media = drain(&mut depacketiser);
    assert_eq!(media.iter().flat_map(|m| m.data.to_vec()).collect::<Vec<_>>(), samples);
    assert_eq!(
        (media[0].timestamp, media[1].timestamp),
        (100, 100 + (DEFAULT_PACKET_BYTES - HEADER_BYTES) as u64)
    );

    let mut packetiser = Packetiser::aac(9, 1);
    let unit = packetiser.aac_frame(&samples[..700], 1_024).unwrap();
    let mut depacketiser = Depacketiser::new(Format::Aac);
    unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
    assert_eq!(drain(&mut depacketiser)[0].data, samples[..700]);
    assert_eq!(packetiser.aac_frame(&samples, 0), None);
    assert_eq!(packetiser.aac_frame(&[], 0), None);
}

/// A frame of sound without bytes is none.
#[test]
fn r4_3_empty_frames() {
    let mut packet = punch(97, 1, 5).to_vec();
    packet.extend_from_slice(&[0, 32, 0, 0, 0, 24, 1, 2, 3]);
    let mut depacketiser = Depacketiser::new(Format::Aac);
    assert_eq!(depacketiser.push(&packet), Err(RtpError::Payload));
    assert_eq!(drain(&mut depacketiser), []);
}

/// Several units in one packet are read, although does not know them.
#[test]
fn stap_a_is_tolerated() {
    let mut packet = punch(96, 1, 5).to_vec();
    packet[1] |= 0x80;
    packet.extend_from_slice(&[0x78, 0, 2, 0x67, 0x42, 0, 2, 0x65, 0x88]);
    let mut depacketiser = Depacketiser::new(Format::H264);
    depacketiser.push(&packet).unwrap();
    assert_eq!(drain(&mut depacketiser)[0].data[..], [0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x65, 0x88]);
    // One whose lengths are wrong is not, and costs the picture it stands in.
    packet[3] = 2;
    packet[14] = 200;
    assert_eq!(depacketiser.push(&packet), Err(RtpError::Payload));
    assert_eq!((drain(&mut depacketiser).len(), depacketiser.counts().dropped), (0, 1));
}

/// packets without payload are no media and no loss.
#[test]
fn r15_13_empty_packets() {
    let mut depacketiser = Depacketiser::new(Format::H264);
    depacketiser.push(&punch(96, 500, 5)).unwrap();
    let unit = Packetiser::video(5, 1).h264([&[0x65, 0x88][..]], 0);
    unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
    assert_eq!(drain(&mut depacketiser)[0].lost, 0);
    assert_eq!((depacketiser.counts().empty, depacketiser.counts().lost), (1, 0));
    assert_eq!(depacketiser.push(&[0x80; 5]), Err(RtpError::NotRtp));
}

/// The clock goes on where its 32 bits begin again.
#[test]
fn clock_wraps() {
    let mut packetiser = Packetiser::video(5, 1);
    let mut depacketiser = Depacketiser::new(Format::H264);
    let mut times = Vec::new();
    for time in [u32::MAX - 3_599, 0, 3_600] {
        let unit = packetiser.h264([&[0x65, 0x88][..]], time);
        unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
        times.extend(drain(&mut depacketiser).iter().map(|media| media.timestamp));
    }
    assert_eq!(times, [(1 << 32) - 3_600, 1 << 32, (1 << 32) + 3_600]);
}

/// Over TCP nothing waits for what is missing: it was never sent.
#[test]
fn in_order() {
    let mut packetiser = Packetiser::video(5, 1);
    let units: Vec<_> = (0..3).map(|index| packetiser.h264([&[0x65, 0x88][..]], index * 3_600)).collect();
    let mut depacketiser = Depacketiser::new(Format::H264).in_order();
    for unit in [&units[0], &units[2]] {
        unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
    }
    assert_eq!(drain(&mut depacketiser).iter().map(|media| media.lost).collect::<Vec<_>>(), [0, 1]);
    let mut waiting = Depacketiser::new(Format::H264);
    for unit in [&units[0], &units[2], &units[1]] {
        unit.packets().for_each(|packet| waiting.push(&packet).unwrap());
    }
    assert_eq!(drain(&mut waiting).len(), 3);
}

/// Another source on the same track begins anew, and says that something is missing.
#[test]
fn another_source() {
    let mut depacketiser = Depacketiser::new(Format::H264);
    for (ssrc, sequence) in [(1, 40_000), (2, 5)] {
        let unit = Packetiser::video(ssrc, sequence).h264([&[0x65, 0x88][..]], 10);
        unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
    }
    assert_eq!(drain(&mut depacketiser).iter().map(|media| media.lost).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(depacketiser.counts().restarts, 1);
}

/// RFC 3550 A.1: a device that begins its numbers anew, with the same SSRC, is followed from its second packet on, and
/// what was between the two counts as a loss.
#[test]
fn numbers_begin_anew() {
    for (in_order, next) in [(false, 5), (true, 5), (false, 20_000), (true, 50_000)] {
        let mut depacketiser = Depacketiser::new(Format::H264);
        if in_order {
            depacketiser = depacketiser.in_order();
        }
        let mut received = Vec::new();
        for first in [30_000, next] {
            let mut packetiser = Packetiser::video(5, first);
            for index in 0..10 {
                let unit = packetiser.h264([&[0x65, 0x88][..]], index * 3_600);
                unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
                received.extend(drain(&mut depacketiser));
            }
        }
        assert_eq!(received.len(), 20, "{in_order} {next}");
        assert_eq!(received[10].lost, 1);
        assert_eq!(received.iter().map(|media| media.lost).sum::<u32>(), 1);
        let counts = depacketiser.counts();
        assert_eq!((counts.restarts, counts.packets, counts.old), (1, 20, 0));
    }
}

/// A picture that was half there when the numbers began anew is not mixed with the next one.
#[test]
fn numbers_begin_anew_within_a_picture() {
    let mut depacketiser = Depacketiser::new(Format::H264);
    let nals = [nal(0x65, 9_000)];
    let half = Packetiser::video(5, 30_000).h264(nals.iter().map(Vec::as_slice), 0);
    half.packets().take(3).for_each(|packet| depacketiser.push(&packet).unwrap());
    let mut packetiser = Packetiser::video(5, 7);
    for time in [90_000, 93_600] {
        let unit = packetiser.h264([&[0x65, 0x88][..]], time);
        unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
    }
    let received = drain(&mut depacketiser);
    assert!(received.iter().all(|media| media.data[..] == [0, 0, 0, 1, 0x65, 0x88]), "{received:?}");
    assert_eq!((received.len(), depacketiser.counts().dropped), (2, 1));
}

/// RFC 3550 A.1: one packet whose number is far from the others changes nothing, whichever way it is off.
#[test]
fn one_strange_number() {
    for strange in [45_000, 10_000, 33_100, 29_800] {
        let mut packetiser = Packetiser::video(5, 30_000);
        let mut depacketiser = Depacketiser::new(Format::H264).in_order();
        let mut received = 0;
        for index in 0..20 {
            let unit = packetiser.h264([&[0x65, 0x88][..]], index * 3_600);
            unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
            if index % 5 == 0 {
                let unit = Packetiser::video(5, strange).h264([&[0x65, 0x99][..]], index * 3_600);
                unit.packets().for_each(|packet| depacketiser.push(&packet).unwrap());
            }
            received += drain(&mut depacketiser).len();
        }
        let counts = depacketiser.counts();
        assert_eq!((received, counts.lost, counts.restarts), (20, 0, 0), "{strange}");
    }
}

fn pictures() -> impl Strategy<Value = Vec<Vec<(u8, usize)>>> {
    let kind = prop_oneof![Just(0x65_u8), Just(0x41), Just(0x06), Just(0x67)];
    let nals = proptest::collection::vec((kind, 1_usize..4_000), 0..3);
    // Each picture has a slice; what belongs to the picture as a whole comes before it.
    let picture = (nals, 1_usize..4_000).prop_map(|(mut nals, length)| {
        nals.push((0x41, length));
        nals.sort_by_key(|(first, _)| matches!(first & 0x1F, 1..=5));
        nals
    });
    proptest::collection::vec(picture, 1..12)
}

fn sent(pictures: &[Vec<(u8, usize)>], most: usize) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let mut packetiser = Packetiser::video(77, 65_000).packet_bytes(most);
    let (mut streams, mut packets) = (Vec::new(), Vec::new());
    for (index, picture) in pictures.iter().enumerate() {
        let mut nals: Vec<_> = picture.iter().map(|(first, length)| nal(*first, *length)).collect();
        // The first macroblock of later slices is not number 0.
        nals.iter_mut().filter(|nal| matches!(nal[0] & 0x1F, 1..=5)).skip(1).for_each(|nal| nal[1] = 0x40);
        let whole = stream(&nals);
        let unit = packetiser.h264(annex_b(&whole), index as u32 * 3_600);
        packets.extend(unit.packets().map(|packet| packet.to_vec()));
        streams.push(whole);
    }
    (streams, packets)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Runs are all packets in order, of one length each but for their last, and as long as they may be.
    #[test]
    fn runs(sizes in prop::collection::vec(1_usize..6_000, 1..8), most in 1_usize..40, took in 0_usize..40) {
        let nals: Vec<_> = sizes.iter().map(|size| nal(0x65, *size)).collect();
        let unit = Packetiser::video(1, 0).h264(nals.iter().map(Vec::as_slice), 0);
        let mut at = 0;
        while let Some(run) = unit.run(at, most) {
            let packets: Vec<_> = run.packets().map(<[u8]>::to_vec).collect();
            prop_assert!(!packets.is_empty() && packets.len() <= most && packets.len() == run.packet_count());
            for (index, packet) in packets.iter().enumerate() {
                prop_assert_eq!(&packet[..], &unit.packet(at + index).unwrap()[..]);
                let is_last = index + 1 == packets.len();
                prop_assert!(packet.len() == run.packet_bytes() || is_last && packet.len() < run.packet_bytes());
            }
            at += packets.len();
            let next = unit.packet(at).map(|packet| packet.len());
            let is_cut = packets.last().unwrap().len() < run.packet_bytes();
            prop_assert!(is_cut || packets.len() == most || next.is_none_or(|next| next > run.packet_bytes()));
            let rest = run.skip(took).map(|rest| rest.packets().map(<[u8]>::to_vec).collect::<Vec<_>>());
            prop_assert_eq!(rest.unwrap_or_default(), packets.into_iter().skip(took).collect::<Vec<_>>());
        }
        prop_assert_eq!(at, unit.packet_count());
    }


    /// reassembly equals the source.
    #[test]
    fn r10_12_round_trip(pictures in pictures(), most in 128_usize..2_000) {
        let (streams, packets) = sent(&pictures, most);
        let mut depacketiser = Depacketiser::new(Format::H264);
        let mut received = Vec::new();
        for packet in packets {
            depacketiser.push(&packet).unwrap();
            received.extend(drain(&mut depacketiser));
        }
        prop_assert!(received.iter().all(|media| media.lost == 0));
        prop_assert_eq!(received.into_iter().map(|media| media.data.to_vec()).collect::<Vec<_>>(), streams);
    }

    /// With losses: what comes out was sent, in order, with all its slices; every lost packet is counted once it is
    /// known. Only what stands before the slices may be missing behind a loss, since nothing says how much it was.
    #[test]
    fn losses(pictures in pictures(), lost in proptest::collection::vec(any::<u8>(), 1..200)) {
        let (streams, packets) = sent(&pictures, 300);
        let mut depacketiser = Depacketiser::new(Format::H264);
        let mut received = Vec::new();
        let mut dropped = 0;
        let count = packets.len();
        for (index, packet) in packets.iter().enumerate() {
            // The first and the last packets come through, so that there are ends to count from.
            if index > 0 && index + 20 < count && lost[index % lost.len()] < 40 {
                dropped += 1;
                continue;
            }
            depacketiser.push(packet).unwrap();
            received.extend(drain(&mut depacketiser));
        }
        let mut rest = streams.iter();
        for media in &received {
            let sent = rest.find(|stream| stream.ends_with(&media.data));
            prop_assert!(sent.is_some(), "a picture that was never sent");
            prop_assert!(sent.is_some_and(|stream| media.data == stream) || media.lost > 0);
        }
        let counts = depacketiser.counts();
        prop_assert_eq!(counts.lost, dropped);
        prop_assert!(received.len() as u64 + counts.dropped <= streams.len() as u64);
        if dropped == 0 {
            prop_assert_eq!(received.len(), streams.len());
        }
    }

    /// Over UDP packets overtake each other by a few places: nothing is lost by it. Twice is as good as once.
    #[test]
    fn reordering(pictures in pictures(), swaps in proptest::collection::vec((any::<u16>(), 1_usize..8), 0..40)) {
        let (streams, mut packets) = sent(&pictures, 300);
        for (at, distance) in swaps {
            // The first packet says where the numbers begin.
            let at = 1 + usize::from(at) % packets.len();
            if at + distance < packets.len() && distance % 2 == 0 {
                let twice = packets[at].clone();
                packets.insert(at + distance, twice);
            }
        }
        let mut chunked: Vec<Vec<u8>> = packets[..1].to_vec();
        for chunk in packets[1..].chunks(6) {
            chunked.extend(chunk.iter().rev().cloned());
        }
        let mut depacketiser = Depacketiser::new(Format::H264);
        let mut received = Vec::new();
        for packet in chunked {
            depacketiser.push(&packet).unwrap();
            received.extend(drain(&mut depacketiser));
        }
        prop_assert_eq!(depacketiser.counts().lost, 0);
        prop_assert_eq!(received.into_iter().map(|media| media.data.to_vec()).collect::<Vec<_>>(), streams);
    }

    /// Anything at all: no panic, and what is held is bounded.
    #[test]
    fn hostile_packets(packets in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..60), format in 0..3) {
        let format = [Format::H264, Format::Aac, Format::Whole][format as usize];
        let mut depacketiser = Depacketiser::new(format);
        for (index, mut packet) in packets.into_iter().enumerate() {
            if packet.len() >= 12 && index % 4 != 0 {
                packet[0] = 0x80;
                packet[8..12].fill(1);
            }
            let _ = depacketiser.push(&packet);
        }
        prop_assert!(drain(&mut depacketiser).len() <= 64);
    }
}
