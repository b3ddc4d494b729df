//! Messages: decode and encode beside the events of quick-xml and its deserializer.
#![allow(missing_docs, reason = "criterion's macros generate items without documentation")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kandian_benches::{
    Sample, SerdeHeartbeatRequest, SerdeLoginRequest, quick_xml_events, quick_xml_serde, samples,
};

fn messages(c: &mut Criterion) {
    let samples = samples();
    each(c, "proto/decode", &samples, |sample| {
        black_box(sample.decode());
    });
    each(c, "proto/encode", &samples, |sample| {
        black_box(sample.message.encode());
    });
    each(c, "baseline/quick-xml-events", &samples, |sample| quick_xml_events(&sample.document));

    let only = |root: &str| samples.iter().filter(|s| s.root == root).collect::<Vec<_>>();
    each(c, "baseline/quick-xml-serde", only("HEARTBEAT_REQ"), |sample| {
        black_box(quick_xml_serde::<SerdeHeartbeatRequest>(&sample.document));
    });
    each(c, "baseline/quick-xml-serde", only("LOGIN_REQ"), |sample| {
        black_box(quick_xml_serde::<SerdeLoginRequest>(&sample.document));
    });
}

fn each<'s>(
    c: &mut Criterion,
    name: &str,
    samples: impl IntoIterator<Item = &'s Sample>,
    run: impl Fn(&Sample),
) {
    let mut group = c.benchmark_group(name);
    for sample in samples {
        group.throughput(Throughput::Bytes(sample.document.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(sample.root), |b| {
            b.iter(|| run(black_box(sample)));
        });
    }
    group.finish();
}

criterion_group!(benches, messages);
criterion_main!(benches);
