"""Varied digits: pictures still, moved, turned and slanted by as much as is said, and no more."""

import math

import pytest
import torch
from torch import Tensor

from vae.data import deformation, grey
from vae.data.deformation import deform, vary
from vae.objective import elbo
from vae.training import trainers
from vae.training.recipe import Preset, Recipe

MIDDLE = 13.5


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """The ink's centre (B, 2) as (x, y) in pixels from the middle, and its covariance (B, 2, 2)."""
    ink = x[:, 0] / x.sum((1, 2, 3)).view(-1, 1, 1)
    rows, columns = torch.meshgrid(*[torch.arange(28.0) - MIDDLE] * 2, indexing="ij")
    at = torch.stack([columns, rows], -1)
    centre = torch.einsum("brc,rcd->bd", ink, at)
    away = at - centre.view(-1, 1, 1, 2)
    return centre, torch.einsum("brc,brcd,brce->bde", ink, away, away)


@pytest.mark.parametrize("change", [vary, deform])
def test_what_is_varied_is_still_a_picture_and_another_each_time(change, images, generator):
    again = generator.clone_state()
    varied = change(images, generator)
    assert varied.shape == images.shape
    assert varied.min() >= 0 and varied.max() <= 1
    assert torch.equal(varied, change(images, again))
    assert not torch.equal(varied, change(images, again))


def test_without_amounts_a_digit_stays_as_it_is(monkeypatch, images, generator):
    for amount in ("ROTATION", "SHEAR", "SCALE", "BEND"):
        monkeypatch.setattr(deformation, amount, 0.0)
    torch.testing.assert_close(deform(images, generator, shift=0.0), images, atol=1e-5, rtol=0)


@pytest.mark.parametrize("shift", [0.5, 2.0])
def test_ink_moves_by_the_shift_at_most(monkeypatch, generator, shift):
    for amount in ("ROTATION", "SHEAR", "SCALE", "BEND"):
        monkeypatch.setattr(deformation, amount, 0.0)
    dot = torch.zeros(500, 1, 28, 28)
    dot[:, :, 13:15, 13:15] = 1
    moved = moments(deform(dot, generator, shift))[0]
    assert moved.abs().max() <= shift + 1e-3
    # Uniform between -shift and shift.
    assert moved.std(0).numpy() == pytest.approx(shift / math.sqrt(3), rel=0.1)
    assert moved.mean(0).abs().max() < 0.1 * shift


def test_a_bar_turns_by_the_angle_at_most(monkeypatch, generator):
    for amount in ("SHEAR", "SCALE", "BEND"):
        monkeypatch.setattr(deformation, amount, 0.0)
    bar = torch.zeros(500, 1, 28, 28)
    bar[:, :, 4:24, 13:15] = 1
    covariance = moments(deform(bar, generator, shift=0.0))[1]
    angle = torch.atan(covariance[:, 0, 1] / covariance[:, 1, 1])
    assert angle.abs().max() == pytest.approx(deformation.ROTATION, rel=0.05)
    assert angle.std() == pytest.approx(deformation.ROTATION / math.sqrt(3), rel=0.1)


@pytest.mark.parametrize(("share", "changed"), [(0.0, 0), (0.5, 4), (1.0, 8)])
def test_a_run_deforms_as_many_digits_as_its_recipe_says(
    monkeypatch, tiny, make_digits, share, changed
):
    seen = []

    def watched(model, x, *rest):
        seen.append(x)
        return elbo(model, x, *rest)

    monkeypatch.setattr(trainers, "elbo", watched)
    preset = Preset(
        "tiny", "For the tests.", tiny("normal").config, Recipe(epochs=1, deformed=share)
    )
    run, digits = trainers.start(preset, torch.device("cpu")), make_digits(8)
    run.step(digits.images, digits.labels, torch.Generator().manual_seed(0), 0.0)
    differs = (seen[0] - grey(digits.images)).abs().amax((1, 2, 3)) > 1e-3
    assert differs.tolist() == [True] * changed + [False] * (8 - changed)
