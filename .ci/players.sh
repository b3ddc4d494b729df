#!/usr/bin/env bash
# A camera as foreign players see it: ffmpeg and GStreamer decode its picture over TCP and over UDP, a change of the picture's
# size reaches who watches, a token opens once, and nothing is left when they are gone.
#
#   .ci/players.sh
#
# Needs ffmpeg and GStreamer's command line with the plug-ins "good", "bad" and "libav". What is missing is installed where this
# is root, or may become it; elsewhere it says what to install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly PACKAGES=(ffmpeg gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
    gstreamer1.0-plugins-bad gstreamer1.0-libav)
# shellcheck source=.ci/world.sh
source .ci/world.sh

has_players() {
    local plugin
    command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null && command -v gst-launch-1.0 >/dev/null || return 1
    for plugin in rtspsrc rtph264depay h264parse avdec_h264; do
        gst-inspect-1.0 --exists "$plugin" || return 1
    done
}

install_unless has_players "${PACKAGES[@]}"
cargo build --locked -p kandian-platform -p kandian-device
start_platform < <(on_loopback)
add_account 18912345678
start_camera "$CAMERA" --rtsp-port 0
python3 .ci/watching/players.py "$service" "$rest" "$token" "$CAMERA" "$KEY" \
    "$programs/kandian-device" ctl --data-dir "$scratch/$CAMERA" status --json
