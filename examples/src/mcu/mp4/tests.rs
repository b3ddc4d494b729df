//! Files, read by somebody else's reader.
#![allow(clippy::unwrap_used, clippy::panic)]

use re_mp4::TrackKind;

use super::*;

/// 1280x720, high profile.
const SPS: &[u8] = b"\x67\x64\x00\x1F\xAC\xD9\x40\x50\x05\xBB\x01\x10\x00\x00\x03\x00\x10\x00\x00\x03\x03\x00\xF1\x83\x19\x60";
const PPS: &[u8] = b"\x68\xEB\xE3\xCB\x22\xC0";

fn nals(nals: &[&[u8]]) -> Vec<u8> {
    nals.iter().flat_map(|nal| [&[0, 0, 0, 1], *nal].concat()).collect()
}

/// A picture of so many bytes.
fn picture(is_idr: bool, bytes: usize) -> Vec<u8> {
    let slice = [&[if is_idr { 0x65 } else { 0x41 }, 0x88][..], &vec![0x5A; bytes]].concat();
    if is_idr { nals(&[b"\x09\x10", SPS, PPS, &slice]) } else { nals(&[b"\x09\x30", &slice]) }
}

fn sets() -> Sets {
    Sets::of(&nals(&[SPS, PPS]))
}

/// A file of so many pictures, one each 40 ms, and sound beside it, each packet 20 ms.
fn file(count: u64, sound: Option<&Sound>) -> Vec<u8> {
    let mut mp4 = Mp4::begin(Vec::new(), &sets(), sound).unwrap();
    for n in 0..count {
        mp4.video(n * 3_600, &picture(n % 50 == 0, 100 + n as usize), n % 50 == 0).unwrap();
        for half in 0..2 {
            mp4.sound(n * 320 + half * 160, Bytes::from_static(&[0xD5; 160]));
        }
    }
    let (file, written, ticks) = mp4.finish().unwrap();
    assert_eq!((written, ticks), (file.len() as u64, count * 3_600));
    file
}

fn read(file: &[u8]) -> re_mp4::Mp4 {
    re_mp4::Mp4::read_bytes(file).unwrap()
}

/// every picture is in the file once, in order, with its time, and without what is in the head.
#[test]
fn another_reader_finds_every_picture() {
    let bytes = file(120, None);
    let mp4 = read(&bytes);
    let track = &mp4.tracks()[&head::VIDEO_TRACK];
    assert_eq!(
        (track.kind, track.width, track.height, track.timescale),
        (Some(TrackKind::Video), 1_280, 720, 90_000)
    );
    assert_eq!(track.samples.len(), 120);
    for (n, sample) in track.samples.iter().enumerate() {
        assert_eq!((sample.decode_timestamp, sample.duration), (n as i64 * 3_600, 3_600), "{n}");
        assert_eq!((sample.is_sync, sample.size), (n % 50 == 0, 4 + 102 + n as u64), "{n}");
        let data = &bytes[sample.offset as usize..][..sample.size as usize];
        assert_eq!(data[..6], [0, 0, 0, 102 + n as u8, if n % 50 == 0 { 0x65 } else { 0x41 }, 0x88], "{n}");
    }
}

/// Whatever ends the program, what was written can be played: cut anywhere, a file holds the pictures of its whole
/// fragments.
#[test]
fn a_file_that_was_cut_off_plays_up_to_there() {
    let bytes = file(120, Some(&Sound::Alaw));
    let head = Mp4::begin(Vec::new(), &sets(), Some(&Sound::Alaw)).unwrap().written();
    let mut counts = Vec::new();
    let boxes = top_level(&bytes);
    for (at, kind) in &boxes {
        if kind == b"moof" {
            counts.push(read(&bytes[..*at]).tracks()[&head::VIDEO_TRACK].samples.len());
        }
    }
    assert_eq!(counts[0], 0);
    // No fragment lasts longer than a second and a picture.
    assert!(counts.windows(2).all(|pair| pair[1] - pair[0] <= 26) && counts.len() >= 5, "{counts:?}");
    assert_eq!(boxes[2].0 as u64, head);
}

/// Where the boxes of the file begin, and what they are called.
fn top_level(bytes: &[u8]) -> Vec<(usize, [u8; 4])> {
    let (mut at, mut found) = (0, Vec::new());
    while let Some(header) = bytes.get(at..at + 8) {
        found.push((at, header[4..].try_into().unwrap()));
        at += u32::from_be_bytes(header[..4].try_into().unwrap()) as usize;
    }
    assert_eq!(at, bytes.len());
    found
}

