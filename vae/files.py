"""Files that are never half-written: each is put together beside its place and moved there whole.

Those that are shipped are listed in `SHA256SUMS` beside them, as `sha256sum` writes it, so that one
which was damaged on its way is known: neither JSON nor safetensors would tell.
"""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

SUMS = "SHA256SUMS"


def replace(path: Path, write: Callable[[Path], None]) -> None:
    """Has `write` make a file beside `path`, then puts it there in one step, for all to read. Makes
    the folder where there is none; leaves the file as it was when `write` raises, as on a full
    disk: an OSError names the file."""
    temporary = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        temporary.chmod(0o644)  # safetensors lets nobody but the owner read
        if _listed(path):
            _list(path, _sha256(temporary))
        os.replace(temporary, path)
    except OSError as error:
        raise OSError(
            f"{path}: cannot be written ({error}); what was there before is kept"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Writes text in UTF-8."""
    replace(path, lambda there: there.write_text(text, encoding="utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Writes plain data; NaN and infinity, which JSON lacks, raise ValueError."""
    write_text(path, json.dumps(content, indent=1, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """What `write_json` wrote. Raises ValueError, naming the file, when it is damaged."""
    check(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{path}: expected JSON ({error}); delete it to measure everything anew"
        ) from error


def file_hash(path: Path) -> str:
    """The first 12 hexadecimal digits of a file's SHA-256: which weights a figure belongs to."""
    return _sha256(path)[:12]


def check(path: Path, known: str | None = None) -> None:
    """Raises ValueError where a file is listed, but as another one. known: its `file_hash`, where
    that was computed before."""
    listed = {one[:12] for one in _listed(path)}
    if listed and (found := known or file_hash(path)) not in listed:
        raise ValueError(
            f"{path}: is damaged: {SUMS} beside it lists the SHA-256 {' or '.join(sorted(listed))}"
            f"..., but it has {found}...: fetch it again, or take its line out of {SUMS} where it "
            "is a file of your own"
        )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _listed(path: Path) -> list[str]:
    """The hashes that a file may have; none where it is not listed."""
    try:
        text = path.with_name(SUMS).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    pairs = [line.partition(" ") for line in text.splitlines()]
    return [hash for hash, _, name in pairs if name[1:] == path.name]


def _list(path: Path, hash: str) -> None:
    """Adds a line, and takes none out: before the file is replaced and after, also where another
    command writes beside this one or the machine stops in between, the file is as listed."""
    with path.with_name(SUMS).open("a", encoding="utf-8") as file:
        file.write(f"{hash}  {path.name}\n")
