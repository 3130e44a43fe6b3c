"""What stands in the head of every answer, and what no address gives."""

from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from vae.ui import server
from vae.ui.facts import URLS

ROOT = Path(__file__).parents[2]
LARGE = b" " * (server.MAX_REQUEST + 1)

# Of every route of ours, what it gives and how it refuses; and of gradio's beside them.
ASKED = {
    "document": ("GET", "/", 200, {}),
    "module": ("GET", "/web/page.js", 200, {}),
    "style": ("GET", "/web/page.css", 200, {}),
    "no module": ("GET", "/web/nothing.js", 404, {}),
    "weights": ("GET", "/weights/mlp-20.safetensors", 200, {}),
    "part of weights": ("GET", "/weights/mlp-20.safetensors", 206, {"Range": "bytes=0-9"}),
    "no such part": ("GET", "/weights/mlp-20.safetensors", 416, {"Range": "bytes=999999999-"}),
    "figures": ("GET", "/weights/evaluation.json", 200, {}),
    "no weights": ("GET", "/weights/nothing.json", 404, {}),
    "old pack": ("GET", "/packed/0123456789abcdef/page.js", 404, {}),
    "sources": ("GET", "/sources", 200, {}),
    "no digits": ("GET", "/digits/others", 422, {}),
    "no picture": ("POST", "/prepare", 422, {}),
    "wrong method": ("GET", "/prepare", 405, {}),
    "too large": ("POST", "/gradio_api/call/decode", 413, {}),
    "no JSON": ("POST", "/gradio_api/call/sample", 422, {}),
    "gradio's page": ("GET", "/config", 200, {}),
    "nothing": ("GET", "/nowhere", 404, {}),
}


@pytest.mark.parametrize(("method", "path", "status", "headers"), ASKED.values(), ids=ASKED)
def test_every_answer_is_what_its_content_type_says(app_url, method, path, status, headers):
    body = {"content": LARGE if status == 413 else b"no JSON"} if method == "POST" else {}
    answer = httpx.request(method, app_url + path, headers=headers, **body)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-type" in answer.headers


def test_every_route_of_ours_is_asked_for():
    first = {path.split("/")[1] for _, path, *_ in ASKED.values()}
    assert {url.strip("/").split("/")[0] for url in URLS.values()} <= first


def test_the_page_may_stand_in_a_frame_and_the_readme_says_so(app_url):
    headers = httpx.get(app_url).headers
    assert "x-frame-options" not in headers
    assert "frame-ancestors" not in headers.get("content-security-policy", "")
    assert "show this one in a frame" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    "path",
    [
        *("web", "web/", "web/map", "web/map/", "weights", "weights/", "weights/snapshots/"),
        *("packed/", "digits/", "static/", "assets/", "gradio_api/file=", "gradio_api/file=."),
    ],
)
def test_no_folder_is_listed(app_url, path):
    answer = httpx.get(f"{app_url}/{path}", follow_redirects=True)
    assert answer.status_code in (400, 403, 404, 422)
    assert "page.js" not in answer.text and ".safetensors" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "web/../page.py",
        "web/%2e%2e/page.py",
        "web/..%2fpage.py",
        "web//etc/passwd",
        "web/%2fetc%2fpasswd",
        "weights/../app.py",
        "weights/%2e%2e%2fapp.py",
        "weights/snapshots/%2e%2e/%2e%2e/app.py",
        "gradio_api/file=app.py",
        f"gradio_api/file={ROOT}/app.py",
        "gradio_api/file=weights/../app.py",
        "gradio_api/file=/etc/passwd",
    ],
)
def test_no_address_leads_out_of_the_folders(app_url, path):
    # Sent as it is written: httpx would take the dots out.
    host, port = app_url.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=30)
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    assert answer.status in (400, 403, 404)
    assert "import" not in text and "root:" not in text
