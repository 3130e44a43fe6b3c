"""`python app.py`: how it starts, and how it says that it cannot."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from vae.checkpoints import WEIGHTS, open_zoo
from vae.training.presets import PRESETS

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_port_in_use_is_said_plainly():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert str(port) in result.stderr and "--port" in result.stderr


def test_a_folder_without_models_is_said_plainly(tmp_path):
    result = run("--port", "0", "--weights", str(tmp_path))
    assert result.returncode == 1
    assert "train.py" in result.stderr and str(tmp_path) in result.stderr


def test_one_broken_file_is_left_out_and_named(tmp_path):
    shutil.copy(WEIGHTS / "mlp-20.safetensors", tmp_path)
    (tmp_path / "broken.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0 not a header")
    zoo = open_zoo(tmp_path)
    assert list(zoo.models) == ["mlp-20"]
    assert "broken.safetensors" in zoo.left_out["broken"]


def test_the_best_model_comes_first():
    assert next(iter(open_zoo(first=[*PRESETS]).models)) == "conv-16"


@pytest.mark.parametrize("path", ["page.py", "../server.py", "%2e%2e/server.py"])
def test_only_the_page_and_the_weights_are_served(app_url, path):
    assert httpx.get(f"{app_url}/web/{path}").status_code == 404


def test_checkpoints_are_served_in_ranges(app_url):
    url = f"{app_url}/weights/mlp-20.safetensors"
    answer = httpx.get(url, headers={"Range": "bytes=8-107"})
    assert answer.status_code == 206
    assert answer.content == (WEIGHTS / "mlp-20.safetensors").read_bytes()[8:108]


WATCH = """
import socket

def watched(function):
    def call(*arguments, **options):
        with open({log!r}, "a") as log:
            print(function.__name__, arguments, file=log)
        return function(*arguments, **options)
    return call

socket.getaddrinfo = watched(socket.getaddrinfo)
"""


def test_python_asks_no_outside_host(tmp_path):
    """Names are looked up before anything is sent, so the look-ups tell who would be asked."""
    log = tmp_path / "log"
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(log=str(log)))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert f"http://127.0.0.1:{port}/" in app.stdout.readline()
        time.sleep(2)
    finally:
        app.terminate()
        app.wait()
    lines = log.read_text().splitlines()
    assert lines, "the app looked up not even itself: the watch does not work"
    assert [line for line in lines if "127.0.0.1" not in line and "localhost" not in line] == []


def test_a_corporate_proxy_does_not_keep_it_from_starting(serve_app):
    nowhere = "http://127.0.0.1:9"
    with serve_app(http_proxy=nowhere, https_proxy=nowhere, all_proxy="socks5://127.0.0.1:9"):
        pass


def printed(*options: str, **environment: str) -> str:
    with opened(*options, **environment) as line:
        return line


@contextmanager
def opened(*options: str, **environment: str) -> Iterator[str]:
    """Runs app.py; the first line that it prints, which comes when it listens."""
    app = subprocess.Popen(
        [sys.executable, "app.py", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield app.stdout.readline()
    finally:
        app.terminate()
        app.wait()


def free_port(family: int = socket.AF_INET, host: str = "127.0.0.1") -> int:
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def test_the_environment_says_where_to_listen_as_it_does_for_gradio():
    port = free_port()
    line = printed(GRADIO_SERVER_NAME="localhost", GRADIO_SERVER_PORT=str(port))
    assert f"http://localhost:{port}/" in line


def test_an_option_goes_before_the_environment():
    port = free_port()
    line = printed("--port", str(port), "--host", "127.0.0.1", GRADIO_SERVER_PORT="80 or so")
    assert f"http://127.0.0.1:{port}/" in line


def test_a_port_that_is_none_is_said_plainly():
    result = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "GRADIO_SERVER_PORT": "many"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 2
    assert "--port" in result.stderr and "many" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
@pytest.mark.parametrize("host", ["::1", "::", "[::1]"])
def test_it_listens_by_ipv6(host):
    port = free_port(socket.AF_INET6, "::1")
    line = printed("--host", host, "--port", str(port))
    found = re.search(r"http://\[([0-9a-f:]+)\]:(\d+)/", line)
    assert found and int(found[2]) == port
    assert found[1] == "::1" or host == "::"


def test_the_address_for_everybody_is_one_that_others_can_open():
    with opened("--host", "0.0.0.0", "--port", str(free_port())) as line:
        address = re.search(r"http://([0-9.]+):\d+/", line)
        assert address and address[1] != "0.0.0.0"
        assert httpx.get(address[0], trust_env=False).status_code == 200
