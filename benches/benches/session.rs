//! A heartbeat in and its answer out, bytes to bytes, beside the sum of its parts: MD5 over both frames, and the bare
//! events of quick-xml over the request.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kandian_benches::session::{feed, online_link};
use kandian_benches::{quick_xml_events, raw_md5, sample};

fn heartbeat(criterion: &mut Criterion) {
    let (request, response) = (sample("HEARTBEAT_REQ"), sample("HEARTBEAT_RES"));
    let mut link = online_link(&Arc::default(), 1);
    let mut group = criterion.benchmark_group("session");
    group.throughput(Throughput::Bytes(request.frame.len() as u64));
    group.bench_function("heartbeat", |b| {
        b.iter(|| feed(&mut link, black_box(&request.frame), 1));
    });
    group.bench_function("heartbeat (parts: MD5 of both frames, quick-xml events)", |b| {
        b.iter(|| {
            black_box(raw_md5(black_box(&request.frame)));
            black_box(raw_md5(black_box(&response.frame)));
            quick_xml_events(black_box(&request.document));
        });
    });
    group.finish();
}

criterion_group!(benches, heartbeat);
criterion_main!(benches);
