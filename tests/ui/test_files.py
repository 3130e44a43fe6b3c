"""What a browser may keep of the server's files."""

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from vae.files import file_hash
from vae.ui.files import Sources, WeightFiles, packs_route
from vae.ui.packs import Packs


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "one.safetensors").write_bytes(b"weights" * 1000)
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def client(weights: Path) -> TestClient:
    hashes = {"one.safetensors": file_hash(weights / "one.safetensors")}
    packs = Packs({"a/a.js": "export const a = 1;\n" * 50, "a/a.css": "p {}"}, "0123456789abcdef")
    return TestClient(
        Starlette(
            routes=[
                packs_route(packs),
                Mount("/weights", WeightFiles(weights, hashes)),
                Mount("/web", Sources(directory=weights)),
            ]
        )
    )


def test_a_pack_is_kept_for_ever_and_compressed(client):
    url = "/packed/0123456789abcdef/a/a.js"
    for coding in ("br", "gzip"):
        answer = client.get(url, headers={"Accept-Encoding": coding})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["content-type"].startswith("text/javascript")
        assert int(answer.headers["content-length"]) < 100
        assert answer.text == "export const a = 1;\n" * 50
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and len(plain.content) == 1000
    style = client.get("/packed/0123456789abcdef/a/a.css")
    assert style.headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("path", ["another/a/a.js", "0123456789abcdef/b.js"])
def test_a_pack_of_another_page_is_not_there_and_that_is_not_kept(client, path):
    answer = client.get(f"/packed/{path}")
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert "0123456789abcdef" in answer.text and "reload" in answer.text


def test_weights_are_kept_for_ever_at_the_address_of_what_is_in_them(client, weights):
    url = f"/weights/one.safetensors?hash={file_hash(weights / 'one.safetensors')}"
    for headers in ({}, {"Range": "bytes=0-9"}):
        assert "immutable" in client.get(url, headers=headers).headers["cache-control"]


@pytest.mark.parametrize("query", ["", "?hash=", "?hash=another", "?hash=%ff", "?" + "hash&" * 99])
def test_weights_at_another_address_are_sent_but_asked_for_again(client, weights, query):
    answer = client.get(f"/weights/one.safetensors{query}")
    assert answer.status_code == 200 and answer.content == b"weights" * 1000
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(
        "/weights/one.safetensors", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304 and again.content == b""


def test_a_file_that_was_replaced_is_not_kept_at_the_address_of_the_old_one(client, weights):
    file = weights / "one.safetensors"
    url = f"/weights/one.safetensors?hash={file_hash(file)}"
    before = file.stat()
    file.write_bytes(b"another" * 1000)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    answer = client.get(url)
    assert answer.content == b"another" * 1000
    assert answer.headers["cache-control"] == "no-cache"


def test_sources_can_be_read_where_they_are_and_are_asked_for_again(client):
    answer = client.get("/web/one.safetensors")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("mount", ["web", "weights"])
def test_nothing_but_files_of_the_folder_is_given(client, weights, mount):
    (weights / "link.txt").symlink_to(weights.parent / "secret.txt")
    (weights / "folder").symlink_to(weights.parent)
    (weights / "own").mkdir()
    for path in (
        "",
        "own",
        "own/",
        "link.txt",
        "folder/secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "own/..%2f..%2fsecret.txt",
        "..%5csecret.txt",
        "%2fetc%2fpasswd",
        "one.safetensors%00.txt",
    ):
        answer = client.get(f"/{mount}/{path}")
        assert answer.status_code == 404, path
        assert "secret" not in answer.text
