#!/usr/bin/env bash
# What a live picture in a browser costs, and how late it is: the delay from the camera's clock in the picture to the screen,
# the time from opening the page to the first picture, and processor time and memory of the platform for one more browser.
#
#   benches/live.sh [SECONDS]      20, of each measurement
#
# Everything is built with --release and runs on this machine, the headless Chromium included, so that all clocks are the same
# one. Needs what .ci/browser.sh needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly HERE=.ci/browser SECONDS_EACH="${1:-20}" ACCOUNT=18912345678
programs="${CARGO_TARGET_DIR:-$PWD/target}/release"
# shellcheck source=.ci/world.sh
source .ci/world.sh
# shellcheck source=.ci/browser/install.sh
source "$HERE/install.sh"

install_browser
cargo build --release --locked -p kandian-platform -p kandian-device
start_platform < <(on_loopback; leaves_soon)
platform_pid=${children[-1]}
add_account "$ACCOUNT"
start_camera "$CAMERA" --rtsp-port 0
"$venv/bin/python" "$HERE/figures.py" "$rest" "$CAMERA" "$KEY" "$platform_pid" "$SECONDS_EACH"
