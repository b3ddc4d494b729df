//! Frames: decode and encode beside MD5 over the same bytes.
#![allow(missing_docs, reason = "criterion's macros generate items without documentation")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kandian_benches::{decode_frame, encode_frame, raw_md5, samples};
use kandian_codec::{FrameDecoder, HEADER_LEN};
use kandian_proto::Command;

fn frames(c: &mut Criterion) {
    let samples = samples();
    let mut group = c.benchmark_group("codec/decode");
    for sample in &samples {
        let mut decoder = FrameDecoder::new();
        group.throughput(Throughput::Bytes(sample.frame.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(sample.root), |b| {
            b.iter(|| decode_frame(&mut decoder, black_box(&sample.frame)));
        });
    }
    group.finish();

    let mut group = c.benchmark_group("codec/encode");
    for sample in &samples {
        let command = Command(sample.frame[HEADER_COMMAND]);
        let mut out = Vec::with_capacity(sample.frame.len());
        group.throughput(Throughput::Bytes(sample.frame.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(sample.root), |b| {
            b.iter(|| encode_frame(command, black_box(sample.document.as_bytes()), &mut out));
        });
    }
    group.finish();

    let mut group = c.benchmark_group("baseline/md5");
    for sample in &samples {
        assert_eq!(sample.frame.len() - sample.document.len(), HEADER_LEN + 16);
        group.throughput(Throughput::Bytes(sample.frame.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(sample.root), |b| {
            b.iter(|| raw_md5(black_box(&sample.frame)));
        });
    }
    group.finish();
}

/// Where the command word stands in a frame.
const HEADER_COMMAND: usize = 2;

criterion_group!(benches, frames);
criterion_main!(benches);
