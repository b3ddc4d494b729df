# A platform with devices for the scripts beside this one, which source it: what they need is installed, what they start is
# ended, and what it said is shown when something failed.
# shellcheck shell=bash
# What is set here is for who sources it.
# shellcheck disable=SC2034

readonly KEY=K7M2P9Q4 CAMERA=81100000001
target="${CARGO_TARGET_DIR:-$PWD/target}"
# Where the programs are; who measures sets it to what was built with --release.
programs="${programs:-$target/debug}"

fail() {
    echo "error: $*" >&2
    exit 1
}

# install_unless HAS_ALL PACKAGE…: the packages of Debian, unless the function says that all of it is there.
install_unless() {
    local has_all="$1" as_root=()
    shift
    "$has_all" && return
    if ((EUID != 0)); then
        as_root=(sudo -n)
    fi
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
        fail "this needs: $*; install them, for example: apt-get install $*"
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    "$has_all" || fail "installed $*, and something is missing still"
}

scratch="$(mktemp -d)"
children=()
finish() {
    local status=$? child
    for child in "${children[@]}"; do
        kill "$child" 2>/dev/null || true
    done
    wait
    if ((status != 0)); then
        tail -n 40 "$scratch"/*.log >&2 2>/dev/null || true
    fi
    rm -rf "$scratch"
    exit "$status"
}
trap finish EXIT

# Waits until a file has a line that matches, for half a minute.
await() {
    local file="$1" pattern="$2" tries
    for ((tries = 0; tries < 300; tries++)); do
        grep -q -- "$pattern" "$file" 2>/dev/null && return
        sleep 0.1
    done
    fail "$file has no line with $pattern"
}

platform() {
    "$programs/kandian-platform" "$@"
}

# Settings of a platform whose devices come over loopback.
on_loopback() {
    printf '[access]\nlisten = "127.0.0.1:0"\nadvertise = "127.0.0.1"\n'
}

# And leaves a camera a second after the last browser.
leaves_soon() {
    printf '[media]\nlinger_secs = 1\n'
}

# Starts a platform with ports of its own; what goes into its settings besides comes from standard input. Afterwards rest,
# device_http, access, service and token are what it has printed.
start_platform() {
    { cat; printf '[http]\nlisten = "127.0.0.1:0"\n[device_http]\nlisten = "127.0.0.1:0"\n'; } >"$scratch/kandian.toml"
    # Without the function, which would be a process of its own around it.
    "$programs/kandian-platform" serve --config "$scratch/kandian.toml" --data-dir "$scratch/platform" \
        >"$scratch/platform.out" 2>"$scratch/platform.log" &
    children+=($!)
    await "$scratch/platform.out" '^  kd_'
    rest="$(printed REST 2)"
    device_http="$(printed device 3)"
    access="$(printed access 2)"
    service="$(printed clients 2)"
    token="$(awk '$1 ~ /^kd_/ { print $1 }' "$scratch/platform.out")"
}

# printed WORD FIELD: of the line of the platform that begins with the word.
printed() {
    awk -v word="$1" -v field="$2" '$1 == word { print $field }' "$scratch/platform.out"
}

# add_account NUMBER: with room for two devices and the password of all accounts here.
add_account() {
    KANDIAN_PASSWORD=kaffee14 platform account add --config "$scratch/kandian.toml" --data-dir "$scratch/platform" \
        "$1" --devices 2 >/dev/null
}

# start_camera ID OPTION…
start_camera() {
    local id="$1"
    shift
    "$programs/kandian-device" run --province "${device_http%/*}/" --id "$id" --key "$KEY" \
        --data-dir "$scratch/$id" --wifi-setup 127.0.0.1:0 "$@" >"$scratch/$id.log" 2>&1 &
    children+=($!)
    await "$scratch/platform.log" "online.*$id\|$id.*online"
}
