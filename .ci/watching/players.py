"""A camera as foreign players see it: ffmpeg and GStreamer, over TCP and over UDP.

    players.py SERVICE REST TOKEN DEVICE KEY STATUS…

SERVICE is the interface of chapter 8, REST that of administrators with its TOKEN; KEY is that of the device, and STATUS a
command that prints how it is, as JSON. Whatever is not as it should be ends this with what was seen.
"""

import json
import re
import subprocess
import sys
import time

from phone import SUB, World, fail, ran

PICTURES = 100
SIZES = {1: (1280, 720), 2: (704, 576), 3: (352, 288)}
CIF, D1 = 3, 2


class Watched(World):
    """The device, and how it is: STATUS is a command that prints it."""

    def __init__(self, service, rest, token, device, key, status):
        super().__init__(service, rest, token, device)
        self.status = status
        self.own(key)

    def sub(self):
        return self.url(0, SUB)

    def parameters(self):
        return self.command("video_params_get", 0, SUB)

    def resize(self, size):
        self.command("video_params_set", 0, SUB, FrameSize=size)

    def nobody_is_left(self):
        """TEARDOWN, or hanging up, frees everything."""
        for _ in range(50):
            shown = ran(self.status).stdout
            if not json.loads(shown)["status"]["viewers"]:
                return
            time.sleep(0.1)
        fail(f"viewers are left: {shown}")


def quiet(words):
    """Runs a player that must not complain."""
    done = ran(words)
    if done.returncode or done.stderr.strip():
        fail(f"{' '.join(words)}\nended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def probed(url, transport):
    words = ["ffprobe", "-v", "error", "-rtsp_transport", transport, "-of", "json"]
    found = quiet([*words, "-show_entries", "stream=codec_name,profile,width,height,r_frame_rate", url])
    return json.loads(found)["streams"]


def is_described(world, transport):
    video = world.parameters()
    streams = [stream for stream in probed(world.sub(), transport) if stream["codec_name"] == "h264"]
    seen = (streams[0]["width"], streams[0]["height"])
    if seen != SIZES[video["FrameSize"]]:
        fail(f"the picture is {seen}, and the setting is {video['FrameSize']}")
    if streams[0]["r_frame_rate"] != f"{video['FrameRate']}/1":
        fail(f"{streams[0]['r_frame_rate']} pictures a second, and the setting is {video['FrameRate']}")
    return f"{seen[0]}x{seen[1]}, {video['FrameRate']} pictures a second, {streams[0]['profile']}"


def ffmpeg_decodes(world, transport):
    words = ["ffmpeg", "-nostdin", "-v", "error", "-xerror", "-err_detect", "explode", "-rtsp_transport", transport]
    shown = quiet([*words, "-i", world.sub(), "-an", "-frames:v", str(PICTURES), "-f", "framecrc", "-"])
    pictures = [line for line in shown.splitlines() if not line.startswith("#")]
    if len(pictures) != PICTURES:
        fail(f"ffmpeg decoded {len(pictures)} of {PICTURES} pictures")
    if len({line.split(",")[-1] for line in pictures}) < PICTURES * 9 // 10:
        fail("the pictures do not move")
    return f"{PICTURES} pictures decoded"


def gstreamer_decodes(world, transport):
    source = f"location={world.sub()} protocols={transport} latency=200"
    tail = f"rtph264depay ! h264parse ! avdec_h264 ! videoconvert ! video/x-raw,format=I420 ! identity eos-after={PICTURES + 1}"
    words = ["gst-launch-1.0", "-q", "-e", "rtspsrc", *source.split(), "!", *tail.split(), "!", "fdsink", "fd=1"]
    done = subprocess.run(words, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    said = done.stderr.decode(errors="replace")
    if done.returncode or "WARN" in said or "ERROR" in said:
        fail(f"{' '.join(words)}\nended with {done.returncode}:\n{said}")
    width, height = SIZES[world.parameters()["FrameSize"]]
    pictures = len(done.stdout) // (width * height * 3 // 2)
    if pictures < PICTURES:
        fail(f"GStreamer decoded {pictures} of {PICTURES} pictures; {said}")
    return f"{pictures} pictures decoded"


def settings_show(world, transport):
    """A change of the picture's size is seen by who watches already."""
    words = ["ffmpeg", "-nostdin", "-v", "error", "-rtsp_transport", transport, "-i", world.sub()]
    player = subprocess.Popen(
        [*words, "-an", "-t", "8", "-c", "copy", "-f", "h264", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(3)
    before = world.parameters()
    other = D1 if before["FrameSize"] == CIF else CIF
    world.resize(other)
    stream, said = player.communicate(timeout=60)
    world.resize(before["FrameSize"])
    frames = subprocess.run(
        ["ffprobe", "-v", "error", "-f", "h264", "-show_entries", "frame=width,height", "-of", "csv=p=0", "-"],
        input=stream, capture_output=True, timeout=60,
    ).stdout.decode()
    sizes = {tuple(map(int, line.split(",")[:2])) for line in frames.split()}
    if sizes != {SIZES[before["FrameSize"]], SIZES[other]}:
        fail(f"sizes that were seen: {sizes}; ffmpeg said: {said.decode()}")
    return " then ".join(f"{SIZES[size][0]}x{SIZES[size][1]}" for size in (before["FrameSize"], other))


def token_opens_once(world, transport):
    url = world.sub()
    probed(url, transport)
    again = ran(["ffprobe", "-v", "error", "-rtsp_transport", transport, url])
    if again.returncode == 0 or not re.search("40[13]", again.stderr):
        fail(f"a used token was let in: {again.stderr}")
    return again.stderr.strip().splitlines()[0].split("] ")[-1]


CHECKS = [is_described, ffmpeg_decodes, gstreamer_decodes, settings_show, token_opens_once]


def main(service, rest, token, device, key, *status):
    world = Watched(service, rest, token, device, key, list(status))
    for transport in ("tcp", "udp"):
        for check in CHECKS:
            saw = check(world, transport)
            world.nobody_is_left()
            print(f"ok  {transport}  {check.__name__}: {saw}", flush=True)


main(*sys.argv[1:])
