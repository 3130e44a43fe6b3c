"""Requests that nobody should send: bodies, addresses and headers made by chance from a seed, for
everything that the server answers."""

import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import numpy as np
from PIL import Image, ImageDraw

API = "/gradio_api"
# What an endpoint takes when it is asked as it should be.
GOOD = {
    "decode": [[[0.0] * 20], "mlp-20", None],
    "encode": [[[[0.0] * 28] * 28], "mlp-20"],
    "sample": [{"family": "normal", "mean": 0, "std": 1}, 2, 0, "mlp-20", None],
    "reconstruct": [
        {"path": "/nowhere/digit.png", "meta": {"_type": "gradio.FileData"}},
        "mlp-20",
        None,
    ],
}
TEXTS = (
    "",
    "mlp-20",
    "mlp-2\0",
    "../../etc/passwd",
    "é\u202e",
    "\ud800",
    "<b>",
    "9" * 5000,
    "%s%n",
)
NUMBERS = (0, -1, 3, 2**31, 2**63, -(2**70), 0.5, 1e308, -1e-320, 10**400, True)
WORDS = ("NaN", "Infinity", "-Infinity", "1e999", "nul", "{", "]", "\\u12", "--1", "[" * 100_000)
RANGES = ("bytes=5-2", "bytes=-", "bytes=9999999999-", "bytes=a-b", "bits=0-1", "bytes=0-0," * 500)
PATHS = (
    "..%2f..%2fapp.py",
    "%00",
    "%ff%fe",
    "mlp-20.safetensors/x",
    "a" * 3000,
    "con",
    "%2e%2e/",
    "....//",
    "mlp-20.safetensors%00.json",
    "~root",
    "\\..\\x",
)


@dataclass(frozen=True)
class Target:
    """What is asked, by name; `make(generator)` gives the arguments of one httpx request. most: how
    often, where each answer takes long."""

    name: str
    make: Callable[[np.random.Generator], dict[str, Any]]
    most: int = 1_000_000


@dataclass
class Answers:
    """Of a target: how many of each status, and what was sent where the server failed."""

    statuses: Counter = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)


def targets() -> list[Target]:
    calls = [
        Target(f"{way} {name}", partial(_call, f"{API}/{way}/{name}", name))
        for way in ("call", "run")
        for name in GOOD
    ]
    return [
        *calls,
        Target("queue/join", partial(_call, f"{API}/queue/join", "decode")),
        Target("component_server", partial(_call, f"{API}/component_server", "decode")),
        Target("upload", _upload),
        Target("prepare", _picture),
        Target("digits", lambda rng: _get(f"/digits/{_one(rng, ('train', 'test', *PATHS))}", rng)),
        Target("digits/mnist", lambda rng: _post("/digits/mnist", _junk(rng)), most=20),
        Target("sources", lambda rng: _get("/sources", rng)),
        Target("packed", lambda rng: _get(f"/packed/{_one(rng, PATHS)}/{_one(rng, PATHS)}", rng)),
        Target("weights", partial(_file, "weights", ("mlp-20.safetensors", "doubt.json"))),
        Target("web", partial(_file, "web", ("page.js", "page.css"))),
        Target("document", lambda rng: _get("/", rng)),
    ]


def fuzz(url: str, target: Target, count: int, seed: int = 0) -> Answers:
    """Sends `count` requests to a server and waits for the whole of each answer."""
    rng, answers = np.random.default_rng(seed), Answers()
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for _ in range(min(count, target.most)):
            asked = target.make(rng)
            try:
                answer = client.request(**asked)
                if target.name.startswith("call ") and answer.status_code == 200:
                    event = f"{asked['url']}/{answer.json()['event_id']}"
                    answer = client.get(event)
            except httpx.InvalidURL:
                answers.statuses["no URL"] += 1
                continue
            except httpx.TransportError as error:
                answers.statuses["no answer"] += 1
                answers.failed.append(f"{error!r} for {str(asked)[:300]}")
                continue
            answers.statuses[answer.status_code] += 1
            if answer.status_code >= 500:
                answers.failed.append(f"{answer.status_code} for {str(asked)[:300]}")
    return answers


