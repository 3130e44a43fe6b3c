"""The digits that the server gives the page to learn from."""

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vae import data
from vae.ui.digits import digits_route


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
    digits = data.load("mnist", tmp_path)[name == "test"]
    bytes_ = np.frombuffer(answer.content, np.uint8)
    assert bytes_[:count].tolist() == digits.labels[:count].tolist()
    assert (bytes_[count:].reshape(-1, 28, 28) == digits.images[:count, 0].numpy()).all()


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
