"""Gradio's own scripts and styles, read and compressed once for all who ask."""

import re

from anyio import Lock
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.ui.compression import accepted
from vae.ui.root_path import local_path

ASSET = re.compile(r"/assets/[\w-][\w.-]*", re.ASCII)
# Some file systems find a file by many names, which are not all to be kept.
MOST = 500
# Who sends these wants a part of a file, or to hear that it has not changed.
SPECIAL = ("range", "if-none-match", "if-modified-since")


class Assets:
    """An ASGI middleware for what gradio has in /assets: a page asks for some forty files of it,
    and gradio reads and compresses each anew for everybody."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self._turn = Lock()
        self._kept: dict[tuple[str, str], Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        headers, path = Headers(scope=scope), local_path(scope)
        if not ASSET.fullmatch(path) or any(name in headers for name in SPECIAL):
            return await self.app(scope, receive, send)
        coding = accepted(headers)
        async with self._turn:
            answer = self._kept.get((path, coding))
            if answer is None:
                answer = await self._answer(scope, coding, receive)
                if answer.status_code == 200 and len(self._kept) < MOST:
                    self._kept[path, coding] = answer
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, coding: str, receive: Receive) -> Response:
        """What gradio answers to one who accepts this coding and no other, in one piece."""
        asked = MutableHeaders(raw=[*scope["headers"]])
        asked["accept-encoding"] = coding
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app({**scope, "headers": asked.raw}, receive, keep)
        start, *parts = messages
        answer = Response(b"".join(part.get("body", b"") for part in parts), start["status"])
        length = answer.headers["content-length"]
        answer.raw_headers = [*start["headers"]]
        answer.headers["content-length"] = length
        return answer
