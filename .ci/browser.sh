#!/usr/bin/env bash
# The live picture as a person sees it: a headless Chromium logs in at `/live/{device}/{channel}`, plays a camera through Media
# Source Extensions, reads the number and the clock in its test pattern, and goes on by itself when the device and the platform
# are restarted. Screenshots are kept in the target directory, under browser/.
#
#   .ci/browser.sh
#
# Needs Debian's chromium, fonts-noto-cjk and python3-venv. What is missing is installed where this is root, or may become it;
# elsewhere it says what to install. Playwright comes from the Python registry, in the versions of browser/requirements.txt,
# into the target directory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly HERE=.ci/browser
readonly ACCOUNT=18912345678
# shellcheck source=.ci/world.sh
source .ci/world.sh
# shellcheck source=.ci/browser/install.sh
source "$HERE/install.sh"

# Ends a child and waits for it.
stop() {
    kill "$1"
    wait "$1" || true
}

stop_camera() {
    # What is looked for afterwards was not said before.
    stop "$camera_pid"
    : >"$scratch/platform.log"
}

camera() {
    start_camera "$CAMERA" --rtsp-port 0
    camera_pid=${children[-1]}
}

# On the ports that it had: those are what the device and the browser know.
start_again() {
    cat >"$scratch/kandian.toml" <<-TOML
	[access]
	listen = "$access"
	advertise = "127.0.0.1"
	[media]
	linger_secs = 1
	[http]
	listen = "$(authority "$rest")"
	[device_http]
	listen = "$(authority "$device_http")"
	TOML
    "$programs/kandian-platform" serve --config "$scratch/kandian.toml" --data-dir "$scratch/platform" \
        >"$scratch/platform.again" 2>"$scratch/platform.log" &
    platform_pid=$!
    children+=("$platform_pid")
    await "$scratch/platform.again" '^REST'
}

# Host and port of a URL.
authority() {
    local rest="${1#*://}"
    echo "${rest%%/*}"
}

install_browser
cargo build --locked -p kandian-platform -p kandian-device
start_platform < <(on_loopback; leaves_soon)
platform_pid=${children[-1]}
add_account "$ACCOUNT"
camera

# What the browser does stands in watch.py. It asks on its output for what only this script can do, and reads when it is done.
coproc WATCH {
    "$venv/bin/python" "$HERE/watch.py" "$rest" "$token" "$CAMERA" "$KEY" "$target/browser" 2>"$scratch/watch.log"
}
# Bash forgets both when it has ended.
watch=$WATCH_PID
exec {orders}<&"${WATCH[0]}" {done}>&"${WATCH[1]}"
while read -r line <&"$orders"; do
    case "$line" in
        'stop camera') stop_camera ;;
        'start camera') camera ;;
        'stop platform') stop "$platform_pid" ;;
        'start platform') start_again ;;
        *) echo "$line"; continue ;;
    esac
    echo 'done' >&"$done"
done
wait "$watch"
