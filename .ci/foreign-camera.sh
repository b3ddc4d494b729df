#!/usr/bin/env bash
# Foreign pictures through a device, as foreign players see them: a camera that is GStreamer's RTSP server (with a password, over
# TCP and over UDP, with sound in G.711 and in AAC), a file that ffmpeg wrote, and the output of ffmpeg as a command. The
# camera is ended in the middle and comes back; whoever watches goes on watching.
#
#   .ci/foreign-camera.sh
#
# Needs ffmpeg, GStreamer with the plug-ins "good", "ugly" and "libav", and its RTSP server for Python. What is missing is
# installed where this is root, or may become it; elsewhere it says what to install.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly HERE=.ci/watching
# Python as the system has it: others do not know its modules.
readonly PYTHON=/usr/bin/python3
readonly PACKAGES=(ffmpeg python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-tools gstreamer1.0-plugins-base
    gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav)
# shellcheck source=.ci/world.sh
source .ci/world.sh

has_camera() {
    local plugin
    command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null && command -v gst-inspect-1.0 >/dev/null || return 1
    for plugin in x264enc rtph264pay alawenc rtppcmapay avenc_aac rtpmp4gpay; do
        gst-inspect-1.0 --exists "$plugin" || return 1
    done
    "$PYTHON" -c 'import gi; gi.require_version("GstRtspServer", "1.0"); from gi.repository import GstRtspServer' 2>/dev/null
}

# start_foreign PORT: afterwards foreign is its process.
start_foreign() {
    "$PYTHON" "$HERE/gst_camera.py" "$1" >"$scratch/foreign.out" 2>>"$scratch/foreign.log" &
    foreign=$!
    children+=("$foreign")
    await "$scratch/foreign.out" '^listening'
    foreign_port="$(awk '{ print $2 }' "$scratch/foreign.out")"
}

make_film() {
    ffmpeg -v error -f lavfi -i testsrc2=size=480x270:rate=20 -f lavfi -i sine=frequency=440:sample_rate=32000 -t 3 \
        -c:v libx264 -profile:v main -bf 0 -g 40 -pix_fmt yuv420p -c:a aac -ac 2 "$scratch/film.mp4"
}

install_unless has_camera "${PACKAGES[@]}"
cargo build --locked -p kandian-platform -p kandian-device
start_platform < <(on_loopback)
add_account 18912345678
start_foreign 0
make_film
camera="admin:12345@127.0.0.1:$foreign_port"
command="ffmpeg -v error -re -f lavfi -i testsrc=size={width}x{height}:rate={fps} -c:v libx264 -tune zerolatency"
start_camera "$CAMERA" --kind dvr --channels 3 --rtsp-port 0 \
    --source "0/main=rtsp://$camera/main" --source "0/sub=rtsp+udp://$camera/sub" \
    --source "1=$scratch/film.mp4" \
    --source "2=cmd:$command -b:v {kbps}k -g 30 -f h264 -"

"$PYTHON" "$HERE/camera.py" "$service" "$rest" "$token" "$CAMERA" look "$KEY"
# The camera vanishes while somebody watches, and comes back.
"$PYTHON" "$HERE/camera.py" "$service" "$rest" "$token" "$CAMERA" stay "$scratch/frames" &
watcher=$!
children+=("$watcher")
await "$scratch/frames" '^frame=[0-9][0-9]'
kill "$foreign"
wait "$foreign" 2>/dev/null || true
await "$scratch/$CAMERA.log" 'there is no picture'
# So long that whoever watches sees a picture that stands still.
sleep 5
start_foreign "$foreign_port"
wait "$watcher"
