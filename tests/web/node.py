"""The page's modules that need no browser, evaluated by node."""

import json
import math
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WEB = HERE.parents[1] / "vae" / "ui" / "web"


class NodeError(Exception):
    """What a script has thrown, with its class and message."""


class Node:
    """A running node, in which scripts import the page's modules from /web/, as in a browser."""

    def __init__(self, process: subprocess.Popen):
        self._process = process

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """What the function that `script` writes down returns for `argument`. Raises NodeError."""
        given = {"script": script.replace("/web/", f"{WEB.as_uri()}/"), "argument": argument}
        self._process.stdin.write(json.dumps(_plain(given)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline(), object_hook=_number)
        if "error" in answer:
            raise NodeError(answer["error"])
        return answer["value"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"$number": {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")}
    return value


def _number(found: dict) -> Any:
    return float(found["$number"]) if "$number" in found else found
