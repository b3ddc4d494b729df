#!/usr/bin/env bash
# Puts a platform under the load of thousands of devices over real TCP and prints what it costs: memory per device,
# logins per second in a storm, processor time per login and at rest, and the round trip of commands meanwhile.
#
#   benches/load.sh [DEVICES] [SECONDS AT REST]      18000 and 120, the time between two heartbeats, if nothing is said
#
# Platform and load run on cores of their own when there are two. Loopback only: devices come from 127.0.0.1, .2, …,
# 5,000 each. Needs curl and, for the default, 20,000 descriptors per process.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly DEVICES="${1:-18000}" REST_SECONDS="${2:-120}"
readonly FIRST=81110000000 KEY=K7M2P9Q4 COMMANDS=2000
readonly HTTP=127.0.0.1:18080 DEVICE_HTTP=127.0.0.1:18098 ACCESS=127.0.0.1:18588

dir="$(mktemp -d)"
platform='' fleet=''
finish() {
    [[ -z "$fleet" ]] || kill "$fleet" 2>/dev/null || true
    [[ -z "$platform" ]] || kill "$platform" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap finish EXIT

fail() {
    echo "error: $*" >&2
    exit 1
}

# on CORE COMMAND…: becomes the command, on a core of its own if there is more than one.
on() {
    local core="$1"
    shift
    if (($(nproc) > 1)) && command -v taskset >/dev/null; then
        exec taskset -c "$core" "$@"
    fi
    exec "$@"
}

# Processor time of the platform so far, in milliseconds.
cpu_ms() {
    awk -v hz="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 1000 / hz) }' "/proc/$platform/stat"
}

# Its memory that is no file, in bytes.
memory() {
    awk '/^RssAnon/ { print $2 * 1024 }' "/proc/$platform/status"
}

# until_says FILE TEXT SECONDS
until_says() {
    local waited=0
    touch "$1"
    until grep -q "$2" "$1"; do
        ((waited++ < $3 * 10)) || { cat "$1" >&2; fail "nothing said \"$2\" within $3 s"; }
        sleep 0.1
    done
}

machine() {
    local model
    model="$(awk -F': *' '/^model name/ { print $2; exit }' /proc/cpuinfo)"
    echo "machine   ${model:-unknown processor}, $(nproc) cores"
    echo "kernel    $(uname -sr)"
    echo "commit    $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ' with changes')"
    echo "load      $(cut -d' ' -f1 /proc/loadavg) before the start"
}

start_platform() {
    on 0 "$bin/kandian-platform" serve --data-dir "$dir/data" --http "$HTTP" --device-http "$DEVICE_HTTP" \
        --access "$ACCESS" --advertise 127.0.0.1 >"$dir/platform" 2>"$dir/log" &
    platform=$!
    until_says "$dir/platform" 'kd_' 20
    token="$(grep -o 'kd_[a-z0-9_]*' "$dir/platform" | head -1)"
}

put_on_record() {
    awk -v first="$FIRST" -v key="$KEY" -v count="$DEVICES" \
        'BEGIN { print "id,key,kind"; for (i = 0; i < count; i++) printf "%.0f,%s,ipc\n", first + i, key }' >"$dir/list"
    curl -sS --fail-with-body -X POST -H "Authorization: Bearer $token" --data-binary "@$dir/list" \
        "http://$HTTP/api/v1/devices/import" >"$dir/imported" || { cat "$dir/imported" >&2; fail "the devices were not put on record"; }
}

# All at once; those that are refused room by the kernel's queue try again.
storm() {
    on 1 "$bin/kandian-device" fleet --connect "$ACCESS" --count "$DEVICES" --id-base "$FIRST" --key "$KEY" --ramp 0 \
        --spread --stay "$((REST_SECONDS + 120))" >"$dir/summary" 2>"$dir/live" &
    fleet=$!
    until_says "$dir/live" " $DEVICES online" 120
}

# Commands one after the other, each to another device, over one connection.
commands() {
    local i body='{"ChannelNo": 0, "PtzDirection": 3}'
    for ((i = 0; i < COMMANDS; i++)); do
        ((i == 0)) || echo next
        printf 'url = "http://%s/api/v1/devices/%d/commands/ptz_control"\n' "$HTTP" "$((FIRST + i * DEVICES / COMMANDS))"
        printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\n' "$token"
        printf 'data = "%s"\noutput = "/dev/null"\nwrite-out = "%%{http_code} %%{time_total}\\n"\n' "${body//\"/\\\"}"
    done >"$dir/commands"
    (on 1 curl -sS -K "$dir/commands" >"$dir/times")
}

percentiles() {
    awk '$1 == 200 { print $2 * 1000 }' "$1" | sort -n | awk '
        { time[NR] = $1 }
        END {
            if (NR == 0) { print "none answered"; exit 1 }
            printf "%d answered; p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, max %.1f ms\n", NR,
                time[int(NR * 0.50) + 1], time[int(NR * 0.95) + 1], time[int(NR * 0.99) + 1], time[NR]
        }'
}

ulimit -n "$((DEVICES + 1000))" 2>/dev/null || fail "a process may not open $((DEVICES + 1000)) files: ulimit -n"
cargo build --release --locked --quiet -p kandian-platform -p kandian-device
bin="${CARGO_TARGET_DIR:-target}/release"

machine
start_platform
put_on_record
sleep 2
empty="$(memory)"
before="$(cpu_ms)"
storm
login_cpu="$(($(cpu_ms) - before))"
sleep 5
echo "memory    $((($(memory) - empty) / DEVICES)) bytes for each of $DEVICES devices, logged in"
echo "storm     $((login_cpu * 1000 / DEVICES)) µs of processor time per login, its first report and heartbeat"
before="$(cpu_ms)"
sleep "$REST_SECONDS"
rest="$(($(cpu_ms) - before))"
echo "at rest   $(awk -v ms="$rest" -v s="$REST_SECONDS" 'BEGIN { printf "%.1f", ms / s / 10 }') % of a core, heartbeats every 120 s"
commands
echo "commands  $(percentiles "$dir/times")"
echo "memory    $((($(memory) - empty) / DEVICES)) bytes for each device at the end"
kill -INT "$fleet"
wait "$fleet" || true
fleet=''
cat "$dir/summary"
