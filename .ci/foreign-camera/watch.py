"""Watches a device that shows foreign pictures, with ffmpeg and ffprobe.

    watch.py SERVICE REST TOKEN DEVICE look KEY
    watch.py SERVICE REST TOKEN DEVICE stay FILE

SERVICE is the interface of chapter 8, REST that of administrators with its TOKEN. `look` enters the device as one of
a user's, and sees what every channel shows;
`stay` watches channel 0 until pictures have come for ten seconds after they had stopped, and writes to FILE how far ffmpeg is.
Whatever is not as it should be ends this with what was seen.
"""

import json
import re
import subprocess
import sys
import time
import urllib.request

ACCOUNT, PASSWORD = "18912345678", "kaffee14"
MAIN, SUB = 1, 2


def fail(what):
    sys.exit(f"error: {what}")


def post(url, body, token=None, kind="text/xml"):
    head = {"Content-Type": kind}
    if token:
        head["Authorization"] = "Bearer " + token
    with urllib.request.urlopen(urllib.request.Request(url, body.encode(), head), timeout=10) as answer:
        return answer.read().decode()


def element(xml, name):
    found = re.search(rf"<{name}>(.*?)</{name}>", xml, re.S)
    return found[1].replace("&amp;", "&") if found else ""


class World:
    def __init__(self, service, rest, token, device):
        self.service, self.rest, self.token, self.device = service, rest, token, device
        answer = post(
            service,
            f"<MCU_LOGIN_REQ><Account>{ACCOUNT}</Account><Password>{PASSWORD}</Password>"
            "<Version>A-1.0</Version></MCU_LOGIN_REQ>",
        )
        self.session = element(answer, "LoginSession") or fail(f"no login: {answer}")

    def own(self, key):
        """Enters the device as one of the user's."""
        answer = post(
            self.service,
            f"<MCU_ADD_DEVICE_REQ><Account>{ACCOUNT}</Account><LoginSession>{self.session}</LoginSession>"
            f"<DevID>{self.device}</DevID><DevKey>{key}</DevKey></MCU_ADD_DEVICE_REQ>",
        )
        if element(answer, "Result") != "0":
            fail(f"the device is not entered: {answer}")

    def url(self, channel, stream=MAIN):
        """A URL with a token of its own, as a phone gets it."""
        answer = post(
            self.service,
            f"<MCU_VIDEO_PLAY_REQ><Account>{ACCOUNT}</Account><LoginSession>{self.session}</LoginSession>"
            f"<DevID>{self.device}</DevID><ChannelNo>{channel}</ChannelNo><StreamType>{stream}</StreamType>"
            "</MCU_VIDEO_PLAY_REQ>",
        )
        return element(answer, "LocalPlayUrl") or fail(f"no URL: {answer}")

    def set_channel(self, channel, **fields):
        body = json.dumps({"ChannelNo": channel, "StreamType": MAIN, **fields})
        url = f"{self.rest}/devices/{self.device}/commands/video_params_set"
        return json.loads(post(url, body, self.token, "application/json"))


def ran(words, seconds=90):
    return subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds)


def tracks(url):
    """What ffprobe sees: size and codec of the video, codec and rate of the sound."""
    done = ran(["ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_streams", "-of", "json", url])
    if done.returncode:
        fail(f"ffprobe: {done.stderr}")
    seen = {}
    for stream in json.loads(done.stdout)["streams"]:
        if stream["codec_type"] == "video":
            seen["video"] = (stream["codec_name"], stream["width"], stream["height"])
        else:
            seen["sound"] = (stream["codec_name"], int(stream["sample_rate"]))
    return seen


def decoded(url, pictures):
    """ffmpeg decodes so many pictures and the sound beside them without a complaint; gives the seconds of both."""
    done = ran(
        ["ffmpeg", "-v", "warning", "-rtsp_transport", "tcp", "-i", url, "-frames:v", str(pictures), "-progress", "-"]
        + ["-map", "0:v", "-f", "null", "-", "-map", "0:a?", "-t", "3", "-f", "null", "-"]
    )
    complaints = [line for line in done.stderr.splitlines() if line and not is_usual(line)]
    frames = re.findall(r"^frame=(\d+)", done.stdout, re.M)
    if done.returncode or complaints or not frames or int(frames[-1]) < pictures:
        fail(f"ffmpeg: exit {done.returncode}, frames {frames[-1:]}, {complaints}")


def is_usual(line):
    """What ffmpeg says of every stream whose times begin somewhere."""
    return "max_analyze_duration" in line or "Timestamps are unset" in line or "non monotonically" in line


def sees(what, url, expected):
    seen = tracks(url)
    if seen != expected:
        fail(f"{what}: {seen} instead of {expected}")
    print(f"{what}: {seen}")


def look(world, key):
    world.own(key)
    camera_main = {"video": ("h264", 704, 576), "sound": ("pcm_alaw", 8000)}
    camera_sub = {"video": ("h264", 320, 240), "sound": ("aac", 16000)}
    film = {"video": ("h264", 480, 270), "sound": ("aac", 32000)}
    sees("the camera over TCP", world.url(0, MAIN), camera_main)
    sees("the camera over UDP", world.url(0, SUB), camera_sub)
    sees("the film", world.url(1), film)
    sees("the command", world.url(2), {"video": ("h264", 1280, 720)})
    for channel, stream in ((0, MAIN), (0, SUB), (1, MAIN), (2, MAIN)):
        decoded(world.url(channel, stream), 100)
    print("100 pictures of each are decoded")
    # Sound that is switched off is not announced; a command is started again with other parameters.
    world.set_channel(0, AudioInput=0)
    sees("the camera without sound", world.url(0, MAIN), {"video": ("h264", 704, 576)})
    world.set_channel(0, AudioInput=1)
    world.set_channel(2, FrameSize=3)
    time.sleep(2)
    sees("the command in CIF", world.url(2), {"video": ("h264", 352, 288)})


def stay(world, path):
    """Watches until pictures stop and have come for ten seconds again."""
    words = ["ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", world.url(0), "-map", "0:v", "-f", "null", "-progress", path, "-"]
    player = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        stood_still, since, last = False, None, -1
        for _ in range(1200):
            time.sleep(0.1)
            if player.poll() is not None:
                fail(f"ffmpeg ended: {player.stderr.read()}")
            frames = progress(path)
            if frames != last:
                if since and time.monotonic() - since > 3:
                    stood_still = True
                    print(f"{last} pictures before the camera vanished")
                    begin = frames
                since, last = time.monotonic(), frames
            if stood_still and last - begin > 200:
                print(f"{last - begin} pictures since it came back")
                return
        fail(f"pictures stood still: {stood_still}, the last is {last}")
    finally:
        player.kill()
        player.wait()


def progress(path):
    try:
        with open(path, encoding="ascii") as file:
            frames = re.findall(r"^frame=(\d+)", file.read(), re.M)
    except FileNotFoundError:
        return -1
    return int(frames[-1]) if frames else -1


def main():
    service, rest, token, device, what, *more = sys.argv[1:]
    world = World(service, rest, token, device)
    {"look": look, "stay": stay}[what](world, *more)


main()
