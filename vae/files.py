"""Files that are never half-written: each is put together beside its place and moved there
whole."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def replace(path: Path, write: Callable[[Path], None]) -> None:
    """Has `write` make a file beside `path`, then puts it there in one step, for all to read. Makes
    the folder where there is none; leaves the file as it was when `write` raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.partial")
    try:
        write(temporary)
        temporary.chmod(0o644)  # safetensors lets nobody but the owner read
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Writes text in UTF-8."""
    replace(path, lambda there: there.write_text(text, encoding="utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Writes plain data; NaN and infinity, which JSON lacks, raise ValueError."""
    write_text(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def file_hash(path: Path) -> str:
    """The first 12 hexadecimal digits of a file's SHA-256: which weights a figure belongs to."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
