"""What the server does beside gradio: the page's files, the weights, and one road for uploads."""

import base64
import io
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from anyio import CapacityLimiter, to_thread
from gradio.route_utils import API_PREFIX
from PIL import Image
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from vae import image
from vae.handwriting import MAX_BYTES, Digit, Steps, open_picture
from vae.ui.body_limit import BodyLimit
from vae.ui.digits import digits_route
from vae.ui.document import Document
from vae.ui.no_sniff import NoSniff
from vae.ui.root_path import RootPath

WEB = Path(__file__).parent / "web"
PREPARE = "/prepare"
# Of a request that is no upload, in bytes: a thousand latent vectors take half of it.
MAX_REQUEST = 1_000_000
# Pictures that are read at the same time, however many arrive: each may need 400 MB.
AT_ONCE = 2
# The longest side of a step's picture.
STEP_SIDE = 240


def routes(weights: Path) -> list[BaseRoute]:
    """/web, /weights (byte ranges allowed), /prepare and /digits, for Starlette or FastAPI."""
    return [
        Mount("/web", StaticFiles(directory=WEB)),
        Mount("/weights", StaticFiles(directory=weights)),
        Route(PREPARE, partial(prepare, turns=CapacityLimiter(AT_ONCE)), methods=["POST"]),
        digits_route(),
    ]


def middleware() -> list[Middleware]:
    """What stands before the app: paths as ASGI has them, headers, a limit for requests (except for
    uploads, which have theirs), and the document."""
    uploads = (PREPARE, f"{API_PREFIX}/upload")
    return [
        Middleware(RootPath),
        Middleware(NoSniff),
        Middleware(BodyLimit, most=MAX_REQUEST, unlimited=uploads),
        Middleware(Document),
    ]


async def prepare(request: Request, turns: CapacityLimiter) -> JSONResponse:
    """An image file as the body; as the answer, the digits in it and how they were found:

    - digits: in reading order, at least one, each with
        pixels: 784 intensities in [0, 1], what a model sees;
        box: [x, y, width, height] in the picture's pixels;
        crop: its cut-out ink, a picture;
    - steps: of the first digit, each with name, sentence and picture; the names are
        "found ink" (the whole picture), "crop" and "normalised";
    - width, height: of the picture in pixels: upright, and reduced where it was large;
    - pixels: those of the first digit.

    A picture is a grey PNG of at most 240 x 240 pixels in base64, ink bright on black.

    Answers 422 with {"error": one sentence for the person} when no digit can be read from it.
    """
    body = bytearray()
    async for chunk in request.stream():
        # Of a file that is too large, enough for `open_picture` to refuse it; the rest is read and
        # dropped, because a browser hears no answer before it has sent everything.
        if len(body) <= MAX_BYTES:
            body += chunk
    try:
        answer = await to_thread.run_sync(_answer, bytes(body), limiter=turns)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    return JSONResponse(answer)


def _answer(body: bytes) -> dict[str, Any]:
    found = image.explain(open_picture(body))
    height, width = found.ink.shape
    digits = [_digit(digit) for digit in found.digits]
    return {
        "digits": digits,
        "steps": _steps(found),
        "width": width,
        "height": height,
        "pixels": digits[0]["pixels"],
    }


def _digit(digit: Digit) -> dict[str, Any]:
    left, top, right, bottom = digit.box
    return {
        "pixels": digit.image.flatten().tolist(),
        "box": [left, top, right - left, bottom - top],
        "crop": _png(digit.ink),
    }


def _steps(found: Steps) -> list[dict[str, str]]:
    first, *others = found.digits
    crop = (
        f"{len(found.digits)} digits were found; this is the first one."
        if others
        else "Lines, frames, specks and what the paper lies on are left out; the digit is cut out "
        "of the rest."
    )
    return [
        _step("found ink", "Ink is what differs from the paper around it.", found.ink),
        _step("crop", crop, first.ink),
        _step(
            "normalised",
            "It is scaled to 20 x 20 pixels, with strokes as wide as MNIST's, and centred by its "
            "mass in 28 x 28.",
            first.image[0].numpy(),
        ),
    ]


def _step(name: str, sentence: str, ink: np.ndarray) -> dict[str, str]:
    return {"name": name, "sentence": sentence, "picture": _png(ink)}


def _png(ink: np.ndarray) -> str:
    """Ink (h, w) in [0, 1] as a PNG in base64, reduced to `STEP_SIDE` where it is larger."""
    picture = Image.fromarray((255 * ink + 0.5).astype(np.uint8))
    picture.thumbnail((STEP_SIDE, STEP_SIDE))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")
