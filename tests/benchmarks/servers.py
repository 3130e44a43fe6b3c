"""The servers that are measured: ours, and a Gradio page with as little on it as can be."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent.parent

# It also imports torch.
BARE = """
import sys, torch, gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    gr.HTML("<p id=ready>ready</p>")
page.launch(server_port=int(sys.argv[1]), ssr_mode=False)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(command: list[str]) -> Iterator[tuple[str, float, int]]:
    """The address of a server, the seconds to its first answer, and its process."""
    port = free_port()
    start = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, *command, str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urlopen(url, timeout=5).close()
                break
            except OSError:
                if server.poll() is not None:
                    raise RuntimeError(f"{command[0]} stopped before it answered") from None
                time.sleep(0.02)
        yield url, time.perf_counter() - start, server.pid
    finally:
        server.terminate()
        server.wait()


OURS = ["app.py", "--port"]
BARE_COMMAND = ["-c", BARE]
