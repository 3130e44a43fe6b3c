"""The table of data sets: a line here and a file each. Anything else that is named is a folder."""

import difflib
import hashlib
import os
from dataclasses import replace
from pathlib import Path

from vae.data.dataset import DataError, DataSet
from vae.data.emnist import EMNIST_DIGITS, EMNIST_LETTERS
from vae.data.examples import Examples
from vae.data.fashion_mnist import FASHION_MNIST
from vae.data.idx import IDXSet, content, root
from vae.data.kmnist import KMNIST
from vae.data.mnist import MNIST

SETS = {one.name: one for one in (MNIST, FASHION_MNIST, KMNIST, EMNIST_LETTERS, EMNIST_DIGITS)}


def find(name_or_dir: str | Path) -> DataSet:
    """The data set of a name in `SETS`, or of the pictures in a folder.

    A folder that is called like one of these is named by a path, as in ./mnist. Raises DataError,
    with the nearest name, when there is neither.
    """
    name = str(name_or_dir)
    if name in SETS:
        return SETS[name]
    if Path(name).is_dir() or os.sep in name or "/" in name:
        from vae.data.subfolders import subfolders  # OpenCV, which the other sets do not need

        found = subfolders(Path(name))
        return replace(found, name=f"{found.name}-folder") if found.name in SETS else found
    plain = name.lower().replace("_", "-").replace(" ", "-")
    near = difflib.get_close_matches(plain, SETS, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise DataError(
        f"no data set and no folder {name!r}.{hint} There are: {', '.join(SETS)}, and folders "
        "whose sub-folders are the classes"
    )


def load(
    name_or_dir: str | Path = MNIST.name, place: str | Path | None = None
) -> tuple[Examples, Examples]:
    """The images to train and to test on, of a set that `find` finds. place: the folder of the
    files of a set in `SETS`; see `vae.data.idx.root` for the default.

    Raises FileNotFoundError when files are missing and cannot be downloaded, DataError when they
    are damaged, of another set, or too few.
    """
    found = find(name_or_dir)
    parts = found.load(place)
    if isinstance(found, IDXSet):
        _recognise(found, root(place))
    return parts


def _recognise(found: IDXSet, top: Path) -> None:
    """Raises DataError when a file is known to be another set's, or is as long as it should be and
    still not the known one."""
    known = {
        mark: f"{name} of {one.title}"
        for one in SETS.values()
        for name, mark in zip(one.files, one.checksums, strict=False)
    }
    counts = [count for count in found.counts or (None, None) for _ in ("images", "labels")]
    wanted = found.checksums or [None] * len(counts)
    for path, count, own in zip(found.paths(top), counts, wanted, strict=True):
        data = content(path)
        mark, images = hashlib.sha256(data).hexdigest(), int.from_bytes(data[4:8], "big")
        if mark == own:
            continue
        if mark in known:
            raise DataError(f"{path}: expected {found.title}, got {known[mark]}")
        if count and images > count:
            raise DataError(
                f"{path}: expected {found.title}, which has {count:,} images in this file, got "
                f"{images:,}: it is of another set"
            )
        if own and images == count:
            raise DataError(
                f"{path}: expected {found.title}, got a file of as many images with another "
                "SHA-256: it is damaged or of another set; a set of your own is a folder"
            )


def title(name: str) -> str:
    """What people call a set of which a file knows only the name."""
    return SETS[name].title if name in SETS else name
