"""Gradio's assets: asked of it once in every coding, and kept no longer than their names allow."""

import gzip
from collections.abc import Iterator

import brotli
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vae.ui.assets import MOST, Assets

CODE = b"export const one = 1;\n" * 100
PACKED = {"identity": bytes, "gzip": gzip.compress, "br": brotli.compress}


@pytest.fixture
def asked() -> list[str]:
    """What reached gradio: the path and the coding that was accepted."""
    return []


@pytest.fixture
def client(asked: list[str]) -> Iterator[TestClient]:
    def asset(request: Request) -> Response:
        coding = request.headers["accept-encoding"]
        asked.append(f"{request.url.path} {coding}")
        if request.path_params["name"].startswith("none"):
            return Response(b"nothing", 404)
        if "if-none-match" in request.headers:
            return Response(status_code=304)
        headers = {"Content-Encoding": coding, "ETag": '"1"'}
        return Response(PACKED[coding](CODE), headers=headers, media_type="text/javascript")

    app = Starlette(routes=[Route("/assets/{name:path}", asset)], middleware=[Middleware(Assets)])
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize("coding", PACKED)
def test_it_is_read_once_in_a_coding(client, asked, coding):
    answers = [
        client.get("/assets/index-Abc.js", headers={"Accept-Encoding": coding, "X-Other": str(n)})
        for n in range(3)
    ]
    assert asked == [f"/assets/index-Abc.js {coding}"]
    for answer in answers:
        assert answer.content == CODE
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["etag"] == '"1"'
        assert answer.headers["content-type"].startswith("text/javascript")


def test_codings_are_not_mixed_up(client, asked):
    for accepted in ("gzip, deflate, br", "gzip;q=0.5", "zstd", "br"):
        assert client.get("/assets/a.js", headers={"Accept-Encoding": accepted}).status_code == 200
    assert [line.split()[1] for line in asked] == ["br", "gzip", "identity"]


def test_what_is_missing_is_asked_for_again_and_a_path_below_is_not_kept(client, asked):
    for path in ("none.js", "none.js", "below/a.js", "below/a.js"):
        client.get(f"/assets/{path}", headers={"Accept-Encoding": "br"})
    assert len(asked) == 4


def test_no_more_than_so_many_names_are_kept(client, asked):
    for n in range(MOST + 1):
        assert client.get(f"/assets/{n}.js", headers={"Accept-Encoding": "br"}).content == CODE
    for name, times in (("0", 1), (f"{MOST}", 2)):
        client.get(f"/assets/{name}.js", headers={"Accept-Encoding": "br"})
        assert asked.count(f"/assets/{name}.js br") == times


@pytest.mark.parametrize("header", ["Range", "If-None-Match", "If-Modified-Since"])
def test_a_question_about_a_part_or_a_change_is_gradios_to_answer(client, asked, header):
    for _ in range(2):
        client.get("/assets/a.js", headers={"Accept-Encoding": "br", header: '"1"'})
    assert len(asked) == 2


def test_the_page_gets_what_gradio_has(app_url):
    document = httpx.get(app_url).text
    name = document.split("/assets/index-")[1].split(".js")[0]
    path = f"{app_url}/assets/index-{name}.js"
    texts = [httpx.get(path, headers={"Accept-Encoding": coding}).text for coding in PACKED]
    texts.append(httpx.get(path, headers={"Range": "bytes=0-"}).text)
    assert len({*texts}) == 1
    assert len(texts[0]) > 1000
