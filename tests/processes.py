"""app.py as a process of its own, and what it takes of the machine, as Linux counts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class App:
    """app.py, on the same port whenever it is started; `log` holds all that it says."""

    def __init__(self, log: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{self._port}", log
        self._process: subprocess.Popen | None = None

    @property
    def process(self) -> int:
        """Its number."""
        return self._process.pid

    def start(self) -> None:
        """Runs it until it answers."""
        with self.log.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "app.py", "--port", str(self._port)],
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        while b"in a browser" not in self.log.read_bytes():
            assert self._process.poll() is None, self.log.read_text()
            time.sleep(0.1)

    def pause(self) -> None:
        """Requests come, and none is answered."""
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """As a machine does that has no memory left, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def logged_app(log: Path) -> Iterator[App]:
    """A running `App`."""
    app = App(log)
    try:
        app.start()
        yield app
    finally:
        app.kill()


def megabytes(process: int) -> float:
    """Resident memory."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6


def handles(process: int) -> int:
    """Open files and connections."""
    return len(os.listdir(f"/proc/{process}/fd"))


def complaints(log: Path) -> list[str]:
    """The lines of a log that tell of a failure in the server."""
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if "Traceback" in line or line.startswith("ERROR")]
