"""What the page's thread does while a person uses it, in its own processor time, and how the page
follows beside a bare canvas in the same run: both mean something on a machine that does more.

python tests/benchmarks/work.py [--models mlp-20 conv-16] [--only picture bare long]

picture: milliseconds of the thread for one picture (event, decoding, painting, figures), p95.
bare: a drag against the same drag over a canvas that paints on every event and does nothing else.
long: tasks of more than 50 ms in half a minute of use, after the first digit.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.benchmarks.hand import (  # noqa: E402
    ARGUMENTS,
    SECONDS,
    WATCH,
    drag,
    p95,
    visit,
)
from tests.benchmarks.servers import OURS, serving  # noqa: E402

# RunTask is a task of a thread; marks are where a picture is painted.
CATEGORIES = ["disabled-by-default-devtools.timeline", "blink.user_timing", "__metadata"]
LONG = 50
MARK = """(painted) => {
  const digit = document.querySelector(painted);
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    if (this.canvas === digit) performance.mark("picture");
    return put.apply(this, given);
  };
}"""
BARE = """<style>canvas { width: 600px; height: 600px; }</style>
<canvas data-testid="digit" width="28" height="28"></canvas>
<script>
  const context = document.querySelector("canvas").getContext("2d");
  const image = context.createImageData(28, 28);
  addEventListener("pointermove", ({ offsetX }) => {
    image.data.fill(offsetX % 256);
    context.putImageData(image, 0, 0);
  });
</script>"""
DIGIT, PAD = '[data-testid="digit"]', '[data-testid="reconstruction"]'
TARGETS = {"slider": (".active [type=range]", DIGIT), "map": ("[data-testid=map]", DIGIT)}
TARGETS["pad"] = (".pad", PAD)


def thread_tasks(events: list[dict], mark: str) -> tuple[list[dict], list[float]]:
    """The tasks of the thread on which `mark` was set, and when it was, in microseconds."""
    marks = [event for event in events if event["name"] == mark and event["ph"] in "RI"]
    thread = {(event["pid"], event["tid"]) for event in marks}
    tasks = [
        event
        for event in events
        if event["name"] == "RunTask" and (event["pid"], event["tid"]) in thread
    ]
    return sorted(tasks, key=lambda task: task["ts"]), sorted(event["ts"] for event in marks)


def per_picture(events: list[dict]) -> list[float]:
    """Milliseconds of the thread for every picture: all tasks since the one that painted the
    picture before."""
    tasks, pictures = thread_tasks(events, "picture")
    starts = [task["ts"] for task in tasks]
    painting = sorted({bisect_right(starts, picture) - 1 for picture in pictures})
    spent = [task.get("tdur", 0) / 1000 for task in tasks]
    return [sum(spent[before + 1 : one + 1]) for before, one in pairwise(painting)]


async def traced(browser: Browser, page: Page, work) -> list[dict]:
    await browser.start_tracing(page=page, categories=CATEGORIES)
    await work
    return json.loads(await browser.stop_tracing())["traceEvents"]


async def ready(browser: Browser, url: str, model: str, target: str) -> Page:
    """The page with what a first touch fetches, where the target is in view."""
    page = await visit(browser, f"{url}/?model={model}")
    if target == "pad":
        await page.get_by_role("tab", name="Draw").click()
        await page.wait_for_selector("#draw [data-mounted]")
    selector, painted = TARGETS[target]
    await page.locator(selector).first.scroll_into_view_if_needed()
    await page.evaluate(WATCH, painted)
    await page.locator(selector).first.click(position={"x": 40, "y": 15})
    await page.wait_for_timeout(1500)
    return page


async def pictures(browser: Browser, url: str, models: list[str]) -> None:
    print(f"\n{'work of the thread for a picture':<34}{'p95 ms':>8}{'pictures':>10}")
    for model in models:
        for target in targets(model):
            page = await ready(browser, url, model, target)
            await page.evaluate(MARK, TARGETS[target][1])
            client = await page.context.new_cdp_session(page)
            spent = per_picture(await traced(browser, page, drag(page, client, TARGETS[target][0])))
            print(f"{model + ', ' + target:<34}{p95(spent):>8.1f}{len(spent):>10}", flush=True)
            await page.close()


async def beside_bare(browser: Browser, url: str, models: list[str]) -> None:
    print(f"\n{'against a bare canvas':<34}{'p95':>8}{'pictures/s':>12}")
    bare = await browser.new_page(viewport={"width": 1440, "height": 900})
    await bare.set_content(BARE)
    await bare.evaluate(WATCH, DIGIT)
    bare_client = await bare.context.new_cdp_session(bare)
    for model in models:
        for target in targets(model):
            page = await ready(browser, url, model, target)
            client = await page.context.new_cdp_session(page)
            found = []
            for one, its, selector in ((bare, bare_client, "canvas"), (page, client, None)):
                await one.bring_to_front()
                seen = await drag(one, its, selector or TARGETS[target][0])
                found.append((p95(seen["latencies"]), len(seen["paints"]) / SECONDS))
            (late, often), (ours_late, ours_often) = found
            print(
                f"{model + ', ' + target:<34}{ours_late / late:>8.2f}{ours_often / often:>12.2f}",
                flush=True,
            )
            await page.close()


def targets(model: str) -> list[str]:
    return [target for target in TARGETS if target != "pad" or model != "gan"]


async def use(page: Page) -> None:
    """Half a minute of what people do: latents, map, classes, other tabs, a drawing, a model."""
    await page.evaluate('performance.mark("begin")')
    client = await page.context.new_cdp_session(page)
    for target in ("slider", "map"):
        await drag(page, client, TARGETS[target][0])
    for digit in (3, 8):
        await page.get_by_label(f"digit class {digit}").click()
        await page.wait_for_timeout(700)
    for tab in ("Draw", "Sample", "Compare", "Train"):
        await page.get_by_role("tab", name=tab).click()
        await page.wait_for_selector(f"#{tab.lower()} [data-mounted]")
        await page.wait_for_timeout(2000)
        if tab == "Draw":
            await drag(page, client, ".pad")
    await page.get_by_role("tab", name="Explore").click()
    await page.get_by_label("model", exact=True).select_option("mlp-2")
    await page.wait_for_timeout(2000)
    await drag(page, client, "[data-testid=map]")
    await page.wait_for_timeout(1000)


async def long_tasks(browser: Browser, url: str, models: list[str]) -> None:
    print(f"\n{'tasks of more than 50 ms':<34}{'thread':>8}{'clock':>8}{'longest, thread ms':>20}")
    for model in models:
        page = await visit(browser, f"{url}/?model={model}")
        await page.evaluate(WATCH, DIGIT)
        tasks, _ = thread_tasks(await traced(browser, page, use(page)), "begin")
        spent, taken = ([task.get(key, 0) / 1000 for task in tasks] for key in ("tdur", "dur"))
        counts = [sum(one > LONG for one in ones) for ones in (spent, taken)]
        print(f"{model:<34}{counts[0]:>8}{counts[1]:>8}{max(spent):>20.1f}", flush=True)
        await page.close()


async def measure(only: list[str], models: list[str]) -> None:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with serving(OURS) as (url, _, _):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            parts = {"picture": pictures, "bare": beside_bare, "long": long_tasks}
            for part in only:
                await parts[part](browser, url, models)
            await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=["mlp-20", "conv-16"])
    parts = ("picture", "bare", "long")
    parser.add_argument("--only", nargs="*", choices=parts, default=parts)
    options = parser.parse_args()
    asyncio.run(measure(options.only, options.models))


if __name__ == "__main__":
    main()
