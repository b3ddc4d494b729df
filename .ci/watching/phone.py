"""A phone and an administrator at a platform, for the scripts that watch a device with foreign players."""

import json
import re
import subprocess
import sys
import urllib.request

ACCOUNT, PASSWORD = "18912345678", "kaffee14"
MAIN, SUB = 1, 2


def fail(what):
    sys.exit(f"error: {what}")


def ran(words, seconds=90):
    return subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds)


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
    """SERVICE is the interface of chapter 8, REST that of administrators with its TOKEN."""

    def __init__(self, service, rest, token, device):
        self.service, self.rest, self.token, self.device = service, rest, token, device
        answer = post(
            service,
            f"<MCU_LOGIN_REQ><Account>{ACCOUNT}</Account><Password>{PASSWORD}</Password>"
            "<Version>A-1.0</Version></MCU_LOGIN_REQ>",
        )
        self.session = element(answer, "LoginSession") or fail(f"no login: {answer}")

    def ask(self, root, fields):
        who = f"<Account>{ACCOUNT}</Account><LoginSession>{self.session}</LoginSession><DevID>{self.device}</DevID>"
        return post(self.service, f"<{root}>{who}{fields}</{root}>")

    def own(self, key):
        """Enters the device as one of the user's."""
        answer = self.ask("MCU_ADD_DEVICE_REQ", f"<DevKey>{key}</DevKey>")
        if element(answer, "Result") != "0":
            fail(f"the device is not entered: {answer}")

    def url(self, channel=0, stream=MAIN):
        """A URL with a token of its own, as a phone gets it."""
        fields = f"<ChannelNo>{channel}</ChannelNo><StreamType>{stream}</StreamType>"
        answer = self.ask("MCU_VIDEO_PLAY_REQ", fields)
        return element(answer, "LocalPlayUrl") or fail(f"no URL: {answer}")

    def command(self, name, channel=0, stream=MAIN, **fields):
        body = json.dumps({"ChannelNo": channel, "StreamType": stream, **fields})
        url = f"{self.rest}/devices/{self.device}/commands/{name}"
        return json.loads(post(url, body, self.token, "application/json"))["response"]
