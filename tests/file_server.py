"""A server for the page's modules and for checkpoints, with and without Range."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

WEB = Path(__file__).resolve().parents[1] / "vae" / "ui" / "web"
TYPES = {".js": "text/javascript", ".html": "text/html", ".css": "text/css"}


@dataclass
class WebRoot:
    """A running server: url/web/ is the page's code, url/weights/ the folder `weights`.

    url/plain/ is that folder too, from a server that does not know Range. `sent` lists what went
    out of the folder: a file's name, and the first byte and the one after the last.
    """

    url: str
    weights: Path
    sent: list[tuple[str, int, int]] = field(default_factory=list)


@contextmanager
def serving_files(weights: Path) -> Iterator[WebRoot]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    server.root = WebRoot(f"http://127.0.0.1:{server.server_port}", weights)
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
