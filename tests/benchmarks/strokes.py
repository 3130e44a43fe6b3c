"""Pen strokes drawn on the page's pad by a real browser, with real pointer events."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import torch
from playwright.async_api import CDPSession, Page, async_playwright
from torch import Tensor

ROOT = Path(__file__).resolve().parent.parent.parent
# Strokes come in units of 1000 for their longest side.
UNIT = 1000
# Milliseconds until something must have appeared, on a busy machine.
PATIENCE = 300_000
# Milliseconds, several frames, after which a picture that has not changed is done.
REST = 100
# Shares of the pad: the size of a drawing, and where its corner is.
FULL, CORNER = (0.8, 0.1), (0.8 / 3, 0.02)

LEVELS = """() => ["input", "reconstruction"].map((id) => {
  const canvas = document.querySelector(`[data-testid="${id}"]`);
  const {data} = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  return [...data].filter((_, i) => i % 4 === 0);
})"""
CLEAR = "document.querySelector('.draw .clear').click()"
CLEARED = "document.querySelector('.draw .losses').textContent === ''"
DRAWN = "document.querySelector('.draw .losses').textContent !== ''"


Replayed = tuple[dict[str, Any], Tensor, Tensor]


def replay(path: Path, third: bool) -> list[Replayed]:
    """Every drawing of a file of strokes, with what the page shows of it: the model's input and
    its reconstruction, (1, 1, 28, 28) in [0, 1].

    third: drawn at a third of the size, in the pad's corner.
    """
    drawings = json.loads(path.read_text(encoding="utf-8"))
    with _app() as url:
        return asyncio.run(_replay(url, drawings, *(CORNER if third else FULL)))


async def _replay(
    url: str, drawings: list[dict[str, Any]], scale: float, corner: float
) -> list[Replayed]:
    replayed = []
    async with _tab(url) as page:
        mouse = await page.context.new_cdp_session(page)
        for drawing in drawings:
            box = await page.get_by_test_id("pad").bounding_box()
            for points in drawing["strokes"]:
                places = [
                    (
                        box["x"] + box["width"] * (corner + scale * x / UNIT),
                        box["y"] + box["height"] * (corner + scale * y / UNIT),
                    )
                    for x, y in points
                ]
                await _drag(mouse, places)
            await page.wait_for_function(DRAWN)
            inputs, outputs = await _settled(page)
            replayed.append((drawing, inputs, outputs))
            await page.evaluate(CLEAR)
            await page.wait_for_function(CLEARED)
    return replayed


async def _drag(mouse: CDPSession, places: list[tuple[float, float]]) -> None:
    """One stroke by the mouse. No event waits for the answer to the one before: the browser hands
    on what piles up within a frame as one event with all its points, as it does for a hand."""
    kinds = ["mousePressed", *["mouseMoved"] * (len(places) - 1), "mouseReleased"]
    events = [
        {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
        for kind, (x, y) in zip(kinds, [*places, places[-1]], strict=True)
    ]
    await asyncio.gather(*(mouse.send("Input.dispatchMouseEvent", event) for event in events))


async def _settled(page: Page) -> Tensor:
    """What both canvases show, (2, 1, 1, 28, 28), as soon as it no longer changes."""
    before, levels = None, await page.evaluate(LEVELS)
    while levels != before:
        await page.wait_for_timeout(REST)
        before, levels = levels, await page.evaluate(LEVELS)
    return torch.tensor(levels).view(2, 1, 1, 28, 28) / 255


@contextmanager
def _app() -> Iterator[str]:
    """The address of `python app.py`, running on the shipped weights."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    app = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                urlopen(url, timeout=5).close()
                break
            except OSError:
                if app.poll() is not None:
                    raise RuntimeError("app.py stopped before it answered") from None
                time.sleep(0.2)
        yield url
    finally:
        app.terminate()
        app.wait()


@asynccontextmanager
async def _tab(url: str) -> AsyncIterator[Page]:
    """The app's Draw tab in Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{url}?depth=lab")
        await page.get_by_role("tab", name="Draw").click()
        await page.wait_for_selector("#draw [data-mounted]")
        yield page
        await browser.close()
