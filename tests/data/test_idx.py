"""Sets in IDX files: written here as torchvision lays them out, read back, damaged and refused."""

import gzip
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torchvision import datasets

from vae import data
from vae.data import SETS, DataError
from vae.data.idx import root
from vae.data.sets import _recognise

COUNTS = 60, 52


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*arguments: object, **options: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)


@pytest.fixture
def mnist(write_set: Callable[..., Path], tmp_path: Path) -> list[Path]:
    """The four files of a small MNIST below the temporary folder."""
    return SETS["mnist"].paths(write_set(tmp_path, *COUNTS))


@pytest.mark.parametrize("name", SETS)
def test_the_images_and_labels_of_the_files(name, write_set, make_digits, tmp_path):
    found = SETS[name]
    parts = data.load(name, write_set(tmp_path, *COUNTS, name))
    for part, count, seed in zip(parts, COUNTS, (1, 2), strict=True):
        expected = make_digits(count, seed, found.classes)
        assert len(part) == count
        assert part.images.dtype == torch.uint8
        assert torch.equal(part.images, expected.images)
        assert part.labels.dtype == torch.int64
        assert torch.equal(part.labels, expected.labels)
        assert part.classes == found.classes
        assert part.data_set == name


@pytest.mark.parametrize("name", SETS)
def test_torchvision_reads_the_same(name, write_set, tmp_path):
    """But for what is put right here: EMNIST's transposition, and its letters' counting from 1."""
    found, top = SETS[name], write_set(tmp_path, *COUNTS, name)
    for part, train in zip(data.load(name, top), (True, False), strict=True):
        theirs = getattr(datasets, found.torchvision)(str(top), train=train, **found.options)
        images = theirs.data.mT if found.transposed else theirs.data
        assert torch.equal(part.images.squeeze(1), images)
        assert torch.equal(part.labels + found.first_label, theirs.targets)
        names = [name.lower() for name in theirs.classes[found.first_label :]]
        if name in ("kmnist", "emnist-letters", "emnist-digits"):
            assert list(part.classes) == names
        elif name == "mnist":
            assert list(part.classes) == [text[0] for text in names]
        else:
            assert [one.lower() for one in part.classes] == [
                text.removesuffix("/top") for text in names
            ]


def test_the_real_test_set_is_the_known_one(mnist_test):
    """Its class counts and its mean intensity, 0.1325, are published."""
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert torch.bincount(mnist_test.labels).tolist() == counts
    assert mnist_test.images.shape == (10_000, 1, 28, 28)
    assert data.grey(mnist_test.images).mean().item() == pytest.approx(0.1325, abs=1e-4)


def test_compressed_files_are_read(write_set, tmp_path):
    top = write_set(tmp_path, *COUNTS)
    expected = data.load("mnist", top)
    for path in SETS["mnist"].paths(top):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    for part, same in zip(data.load("mnist", top), expected, strict=True):
        assert torch.equal(part.images, same.images)
        assert torch.equal(part.labels, same.labels)


@pytest.mark.parametrize("missing", [1, 4])
@pytest.mark.parametrize("name", SETS)
def test_missing_files_without_a_network(missing, name, write_set, tmp_path, offline):
    paths = SETS[name].paths(write_set(tmp_path, *COUNTS, name))
    for path in paths[:missing]:
        path.unlink()
    with pytest.raises(FileNotFoundError) as error:
        data.load(name, tmp_path)
    folder = SETS[name].folder(tmp_path)
    for part in (*[path.name for path in paths[:missing]], str(folder), "--data", "MNIST_ROOT"):
        assert part in str(error.value)
    assert paths[-1].name not in str(error.value) or missing == 4


def test_nothing_is_created_without_a_download(tmp_path, offline):
    with pytest.raises(FileNotFoundError):
        data.load("mnist", tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_default_folder_is_not_left_behind_either(tmp_path, offline, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_ROOT", raising=False)
    with pytest.raises(FileNotFoundError, match="data"):
        data.load()
    assert not list(tmp_path.iterdir())


def test_a_download_goes_where_the_files_are_then_read(write_set, tmp_path, monkeypatch):
    """torchvision's own code fetches them, here from another folder."""
    source = SETS["fashion-mnist"].folder(write_set(tmp_path / "source", *COUNTS, "fashion-mnist"))

    def fetch(url: str, download_root: str, filename: str, md5: str) -> None:
        name = filename.removesuffix(".gz")
        shutil.copy(source / name, Path(download_root) / name)

    monkeypatch.setattr(datasets.mnist, "download_and_extract_archive", fetch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_ROOT", raising=False)
    train, test = data.load("fashion-mnist")
    assert (len(train), len(test)) == COUNTS
    assert (tmp_path / "data" / "FashionMNIST" / "raw").is_dir()


def test_the_folder_is_the_argument_then_the_variable_then_data(monkeypatch, tmp_path):
    given, variable = tmp_path / "given", tmp_path / "variable"
    given.mkdir()
    variable.mkdir()
    monkeypatch.setenv("MNIST_ROOT", str(variable))
    assert root(str(given)) == given
    assert root() == variable
    monkeypatch.delenv("MNIST_ROOT")
    assert root() == Path("data")


@pytest.mark.parametrize("kind", ["missing", "file"])
@pytest.mark.parametrize("origin", ["--data", "MNIST_ROOT"])
def test_a_folder_that_is_none_is_refused_and_not_created(kind, origin, tmp_path, monkeypatch):
    place = tmp_path / "mnst"
    if kind == "file":
        place.write_text("no folder")
    monkeypatch.setenv("MNIST_ROOT", str(place))
    with pytest.raises(FileNotFoundError, match=f"{origin}: expected a folder, got .*mnst"):
        data.load("mnist", place if origin == "--data" else None)
    assert place.exists() == (kind == "file")


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda content: b"", "expected an IDX file, got an empty one"),
        (lambda content: content[:7], "IDX file of bytes in . dimension"),
        (lambda content: content[:-9], "bytes after its header, got"),
        (lambda content: content + b"more", "bytes after its header, got"),
        (lambda content: b"<!DOCTYPE html>" + content, "got another file"),
    ],
    ids=["empty", "header", "cut off", "too long", "another kind"],
)
def test_a_damaged_file_is_named(index, damage, sentence, mnist, tmp_path):
    content = mnist[index].read_bytes()
    mnist[index].write_bytes(damage(content))
    with pytest.raises(DataError, match=sentence) as error:
        data.load("mnist", tmp_path)
    assert str(mnist[index]) in str(error.value)


