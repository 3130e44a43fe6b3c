"""Strokes drawn in: on whom, where, and what a run makes of them."""

from collections.abc import Callable

import pytest
import torch
from test_deformation import moments
from torch import Tensor

from vae import checkpoints
from vae.data import Examples, grey, strokes
from vae.data.strokes import embellish
from vae.objective import elbo
from vae.training import trainers
from vae.training.recipe import Preset, Recipe

DIGIT_OF = {"flag": 1, "foot": 1, "bar": 7, "hook": 6, "slash": 0}


@pytest.fixture
def upright() -> Tensor:
    """400 times the same vertical stroke, its centre of mass at pixel (14, 14)."""
    x = torch.zeros(400, 1, 28, 28)
    x[:, :, 5:24, 13:16] = 1
    return x


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`only(name)` lets every digit that may get this stroke have it, and no digit another."""

    def choose(name: str) -> None:
        lots = {other: (digit, 0.0, 0.0) for other, digit in DIGIT_OF.items()}
        monkeypatch.setattr(strokes, "LOTS", {**lots, name: (DIGIT_OF[name], 0.0, 1.0)})

    return choose


def drawn_in(x: Tensor, name: str, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Of the strokes alone: their centre (B, 2) as (x, y) in pixels from the digit's, and their
    covariance (B, 2, 2)."""
    drawn, plain = embellish(x, torch.full((len(x),), DIGIT_OF[name]), generator)
    centre, covariance = moments(drawn - plain)
    return centre - moments(plain)[0], covariance


def test_strokes_add_ink_and_the_picture_is_centred_as_mnists_are(upright, generator):
    labels = torch.arange(400) % 10
    again = generator.clone_state()
    drawn, plain = embellish(upright, labels, generator)
    assert torch.equal(drawn, embellish(upright, labels, again)[0])
    assert drawn.min() >= 0 and drawn.max() <= 1
    assert (drawn - plain).min() > -1e-6
    changed = (drawn - plain).abs().amax((1, 2, 3)) > 0.1
    assert set(labels[changed].tolist()) == {0, 1, 6, 7}
    assert torch.equal(drawn[~changed], upright[~changed])
    # Pixel (14, 14) is half a pixel from the middle.
    assert (moments(drawn)[0] - 0.5).abs().max() < 0.1


@pytest.mark.parametrize(("digit", "share"), [(0, 0.2), (1, 0.6), (4, 0.0), (6, 0.35), (7, 0.35)])
def test_as_many_get_a_stroke_as_is_said(upright, generator, digit, share):
    x = upright.repeat(5, 1, 1, 1)
    drawn, plain = embellish(x, torch.full((len(x),), digit), generator)
    changed = (drawn - plain).abs().amax((1, 2, 3)) > 0.1
    assert changed.float().mean().item() == pytest.approx(share, abs=0.04)


@pytest.mark.parametrize(("name", "side"), [("flag", -1), ("hook", 1)])
def test_a_flag_falls_to_the_left_of_the_top_and_a_hook_to_the_right(
    upright, generator, only, name, side
):
    only(name)
    centre, covariance = drawn_in(upright, name, generator)
    # The digit reaches 9.5 pixels up.
    assert (side * centre[:, 0] > 0.5).all()
    assert (centre[:, 1] > -10.5).all() and (centre[:, 1] < -4).all()
    assert (side * covariance[:, 0, 1] > 0).float().mean() > 0.9


def test_a_foot_is_level_reaches_to_both_sides_and_makes_room(upright, generator, only):
    only("foot")
    centre, covariance = drawn_in(upright, "foot", generator)
    assert (centre[:, 1] > 0).all() and (centre[:, 0].abs() < 1.5).all()
    assert (covariance[:, 0, 0] > 4 * covariance[:, 1, 1]).all()
    # The digit was 19 pixels high.
    plain = embellish(upright, torch.ones(400), generator)[1]
    heights = (plain[:, 0] > 0.5).any(-1).sum(-1)
    assert heights.min() > 0.55 * 19 and heights.max() <= 20


