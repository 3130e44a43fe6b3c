"""The document that gradio makes of the page, for wherever the browser finds it."""

import hashlib
import re
from collections.abc import Callable
from functools import cache, partial

from anyio import Lock
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.ui.compression import accepted, compress
from vae.ui.root_path import local_path

# What gradio's template says of where the app is, and what the page finds out by itself.
ROOT = re.compile(rb'const root = "[^"]*";')
FOUND = b'const root = gradio_config.root = new URL(".", document.baseURI).href.slice(0, -1);'
# The sign that gradio 6.31 shows while a page loads goes on counting the seconds, in every frame
# and for ever, after it has gone, so that no page of it rests: once ours has loaded, it gets none.
CLOCK = b"""const frame = requestAnimationFrame;
window.requestAnimationFrame = (act) =>
  gradio_config.loaded && new Error().stack.includes("/statustracker-") ? 0 : frame(act);"""


class Document:
    """An ASGI middleware for the document at /, which gradio makes once, for all who ask.

    It looks for the app where it came from itself: gradio writes in what the server takes for its
    own address, which is wrong behind a proxy that does not tell. So nothing in it depends on the
    request; of a query, gradio would read `?page=`, and fail where there is but one page. It is
    compressed, and sent again only when it has changed.
    """

    def __init__(self, app: ASGIApp):
        self.app = app
        self._turn = Lock()
        self._answer: Callable[[Headers], Response] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or local_path(scope) != "/":
            return await self.app(scope, receive, send)
        async with self._turn:
            if self._answer is None:
                start, *parts = messages = await self._made(scope, receive)
                if start["status"] != 200:
                    for message in messages:
                        await send(message)
                    return
                self._answer = _answering(b"".join(part.get("body", b"") for part in parts))
        await self._answer(Headers(scope=scope))(scope, receive, send)

    async def _made(self, scope: Scope, receive: Receive) -> list[Message]:
        """What gradio answers."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        bare = {**scope, "query_string": b"", "headers": [(b"host", b"localhost")]}
        await self.app(bare, receive, keep)
        return messages


def _answering(made: bytes) -> Callable[[Headers], Response]:
    """Gives the answer to a request with certain headers."""
    body = ROOT.sub(FOUND + CLOCK, made, count=1)
    hash = hashlib.sha256(body).hexdigest()[:16]
    compressed = cache(partial(compress, body))

    def answer(asked: Headers) -> Response:
        coding = accepted(asked)
        tag = f'"{hash}-{coding}"'
        headers = {"Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Encoding"}
        if tag in asked.get("if-none-match", ""):
            return NotModifiedResponse(Headers(headers))
        if coding != "identity":
            headers["Content-Encoding"] = coding
        return Response(compressed(coding), headers=headers, media_type="text/html")

    return answer
