"""Text made smaller for its way, in a coding that the browser offers: Brotli where the page came by
https or from the same machine, gzip elsewhere."""

import gzip

import brotli
from starlette.datastructures import Headers

# Of Brotli: 4 for what is made for every request, 9 for what is compressed once.
QUICK, THOROUGH = 4, 9


def accepted(headers: Headers) -> str:
    """The coding for an answer to a request with these headers: "br", "gzip" or "identity"."""
    offered = [part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")]
    return next((coding for coding in ("br", "gzip") if coding in offered), "identity")


def compress(data: bytes, coding: str, quality: int = THOROUGH) -> bytes:
    """`data` in a coding that `accepted` gives."""
    if coding == "br":
        return brotli.compress(data, mode=brotli.MODE_TEXT, quality=quality)
    if coding == "gzip":
        return gzip.compress(data, compresslevel=min(quality, 9), mtime=0)
    return data
