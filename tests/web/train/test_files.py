"""A person's own digits from files of every kind, and what is said of those that cannot be read."""

import base64
import gzip
import io
import struct
import zipfile

import numpy as np
import pytest
from node import Node, NodeError


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


READ = """async (files) => {
  const {readFiles} = await import("/web/train/files.js");
  const made = files.map(([name, text]) => new File(
    [Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
  const {images, labels} = await readFiles(made, async () => new Uint8Array(784).fill(9));
  return [[...images], [...labels]];
}"""


def read(node: Node, files: dict[str, bytes]) -> tuple[np.ndarray, list[int]]:
    given = [[name, base64.b64encode(body).decode()] for name, body in files.items()]
    images, labels = node.evaluate(READ, given)
    return np.array(images).reshape(-1, 28, 28), labels


@pytest.fixture
def digits():
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (12, 28, 28), dtype=np.uint8)
    return images, np.arange(12, dtype=np.uint8) % 10


def test_idx_files_are_read(node: Node, digits):
    images, labels = digits
    files = {"images": gzip.compress(idx(images)), "labels": idx(labels)}
    got = read(node, files)
    assert (got[0] == images).all()
    assert got[1] == labels.tolist()


def test_csv_files_are_read(node: Node, digits):
    images, labels = digits
    rows = [f"{y},{','.join(map(str, x.flatten()))}" for x, y in zip(images, labels, strict=True)]
    got = read(node, {"digits.csv": ("label,pixels\n" + "\n".join(rows)).encode()})
    assert (got[0] == images).all()
    assert got[1] == labels.tolist()


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("as_floats", [False, True])
def test_npz_files_are_read(node: Node, digits, save, as_floats):
    images, labels = digits
    file = io.BytesIO()
    save(file, x=(images / 255).astype(np.float32) if as_floats else images, y=labels)
    got = read(node, {"digits.npz": file.getvalue()})
    assert np.abs(got[0].astype(int) - images).max() <= 1
    assert got[1] == labels.tolist()


def test_pictures_in_folders_of_a_zip_are_read(node: Node):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("3/first.png", b"a picture")
        archive.writestr("7_second.png", b"another one")
        archive.writestr("__MACOSX/x", b"nothing")
    got = read(node, {"mine.zip": file.getvalue()})
    assert got[1] == [3, 7]
    assert (got[0] == 9).all()


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("a.csv", b"1,2,3\n", "a.csv: line 1: expected a label and 784 pixels, got 3"),
        ("a.csv", b"", "a.csv: holds no line"),
        ("images", idx(np.zeros((2, 28, 28), np.uint8))[:-5], "images: is truncated"),
        ("images", idx(np.zeros((2, 30, 30), np.uint8)), "expected pictures of 28 x 28"),
        ("images", idx(np.zeros((2, 28, 28), np.uint8)), "came without labels"),
        ("mine.png", b"a picture", "mine.png: expected its class"),
    ],
)
def test_files_that_cannot_be_read_are_named(node: Node, name, body, complaint):
    with pytest.raises(NodeError, match=complaint):
        read(node, {name: body})
