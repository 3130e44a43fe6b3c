"""A real Chromium, and a server for the page's modules and for checkpoints."""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

WEB = Path(__file__).resolve().parents[2] / "vae" / "ui" / "web"

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]

TYPES = {".js": "text/javascript", ".html": "text/html", ".css": "text/css"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser that lives as long as the test session."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        reason = f"no browser: install one of {', '.join(NAMES)}, or set CHROMIUM to its path"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class WebRoot:
    """A running server: url/web/ is the page's code, url/weights/ the folder `weights`.

    url/plain/ is that folder too, from a server that does not know Range. `sent` lists what went
    out of the folder: a file's name, and the first byte and the one after the last.
    """

    url: str
    weights: Path
    sent: list[tuple[str, int, int]] = field(default_factory=list)


@pytest.fixture(scope="session")
def web_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebRoot]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.root = WebRoot(f"http://127.0.0.1:{server.server_port}", tmp_path_factory.mktemp("web"))
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.root
    server.shutdown()
    server.server_close()


class Files(BaseHTTPRequestHandler):
    """Serves an empty page at /, and files with and without Range."""

    def do_GET(self):
        root = self.server.root
        area, _, name = self.path.strip("/").partition("/")
        folder = {"web": WEB, "weights": root.weights, "plain": root.weights}.get(area)
        if folder is None:
            return self._answer(200, b"<!doctype html><title>tests</title>", "text/html")
        path = folder / name
        if not path.is_file():
            return self._answer(404, b"not found", "text/plain")
        body = path.read_bytes()
        begin, end = 0, len(body)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        partial = wanted is not None and area != "plain"
        if partial:
            begin, end = int(wanted[1]), min(int(wanted[2]) + 1, len(body))
            if begin >= len(body):
                return self._answer(416, b"", "text/plain")
        if folder == root.weights:
            root.sent.append((name, begin, end))
        kind = TYPES.get(path.suffix, "application/octet-stream")
        span = {"Content-Range": f"bytes {begin}-{end - 1}/{len(body)}"} if partial else {}
        self._answer(206 if partial else 200, body[begin:end], kind, span)

    def _answer(
        self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Keeps the server from writing a line a request."""


@pytest.fixture(scope="session")
def engine(chromium: Browser, web_root: WebRoot) -> Iterator[Page]:
    """An empty page of `web_root`, in which scripts can import the page's modules from /web/."""
    page = chromium.new_page()
    page.goto(web_root.url)
    yield page
    page.close()


@pytest.fixture
def page(chromium: Browser, app_url: str) -> Iterator[Page]:
    """The running app, ready, in a fresh page; `requested` lists the addresses it asked for.

    A test in which the page throws an error fails.
    """
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    errors = []
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(app_url)
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.wait_for_selector("#explore [data-mounted]")
    yield page
    page.close()
    assert errors == []
