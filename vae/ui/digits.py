"""The digits that the page learns from, where the server has them: labels and bytes, compressed."""

import gzip
from functools import lru_cache
from pathlib import Path

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vae import data

DIGITS = "/digits/{set}"
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


@lru_cache(maxsize=KEPT)
def _packed(root: Path, name: str, count: int) -> bytes:
    if missing := [path for path in data.SETS["mnist"].paths(root) if not path.is_file()]:
        raise FileNotFoundError(f"{missing[0].name} is not in {missing[0].parent}")
    digits = data.load("mnist", root)[SETS.index(name)]
    labels = digits.labels[:count].numpy().astype("uint8").tobytes()
    return gzip.compress(labels + digits.images[:count].numpy().tobytes(), compresslevel=4)


def _refusal(sentence: str, status: int = 422) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
