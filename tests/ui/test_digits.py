"""The digits that the server gives the page to learn from."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace

import anyio
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vae import data
from vae.data.idx import IDXSet
from vae.ui import digits
from vae.ui.digits import MNIST_BYTES, digits_route, fetch_route


@pytest.fixture
def client(tmp_path, write_set):
    write_set(tmp_path, 30, 20)
    with TestClient(Starlette(routes=[digits_route(tmp_path)])) as client:
        yield client


@pytest.mark.parametrize(("name", "count"), [("train", 7), ("train", 30), ("test", 20)])
def test_labels_come_before_their_images(client, tmp_path, name, count):
    answer = client.get(f"/digits/{name}", params={"count": count})
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "max-age" in answer.headers["cache-control"]
    there = data.load("mnist", tmp_path)[name == "test"]
    bytes_ = np.frombuffer(answer.content, np.uint8)
    assert bytes_[:count].tolist() == there.labels[:count].tolist()
    assert (bytes_[count:].reshape(-1, 28, 28) == there.images[:count, 0].numpy()).all()


def test_more_than_there_are_gives_all(client):
    assert len(client.get("/digits/test?count=999").content) == 20 * 785


@pytest.mark.parametrize(
    "address", ["/digits/other", "/digits/train?count=0", "/digits/test?count=x"]
)
def test_what_makes_no_sense_is_refused(client, address):
    answer = client.get(address)
    assert answer.status_code == 422
    assert "expected train or test" in answer.json()["error"]


def test_a_server_without_mnist_says_so_and_downloads_nothing(tmp_path):
    with TestClient(Starlette(routes=[digits_route(tmp_path / "none")])) as client:
        answer = client.get("/digits/train")
    assert answer.status_code == 404
    assert "train-images" in answer.json()["error"]
    assert not (tmp_path / "none").exists()


@pytest.fixture
def without(tmp_path):
    """A server that has no MNIST yet."""
    routes = [digits_route(tmp_path), fetch_route(tmp_path)]
    with TestClient(Starlette(routes=routes)) as client:
        yield client


def said(answer) -> list[dict]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_mnist_is_fetched_once_and_says_how_far_it_is(without, tmp_path, monkeypatch, write_set):
    asked, done = [], Event()

    def download(found, top, missing):
        asked.append(missing)
        write_set(top, 30, 20)
        part = found.folder(top) / "part"
        part.write_bytes(b"x" * (MNIST_BYTES // 2))
        part.rename(part.with_name("half.gz"))
        assert done.wait(20)

    async def pause(_):
        """The rest of the files comes when some lines have told of the first half."""
        lines_of_half.extend([1] * (tmp_path / "MNIST/raw/half.gz").is_file())
        if len(lines_of_half) > 3:
            done.set()
        await sleep(0.01)

    lines_of_half, sleep = [], anyio.sleep
    monkeypatch.setattr(IDXSet, "_download", download)
    monkeypatch.setattr(digits, "anyio", SimpleNamespace(sleep=pause))
    with ThreadPoolExecutor(2) as pool:
        lines = [said(answer) for answer in pool.map(without.post, ["/digits/mnist"] * 2)]
    assert len(asked) == 1
    assert all(one[-1] == {"done": 1} for one in lines)
    assert {round(line["done"], 2) for one in lines for line in one} >= {0.5, 1}
    assert without.get("/digits/train?count=7").status_code == 200


def test_a_download_that_fails_says_what_to_do(without, monkeypatch):
    def offline(*_):
        raise FileNotFoundError("MNIST could not be downloaded: put the files there")

    monkeypatch.setattr(IDXSet, "_download", offline)
    for _ in range(2):
        assert said(without.post("/digits/mnist"))[-1] == {
            "error": "MNIST could not be downloaded: put the files there"
        }
