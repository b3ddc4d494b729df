"""The live picture as a person sees it, in a headless Chromium.

    watch.py REST TOKEN DEVICE KEY DIRECTORY

REST is the address of the platform's interface, TOKEN an administrator's, DEVICE and KEY those of a camera with a test pattern
that is not bound to anybody yet. Screenshots go into DIRECTORY. A line `stop camera`, `start platform` and so on on the output
asks for that; a line on the input says that it was done. Whatever is not as it should be ends this with what was seen.
"""

import json
import pathlib
import sys
import time
import urllib.request

from playwright.sync_api import sync_playwright

ACCOUNT, PASSWORD = "18912345678", "kaffee14"
# Long enough for the slowest machine; nothing depends on how long it takes.
PATIENCE = 90
SUB = "?stream=2"
# What the page knows of the picture: the number that it has read in it, and its delay.
NUMBER = "Number(document.body.dataset.frame ?? -1)"
STATE = """() => ({ ...document.body.dataset, time: video.currentTime, width: video.videoWidth, height: video.videoHeight,
    lines: [...document.querySelectorAll('#lines li')].map((line) => line.textContent),
    figures: Object.fromEntries([...document.querySelectorAll('#figures div')].map((box) =>
        [box.querySelector('dd').id.slice(7), box.querySelector('dd').textContent])) })"""


def fail(what):
    sys.exit(f"error: {what}")


def ask(method, url, body=None, token=None):
    head = {"Content-Type": "application/json"}
    if token:
        head["Authorization"] = "Bearer " + token
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, head, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def order(what):
    print(what, flush=True)
    if sys.stdin.readline().strip() != "done":
        fail(f"not done: {what}")


def until(what, is_so, page=None):
    """Waits for something; what it gives is returned."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.1)
    fail(f"never: {what}; {page.evaluate(STATE) if page else ''}")


class Watcher:
    """A page that shows the camera."""

    def __init__(self, browser, origin, device, query=""):
        self.page = browser.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self.heard(message))
        self.page.goto(f"{origin}/live/{device}/0{query}")

    def heard(self, message):
        # A connection that breaks is what this is about; a policy that is violated or a script that fails is not.
        if message.type == "error" and "Failed to load resource" not in message.text and "WebSocket" not in message.text:
            self.errors.append(message.text)

    def log_in(self):
        page = self.page
        page.fill("#number", ACCOUNT)
        page.fill("#password", PASSWORD)
        page.click("#submit")

    def may_not_guess(self):
        page = self.page
        page.fill("#number", ACCOUNT)
        page.fill("#password", "kaffee15")
        page.click("#submit")
        until("a wrong password is told", lambda: page.text_content("#login-error") == "号码或密码错误", page)

    def is_in(self, *states):
        until(f"the page says {states}", lambda: self.state()["state"] in states, self.page)

    def plays(self):
        """Waits until the picture moves: its number, which the page reads in the picture itself, grows ten times."""
        numbers = []

        def moved():
            number = self.page.evaluate(NUMBER)
            if number >= 0 and (not numbers or number != numbers[-1]):
                numbers.append(number)
            playing = self.page.evaluate("document.body.dataset.state") == "playing"
            return playing and len(numbers) >= 11

        until("the picture moves", moved, self.page)
        if any(later <= earlier for earlier, later in zip(numbers[1:], numbers[2:])):
            fail(f"the pictures came in a wrong order: {numbers}")
        return numbers[-1]

    def state(self):
        return self.page.evaluate(STATE)

    def keep(self, path):
        self.page.screenshot(path=path, full_page=True)

    def close(self):
        if self.errors:
            fail(f"the page complained: {self.errors}")
        self.page.close()


def gateway(rest, token, device):
    """What was said of the attempts to fetch a picture for browsers."""
    plays = ask("GET", f"{rest}/devices/{device}/plays", token=token)["plays"]
    return [play for play in plays if play["watcher"] == "gateway"]


def one_pull(browser, origin, rest, token, device):
    """Three browsers, one connection to the camera; none when they have gone."""
    before = len(gateway(rest, token, device))
    pages = [Watcher(browser, origin, device, SUB) for _ in range(3)]
    for page in pages:
        page.log_in()
    for page in pages:
        page.plays()
    until("three watch", lambda: pages[0].state()["figures"]["viewers"] == "3", pages[0].page)
    fetched = len(gateway(rest, token, device)) - before
    if fetched != 1:
        fail(f"three browsers, and {fetched} connections to the camera")
    for page in pages:
        page.close()
    until("the camera is left", lambda: gateway(rest, token, device)[0]["ended"] == "left")


def main():
    rest, token, device, key, directory = sys.argv[1:]
    directory = pathlib.Path(directory)
    origin = rest.removesuffix("/api/v1")
    login = {"number": ACCOUNT, "password": PASSWORD, "client": "W-1.0"}
    session = ask("POST", f"{rest}/session", login)["session"]
    ask("POST", f"{rest}/me/devices", {"id": device, "key": key}, session)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1200, "height": 1250}, locale="zh-CN")
        print(f"Chromium {browser.version}")
        watcher = Watcher(context, origin, device, SUB)
        watcher.may_not_guess()
        watcher.log_in()
        number = watcher.plays()
        state = watcher.state()
        if (state["width"], state["height"]) != (352, 288) or "收到首个关键帧：352×288" not in state["lines"]:
            fail(f"another size: {state}")
        print(f"plays picture {number}: {state['figures']}")
        watcher.page.click("#explainer-title")
        watcher.keep(directory / "live.png")

        order("stop camera")
        watcher.is_in("offline")
        watcher.keep(directory / "camera-stopped.png")
        order("start camera")
        number = watcher.plays()
        print(f"plays again after the device was restarted: picture {number}")

        order("stop platform")
        watcher.is_in("reconnecting")
        watcher.keep(directory / "platform-stopped.png")
        order("start platform")
        number = watcher.plays()
        print(f"plays again after the platform was restarted: picture {number}")
        watcher.keep(directory / "again.png")
        watcher.close()
        one_pull(context, origin, rest, token, device)
        print("three browsers, one connection to the camera, none when they have gone")
        browser.close()


if __name__ == "__main__":
    main()
