//! Prints how much a frame costs beside MD5 and a message beside the events of quick-xml, and which of
//! the project's targets that meets. Every round measures both sides one after the other; the figures
//! are medians, so that other work on the machine changes them little.
//!
//! `cargo run -p kandian-benches --release --bin ratios`

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kandian_benches::session::{feed, online_link};
use kandian_benches::{
    SerdeHeartbeatRequest, SerdeLoginRequest, decode_frame, encode_frame, quick_xml_events, quick_xml_serde,
    raw_md5, sample, samples,
};
use kandian_codec::{FrameDecoder, HEADER_LEN};
use kandian_proto::message::device::{HeartbeatRequest, LoginRequest};
use kandian_proto::{Command, Message, Profile, decode, encode_into};

/// Rounds of one comparison.
const ROUNDS: usize = 201;
/// How long one side of a round runs: long against the clock, short against the scheduler.
const SIDE: Duration = Duration::from_micros(100);

/// Frame decode and encode against MD5, from [`FRAME_TARGET_BYTES`] of DATA on.
const FRAME_TARGET: f64 = 1.10;
const FRAME_TARGET_BYTES: usize = 256;
/// Typed decode of the two most frequent messages against the bare events of quick-xml.
const DECODE_TARGET: f64 = 1.30;
/// A heartbeat through a link, against its parts.
const HEARTBEAT_TARGET: f64 = 3.0;

type Side<'a> = &'a mut dyn FnMut();

/// Nanoseconds of each side, and the ratio of the first to the second.
struct Ratio {
    ours: f64,
    baseline: f64,
    ratio: f64,
}

fn main() {
    frames();
    messages();
    targets();
    heartbeats();
}

fn frames() {
    println!(
        "Frames against MD5 over the same bytes (ns; target {FRAME_TARGET:.2} from {FRAME_TARGET_BYTES} bytes of DATA)\n"
    );
    println!(
        "{:28} {:>6} {:>8} {:>8} {:>7} {:>8} {:>7}",
        "", "DATA", "MD5", "decode", "ratio", "encode", "ratio"
    );
    let mut worst = 0.0_f64;
    let recorded = samples().into_iter().map(|s| (s.root.to_owned(), s.document.into_bytes()));
    let made = [0, 64, 256, 1_024, 4_072, 65_535].map(|len| ("(any text)".to_owned(), vec![b'x'; len]));
    for (name, data) in recorded.chain(made) {
        let mut frame = Vec::new();
        encode_frame(Command::HEARTBEAT, &data, &mut frame);
        let mut decoder = FrameDecoder::new();
        let mut out = Vec::with_capacity(frame.len());
        let mut md5 = || {
            black_box(raw_md5(black_box(&frame)));
        };
        let decode = compare(&mut || _ = black_box(decode_frame(&mut decoder, black_box(&frame))), &mut md5);
        let encode = compare(
            &mut || _ = black_box(encode_frame(Command::HEARTBEAT, black_box(&data), &mut out)),
            &mut md5,
        );
        println!(
            "{name:28} {:>6} {:>8.0} {:>8.0} {:>7.3} {:>8.0} {:>7.3}",
            frame.len() - HEADER_LEN - kandian_codec::DIGEST_LEN,
            decode.baseline,
            decode.ours,
            decode.ratio,
            encode.ours,
            encode.ratio
        );
        if data.len() >= FRAME_TARGET_BYTES {
            worst = worst.max(decode.ratio).max(encode.ratio);
        }
    }
    println!(
        "\nhighest ratio from {FRAME_TARGET_BYTES} bytes of DATA on: {worst:.3}, {}\n",
        verdict(worst, FRAME_TARGET)
    );
}

fn messages() {
    println!("Messages against the bare events of quick-xml (ns)\n");
    println!(
        "{:28} {:>6} {:>8} {:>8} {:>7} {:>8} {:>7}",
        "", "bytes", "events", "decode", "ratio", "encode", "ratio"
    );
    for sample in samples() {
        let mut events = || quick_xml_events(black_box(&sample.document));
        let decode = compare(&mut || drop(black_box(black_box(&sample).decode())), &mut events);
        let encode = compare(&mut || drop(black_box(black_box(&sample.message).encode())), &mut events);
        println!(
            "{:28} {:>6} {:>8.0} {:>8.0} {:>7.3} {:>8.0} {:>7.3}",
            sample.root,
            sample.document.len(),
            decode.baseline,
            decode.ours,
            decode.ratio,
            encode.ours,
            encode.ratio
        );
    }
}

