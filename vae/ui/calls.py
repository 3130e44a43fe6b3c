"""Calls of gradio's endpoints that make no sense are refused in a sentence. Gradio itself answers
that the server failed, and writes a traceback into its log."""

import json
from typing import Any

import gradio as gr
from gradio.route_utils import API_PREFIX
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vae.ui.root_path import local_path

UPLOAD = f"{API_PREFIX}/upload"


class Blocks(gr.Blocks):
    """gr.Blocks that take arguments of the wrong number or kind for a mistake of who sent them."""

    async def preprocess_data(self, block_fn: Any, *given: Any, **named: Any) -> list[Any]:
        try:
            return await super().preprocess_data(block_fn, *given, **named)
        except Exception as error:
            sentence = f"{block_fn.api_name}: its arguments cannot be read ({error})"
            raise gr.Error(sentence, print_exception=False) from error


class Calls:
    """An ASGI middleware: what is sent to an endpoint and is no JSON object, or is refused by it,
    gets status 422 and {"error": one sentence}. Behind a limit, for it holds the body."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = local_path(scope).rstrip("/") if scope["type"] == "http" else ""
        if not path.startswith(API_PREFIX) or scope["method"] != "POST":
            return await self.app(scope, receive, send)
        if path != UPLOAD:
            body = await Request(scope, receive).body()
            if (reason := _trouble(body)) is not None:
                return await _refuse(reason, scope, receive, send)
            receive = _again(body, receive)
        answer = _Refused(send)
        try:
            await self.app(scope, receive, answer)
        except (
            KeyError,
            TypeError,
        ) as error:  # what gradio's routes raise; endpoints raise nothing
            if answer.begun:
                raise
            reason = f"The request names or holds what is not there ({error})."
            await _refuse(reason, scope, receive, send)


class _Refused:
    """Sends messages on; an endpoint's refusal, which gradio calls a failure, has status 422."""

    def __init__(self, send: Send):
        self._send = send
        self._start: Message | None = None
        self.begun = False

    async def __call__(self, message: Message) -> None:
        self.begun = True
        if message["type"] == "http.response.start" and message["status"] == 500:
            self._start = message
            return
        if self._start is not None:
            refused = b'"visible"' in message.get("body", b"")  # of a gr.Error, of nothing else
            await self._send({**self._start, "status": 422 if refused else 500})
            self._start = None
        await self._send(message)


def _again(body: bytes, rest: Receive) -> Receive:
    """Gives a body that was read, and then what follows it."""
    read = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(read, None) or await rest()

    return receive


async def _refuse(sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"error": sentence}, 422)(scope, receive, send)


def _trouble(body: bytes) -> str | None:
    """Why a body cannot be read; None where it can."""
    try:
        content = json.loads(body, parse_constant=_constant)
        if b"\\u" in body:  # half of a character, which JSON can write and no answer can repeat
            json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return f"JSON was expected, but this cannot be read ({error}): send an object with data."
    if not isinstance(content, dict):
        return f"A JSON object was expected, but {type(content).__name__} came: send one with data."
    if content.get("session_hash") == "":  # gradio would look for its answers under another name
        return "session_hash: a name was expected, but it is empty: send one, or leave it out."
    return None


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")