/// Pictures that are sent in another order than they are shown in: decoded in the order of sending, shown at their time.
#[test]
fn pictures_overtake_each_other() {
    let mut mp4 = Mp4::begin(Vec::new(), &sets(), None).unwrap();
    // I0 P3 B1 B2 P6 B4 B5 …
    let mut order = vec![0];
    order.extend((0..20_u64).flat_map(|n| [n * 3 + 3, n * 3 + 1, n * 3 + 2]));
    for &n in &order {
        mp4.video(n * 3_600, &picture(n == 0, 50), n == 0).unwrap();
    }
    let (bytes, ..) = mp4.finish().unwrap();
    let samples = read(&bytes).tracks()[&head::VIDEO_TRACK].samples.clone();
    // The reader takes offsets for unsigned; those of pictures that are overtaken are negative, which version 1 of the
    // box allows.
    let signed =
        |sample: &re_mp4::Sample| (sample.composition_timestamp - sample.decode_timestamp) as u32 as i32;
    let shown: Vec<_> =
        samples.iter().map(|at| (at.decode_timestamp + i64::from(signed(at))) / 3_600).collect();
    assert_eq!(shown, order.iter().map(|n| *n as i64).collect::<Vec<_>>());
    assert!(samples.windows(2).all(|pair| pair[0].decode_timestamp < pair[1].decode_timestamp));
}

/// A gap is a picture that lasts longer; times that repeat or go back become the next tick.
#[test]
fn gaps_and_repeated_times() {
    let mut mp4 = Mp4::begin(Vec::new(), &sets(), None).unwrap();
    for (n, shown) in [0, 3_600, 3_600, 900_000, 903_600, 903_600].into_iter().enumerate() {
        mp4.video(shown, &picture(n == 0, 50), n == 0).unwrap();
    }
    let (bytes, ..) = mp4.finish().unwrap();
    let samples = read(&bytes).tracks()[&head::VIDEO_TRACK].samples.clone();
    let times: Vec<_> = samples.iter().map(|sample| (sample.decode_timestamp, sample.duration)).collect();
    assert_eq!(times[..4], [(0, 3_600), (3_600, 1), (3_601, 896_399), (900_000, 3_600)]);
    assert_eq!(times[4..], [(903_600, 1), (903_601, 1)]);
}

/// sound stands beside the picture, under the names that players know.
#[test]
fn sound_of_every_kind() {
    let aac = Sound::Aac { config: Bytes::from_static(b"\x14\x08"), hz: 16_000 };
    for (sound, name) in [(Sound::Alaw, b"alaw"), (Sound::Ulaw, b"ulaw"), (aac, b"mp4a")] {
        let bytes = file(60, Some(&sound));
        assert!(bytes.windows(4).any(|four| four == name), "{sound:?}");
        assert!(!bytes[..2_000].windows(4).any(|four| four == b"twos"), "{sound:?}");
        let mp4 = mp4_atoms(&bytes);
        let times: Vec<_> =
            mp4.iter().map(|(begin, durations)| (*begin, durations.iter().sum::<u32>())).collect();
        // Fragments of sound follow each other without a gap, 160 ticks a packet.
        assert!(times.windows(2).all(|pair| pair[0].0 + u64::from(pair[0].1) == pair[1].0), "{times:?}");
        assert_eq!(times.iter().map(|(_, ticks)| ticks).sum::<u32>(), 120 * 160, "{times:?}");
    }
}

/// The fragments of the sound: where each begins, and how long its samples are.
fn mp4_atoms(bytes: &[u8]) -> Vec<(u64, Vec<u32>)> {
    use mp4_atom::ReadFrom as _;
    let mut rest = bytes;
    let mut found = Vec::new();
    while let Ok(any) = mp4_atom::Any::read_from(&mut rest) {
        if let mp4_atom::Any::Moof(moof) = any {
            let traf = moof.traf.iter().find(|traf| traf.tfhd.track_id == head::SOUND_TRACK).unwrap();
            let durations = traf.trun[0].samples.iter().map(|entry| entry.duration.unwrap()).collect();
            found.push((traf.tfdt.as_ref().unwrap().base_media_decode_time, durations));
        }
    }
    found
}

/// Other sets are noticed; the same ones once more, or a part of them, are not.
#[test]
fn parameter_sets_that_change() {
    let sets = sets();
    assert_eq!(sets.changed_by(&Sets::of(&picture(true, 9))), None);
    assert_eq!(sets.changed_by(&Sets::default()), None);
    let other = [SPS, &[0x33]].concat();
    let changed = sets.changed_by(&Sets::of(&nals(&[&other]))).unwrap();
    assert!(changed != sets && changed.is_complete());
    assert!(Mp4::begin(Vec::new(), &Sets::default(), None).is_err());
}
