"""The document that gradio makes of the page, for wherever the browser finds it."""

import hashlib
import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.ui.compression import QUICK, accepted, compress
from vae.ui.root_path import local_path

# What gradio's template says of where the app is, and what the page finds out by itself.
ROOT = re.compile(rb'const root = "[^"]*";')
FOUND = b'const root = gradio_config.root = new URL(".", document.baseURI).href.slice(0, -1);'


class Document:
    """An ASGI middleware for the document at /.

    It looks for the app where it came from itself: gradio writes in what the server takes for its
    own address, which is wrong behind a proxy that does not tell. It is compressed, and sent again
    only when it has changed.
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or local_path(scope) != "/":
            return await self.app(scope, receive, send)
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        start, *parts = messages
        body = b"".join(part.get("body", b"") for part in parts)
        if start["status"] == 200:
            response = _answer(ROOT.sub(FOUND, body, count=1), Headers(scope=scope))
            return await response(scope, receive, send)
        for message in messages:
            await send(message)


def _answer(body: bytes, asked: Headers) -> Response:
    coding = accepted(asked)
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}-{coding}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Encoding"}
    if tag in asked.get("if-none-match", ""):
        return NotModifiedResponse(Headers(headers))
    if coding != "identity":
        headers["Content-Encoding"] = coding
    return Response(compress(body, coding, QUICK), headers=headers, media_type="text/html")
