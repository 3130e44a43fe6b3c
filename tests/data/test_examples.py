"""Labelled images: bytes, grey, binarised, and some of them."""

import pytest
import torch

from vae import data


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


@pytest.mark.parametrize("rows", [slice(3, 5), torch.tensor([3, 4]), torch.arange(9) // 2 == 2])
def test_some_of_them_are_still_of_their_set(rows, make_digits):
    letters = make_digits(9, classes=("a", "b", "c"))
    some = letters[rows]
    wanted = [4, 5] if isinstance(rows, torch.Tensor) and rows.dtype == torch.bool else [3, 4]
    assert torch.equal(some.images, letters.images[wanted])
    assert torch.equal(some.labels, letters.labels[wanted])
    assert some.classes == ("a", "b", "c")
    assert some.to("cpu").classes == ("a", "b", "c")
