"""How the running page feels: every model dragged with real pointer events in Chromium, forty first
visits at once, the bytes and the seconds before the first digit.

python tests/benchmarks/page.py [--models mlp-20 conv-16] [--only drag draw scrub load bytes start]
"""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, Page, async_playwright
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.benchmarks.hand import ARGUMENTS, READY, SECONDS, WATCH, drag, p95, visit  # noqa: E402
from tests.benchmarks.replay import processor_seconds, record, replay  # noqa: E402
from tests.benchmarks.servers import BARE_COMMAND, OURS, serving  # noqa: E402
from vae.checkpoints import WEIGHTS, list_models  # noqa: E402

SLOWED = 4
CLIENTS = 40

FRAMES = """() => {
  window.frames_seen ??= 0;
  const count = () => { window.frames_seen += 1; requestAnimationFrame(count); };
  if (!window.frames_seen) count();
  return window.frames_seen;
}"""


async def drags(url: str, path: str, models: list[str]) -> None:
    """Every model by a slider and by the map of Explore."""
    targets = {"slider": ".active [type=range]", "map": "[data-testid=map]"}
    async with opened(path) as browser:
        for model in models:
            page = await visit(browser, f"{url}/?model={model}")
            await drag_each(page, model, targets, '[data-testid="digit"]')
            await page.close()


async def drawings(url: str, path: str, models: list[str]) -> None:
    """Every model that has an encoder, by the pen on the pad of Draw."""
    async with opened(path) as browser:
        for model in set(models) - {"gan"}:
            page = await visit(browser, f"{url}/?model={model}")
            await page.get_by_role("tab", name="Draw").click()
            await page.wait_for_selector("#draw [data-mounted]")
            await page.locator(".pad").scroll_into_view_if_needed()
            await drag_each(page, model, {"pad": ".pad"}, '[data-testid="reconstruction"]')
            await page.close()


async def scrubs(url: str, path: str, models: list[str]) -> None:
    """The trainings of Compare, by their time slider: frames, for there are but nine epochs."""
    films = [file.stem for file in (WEIGHTS / "snapshots").glob("*.safetensors")]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        print(f"\n{'scrubbing through a training':<34}{'p95 ms':>8}{'frames/s':>12}")
        for film in set(films) & set(models):
            page = await visit(browser, f"{url}/?model={film}&tab=compare")
            await page.locator(".training").scroll_into_view_if_needed()
            await page.get_by_label("model whose training is shown").select_option(film)
            await page.wait_for_timeout(3000)
            await page.evaluate(WATCH, ".training .moment:last-child .z")
            client = await page.context.new_cdp_session(page)
            # Once for what is fetched, once to count.
            for _ in range(2):
                frames = await page.evaluate(FRAMES)
                seen = await drag(page, client, ".training .time input")
                frames = await page.evaluate("window.frames_seen") - frames
            rate = frames / SECONDS
            print(f"{film:<34}{p95(seen['latencies']):>8.1f}{rate:>12.1f}", flush=True)
            await page.close()
        await browser.close()


@asynccontextmanager
async def opened(path: str) -> AsyncIterator[Browser]:
    print(f"\n{'dragging':<34}{'p95 ms':>8}{'pictures/s':>12}{'slowed 4x':>12}{'requests':>10}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


async def drag_each(page: Page, model: str, targets: dict[str, str], painted: str) -> None:
    """Drags the targets, at full speed and slowed, and prints how `painted` follows."""
    requests = []
    await page.evaluate(WATCH, painted)
    client = await page.context.new_cdp_session(page)
    for name, target in targets.items():
        # What a first touch fetches, an encoder say, is no part of a drag.
        await page.locator(target).first.click(position={"x": 40, "y": 15})
        await page.wait_for_timeout(1000)
        page.on("request", lambda request: requests.append(request.url))
        requests.clear()
        seen = await drag(page, client, target)
        await client.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        slowed = await drag(page, client, target, waiting=False)
        await client.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        await page.wait_for_timeout(600)
        print(
            f"{model + ', ' + name:<34}{p95(seen['latencies']):>8.1f}"
            f"{len(seen['paints']) / SECONDS:>12.1f}{len(slowed['paints']) / SECONDS:>12.1f}"
            f"{len(requests):>10}",
            flush=True,
        )


def loads(path: str, times: int = 3) -> None:
    """The requests of one first visit, sent by forty clients at once."""
    servers = {"bare": (BARE_COMMAND, "#ready"), "this": (OURS, READY)}
    visits = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for name, (command, ready) in servers.items():
            with serving(command) as (url, _, _):
                visits[name] = record(browser, url, ready)
        browser.close()
    seconds, processor = {name: [] for name in servers}, {name: [] for name in servers}
    for _ in range(times):
        for name, (command, _) in servers.items():
            with serving(command) as (url, _, process):
                before = processor_seconds(process)
                seconds[name] += replay(url, visits[name], CLIENTS)
                processor[name].append(processor_seconds(process) - before)
    print(f"\n{CLIENTS} first visits at once, replayed {times} times, to the last answer")
    for name, one in visits.items():
        print(
            f"{name:<6}{len(one.requests)} requests: median {median(seconds[name]):.1f} s, p95 "
            f"{p95(seconds[name]):.1f} s, the server's processor {median(processor[name]):.1f} s"
        )
    for what, of in (("median", seconds), ("processor", processor)):
        print(f"{what} against a bare Gradio page: {median(of['this']) / median(of['bare']):.2f}")


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
        with serving(command) as (url, _, _):
            sizes[name] = received(url, ready, browser)
    print(
        f"\nbytes to the first usable page: {sizes['this']:,}, bare Gradio {sizes['bare']:,}, "
        f"beyond it {(sizes['this'] - sizes['bare']) / 1e6:.2f} MB"
    )


def starts(times: int = 3) -> None:
    seconds = {"bare": [], "this": []}
    for _ in range(times):
        for name, command in (("bare", BARE_COMMAND), ("this", OURS)):
            with serving(command) as (_, taken, _):
                seconds[name].append(taken)
    ours, bare = min(seconds["this"]), min(seconds["bare"])
    print(
        f"\nstart to the first answer: {ours:.1f} s, a bare Gradio app that imports torch "
        f"{bare:.1f} s, ratio {ours / bare:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=list_models())
    parts = ("drag", "draw", "scrub", "load", "bytes", "start")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    options = parser.parse_args()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if "start" in options.only:
        starts()
    if "bytes" in options.only:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            first_bytes(browser)
            browser.close()
    for part, work in (("drag", drags), ("draw", drawings), ("scrub", scrubs)):
        if part in options.only:
            with serving(OURS) as (url, _, _):
                asyncio.run(work(url, path, options.models))
    if "load" in options.only:
        loads(path)


if __name__ == "__main__":
    main()
