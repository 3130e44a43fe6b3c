"""What forty first visits ask of a server: the requests of one visit, recorded in Chromium and sent
again by forty clients at once, who do nothing else with the answers."""

import asyncio
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser

# As many connections as a browser opens to one server.
CONNECTIONS = 6
# After the page is ready, what it fetches for later.
SETTLED = 4000
KEPT = ("accept", "accept-encoding", "range")


@dataclass(frozen=True)
class Visit:
    """The requests of one first visit, in order: their paths and headers. The first of them is the
    document."""

    requests: list[tuple[str, dict[str, str]]]


def record(browser: Browser, url: str, ready: str) -> Visit:
    """Opens a page in a fresh profile and notes what it asks `url` for."""
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request))
    page.goto(url)
    page.wait_for_selector(ready)
    page.wait_for_timeout(SETTLED)
    requests = []
    for request in asked:
        if request.url.startswith(url):
            headers = request.all_headers()
            kept = {name: headers[name] for name in KEPT if name in headers}
            requests.append((request.url.removeprefix(url) or "/", kept))
    context.close()
    return Visit(requests)


def replay(url: str, visit: Visit, clients: int) -> list[float]:
    """Seconds to the last answer, for each of `clients` that begin together. Raises RuntimeError
    where an answer is neither 200 nor 206."""

    async def all_at_once() -> list[float]:
        return list(await asyncio.gather(*(visit_once(url, visit) for _ in range(clients))))

    return asyncio.run(all_at_once())


async def visit_once(url: str, visit: Visit) -> float:
    start = time.perf_counter()
    first, *others = visit.requests
    await _fetch(url, iter([first]))
    waiting = iter(others)
    await asyncio.gather(*(_fetch(url, waiting) for _ in range(CONNECTIONS)))
    return time.perf_counter() - start


async def _fetch(url: str, waiting: Iterator[tuple[str, dict[str, str]]]) -> None:
    """Takes requests from `waiting` until none is left, over one connection."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port, limit=2**20)
    for path, headers in waiting:
        lines = [f"GET {path} HTTP/1.1", f"Host: {place.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        status = await _answer(reader)
        if status not in (200, 206):
            raise RuntimeError(f"{path} was answered with status {status}")
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Reads one answer to its end; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    else:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head[0].split()[1])


def processor_seconds(process: int) -> float:
    """What a process has used of the processor so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
