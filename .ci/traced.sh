#!/usr/bin/env bash
# Runs the tests that look at system calls: that what is acknowledged was synced to the disk before.
#
# They need strace. Where it is missing, and this is root on Debian, it is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v strace >/dev/null; then
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        echo "error: strace is not installed; install it, for example: apt-get install strace" >&2
        exit 1
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace
fi
# A system may have it and forbid its use.
strace -o /dev/null true || {
    echo "error: strace cannot trace here; allow ptrace for this user" >&2
    exit 1
}
cargo test --locked -p kandian-platform --all-features --test program -- --ignored --nocapture traced::
cargo test --locked -p kandian-device --all-features --test device -- --ignored --nocapture traced::
