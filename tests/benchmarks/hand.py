"""A hand that drags something on the page with real pointer events, and how that follows."""

import asyncio
import time
from statistics import quantiles

from playwright.async_api import Browser, CDPSession, Page

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
READY = '[data-testid="stage"][data-ready="1"]'
SECONDS = 3
# How often a common mouse says where it is, in Hz.
REPORTS = 125

# From a pointer event to after the frame in which its digit was painted, and when digits were.
WATCH = """(painted) => {
  const seen = {latencies: [], paints: []};
  window.seen = seen;
  const digit = document.querySelector(painted);
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


def p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else float("nan")


async def visit(browser: Browser, url: str) -> Page:
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    await page.goto(url)
    await page.wait_for_selector(READY)
    await page.mouse.click(5, 5)
    await page.wait_for_timeout(1500)
    return page


async def drag(page: Page, client: CDPSession, target: str, waiting: bool = True) -> dict:
    """Three seconds of a hand that goes to and fro.

    waiting: each movement is sent when the page has taken the one before, which is how soon a page
    can follow; else as often as a mouse reports, whether the page keeps up or not.
    """
    box = await page.locator(target).first.bounding_box()
    y = box["y"] + 0.45 * box["height"]
    await page.mouse.move(box["x"] + box["width"] / 2, y)
    await page.mouse.down()
    await page.evaluate("window.seen.latencies.length = window.seen.paints.length = 0")
    moves, start = [], time.perf_counter()
    while (now := time.perf_counter() - start) < SECONDS:
        way = abs((now * 0.8) % 2 - 1)
        place = {"x": box["x"] + (0.15 + 0.7 * way) * box["width"], "y": y + 6 * way}
        if waiting:
            await page.mouse.move(**place)
        else:
            event = {"type": "mouseMoved", "button": "left", "buttons": 1, **place}
            move = client.send("Input.dispatchMouseEvent", event)
            moves.append(asyncio.create_task(move))
            await asyncio.sleep(1 / REPORTS)
    seen = await page.evaluate("window.seen")
    await asyncio.gather(*moves)
    await page.mouse.up()
    return seen
