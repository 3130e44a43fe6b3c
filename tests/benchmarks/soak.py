"""Forty clients that open the page, upload pictures and call the API for half an hour: what the
server has kept of it when they have gone.

    python tests/benchmarks/soak.py --minutes 30

Growth is against the moment when a first minute of the same was over and everybody had gone, too.
"""

import argparse
import asyncio
import io
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT, ROOT / "tests", ROOT / "tests" / "browser"):
    sys.path.insert(0, str(folder))

from conftest import ARGUMENTS  # noqa: E402
from processes import App, complaints, handles, logged_app, megabytes  # noqa: E402

from tests.benchmarks.replay import Visit, record, visit_once  # noqa: E402

READY = ".stage[data-ready='1']"
# Seconds that a client does nothing between two things, at most; and that are waited when all left.
PAUSE, QUIET = 4, 10
CALLS = {
    "decode": [[[0.5] * 20] * 20, "mlp-20", None],
    "encode": [[[[0.5] * 28] * 28] * 5, "conv-16"],
    "sample": [{"family": "beta", "alpha": 4, "beta": 3}, 64, 0, "mlp-20", None],
}


@dataclass
class Done:
    """What the clients did, by name, and what went wrong."""

    well: Counter = field(default_factory=Counter)
    errors: Counter = field(default_factory=Counter)


def photo() -> bytes:
    picture = Image.effect_noise((1200, 900), 20).point(lambda grey: grey + 90)
    ImageDraw.Draw(picture).line([(500, 200), (700, 200), (560, 700)], fill=30, width=40)
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


async def call(client: httpx.AsyncClient, name: str, data: list) -> None:
    """Raises ValueError where the endpoint refuses."""
    address = f"/gradio_api/call/{name}"
    answer = (await client.post(address, json={"data": data})).raise_for_status()
    text = (await client.get(f"{address}/{answer.json()['event_id']}")).text
    if "event: complete" not in text:
        raise ValueError(f"{name}: {text[:200]}")


async def reconstruct(client: httpx.AsyncClient, picture: bytes) -> None:
    """By way of gradio's own upload."""
    files = {"files": ("four.jpg", picture)}
    answer = (await client.post("/gradio_api/upload", files=files)).raise_for_status()
    file = {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}
    await call(client, "reconstruct", [file, "mlp-20", None])


async def one_client(url: str, first: Visit, seed: int, end: float, done: Done) -> None:
    """One thing after the other, with pauses, until the end."""
    chance, picture = random.Random(seed), photo()
    # The server closes a connection that has rested for 5 seconds, and a client is to be quicker.
    settings = {"timeout": 120, "trust_env": False, "limits": httpx.Limits(keepalive_expiry=3)}
    async with httpx.AsyncClient(base_url=url, **settings) as client:
        things = {
            "page": lambda: visit_once(url, first),
            "prepare": lambda: client.post("/prepare", content=picture),
            "reconstruct": lambda: reconstruct(client, picture),
            **{name: lambda name=name: call(client, name, CALLS[name]) for name in CALLS},
        }
        while time.monotonic() < end:
            name = chance.choice([*things])
            try:
                answer = await things[name]()
                if isinstance(answer, httpx.Response):
                    answer.raise_for_status()
                done.well[name] += 1
            except (httpx.HTTPError, OSError, RuntimeError, ValueError) as error:
                done.errors[f"{name}: {error!r}"[:200]] += 1
            await asyncio.sleep(chance.uniform(0, PAUSE))


async def everybody(url: str, first: Visit, clients: int, seconds: float, done: Done) -> None:
    end = time.monotonic() + seconds
    await asyncio.gather(*(one_client(url, first, seed, end, done) for seed in range(clients)))


def soak(app: App, first: Visit, clients: int, seconds: float) -> tuple[Done, float, int]:
    """What was done; megabytes and handles of the server when everybody has gone."""
    done = Done()
    asyncio.run(everybody(app.url, first, clients, seconds, done))
    time.sleep(QUIET)
    return done, megabytes(app.process), handles(app.process)


def first_visit(url: str) -> Visit:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            return record(browser, url, READY)
        finally:
            browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--clients", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, logged_app(Path(folder) / "log") as app:
        first = first_visit(app.url)
        _, memory, opened = soak(app, first, options.clients, 60)
        done, later, left = soak(app, first, options.clients, 60 * options.minutes)
        traces = complaints(app.log)
    print(f"{options.clients} clients, {options.minutes:g} minutes: {json.dumps(done.well)}")
    print(f"memory   {memory:7.1f} MB, then {later:7.1f} MB: {later - memory:+.1f}")
    print(f"handles  {opened:7d}   , then {left:7d}   : {left - opened:+d}")
    print(f"errors   {done.errors.total():7d}, in the server's log {len(traces)}")
    for error, count in done.errors.most_common(5):
        print(f"  {count} times {error}")
    return int(done.errors.total() + len(traces) > 0)


if __name__ == "__main__":
    sys.exit(main())
