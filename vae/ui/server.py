"""What the server does beside gradio: the page's files, the weights, and one road for uploads."""

from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from vae import image
from vae.picture import MAX_BYTES, open_picture

WEB = Path(__file__).parent / "web"


def routes(weights: Path) -> list[BaseRoute]:
    """/web, /weights (byte ranges allowed) and /prepare, for a Starlette or FastAPI app."""
    return [
        Mount("/web", StaticFiles(directory=WEB)),
        Mount("/weights", StaticFiles(directory=weights)),
        Route("/prepare", prepare, methods=["POST"]),
    ]


async def prepare(request: Request) -> JSONResponse:
    """An image file as the body, the 784 intensities that the model sees as the answer.

    Answers 422 with {"error": one sentence for the person} when no digit can be read from it.
    """
    body = bytearray()
    async for chunk in request.stream():
        # Of a file that is too large, enough for `open_picture` to refuse it; the rest is read and
        # dropped, because a browser hears no answer before it has sent everything.
        if len(body) <= MAX_BYTES:
            body += chunk
    try:
        pixels = await anyio.to_thread.run_sync(_pixels, bytes(body))
    except ValueError as error:
        return JSONResponse({"error": str(error)}, status_code=422)
    return JSONResponse({"pixels": pixels})


def _pixels(body: bytes) -> list[float]:
    return image.prepare(open_picture(body)).flatten().tolist()
