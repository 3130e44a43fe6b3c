"""MNIST in memory, read from tiny files in the format of the real ones."""

import socket
from pathlib import Path

import pytest
import torch

from vae import data


def test_load_gives_the_bytes_and_labels_of_the_files(write_mnist, make_digits, tmp_path):
    root = write_mnist(tmp_path, 30, 20)
    for train, expected in ((True, make_digits(30, seed=1)), (False, make_digits(20, seed=2))):
        digits = data.load(root, train)
        assert len(digits) == len(expected)
        assert digits.images.dtype == torch.uint8
        assert torch.equal(digits.images, expected.images)
        assert digits.labels.dtype == torch.int64
        assert torch.equal(digits.labels, expected.labels)


def test_the_real_test_set_is_the_known_one(mnist_test):
    """Its class counts and its mean intensity, 0.1325, are published."""
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert torch.bincount(mnist_test.labels).tolist() == counts
    assert mnist_test.images.shape == (10_000, 1, 28, 28)
    assert data.grey(mnist_test.images).mean().item() == pytest.approx(0.1325, abs=1e-4)


def test_grey_is_between_0_and_1():
    grey = data.grey(torch.tensor([0, 51, 255], dtype=torch.uint8))
    assert grey.dtype == torch.float32
    torch.testing.assert_close(grey, torch.tensor([0, 0.2, 1]))


def test_binarise_draws_every_pixel_with_its_grey_value(generator):
    images = torch.tensor([0, 51, 204, 255], dtype=torch.uint8).expand(20_000, 4)
    x = data.binarise(images, generator)
    assert x.unique().tolist() == [0, 1]
    shares = x.mean(0)
    assert shares[0] == 0
    assert shares[3] == 1
    torch.testing.assert_close(shares[1:3], torch.tensor([0.2, 0.8]), rtol=0, atol=0.015)
    assert not torch.equal(x, data.binarise(images, generator))
    assert torch.equal(x, data.binarise(images, generator.manual_seed(0)))


def test_folder_is_the_argument_then_the_variable_then_data(monkeypatch):
    monkeypatch.setenv("MNIST_ROOT", "from/variable")
    assert data.folder("given") == Path("given")
    assert data.folder() == Path("from/variable")
    monkeypatch.delenv("MNIST_ROOT")
    assert data.folder() == Path("data")


@pytest.mark.parametrize("present", [[], list(data.FILES[:3])])
def test_missing_files_without_a_network(present, write_mnist, tmp_path, monkeypatch):
    def unreachable(*arguments: object, **options: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    root = write_mnist(tmp_path / "mnist", 3, 2)
    for name in set(data.FILES) - set(present):
        (root / "MNIST" / "raw" / name).unlink()
    with pytest.raises(FileNotFoundError) as error:
        data.load(root, train=False)
    for part in (*data.FILES, str(root / "MNIST" / "raw"), "--data", "MNIST_ROOT"):
        assert part in str(error.value)
