"""The learning rate over a run, against its formula."""

from math import cos, pi

import pytest

from vae.training.recipe import Recipe
from vae.training.trainer import learning_rate


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("constant", {0: 1, 3.5: 1, 9.9: 1}),
        ("halved", {0: 1, 4.9: 1, 5: 0.5, 9.9: 0.5}),
        (
            "cosine",
            {
                0: 0.01,
                0.5: 0.51 * (1 + cos(0.05 * pi)) / 2,
                5: 1 / 2,
                7.5: (1 + cos(0.75 * pi)) / 2,
                10: 0,
            },
        ),
    ],
)
def test_learning_rate_schedules(schedule, expected):
    recipe = Recipe(epochs=10, learning_rate=2e-3, schedule=schedule)
    for epoch, share in expected.items():
        assert learning_rate(recipe, epoch) == pytest.approx(2e-3 * share)


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ValueError, match="expected constant, halved or cosine, got 'linear'"):
        learning_rate(Recipe(epochs=1, schedule="linear"), 0)
