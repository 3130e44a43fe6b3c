"""A node for the page's pure modules, in which they are tested within seconds."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from file_server import WebRoot
from node import HERE, Node
from torch import Tensor

from vae import checkpoints
from vae.checkpoints import Record
from vae.model import VAE


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """Skips where there is no node: nobody needs it to run the app."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("no node: install it (Debian's nodejs) to test the page's pure modules")
    command = [path, HERE / "node.js"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Node(process)
        process.stdin.close()


@pytest.fixture(scope="session")
def engine(node: Node) -> Node:
    """In place of a browser."""
    return node


@dataclass
class Shelf:
    """Writes checkpoints where the server finds them."""

    folder: Path
    url: str
    plain_url: str

    def save(self, name: str, model: VAE, statistics: dict[str, Tensor], record: Record) -> str:
        checkpoints.save(self.folder / name, model, record, statistics)
        return f"{self.url}/{name}"

    def write(self, name: str, body: bytes) -> str:
        (self.folder / name).write_bytes(body)
        return f"{self.url}/{name}"


@pytest.fixture
def shelf(web_root: WebRoot) -> Iterator[Shelf]:
    web_root.sent.clear()
    yield Shelf(web_root.weights, f"{web_root.url}/weights", f"{web_root.url}/plain")
    for path in web_root.weights.iterdir():
        path.unlink()
