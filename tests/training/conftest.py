"""Presets and digits for short trainings."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tiny_runs import ADVERSARIAL, RECIPES

from vae.data import Examples
from vae.gan import GANConfig
from vae.training.presets import Preset


@pytest.fixture
def preset(tiny: Callable, adversarial: GANConfig) -> Callable[..., Preset]:
    """`preset(kind, **changes)` is a tiny model and its recipe, changed."""

    def make(kind: str, **changes: object) -> Preset:
        config = adversarial if kind == "gan" else tiny(kind).config
        recipe = replace(RECIPES.get(kind, ADVERSARIAL), **changes)
        return Preset("tiny", "For the tests.", config, recipe, snapshots=True)

    return make


@pytest.fixture(scope="module")
def digits(make_digits: Callable) -> tuple[Examples, Examples]:
    """Of the training and of the test set; the last batch of the former is a smaller one."""
    return make_digits(200, seed=1), make_digits(60, seed=2)
