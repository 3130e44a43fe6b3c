"""The digits that the page learns from, where the server has them: labels and bytes, compressed.
Where it has none, it fetches them when a person asks."""

import gzip
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import anyio
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from vae import data

DIGITS = "/digits/{set}"
FETCH = "/digits/mnist"
# Of MNIST's four compressed files together.
MNIST_BYTES = 11_594_722
# Seconds between two lines on how far a download is.
EVERY = 0.3
SETS = ("train", "test")
# Answers kept: every set in the few sizes that the page asks for.
KEPT = 6
AGE = 86_400


def digits_route(root: Path | None = None) -> Route:
    """GET /digits/train and /digits/test, `?count=` of them, the first ones: `count` labels of one
    byte and then `count` images of 784 bytes, ink 255, gzipped. {"error": a sentence} with 404
    where there is no MNIST below `root` (`data.root()`), with 422 for another set or no count.
    """

    async def answer(request: Request) -> Response:
        name, count = request.path_params["set"], request.query_params.get("count", "10000")
        if name not in SETS or not count.isdecimal() or int(count) < 1:
            return _refusal(f"expected {' or '.join(SETS)} and a count from 1, got {name}, {count}")
        try:
            # Never a download: a page that asks must not make the server fetch.
            body = await to_thread.run_sync(_packed, root or data.root(), name, int(count))
        except FileNotFoundError as error:
            return _refusal(str(error), 404)
        headers = {"Content-Encoding": "gzip", "Cache-Control": f"public, max-age={AGE}"}
        return Response(body, headers=headers, media_type="application/octet-stream")

    return Route(DIGITS, answer)


def fetch_route(root: Path | None = None) -> Route:
    """POST /digits/mnist fetches MNIST into `root` (`data.root()`), as `data.load` does, once
    however many ask. The answer is a line of JSON every now and then: {"done": the share, from 0
    to 1}; the last one has 1, or is {"error": a sentence}."""
    pool = ThreadPoolExecutor(1)
    jobs: list[Future] = []

    async def fetch(request: Request) -> StreamingResponse:
        if not jobs or jobs[-1].done():
            jobs[:] = [pool.submit(data.load, "mnist", root)]
        lines = _progress(jobs[-1], root)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    return Route(FETCH, fetch, methods=["POST"])


async def _progress(job: Future, root: Path | None) -> AsyncIterator[str]:
    while not job.done():
        yield _line(done=min(0.99, _fetched(root) / MNIST_BYTES))
        await anyio.sleep(EVERY)
    error = job.exception()
    yield _line(done=1) if error is None else _line(error=str(error))


def _fetched(root: Path | None) -> int:
    """Bytes of the compressed files so far."""
    try:
        folder = data.SETS["mnist"].folder(root or data.root())
        return sum(path.stat().st_size for path in folder.glob("*.gz"))
    except OSError:
        return 0


def _line(**said: float | str) -> str:
    return f"{json.dumps(said)}\n"


@lru_cache(maxsize=KEPT)
def _packed(root: Path, name: str, count: int) -> bytes:
    if missing := [path for path in data.SETS["mnist"].paths(root) if not path.is_file()]:
        raise FileNotFoundError(f"{missing[0].name} is not in {missing[0].parent}")
    digits = data.load("mnist", root)[SETS.index(name)]
    labels = digits.labels[:count].numpy().astype("uint8").tobytes()
    return gzip.compress(labels + digits.images[:count].numpy().tobytes(), compresslevel=4)


def _refusal(sentence: str, status: int = 422) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
