"""What a browser may keep of the server's files, and for how long.

What has its content in its address is kept for ever; whether the rest has changed is asked each
time, which costs no more than the question.
"""

import os
from functools import cache
from pathlib import Path, PurePath
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from vae.ui.compression import accepted, compress
from vae.ui.packs import Packs

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK = {"Cache-Control": "no-cache"}
KINDS = {".js": "text/javascript", ".map": "application/json", ".css": "text/css"}
# Read of a file at once: most of what the page asks for in one piece.
CHUNK = 1 << 20


def packs_route(packs: Packs) -> Route:
    """GET /packed/TAG/NAME: a pack, compressed once; 404 and a sentence for another tag, whose
    page goes together with none of these packs."""

    @cache
    def compressed(name: str, coding: str) -> bytes:
        return compress(packs.files[name].encode(), coding)

    async def answer(request: Request) -> Response:
        tag, name = request.path_params["tag"], request.path_params["name"]
        if tag != packs.tag or name not in packs.files:
            return PlainTextResponse(
                f"Expected a file of {packs.tag}, the page as it is now, got {tag}/{name}: reload "
                "the page.",
                status_code=404,
                headers={"Cache-Control": "no-store"},
            )
        coding = accepted(request.headers)
        headers = {**FOR_EVER, "Vary": "Accept-Encoding"}
        if coding != "identity":
            headers["Content-Encoding"] = coding
        return Response(
            compressed(name, coding), headers=headers, media_type=KINDS[PurePath(name).suffix]
        )

    return Route("/packed/{tag}/{name:path}", answer)


class Sources(StaticFiles):
    """The page's files as they are written."""

    def file_response(self, *given, **named) -> Response:
        response = super().file_response(*given, **named)
        response.headers.update(ASK)
        return response


class WeightFiles(StaticFiles):
    """Checkpoints and figures, byte ranges allowed; `?hash=` is the beginning of a SHA-256.

    hashes: those of the files in `folder` when the server started. A file that was replaced since
    then is sent, whatever hash is asked for, but not to be kept.
    """

    def __init__(self, folder: Path, hashes: dict[str, str]):
        super().__init__(directory=folder)
        self._known = {
            (os.path.realpath(folder / path), _version(os.stat(folder / path))): hash
            for path, hash in hashes.items()
        }

    def file_response(
        self, full_path: os.PathLike | str, stat_result: os.stat_result, scope: Scope, *given
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, *given)
        if isinstance(response, FileResponse):
            response.chunk_size = CHUNK
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("hash")
        known = self._known.get((os.path.realpath(full_path), _version(stat_result)))
        response.headers.update(FOR_EVER if known and asked == [known] else ASK)
        return response


def _version(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_mtime_ns, stat.st_size