@pytest.mark.parametrize("end", [0, 20, -9])
def test_a_damaged_compressed_file_is_named(end, mnist, tmp_path):
    compressed = mnist[0].with_name(mnist[0].name + ".gz")
    compressed.write_bytes(gzip.compress(mnist[0].read_bytes())[:end])
    mnist[0].unlink()
    with pytest.raises(DataError, match=r"got (an empty|a damaged) one") as error:
        data.load("mnist", tmp_path)
    assert str(compressed) in str(error.value)


@pytest.mark.parametrize(("name", "label"), [("mnist", 10), ("mnist", 255), ("emnist-letters", 0)])
def test_labels_of_another_set_are_refused(name, label, write_set, tmp_path):
    path = SETS[name].paths(write_set(tmp_path, *COUNTS, name))[1]
    content = bytearray(path.read_bytes())
    content[20] = label
    path.write_bytes(content)
    with pytest.raises(DataError, match=rf"expected labels from \d to \d+, .* got {label}:"):
        data.load(name, tmp_path)


def test_counts_that_differ_are_refused(mnist, tmp_path):
    shutil.copy(mnist[3], mnist[1])
    with pytest.raises(DataError, match=r"a label for each of the 60 images .* got 52 labels"):
        data.load("mnist", tmp_path)


def test_images_of_another_size_are_refused(mnist, tmp_path):
    content = mnist[0].read_bytes()
    header = content[:8] + (14).to_bytes(4, "big") + (56).to_bytes(4, "big")
    mnist[0].write_bytes(header + content[16:])
    with pytest.raises(DataError, match="28 x 28 pixels, got 14 x 56"):
        data.load("mnist", tmp_path)


@pytest.mark.parametrize(("train", "test", "part"), [(1, 20, "train"), (20, 1, "test")])
def test_a_set_of_one_picture_is_refused(train, test, part, write_set, tmp_path):
    with pytest.raises(DataError, match=f"two images or more to {part} on, got 1"):
        data.load("mnist", write_set(tmp_path, train, test))


def test_a_class_without_images_is_refused(write_set, tmp_path):
    with pytest.raises(DataError, match=r"every class .* none of 'ankle boot'"):
        data.load("fashion-mnist", write_set(tmp_path, 9, 20, "fashion-mnist"))


@pytest.mark.parametrize("name", ["fashion-mnist", "kmnist", "emnist-digits"])
def test_mnist_in_the_place_of_another_set_is_recognised(name, mnist_test, tmp_path):
    found, real = SETS[name], Path(root())
    found.folder(tmp_path).mkdir(parents=True)
    for path, source in zip(found.paths(tmp_path), SETS["mnist"].paths(real), strict=True):
        path.symlink_to(source.resolve())
    with pytest.raises(DataError, match=rf"expected {found.title}, got train-images.* of MNIST"):
        data.load(name, tmp_path)


def test_mnists_parts_exchanged_are_recognised(mnist_test, tmp_path):
    found, real = SETS["mnist"], SETS["mnist"].paths(root())
    found.folder(tmp_path).mkdir(parents=True)
    for path, source in zip(found.paths(tmp_path), real[2:] + real[:2], strict=True):
        path.symlink_to(source.resolve())
    with pytest.raises(DataError, match=r"train-images.*: expected MNIST, got t10k-images.*"):
        data.load("mnist", tmp_path)


def test_as_many_other_images_are_recognised(mnist, tmp_path):
    """60,000 of them are Fashion-MNIST's as well as MNIST's: here as many as the test wrote."""
    small = replace(SETS["mnist"], counts=COUNTS)
    with pytest.raises(DataError, match="as many images with another SHA-256"):
        _recognise(small, tmp_path)


def test_more_images_than_the_set_has_are_recognised(mnist, tmp_path):
    small = replace(SETS["mnist"], counts=(59, 52), checksums=())
    with pytest.raises(DataError, match="has 59 images in this file, got 60"):
        _recognise(small, tmp_path)
