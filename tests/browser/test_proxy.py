"""The page behind a real nginx, at /vae/, in the ways that people set it up."""

import io
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

CONFIGURATION = Path(__file__).with_name("nginx.conf")
WAYS = ("stripping", "whole", "plain", "small")
READY = '[data-testid="stage"][data-ready="1"]'


@pytest.fixture(scope="module")
def rooted(serve_app) -> Iterator[str]:
    """An app that knows that it is at /vae."""
    with serve_app(GRADIO_ROOT_PATH="/vae") as url:
        yield url


@pytest.fixture(scope="module")
def proxies(rooted: str, app_url: str, tmp_path_factory) -> Iterator[dict[str, str]]:
    """The address of the page by each way through nginx, and "direct", past it."""
    path = os.environ["PATH"] + os.pathsep + "/usr/sbin"
    if not (nginx := shutil.which("nginx", path=path)):
        say = pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip
        say("no nginx: apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    ports = {way: free_port() for way in WAYS}
    settings = {"folder": folder, "rooted": rooted, "rootless": app_url, **ports}
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.read_text().format(**settings))
    server = subprocess.Popen([nginx, "-c", file, "-p", folder])
    try:
        wait_for(ports["small"], server)
        addresses = {way: f"http://127.0.0.1:{port}/vae/" for way, port in ports.items()}
        yield {**addresses, "direct": f"{rooted}/"}
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, server: subprocess.Popen) -> None:
    for _ in range(100):
        assert server.poll() is None, "nginx stopped before it listened"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("nginx did not listen within ten seconds")


@pytest.fixture
def fresh(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("way", ["stripping", "whole", "plain", "direct"])
def test_the_page_works_behind_a_proxy_and_asks_for_nothing_that_is_not_there(proxies, fresh, way):
    missing, errors = [], []
    fresh.on("response", lambda answer: answer.status >= 400 and missing.append(answer.url))
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    fresh.goto(proxies[way])
    fresh.wait_for_selector(READY)
    fresh.wait_for_selector("#explore [data-mounted]")
    fresh.get_by_role("tab", name="Draw").click()
    fresh.wait_for_selector("#draw [data-mounted]")
    fresh.set_input_files("#draw input[type=file] >> nth=0", {**PICTURE, "buffer": large_picture()})
    fresh.wait_for_selector("#draw .steps img", state="attached")
    # Browsers ask for these two at the root of the host, which is not ours.
    beside = ("/favicon.ico", "/manifest.json")
    assert [url for url in missing if not url.endswith(beside)] == []
    assert errors == []


PICTURE = {"name": "one.png", "mimeType": "image/png"}


def large_picture() -> bytes:
    """A "1" on paper with a grain: more than 1 MB, the limit for everything that is no upload."""
    noise = np.random.default_rng(0).integers(240, 256, (1200, 1200, 3), np.uint8)
    picture = Image.fromarray(noise)
    ImageDraw.Draw(picture).line([(600, 300), (600, 900)], fill="navy", width=60)
    file = io.BytesIO()
    picture.save(file, "PNG")
    assert file.tell() > 1_500_000
    return file.getvalue()


@pytest.mark.parametrize("way", ["stripping", "whole", "plain", "direct"])
def test_uploads_and_the_api_work_behind_a_proxy(proxies, way):
    url = proxies[way]
    picture = large_picture()
    assert httpx.post(f"{url}prepare", content=picture, timeout=30).status_code == 200
    uploaded = httpx.post(f"{url}gradio_api/upload", files={"files": picture}, timeout=30)
    assert uploaded.status_code == 200
    too_large = httpx.post(f"{url}gradio_api/queue/join", content=b" " * 1_000_001, timeout=30)
    assert too_large.status_code == 413
    assert "at most 1 MB" in too_large.json()["error"]
    (decoded,) = Client(url, verbose=False).predict([[0.0] * 20], "mlp-20", api_name="/decode")
    assert np.shape(decoded) == (28, 28)


def test_a_whole_address_is_a_root_path_too(serve_app):
    with serve_app("--root-path", "https://example.org/vae") as url:
        for path in ("/web/page.js", "/vae/web/page.js"):
            assert httpx.get(url + path).status_code == 200


def test_a_picture_that_the_proxy_refuses_is_said_to_be_too_large(proxies, fresh):
    fresh.goto(proxies["small"])
    fresh.wait_for_selector(READY)
    fresh.get_by_role("tab", name="Draw").click()
    fresh.wait_for_selector("#draw [data-mounted]")
    fresh.set_input_files("#draw input[type=file] >> nth=0", {**PICTURE, "buffer": large_picture()})
    message = fresh.locator("#draw .message.failed")
    message.wait_for()
    said = message.inner_text()
    assert "too large" in said and "proxy" in said and "client_max_body_size" in said