def _call(url: str, name: str, rng: np.random.Generator) -> dict[str, Any]:
    kind = {"Content-Type": _one(rng, ("application/json", "application/json", "text/plain", ""))}
    if rng.random() < 0.2:
        return _post(url, _junk(rng), kind)
    data = [_spoilt(rng, part) for part in GOOD[name]]
    if rng.random() < 0.2:
        del data[rng.integers(len(data) + 1) :]
    body = {"data": data, "fn_index": 0, "session_hash": "fuzz"}
    if rng.random() < 0.3:
        body = _spoilt(rng, body)
    text = json.dumps(body).encode("utf-8", "surrogatepass")
    return _post(url, _cut(rng, text) if rng.random() < 0.1 else text, kind)


def _upload(rng: np.random.Generator) -> dict[str, Any]:
    name = _one(rng, ("digit.png", "..\\..\\x.png", "../../x", "", "a" * 300, ".", "\x7f"))
    if rng.random() < 0.5:
        return {"method": "POST", "url": f"{API}/upload", "files": {"files": (name, _junk(rng))}}
    kind = _one(rng, ("multipart/form-data", "multipart/form-data; boundary=x", "text/html"))
    return _post(f"{API}/upload", b"--x\r\n" + _junk(rng), {"Content-Type": kind})


def _picture(rng: np.random.Generator) -> dict[str, Any]:
    picture = Image.new("L", (60, 40), "white")
    ImageDraw.Draw(picture).line([(20, 8), (30, 32)], fill="black", width=4)
    file = io.BytesIO()
    kind = _one(rng, ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"))
    picture.save(file, kind)
    body = np.frombuffer(file.getvalue(), np.uint8).copy()
    places = rng.integers(0, len(body), rng.integers(0, 12))
    body[places] = rng.integers(0, 256, len(places))
    content = _one(rng, (body.tobytes(), _cut(rng, body.tobytes()), _junk(rng)))
    queries = ("", "?box=1,2,3,4", f"?box={_one(rng, TEXTS[2:])}", "?turn=9", "?turn=3&box=,,,")
    return _post("/prepare" + _address(_one(rng, queries)), content)


def _file(folder: str, files: tuple[str, ...], rng: np.random.Generator) -> dict[str, Any]:
    asked = _get(f"/{folder}/{_one(rng, (*files, *PATHS))}", rng)
    given = {
        "Range": _one(rng, RANGES),
        "If-Range": _one(rng, ('"x"', "never")),
        "If-None-Match": '"' * 99,
        "If-Modified-Since": _one(rng, ("yesterday", "Thu, 99 Foo 2026 00:00:00 GMT")),
        "Accept-Encoding": _one(rng, ("br;q=x", ";;;", "gzip" * 99)),
    }
    return {**asked, "headers": {key: given[key] for key in given if rng.random() < 0.4}}


def _get(url: str, rng: np.random.Generator) -> dict[str, Any]:
    query = _one(rng, ("", "?count=-1", "?count=٣", "?hash=%ff", "?page=x", "?" + "&" * 500))
    text = _address(_one(rng, TEXTS[2:])) if rng.random() < 0.3 else ""
    return {"method": "GET", "url": url + _address(query) + text.replace("?", "")}


def _post(url: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {"method": "POST", "url": url, "content": body, "headers": headers or {}}


def _address(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _junk(rng: np.random.Generator) -> bytes:
    if rng.random() < 0.5:
        return rng.bytes(rng.integers(0, 2000))
    return f'{{"data": [{_one(rng, WORDS)}, {_one(rng, WORDS)}]}}'.encode()


def _cut(rng: np.random.Generator, body: bytes) -> bytes:
    return body[: rng.integers(len(body))]


def _spoilt(rng: np.random.Generator, value: Any) -> Any:
    """A value, or something else in its place or in that of one of its parts."""
    draw = rng.random()
    if draw < 0.2 or (draw < 0.6 and not isinstance(value, list | dict)):
        return _one(rng, (None, [], {}, [[]], {"a": [1]}, [None] * 20, *TEXTS, *NUMBERS))
    if draw < 0.8 and value and isinstance(value, dict):
        key = _one(rng, tuple(value))
        return {**value, key: _spoilt(rng, value[key])}
    if draw < 0.8 and value and isinstance(value, list):
        place = int(rng.integers(len(value)))
        return [*value[:place], _spoilt(rng, value[place]), *value[place + 1 :]]
    return value


def _one(rng: np.random.Generator, choices: tuple) -> Any:
    return choices[int(rng.integers(len(choices)))]
