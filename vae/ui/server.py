"""What the server does beside gradio: the page's files, the weights, and one road for uploads."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from anyio import CapacityLimiter, to_thread
from gradio.route_utils import API_PREFIX
from PIL import Image
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from vae.checkpoints import Zoo
from vae.handwriting import MAX_BYTES, Box, Digit, Steps, explain, open_picture, prepare_box
from vae.pictures import base64_png
from vae.ui.assets import Assets
from vae.ui.body_limit import BodyLimit
from vae.ui.calls import Calls
from vae.ui.digits import digits_route, fetch_route
from vae.ui.document import Document
from vae.ui.files import Sources, WeightFiles, packs_route
from vae.ui.no_sniff import NoSniff
from vae.ui.packs import WEB, Packs
from vae.ui.root_path import RootPath
from vae.ui.sources import sources_route

PREPARE = "/prepare"
# Of a request that is no upload, in bytes: a thousand latent vectors take half of it.
MAX_REQUEST = 1_000_000
# Pictures that are read at the same time, however many arrive: each may need 400 MB.
AT_ONCE = 2
# The longest side of a step's picture.
STEP_SIDE = 240


def routes(zoo: Zoo, packs: Packs) -> list[BaseRoute]:
    """/web, /packed, /weights (byte ranges allowed), /prepare, /digits and /sources, for Starlette
    or FastAPI."""
    return [
        Mount("/web", Sources(directory=WEB)),
        packs_route(packs),
        Mount("/weights", WeightFiles(zoo.folder, zoo.files)),
        Route(PREPARE, partial(prepare, turns=CapacityLimiter(AT_ONCE)), methods=["POST"]),
        digits_route(),
        sources_route(),
        fetch_route(),
    ]


def middleware() -> list[Middleware]:
    """What stands before the app: paths as ASGI has them, headers, a limit for requests (except for
    uploads, which have theirs), a look at what endpoints are sent, the document and gradio's
    assets."""
    uploads = (PREPARE, f"{API_PREFIX}/upload")
    return [
        Middleware(RootPath),
        Middleware(NoSniff),
        Middleware(BodyLimit, most=MAX_REQUEST, unlimited=uploads),
        Middleware(Calls),
        Middleware(Document),
        Middleware(Assets),
    ]


async def prepare(request: Request, turns: CapacityLimiter) -> JSONResponse:
    """An image file as the body; as the answer, the digits in it and how they were found:

    - digits: in reading order, at least one, each with
        pixels: 784 intensities in [0, 1], what a model sees;
        box: [x, y, width, height] in the picture's pixels;
    - steps: of the first digit, each with name, sentence and picture; the names are
        "found ink" (the whole picture), "crop" and "normalised";
    - width, height: of the picture in pixels: upright, and reduced where it was large;
    - pixels: those of the first digit.

    `?turn=1`, 2 or 3 turns the whole picture first by so many quarters clockwise; boxes and sizes
    are then those of the turned one. `?box=x,y,width,height`, in whole pixels of the picture as it
    was answered without a turn, reads all ink there as one digit; `&turn=` then turns only that
    part, and the steps have no "found ink". Nothing is kept: the same file is sent again.

    A picture is a grey PNG of at most 240 x 240 pixels in base64, ink bright on black.

    Answers 422 with {"error": one sentence for the person} when no digit can be read from it, and
    for another turn or box.
    """
    body = bytearray()
    async for chunk in request.stream():
        # Of a file that is too large, enough for `open_picture` to refuse it; the rest is read and
        # dropped, because a browser hears no answer before it has sent everything.
        if len(body) <= MAX_BYTES:
            body += chunk
    try:
        box, turn = _box_of(request.query_params), _turn_of(request.query_params)
        answer = await to_thread.run_sync(_answer, bytes(body), box, turn, limiter=turns)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    return JSONResponse(answer)


def _box_of(query: Mapping[str, str]) -> Box | None:
    """The box (left, top, right, bottom) in `?box=x,y,width,height`; None without one."""
    if (text := query.get("box")) is None:
        return None
    if not re.fullmatch(r"-?\d{1,6},-?\d{1,6},\d{1,6},\d{1,6}", text, re.ASCII):
        raise ValueError(
            f"A box of four whole numbers, x,y,width,height, was expected, but {text[:40]!r} came: "
            "give pixels of the picture."
        )
    x, y, width, height = map(int, text.split(","))
    return x, y, x + width, y + height


def _turn_of(query: Mapping[str, str]) -> int:
    text = query.get("turn", "0")
    if text not in ("0", "1", "2", "3"):
        raise ValueError(
            f"A turn of 0, 1, 2 or 3 quarters was expected, but {text[:40]!r} came: use one."
        )
    return int(text)


def _answer(body: bytes, box: Box | None, turn: int) -> dict[str, Any]:
    picture = open_picture(body)
    if box:
        digits, steps = [prepare_box(picture, box, turn)], []
        width, height = picture.size
    else:
        found = explain(picture, turn)
        digits, steps = list(found.digits), [_ink_step(found)]
        height, width = found.ink.shape
    return {
        "digits": [_digit(digit) for digit in digits],
        "steps": steps + _digit_steps(digits[0], len(digits)),
        "width": width,
        "height": height,
        "pixels": digits[0].image.flatten().tolist(),
    }


def _digit(digit: Digit) -> dict[str, Any]:
    left, top, right, bottom = digit.box
    return {
        "pixels": digit.image.flatten().tolist(),
        "box": [left, top, right - left, bottom - top],
    }


def _ink_step(found: Steps) -> dict[str, str]:
    return _step("found ink", "Ink is what differs from the paper around it.", found.ink)


def _digit_steps(digit: Digit, count: int) -> list[dict[str, str]]:
    """What became of the first of `count` digits."""
    crop = (
        f"{count} digits were found; this is the first one."
        if count > 1
        else "Lines, frames, specks and what the paper lies on are left out; the digit is cut out "
        "of the rest."
    )
    return [
        _step("crop", crop, digit.ink),
        _step(
            "normalised",
            "It is scaled to 20 x 20 pixels, with strokes as wide as MNIST's, and centred by its "
            "mass in 28 x 28.",
            digit.image[0].numpy(),
        ),
    ]


def _step(name: str, sentence: str, ink: np.ndarray) -> dict[str, str]:
    return {"name": name, "sentence": sentence, "picture": _png(ink)}


def _png(ink: np.ndarray) -> str:
    """Ink (h, w) in [0, 1] as a PNG in base64, reduced to `STEP_SIDE` where it is larger."""
    picture = Image.fromarray((255 * ink + 0.5).astype(np.uint8))
    picture.thumbnail((STEP_SIDE, STEP_SIDE))
    return base64_png(picture)
