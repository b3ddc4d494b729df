"""How late a live picture is in a headless Chromium, and what one more browser costs the platform.

    figures.py REST DEVICE KEY PLATFORM SECONDS

PLATFORM is the process of the platform that has REST, DEVICE and KEY those of a camera with a test pattern that is not bound to
anybody yet. Prints a table.
"""

import pathlib
import statistics
import sys
import time

from playwright.sync_api import sync_playwright

from watch import ACCOUNT, PASSWORD, SUB, Watcher, ask

OPENINGS = 20
CROWDS = (10, 60)
# Each picture once: its number, and how old it was when it was shown.
SAMPLE = """() => { window.seen = new Map(); new MutationObserver(() => {
    const { frame, delay } = document.body.dataset; window.seen.set(frame, Number(delay)); })
    .observe(document.body, { attributeFilter: ["data-frame"] }); }"""
# As the player does it, without showing anything: what is measured is the platform.
CROWD = """async ([count, path]) => {
    const headers = { "Content-Type": "application/json", Authorization: `Bearer ${sessionStorage.getItem("kandian-session")}` };
    window.crowd ??= [];
    window.pieces = 0;
    while (window.crowd.length < count) {
        const answer = await fetch(path, { method: "POST", headers, body: '{"stream":2}' });
        if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
        const url = new URL((await answer.json()).socket, location.href);
        url.protocol = "ws:";
        const socket = new WebSocket(url);
        socket.binaryType = "arraybuffer";
        socket.onmessage = () => { window.pieces++; };
        socket.onclose = () => { window.crowd.lost = true; };
        await new Promise((opened) => { socket.onopen = opened; });
        window.crowd.push(socket);
    }
}"""


def shares(values):
    values = sorted(values)
    at = lambda share: values[min(len(values) - 1, round(share * (len(values) - 1)))]
    return f"p50 {at(0.5):.0f} ms, p95 {at(0.95):.0f} ms, of {len(values)}"


def spent(process):
    """Seconds of processor time, and bytes of memory that is no file."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    memory = next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:"))
    return (int(fields[11]) + int(fields[12])) / 100, int(memory) << 10


def opened(context, origin, device):
    """Milliseconds from opening the page, logged in, to the first picture with its mark."""
    page = context.new_page()
    page.goto(f"{origin}/live/player.js")
    began = time.monotonic()
    page.goto(f"{origin}/live/{device}/0{SUB}")
    page.wait_for_function("() => document.body?.dataset.frame !== undefined", polling=10, timeout=60_000)
    took = (time.monotonic() - began) * 1000
    page.close()
    return took


def delays(watcher, seconds):
    watcher.page.evaluate(SAMPLE)
    time.sleep(seconds)
    return list(watcher.page.evaluate("Object.fromEntries(window.seen)").values())


def crowds(watcher, device, process, seconds):
    path = f"/api/v1/me/devices/{device}/channels/0/live"
    costs = []
    for count in CROWDS:
        watcher.page.evaluate(CROWD, [count, path])
        time.sleep(3)
        before, _ = spent(process)
        time.sleep(seconds)
        after, memory = spent(process)
        if watcher.page.evaluate("window.crowd.lost ?? false"):
            sys.exit("error: a socket of the crowd was closed")
        costs.append(((after - before) / seconds * 1000, memory))
        print(f"{count} browsers: {costs[-1][0]:.1f} ms of processor time a second, {memory >> 10} KB", flush=True)
    more = CROWDS[1] - CROWDS[0]
    cpu, memory = (costs[1][0] - costs[0][0]) / more, (costs[1][1] - costs[0][1]) / more
    print(f"one more browser costs {cpu:.2f} ms a second and {memory / 1024:.0f} KB")


def main():
    rest, device, key, process, seconds = sys.argv[1:]
    seconds = int(seconds)
    origin = rest.removesuffix("/api/v1")
    login = {"number": ACCOUNT, "password": PASSWORD, "client": "W-1.0"}
    session = ask("POST", f"{rest}/session", login)["session"]
    ask("POST", f"{rest}/me/devices", {"id": device, "key": key}, session)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1200, "height": 1250}, locale="zh-CN")
        context.add_init_script(f"sessionStorage.setItem('kandian-session', {session!r})")
        print(f"Chromium {browser.version}, one stream of 352x288", flush=True)
        cold = []
        for _ in range(OPENINGS):
            cold.append(opened(context, origin, device))
            # So long that the platform has left the camera.
            time.sleep(2.5)
        print(f"from opening the page to the first picture: {shares(cold)} openings", flush=True)
        watcher = Watcher(context, origin, device, SUB)
        watcher.plays()
        # The player comes close to the live edge within some seconds.
        time.sleep(5)
        late = delays(watcher, seconds)
        print(f"from the camera's clock to the screen: {shares(late)} pictures; mean {statistics.mean(late):.0f} ms", flush=True)
        crowds(watcher, device, process, seconds)
        browser.close()


main()
