"""The document: made once, for everybody, and sent again only when it has changed."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vae.ui.document import Document


@pytest.fixture
def asked() -> list[str]:
    """What reached gradio."""
    return []


@pytest.fixture
def client(asked: list[str]) -> Iterator[TestClient]:
    """A gradio that fails at first, and then says in its document who has asked."""

    def document(request: Request) -> Response:
        asked.append(str(request.url))
        if len(asked) == 1:
            return HTMLResponse("not yet", status_code=503)
        cookies = "".join(request.cookies)
        return HTMLResponse(f'const root = "{request.url}"; {cookies or "nobody"}')

    app = Starlette(routes=[Route("/", document)], middleware=[Middleware(Document)])
    with TestClient(app) as client:
        assert client.get("/").status_code == 503
        yield client


def test_it_is_made_once_and_tells_nobody_of_others(client, asked):
    headers = {"Host": "elsewhere", "Cookie": "secret=1", "Accept-Encoding": "identity"}
    texts = {
        client.get("/", headers=headers).text,
        client.get("/?page=sample&model=mlp-2").text,
        client.get("/", headers={"Accept-Encoding": "gzip"}).text,
    }
    assert len(asked) == 2
    [text] = texts
    assert "elsewhere" not in text
    assert "secret" not in text
    assert "document.baseURI" in text
    assert text.endswith("nobody")


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_it_is_compressed_and_sent_again_only_when_it_has_changed(client, coding):
    headers = {"Accept-Encoding": coding}
    answer = client.get("/", headers=headers)
    assert answer.headers.get("content-encoding", "identity") == coding
    again = client.get("/", headers={**headers, "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/", headers={**headers, "If-None-Match": '"another"'})
    assert (other.status_code, other.text) == (200, answer.text)
