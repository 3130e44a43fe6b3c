"""Text made smaller for its way, in a coding that the browser offers: Brotli where the page came by
https or from the same machine, gzip elsewhere."""

import gzip

import brotli
from starlette.datastructures import Headers

# Of both: much for the time it takes, which is spent once.
QUALITY = 9


def accepted(headers: Headers) -> str:
    """The coding for an answer to a request with these headers: "br", "gzip" or "identity"."""
    offered = [part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")]
    return next((coding for coding in ("br", "gzip") if coding in offered), "identity")


def compress(data: bytes, coding: str) -> bytes:
    """`data` in a coding that `accepted` gives."""
    if coding == "br":
        return brotli.compress(data, mode=brotli.MODE_TEXT, quality=QUALITY)
    if coding == "gzip":
        return gzip.compress(data, compresslevel=QUALITY, mtime=0)
    return data
