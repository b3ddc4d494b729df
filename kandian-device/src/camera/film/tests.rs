use kandian_proto::defaults::{Factory, Grade};
use kandian_proto::rtsp::h264::{NalType, annex_b, is_b_slice};
use kandian_proto::value::{DevType, FrameRate, StreamType};
use tempfile::TempDir;

use super::*;

const ID: StreamId = StreamId { channel: 0, stream: StreamType::MAIN };

fn wanted() -> VideoParameters {
    let mut wanted = Factory { kind: DevType::IPCAM, grade: Grade::Sd }.video(StreamType::MAIN).unwrap();
    wanted.frame_rate = FrameRate(10);
    wanted
}

async fn units(file: &File, count: usize) -> Result<Vec<Unit>, Fault> {
    let mut feed = file.open(ID, &wanted()).await?;
    let mut units = Vec::new();
    while units.len() < count {
        units.push(feed.next().await?);
    }
    Ok(units)
}

fn written(directory: &TempDir, name: &str, content: &[u8]) -> File {
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    File::new(path)
}

fn refused(file: &File) -> String {
    file.check().unwrap_err().0
}

/// An MP4 file, as ffmpeg made it of the clip and a tone.
const MP4: &[u8] = include_bytes!("../../../testdata/clip.mp4");

/// The clip goes on for ever, at the rate that it says: 15 pictures a second, all different, four seconds of them.
#[tokio::test(start_paused = true)]
async fn the_clip_in_a_loop() {
    let units = units(&File::clip(), 150).await.unwrap();
    assert!(units[0].is_key);
    assert_eq!(units[0].data, units[60].data);
    assert_eq!(units[59].data, units[119].data);
    assert_ne!(units[1].data, units[2].data);
    for (number, unit) in (0_u32..).zip(&units) {
        let due = Duration::from_secs(number.into()) / 15;
        assert!(unit.at.abs_diff(due) < Duration::from_millis(1), "{number}: {unit:?}");
    }
}

/// A raw file has no times that could put its pictures into order: one with B-frames is refused, at the start where they come
/// early, and when it is shown where they come late.
#[tokio::test(start_paused = true)]
async fn a_file_with_b_frames() {
    let directory = tempfile::tempdir().unwrap();
    const B: &[u8] = &[0, 0, 0, 1, 0x01, 0xA8, 0x80];
    let early = written(&directory, "early.h264", &[CLIP, B].concat());
    assert!(refused(&early).contains("(B-frames)"), "{}", refused(&early));
    let late = written(&directory, "late.h264", &[CLIP, CLIP, B].concat());
    late.check().unwrap();
    let fault = units(&late, 200).await.unwrap_err();
    assert!(fault.0.contains("-profile:v baseline"), "{fault}");
}

/// A file that does not say how fast it is is shown at the rate of the stream.
#[tokio::test(start_paused = true)]
async fn a_file_without_a_rate() {
    let directory = tempfile::tempdir().unwrap();
    // Without what follows the size in the parameter set.
    let nals = annex_b(CLIP).flat_map(|nal| {
        let kept = if NalType::of(nal) == NalType::SPS { &nal[..11] } else { nal };
        [&[0, 0, 0, 1], kept].concat()
    });
    let file = written(&directory, "shop.264", &nals.collect::<Vec<_>>());
    file.check().unwrap();
    let units = units(&file, 20).await.unwrap();
    assert_eq!(units[10].at, Duration::from_secs(1));
}

/// Pictures and sound of an MP4 file, round after round, each at its time and both beside each other.
#[tokio::test(start_paused = true)]
async fn pictures_and_sound_of_mp4() {
    let directory = tempfile::tempdir().unwrap();
    let file = written(&directory, "shop.mp4", MP4);
    file.check().unwrap();
    let mut feed = file.open(ID, &wanted()).await.unwrap();
    let Voice { sound, mut frames } = feed.voice().unwrap();
    let Sound::Aac { rate_hz, channels, config } = sound else { panic!("{sound:?}") };
    assert_eq!((rate_hz, channels, &config[..]), (16_000, 1, &[0x14, 0x08][..]));
    let (mut units, mut heard) = (Vec::new(), Vec::new());
    while units.len() < 65 {
        tokio::select! {
            unit = feed.next() => units.push(unit.unwrap()),
            frame = frames.next() => heard.push(frame.unwrap()),
        }
    }
    // Two seconds of 15 pictures in a round; more than two rounds, with frames of 1,024 samples.
    assert_eq!(units[0].data, units[30].data);
    let kinds: Vec<_> = annex_b(&units[30].data).map(|nal| NalType::of(nal).0).collect();
    assert_eq!(kinds, [7, 8, 5]);
    assert!(units[30].at.abs_diff(Duration::from_secs(2)) < Duration::from_millis(2), "{:?}", units[30]);
    assert!((62..=72).contains(&heard.len()), "{}", heard.len());
    let gaps = heard.windows(2).map(|pair| pair[1].at - pair[0].at);
    assert!(gaps.clone().all(|gap| gap < Duration::from_millis(100)), "{:?}", gaps.max());
}

