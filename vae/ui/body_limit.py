"""Bodies of requests that are too large are refused before anybody reads them."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.ui.root_path import local_path

# What is read and dropped of a refused body: a proxy that is cut off while it sends answers 502.
DROPPED = 32_000_000


class BodyLimit:
    """An ASGI middleware: a request with more than `most` bytes of body gets status 413 and
    {"error": one sentence}; those to the paths `unlimited`, which know their own limits, pass.

    Where no Content-Length says how much will come, the body is held back until it is whole, so
    that of an endless one no more than `most` bytes are ever kept.
    """

    def __init__(self, app: ASGIApp, most: int, unlimited: Collection[str] = ()):
        self.app = app
        self.most = most
        self.unlimited = frozenset(unlimited)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or local_path(scope) in self.unlimited:
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length")
        if declared is None:
            held = await self._hold(receive)
        else:
            # A server hands on no more than was declared.
            held = [] if int(declared) <= self.most else None
        if held is None:
            if declared is not None and int(declared) <= DROPPED:
                await self._drop(receive)
            return await self._refuse(scope, receive, send)

        async def resume() -> Message:
            return held.pop(0) if held else await receive()

        await self.app(scope, resume, send)

    async def _hold(self, receive: Receive) -> list[Message] | None:
        """The messages of a whole body, or None as soon as it is too large."""
        held, size = [], 0
        while True:
            message = await receive()
            held.append(message)
            size += len(message.get("body", b""))
            if size > self.most:
                return None
            if not message.get("more_body", False):
                return held

    async def _drop(self, receive: Receive) -> None:
        while (message := await receive())["type"] == "http.request":
            if not message.get("more_body", False):
                return

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        sentence = (
            f"A request of at most {self.most // 1_000_000} MB was expected, but this one is "
            "larger: send less at a time."
        )
        await JSONResponse({"error": sentence}, 413)(scope, receive, send)