fn targets() {
    println!(
        "\nThe most frequent messages as their own types (ns; target {DECODE_TARGET:.2} of the events)\n"
    );
    println!(
        "{:16} {:>8} {:>8} {:>7} {:>8} {:>7} {:>8} {:>7}",
        "", "events", "decode", "ratio", "serde", "ratio", "encode", "ratio"
    );
    typed::<HeartbeatRequest>("HEARTBEAT_REQ", &mut |text| {
        black_box(quick_xml_serde::<SerdeHeartbeatRequest>(text));
    });
    typed::<LoginRequest>("LOGIN_REQ", &mut |text| {
        black_box(quick_xml_serde::<SerdeLoginRequest>(text));
    });
}

fn typed<M: Message>(root: &str, serde: &mut dyn FnMut(&str)) {
    let sample = sample(root);
    let text = sample.document.as_str();
    let mut events = || quick_xml_events(black_box(text));
    let ours = compare(&mut || drop(black_box(decode::<M>(black_box(text.as_bytes())))), &mut events);
    let serde = compare(&mut || serde(black_box(text)), &mut events);
    let Ok(read) = decode::<M>(text.as_bytes()) else { return };
    let mut out = Vec::new();
    let mut write = || {
        out.clear();
        drop(black_box(encode_into(black_box(&read.message), Profile::Spec, &mut out)));
    };
    let written = compare(&mut write, &mut events);
    println!(
        "{root:16} {:>8.0} {:>8.0} {:>7.3} {:>8.0} {:>7.3} {:>8.0} {:>7.3}  {}",
        ours.baseline,
        ours.ours,
        ours.ratio,
        serde.ours,
        serde.ratio,
        written.ours,
        written.ratio,
        verdict(ours.ratio, DECODE_TARGET)
    );
}

fn heartbeats() {
    println!(
        "\nA heartbeat in and its answer out, against MD5 of both frames and the events of the request (ns)\n"
    );
    let (request, response) = (sample("HEARTBEAT_REQ"), sample("HEARTBEAT_RES"));
    let mut link = online_link(&Arc::default(), 1);
    let mut parts = || {
        black_box(raw_md5(black_box(&request.frame)));
        black_box(raw_md5(black_box(&response.frame)));
        quick_xml_events(black_box(&request.document));
    };
    let found = compare(&mut || _ = black_box(feed(&mut link, black_box(&request.frame), 1)), &mut parts);
    println!(
        "session/heartbeat {:>8.0} {:>8.0} {:>7.3}  {}",
        found.ours,
        found.baseline,
        found.ratio,
        verdict(found.ratio, HEARTBEAT_TARGET)
    );
}

fn verdict(ratio: f64, target: f64) -> &'static str {
    if ratio <= target { "target met" } else { "TARGET MISSED" }
}

fn compare(ours: Side<'_>, baseline: Side<'_>) -> Ratio {
    let repeats = [repeats(ours), repeats(baseline)];
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        // Which side goes first changes, because the second finds the caches warm.
        let (a, b) = if round % 2 == 0 {
            let a = nanoseconds(ours, repeats[0]);
            (a, nanoseconds(baseline, repeats[1]))
        } else {
            let b = nanoseconds(baseline, repeats[1]);
            (nanoseconds(ours, repeats[0]), b)
        };
        rounds.push((a, b, a / b));
    }
    Ratio {
        ours: median(rounds.iter().map(|r| r.0)),
        baseline: median(rounds.iter().map(|r| r.1)),
        ratio: median(rounds.iter().map(|r| r.2)),
    }
}

/// How many calls fill one side of a round.
fn repeats(side: Side<'_>) -> u32 {
    let mut count = 1;
    loop {
        let started = Instant::now();
        (0..count).for_each(|_| side());
        if started.elapsed() >= SIDE {
            return count;
        }
        count *= 2;
    }
}

fn nanoseconds(side: Side<'_>, repeats: u32) -> f64 {
    let started = Instant::now();
    (0..repeats).for_each(|_| side());
    started.elapsed().as_nanos() as f64 / f64::from(repeats)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