/// A file that was cut off in the middle is refused with a reason, or shown as far as it goes; it never makes this hang.
#[tokio::test(start_paused = true)]
async fn files_that_were_cut() {
    let directory = tempfile::tempdir().unwrap();
    let mut shown = 0;
    for part in 0..40 {
        let raw = written(&directory, "cut.h264", &CLIP[..CLIP.len() * part / 40]);
        match raw.check() {
            Ok(()) => {
                shown += 1;
                units(&raw, 70).await.unwrap();
            }
            Err(fault) => assert!(fault.0.contains("no picture that stands by itself"), "{fault}"),
        }
        let mp4 = written(&directory, "cut.mp4", &MP4[..MP4.len() * part / 40]);
        let fault = mp4.check().unwrap_err();
        assert!(fault.0.contains("cut.mp4: "), "{fault}");
    }
    assert!(shown > 30, "{shown}");
}

/// A file that loses its end while it is shown goes on from its begin.
#[tokio::test]
async fn a_file_that_is_cut_while_it_is_shown() {
    let directory = tempfile::tempdir().unwrap();
    let file = written(&directory, "shop.mp4", MP4);
    let mut reel = file.reel(Duration::from_millis(40)).unwrap();
    let path = directory.path().join("shop.mp4");
    std::fs::OpenOptions::new().write(true).open(path).unwrap().set_len(MP4.len() as u64 / 2).unwrap();
    let mut pictures = 0;
    let length = reel.pass(&mut |piece| {
        pictures += usize::from(matches!(piece, Piece::Picture(..)));
        true
    });
    let length = length.unwrap();
    assert!(length < Duration::from_secs(2) && pictures < 30, "{length:?}, {pictures}");
}

/// What cannot be shown is refused with a reason, and a way out where there is one.
#[test]
fn what_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = |content: &[u8]| written(&directory, "file", content);
    assert!(refused(&File::new("/no/such/file.mp4")).starts_with("/no/such/file.mp4: No such file"));
    assert!(refused(&File::new("/dev/null")).contains("for a pipe or a device use a command"));
    assert!(refused(&file(b"")).contains("no picture that stands by itself"));
    assert!(refused(&file(&[b'x'; 100_000])).contains("no H.264 with start codes"));
    let without_sets: Vec<u8> = annex_b(CLIP)
        .filter(|nal| NalType::of(nal) != NalType::SPS)
        .flat_map(|nal| [&[0, 0, 0, 1], nal].concat())
        .collect();
    assert!(refused(&file(&without_sets)).contains("no picture that stands by itself"));
    let name = |from: &[u8], to: &[u8]| {
        let at = MP4.windows(4).rposition(|window| window == from).unwrap();
        let mut other = MP4.to_vec();
        other[at..at + 4].copy_from_slice(to);
        refused(&file(&other))
    };
    assert!(name(b"avc1", b"xxxx").contains("there is no H.264"));
    assert!(name(b"avc1", b"hvc1").contains("file: "));
    assert!(name(b"moov", b"xxxx").contains("no whole MP4 file"));
}

/// Damage anywhere in an MP4 file ends in a refusal or in pictures, and in nothing else.
#[test]
fn damaged_files() {
    let directory = tempfile::tempdir().unwrap();
    let moov = MP4.windows(4).position(|window| window == b"moov").unwrap();
    let places = (0..64).chain(moov - 4..MP4.len()).step_by(3);
    for at in places {
        let mut damaged = MP4.to_vec();
        damaged[at] ^= 0xFF;
        let file = written(&directory, "damaged.mp4", &damaged);
        if let Err(fault) = file.check() {
            assert!(fault.0.contains("damaged.mp4: "), "byte {at}: {fault}");
        }
    }
}

/// An MP4 file says the order of its pictures: slices that could mean another one do not make it a wrong file.
#[tokio::test(start_paused = true)]
async fn an_mp4_file_in_order_with_b_slices() {
    let directory = tempfile::tempdir().unwrap();
    let mut bytes = MP4.to_vec();
    // The first slice that is no IDR becomes one of type B, in its place: a length, 0x41 or 0x01, the first macroblock 0.
    let at = bytes
        .windows(6)
        .position(|six| six[..2] == [0, 0] && matches!(six[4], 0x41 | 0x61 | 0x01) && six[5] & 0x80 != 0);
    let at = at.unwrap() + 5;
    bytes[at] = 0b1010_0000;
    assert!(is_b_slice(&bytes[at - 1..]));
    let file = written(&directory, "b.mp4", &bytes);
    file.check().unwrap();
    let units = units(&file, 60).await.unwrap();
    assert!(units.iter().any(|unit| annex_b(&unit.data).any(is_b_slice)));
}
