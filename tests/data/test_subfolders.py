"""A folder of pictures, one sub-folder a class: read, split and refused."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vae import data
from vae.data import DataError
from vae.data.subfolders import read, subfolders


def stroke(rng: np.random.Generator, side: int, corner: int) -> np.ndarray:
    """A dark stroke somewhere on a bright ground, (side, side) uint8; `corner` its first pixel."""
    picture = np.full((side, side), 250, np.uint8)
    left, top = rng.integers(side // 4, side // 2, 2)
    picture[top : top + side // 3, left : left + max(2, side // 10)] = 10
    picture[0, 0] = corner
    return picture


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """`folder(cat=14, dog=7)` holds that many pictures of each class."""

    def make(side: int = 28, **counts: int) -> Path:
        rng, corners = np.random.default_rng(0), itertools.cycle(range(200, 250))
        for name, count in counts.items():
            (tmp_path / "My pets" / name).mkdir(parents=True)
            for number in range(count):
                picture = Image.fromarray(stroke(rng, side, next(corners)))
                picture.save(tmp_path / "My pets" / name / f"{number}.png")
        return tmp_path / "My pets"

    return make


def test_classes_are_sub_folders_and_a_seventh_is_tested_on(folder):
    place = folder(dog=7, cat=20, a=2)
    found = data.find(place)
    assert (found.name, found.title) == ("my-pets", "My pets")
    assert found.classes == ("a", "cat", "dog")
    assert not found.digits
    train, test = data.load(place)
    assert train.labels.bincount().tolist() == [1, 18, 6]
    assert test.labels.bincount().tolist() == [1, 2, 1]
    assert found.counts == (25, 4)
    assert train.classes == found.classes
    assert train.data_set == "my-pets"
    assert train.images.shape == (25, 1, 28, 28) and train.images.dtype == torch.uint8


def test_ten_sub_folders_named_by_digits_are_digits(folder):
    assert data.find(folder(**{str(digit): 2 for digit in range(10)})).digits


def test_the_split_does_not_depend_on_names(folder, tmp_path):
    place = folder(cat=14, dog=7)
    before = data.load(place)
    for number, path in enumerate(sorted(place.rglob("*.png"), reverse=True)):
        path.rename(path.with_name(f"renamed {number}.png"))
    for part, same in zip(data.load(place), before, strict=True):
        assert torch.equal(part.images, same.images)
        assert torch.equal(part.labels, same.labels)


def test_no_picture_is_in_both_parts(folder):
    train, test = data.load(folder(cat=14, dog=21))
    rows = torch.cat([train.images, test.images]).flatten(1)
    assert len(rows.unique(dim=0)) == len(rows) == 35


def test_a_picture_of_mnists_size_is_taken_as_it_is(folder):
    place = folder(cat=2)
    path = place / "cat" / "0.png"
    pixels = np.array(Image.open(path))
    assert torch.equal(read(path)[0], torch.from_numpy(255 - pixels))
    Image.fromarray(255 - pixels).save(path)
    assert torch.equal(read(path)[0], torch.from_numpy(255 - pixels))


def test_any_other_picture_is_read_as_an_upload_is(folder):
    from vae import image
    from vae.handwriting import open_picture

    path = folder(side=90, cat=2) / "cat" / "0.png"
    expected = image.prepare(open_picture(path))
    torch.testing.assert_close(read(path) / 255, expected, atol=1 / 255, rtol=0)


def test_a_transparent_picture_of_mnists_size_is_an_upload(tmp_path):
    pixels = np.zeros((28, 28, 4), np.uint8)
    pixels[6:22, 13:16, 3] = 255
    Image.fromarray(pixels).save(tmp_path / "one.png")
    seen = read(tmp_path / "one.png")
    assert seen[0, 14, 14] > 200 and seen[0, 0, 0] == 0


def test_clutter_is_left_alone(folder):
    place = folder(cat=14)
    (place / ".git").mkdir()
    (place / "notes.txt").write_text("about cats")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (place / "cat" / name).write_bytes(b"clutter")
    assert sum(map(len, data.load(place))) == 14


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "cat/bad.png"),
        (b"no picture at all", "1 of 8 are none: cat/bad.png"),
    ],
)
def test_a_file_that_is_no_picture_is_named(content, sentence, folder):
    place = folder(cat=7)
    (place / "cat" / "bad.png").write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        data.load(place)


def test_a_picture_of_several_characters_is_named(folder):
    place = folder(cat=7)
    pixels = np.full((90, 200), 250, np.uint8)
    pixels[20:70, 30:40] = pixels[20:70, 150:160] = 10
    Image.fromarray(pixels).save(place / "cat" / "two.png")
    with pytest.raises(DataError, match=r"cat/two.png \(.*2 were found"):
        data.load(place)


def test_a_folder_without_sub_folders_is_refused(tmp_path):
    Image.new("L", (28, 28)).save(tmp_path / "loose.png")
    with pytest.raises(DataError, match="expected sub-folders, one a class"):
        data.find(tmp_path)


@pytest.mark.parametrize("count", [0, 1])
def test_a_class_of_fewer_than_two_pictures_is_refused(count, folder):
    with pytest.raises(DataError, match=f"two pictures or more.* got {count}"):
        data.find(folder(cat=7, dog=count))


def test_pictures_below_a_class_are_explained(folder):
    place = folder(cat=7)
    (place / "train").mkdir()
    (place / "cat").rename(place / "train" / "cat")
    with pytest.raises(DataError, match="got 0; pictures lie in their class's folder itself"):
        data.find(place)


def test_a_set_of_two_pictures_is_too_small(folder):
    with pytest.raises(DataError, match="two images or more to train on, got 1"):
        data.load(folder(cat=2))


def test_a_folder_that_does_not_exist_is_refused_and_not_created(tmp_path):
    for name in (str(tmp_path / "letters"), "./letters", "no/such"):
        with pytest.raises(DataError, match="expected a folder of pictures"):
            data.find(name)
    with pytest.raises(DataError, match="expected a folder of pictures"):
        subfolders(tmp_path / "letters")
    assert not list(tmp_path.iterdir())


def test_a_folder_called_as_a_set_is_another_one(folder, monkeypatch):
    place = folder(cat=2)
    monkeypatch.chdir(place.rename(place.with_name("mnist")).parent)
    assert data.find("mnist") is data.SETS["mnist"]
    assert data.find("./mnist").name == "mnist-folder"


def test_too_many_classes_are_refused(folder):
    with pytest.raises(DataError, match="at most 256 classes, got 257"):
        data.load(folder(**{f"class{i}": 2 for i in range(257)}))