def test_a_bar_crosses_the_middle_level(upright, generator, only):
    only("bar")
    centre, covariance = drawn_in(upright, "bar", generator)
    assert (centre.abs() < 3).all()
    assert (covariance[:, 0, 0] > covariance[:, 1, 1]).all()


def test_a_slash_rises_to_the_right_through_the_middle(generator, only):
    only("slash")
    blank = torch.zeros(200, 1, 28, 28)
    drawn, _ = embellish(blank, torch.zeros(200), generator)
    centre, covariance = moments(drawn)
    assert (centre - 0.5).abs().max() < 0.2
    assert (covariance[:, 0, 1] < 0).all()


def test_a_picture_without_ink_stays_finite(generator):
    drawn, plain = embellish(torch.zeros(100, 1, 28, 28), torch.arange(100) % 10, generator)
    assert drawn.isfinite().all() and plain.isfinite().all()


def started(tiny: Callable, **recipe: float) -> trainers.VAETrainer:
    config = tiny("normal").config
    preset = Preset("tiny", "For the tests.", config, Recipe(epochs=1, **recipe))
    return trainers.start(preset, torch.device("cpu"))


def stepped(tiny: Callable, digits: Examples, **recipe: float) -> trainers.VAETrainer:
    """A run after one step on all of `digits`."""
    run = started(tiny, **recipe)
    run.step(digits.images, digits.labels, torch.Generator().manual_seed(0), 0.0)
    return run


@pytest.mark.parametrize("legible", [0.0, 5.0])
def test_only_the_encoder_learns_from_strangers_hands(tiny, make_digits, legible):
    digits = make_digits(20)
    without = stepped(tiny, digits).model
    with_ = stepped(tiny, digits, denoised=0.5, legible=legible).model
    for a, b in zip(without.decoder.parameters(), with_.decoder.parameters(), strict=True):
        assert torch.equal(a, b) and b.requires_grad
    pairs = zip(without.encoder.parameters(), with_.encoder.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(("share", "count"), [(0.5, 10), (1.0, 20)])
def test_the_encoder_is_shown_strokes_that_it_is_to_overlook(
    monkeypatch, tiny, make_digits, share, count
):
    calls = []

    def watched(model, x, generator, y=None, seen=None):
        calls.append((x, seen))
        return elbo(model, x, generator, y, seen)

    monkeypatch.setattr(trainers, "elbo", watched)
    digits = make_digits(20)
    stepped(tiny, Examples(digits.images, torch.ones(20, dtype=torch.int64)), denoised=share)
    (whole, nothing), (meant, seen) = calls
    assert torch.equal(whole, grey(digits.images)) and nothing is None
    assert len(meant) == len(seen) == count
    assert (seen - meant).min() > -1e-5 and (seen - meant).max() > 0.5


def test_what_strangers_digits_are_decoded_to_is_to_be_read_as_their_digit(
    monkeypatch, tiny, make_digits
):
    terms, losses = [], []

    def watched(*given):
        terms.append(elbo(*given))
        return terms[-1]

    monkeypatch.setattr(trainers, "elbo", watched)
    digits = make_digits(20)
    for legible in (0.0, 5.0):
        run = started(tiny, denoised=1.0, legible=legible)
        monkeypatch.setattr(run, "descend", lambda loss, epoch: losses.append(loss.item()))
        run.step(digits.images, digits.labels, torch.Generator().manual_seed(0), 0.0)
    decoded = terms[-1].px.mean
    assert torch.equal(decoded, terms[1].px.mean)
    read = checkpoints.load_classifier()(decoded).softmax(-1)[range(20), digits.labels]
    assert losses[1] - losses[0] == pytest.approx(-5 * read.log().mean().item(), rel=1e-4)
