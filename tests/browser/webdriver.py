"""Firefox and WebKitGTK, driven by what each brings itself: Marionette, and the W3C's WebDriver.

Both know the same commands; one takes them from a socket, the other by HTTP.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

# Seconds for everything that is done with one browser, however slow the machine: what is waited for
# is a state, and this only bounds it.
PATIENCE = 240
# And for its processes to end.
GRACE = 5
# What Marionette calls WebDriver's commands.
MARIONETTE = {
    "session": "WebDriver:NewSession",
    "url": "WebDriver:Navigate",
    "execute/sync": "WebDriver:ExecuteScript",
    "actions": "WebDriver:PerformActions",
}

# Where an element is, or null while something else is seen in its place.
VISIBLE = """((one) => {
  if (!one) return null;
  one.scrollIntoView({ block: "center", behavior: "instant" });
  const { x, y, width, height } = one.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  return one.contains(top) ? [x, y, width, height] : null;
})(document.querySelector(%s))"""


class Driven:
    """A browser with one page: `send` is what the two differ in."""

    def __init__(self) -> None:
        self._end = time.monotonic() + PATIENCE

    def send(self, command: str, **parameters: Any) -> Any:
        raise NotImplementedError

    def open(self, url: str) -> None:
        self.send("url", url=url)

    def run(self, script: str) -> Any:
        """What an expression of the page is."""
        return self.send("execute/sync", script=f"return {script};", args=[])

    def wait(self, script: str) -> Any:
        """An expression's value, as soon as it is true. Raises AssertionError, with it, where it
        never is."""
        while not (value := self.run(script)):
            assert time.monotonic() < self._end, f"{script} never came true"
            time.sleep(0.1)
        return value

    def drag(self, selector: str, begin: float, end: float) -> None:
        """With the mouse over an element, between two shares of its width, as soon as it can be
        seen where it is."""
        x, y, width, height = self.wait(VISIBLE % json.dumps(selector))
        moves = [
            {
                "type": "pointerMove",
                "duration": 20,
                "origin": "viewport",
                "x": round(x + width * (begin + (end - begin) * step / 10)),
                "y": round(y + height * (0.5 + 0.2 * (begin - end) * (step / 10 - 0.5))),
            }
            for step in range(11)
        ]
        down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
        mouse = {
            "type": "pointer",
            "id": "mouse",
            "parameters": {"pointerType": "mouse"},
            "actions": [moves[0], down, *moves[1:], up],
        }
        self.send("actions", actions=[mouse])

    def click(self, selector: str) -> None:
        self.drag(selector, 0.5, 0.5)


class Marionette(Driven):
    """Firefox's own protocol: its lengths and JSON in turn."""

    def __init__(self, port: int):
        super().__init__()
        self._stream = _connected(port).makefile("rwb")
        self._receive()
        self.send("session", capabilities={})

    def send(self, command: str, **parameters: Any) -> Any:
        body = json.dumps([0, 1, MARIONETTE[command], parameters]).encode()
        self._stream.write(b"%d:%s" % (len(body), body))
        self._stream.flush()
        _, _, error, result = self._receive()
        assert error is None, error
        return result.get("value") if isinstance(result, dict) else result

    def _receive(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            length += byte
        return json.loads(self._stream.read(int(length)))


class WebDriver(Driven):
    def __init__(self, port: int):
        super().__init__()
        _connected(port).close()
        self._url = f"http://127.0.0.1:{port}/session"
        self._url += "/" + self.send("", capabilities={"alwaysMatch": {}})["sessionId"]

    def send(self, command: str, **parameters: Any) -> Any:
        url = f"{self._url}/{command}" if command else self._url
        request = Request(
            url, json.dumps(parameters).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except URLError as error:
            said = error.read().decode() if hasattr(error, "read") else str(error)
            raise AssertionError(said) from error


@contextmanager
def firefox(folder: Path) -> Iterator[Driven]:
    """Firefox ESR with a profile in `folder`."""
    port = _free_port()
    settings = {"marionette.port": port, "dom.ipc.processCount": 1}
    lines = [f'user_pref("{name}", {value});\n' for name, value in settings.items()]
    (folder / "user.js").write_text("".join(lines))
    command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    with _running(command):
        yield Marionette(port)


@contextmanager
def webkit(folder: Path) -> Iterator[Driven]:
    """WebKitGTK's MiniBrowser on a display of its own."""
    port = _free_port()
    command = ["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"]
    with _running(command, WEBKIT_DISABLE_DMABUF_RENDERER="1", HOME=str(folder)):
        yield WebDriver(port)


# By name: what must be installed for it, and how it is opened.
BROWSERS = {
    "firefox": (["firefox-esr"], firefox),
    "webkit": (["WebKitWebDriver", "xvfb-run", "xauth"], webkit),
}


def lacking(name: str) -> list[str]:
    """The programs that a browser needs and this machine does not have."""
    return [program for program in BROWSERS[name][0] if shutil.which(program) is None]


@contextmanager
def _running(command: list[str], **environment: str) -> Iterator[None]:
    """A program, ended with all that it started, whatever happens: they are one group."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    """Asks a group of processes to end, and ends those that have not done so after a while."""
    end = time.monotonic() + GRACE
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        while time.monotonic() < end:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            assert time.monotonic() < end, f"nothing listens on port {port}"
            time.sleep(0.1)
