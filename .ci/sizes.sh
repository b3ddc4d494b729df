#!/usr/bin/env bash
# What an embedder pays: the size of a minimal program around each pure crate, built as firmware would
# be (profile `embedded`: optimised for size, link-time optimisation, no unwinding, stripped), and the
# number of crates each pulls in. It reports and judges nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"

binaries=(size_none size_codec size_proto)
args=()
for name in "${binaries[@]}"; do
    args+=(--bin "$name")
done
cargo build --locked --quiet --profile embedded -p kandian-benches "${args[@]}"

bytes() {
    wc -c <"$target/embedded/$1" | tr -d ' '
}

base="$(bytes size_none)"
printf '%-12s %10s %22s\n' program bytes 'more than size_none'
for name in "${binaries[@]}"; do
    size="$(bytes "$name")"
    printf '%-12s %10d %22d\n' "$name" "$size" $((size - base))
done

# Crates in the product's tree, the crate itself not counted; then how many of them only run inside the
# compiler (procedural macros and what they are built from) and so never reach a device.
count() {
    local all linked
    all="$(cargo tree --locked --color never -e normal --prefix none --format '{p}' "$@" |
        awk '{ print $1, $2 }' | sort -u | wc -l)"
    linked="$(cargo tree --locked --color never -e normal,no-proc-macro --prefix none --format '{p}' "$@" |
        awk '{ print $1, $2 }' | sort -u | wc -l)"
    printf '%-52s %3d crates, %2d of them at build time only\n' "$*" $((all - 1)) $((all - linked))
}

echo
count -p kandian-codec --no-default-features
count -p kandian-codec
count -p kandian-codec --features tokio
count -p kandian-proto
count -p kandian-proto --features json
count -p kandian-proto --features soap
count -p kandian-proto --features json,soap
