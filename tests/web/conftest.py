"""A node for the page's pure modules, in which they are tested within seconds."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from node import HERE, Node


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
