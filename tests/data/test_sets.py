"""The table of data sets: what each says of itself, and how it is found."""

import subprocess
import sys
from pathlib import Path

import pytest

from vae import data
from vae.data import SETS, DataError

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("name", SETS)
def test_a_set_says_what_it_is(name):
    found = data.find(name)
    assert found.name == name == name.lower()
    assert len(set(found.classes)) == len(found.classes) == {"emnist-letters": 26}.get(name, 10)
    assert found.digits == (name in ("mnist", "emnist-digits"))
    assert found.source.endswith(".")
    assert found.counts[0] > found.counts[1] >= 10_000
    assert data.title(name) == found.title != name


def test_other_sets_are_called_what_they_are_named():
    assert data.title("my-cats") == "my-cats"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Fashion-MNIST", "fashion-mnist"),
        ("fashion_mnist", "fashion-mnist"),
        ("FashionMNIST", "fashion-mnist"),
        ("MNIST", "mnist"),
        ("minst", "mnist"),
        ("emnist-letter", "emnist-letters"),
        ("EMNIST digits", "emnist-digits"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(name, near):
    with pytest.raises(DataError, match=f"Did you mean {near}\\?"):
        data.find(name)


def test_what_is_like_nothing_is_answered_with_all(tmp_path):
    with pytest.raises(DataError) as error:
        data.find("photographs of cats")
    assert "Did you mean" not in str(error.value)
    assert all(name in str(error.value) for name in SETS)


def test_the_sets_in_files_need_neither_torchvision_nor_opencv():
    script = "import sys; from vae import data; data.find('kmnist'); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"torchvision", "cv2"} & set(done.stdout.split())
