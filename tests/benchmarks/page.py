"""How the running page feels: every model dragged with real pointer events in Chromium, forty pages
at once, the bytes and the seconds before the first digit.

python tests/benchmarks/page.py [--models mlp-20 conv-16] [--only drag load bytes start]
"""

import argparse
import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from urllib.request import urlopen

from playwright.async_api import async_playwright
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from vae.checkpoint import list_models  # noqa: E402

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
READY = '[data-testid="stage"][data-ready="1"]'
SECONDS = 3
SLOWED = 4
PAGES = 40
WITHIN = 2.0

# A Gradio page with as little on it as can be, which also imports torch.
BARE = """
import sys, torch, gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    gr.HTML("<p id=ready>ready</p>")
page.launch(server_port=int(sys.argv[1]), ssr_mode=False)
"""

# From a pointer event to after the frame in which its digit was painted, and when digits were.
WATCH = """() => {
  const seen = {latencies: [], paints: []};
  window.seen = seen;
  const digit = document.querySelector('[data-testid="digit"]');
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    if (this.canvas === digit) seen.paints.push(performance.now());
    return put.apply(this, given);
  };
  const channel = new MessageChannel();
  let waiting = [];
  channel.port1.onmessage = () => {
    const now = performance.now();
    seen.latencies.push(...waiting.map((start) => now - start));
    waiting = [];
  };
  addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    if (!waiting.length) requestAnimationFrame(() => channel.port2.postMessage(0));
    waiting.push(event.timeStamp);
  }, {capture: true});
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[str, float]]:
    """The address of a server, and the seconds to its first answer."""
    port = free_port()
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, *command, str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urlopen(url, timeout=5).close()
                break
            except OSError:
                if server.poll() is not None:
                    raise RuntimeError(f"{command[0]} stopped before it answered") from None
                time.sleep(0.02)
        yield url, time.perf_counter() - start
    finally:
        server.terminate()
        server.wait()


OURS = ["app.py", "--port"]
BARE_COMMAND = ["-c", BARE]


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else float("nan")


def drag(page: Page, target: str) -> None:
    """Three seconds of a hand that goes to and fro."""
    box = page.locator(target).first.bounding_box()
    y = box["y"] + 0.45 * box["height"]
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.evaluate("window.seen.latencies.length = window.seen.paints.length = 0")
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < SECONDS:
        way = abs((now * 0.8) % 2 - 1)
        page.mouse.move(box["x"] + (0.15 + 0.7 * way) * box["width"], y + 6 * way)
    page.mouse.up()


def drags(url: str, browser, models: list[str]) -> None:
    print(f"\n{'dragging':<34}{'p95 ms':>8}{'pictures/s':>12}{'slowed 4x':>12}{'requests':>10}")
    for model in models:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}/?model={model}")
        page.wait_for_selector(READY)
        page.mouse.click(5, 5)
        page.wait_for_timeout(1500)
        page.evaluate(WATCH)
        requests = []
        client = page.context.new_cdp_session(page)
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        for name, target in (("slider", ".active [type=range]"), ("map", "[data-testid=map]")):
            requests.clear()
            drag(page, target)
            seen = page.evaluate("window.seen")
            client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            drag(page, target)
            slowed = page.evaluate("window.seen.paints.length")
            client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            page.wait_for_timeout(600)
            print(
                f"{model + ', ' + name:<34}{p95(seen['latencies']):>8.1f}"
                f"{len(seen['paints']) / SECONDS:>12.1f}{slowed / SECONDS:>12.1f}"
                f"{len(requests):>10}",
                flush=True,
            )
        page.close()


async def crowd(url: str, ready: str, path: str) -> list[float]:
    """Seconds to a usable page for each of forty that are opened within two seconds."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)

        async def visit(number: int) -> float:
            await asyncio.sleep(WITHIN * number / PAGES)
            context = await browser.new_context()
            page = await context.new_page()
            start = time.perf_counter()
            await page.goto(url, timeout=300_000)
            await page.wait_for_selector(ready, timeout=300_000)
            return time.perf_counter() - start

        times = await asyncio.gather(*map(visit, range(PAGES)))
        await browser.close()
        return list(times)


def loads(path: str) -> None:
    results = {}
    for name, command, ready in (("bare", BARE_COMMAND, "#ready"), ("this", OURS, READY)):
        with serving(command) as (url, _):
            results[name] = p95(asyncio.run(crowd(url, ready, path)))
    print(
        f"\n{PAGES} pages within {WITHIN:g} s, p95 to a usable page: {results['this']:.1f} s, "
        f"bare Gradio {results['bare']:.1f} s, ratio {results['this'] / results['bare']:.2f}"
    )


def received(url: str, ready: str, browser) -> int:
    """Bytes over the wire until the page is usable."""
    page = browser.new_page()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    sizes = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.wait_for_selector(ready)
    page.close()
    return int(sum(sizes))


def first_bytes(browser) -> None:
    sizes = {}
    for name, command, ready in (("bare", BARE_COMMAND, "#ready"), ("this", OURS, READY)):
        with serving(command) as (url, _):
            sizes[name] = received(url, ready, browser)
    print(
        f"\nbytes to the first usable page: {sizes['this']:,}, bare Gradio {sizes['bare']:,}, "
        f"beyond it {(sizes['this'] - sizes['bare']) / 1e6:.2f} MB"
    )


def starts(times: int = 3) -> None:
    seconds = {"bare": [], "this": []}
    for _ in range(times):
        for name, command in (("bare", BARE_COMMAND), ("this", OURS)):
            with serving(command) as (_, taken):
                seconds[name].append(taken)
    ours, bare = min(seconds["this"]), min(seconds["bare"])
    print(
        f"\nstart to the first answer: {ours:.1f} s, a bare Gradio app that imports torch "
        f"{bare:.1f} s, ratio {ours / bare:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=list_models())
    parts = ("drag", "load", "bytes", "start")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    options = parser.parse_args()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if "start" in options.only:
        starts()
    if {"drag", "bytes"} & set(options.only):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            if "bytes" in options.only:
                first_bytes(browser)
            if "drag" in options.only:
                with serving(OURS) as (url, _):
                    drags(url, browser, options.models)
            browser.close()
    if "load" in options.only:
        loads(path)


if __name__ == "__main__":
    main()
