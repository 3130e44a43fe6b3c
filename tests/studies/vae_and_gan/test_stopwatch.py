"""Training against a clock that the tests move."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from clock import Clock

from vae.data import Examples
from vae.gan import GANConfig
from vae.studies.vae_and_gan import stopwatch
from vae.studies.vae_and_gan.stopwatch import Stopwatch
from vae.training import loop, trainers
from vae.training.recipe import Preset, Recipe
from vae.training.trainer import Trainer

CPU = torch.device("cpu")


@pytest.fixture
def digits(make_digits: Callable) -> Examples:
    return make_digits(100)


@pytest.fixture
def preset(adversarial: GANConfig) -> Preset:
    """A tiny GAN, of 5 batches an epoch."""
    return Preset("tiny", "For the tests.", adversarial, Recipe(epochs=1, batch_size=20))


def test_a_stopwatch_counts_what_is_not_paused():
    clock = Clock()
    stopwatch = Stopwatch(clock)
    clock.now += 3
    assert stopwatch.seconds == 3
    with stopwatch.paused():
        clock.now += 50
    assert stopwatch.seconds == 3
    clock.now += 1
    with pytest.raises(OSError), stopwatch.paused():
        clock.now += 50
        raise OSError
    assert stopwatch.seconds == 4


def test_moments_double_until_the_end():
    assert stopwatch.moments(128.0, 8) == [1, 2, 4, 8, 16, 32, 64, 128]


def count_steps(run: Trainer, clock: Clock) -> list[int]:
    """From now on a batch takes a second; gives the list of those trained on."""
    steps, step = [], run.step

    def timed(*arguments: object) -> dict[str, torch.Tensor]:
        clock.now += 1
        steps.append(len(steps) + 1)
        return step(*arguments)

    run.step = timed
    return steps


def test_a_run_is_looked_at_when_its_time_has_come_and_stops_at_the_last(preset, digits):
    run, clock, measurements = trainers.start(preset, CPU), Clock(), []
    steps = count_steps(run, clock)

    def look(seconds: float, epochs: float) -> None:
        measurements.append((seconds, epochs, len(steps)))
        clock.now += 1000  # which does not count

    epochs = stopwatch.train_for(run, digits, [0.5, 3, 6.5, 12], Stopwatch(clock), look)
    assert measurements == [(0.5, 0.2, 1), (3, 0.6, 3), (6.5, 1.4, 7), (12, 2.4, 12)]
    assert epochs == 2.4
    assert [entry["epoch"] for entry in run.history] == [1, 2]
    assert [entry["seconds"] for entry in run.history] == [5, 10]


def test_looking_changes_nothing_of_the_training(preset, digits, tmp_path):
    watched, clock = trainers.start(preset, CPU), Clock()
    count_steps(watched, clock)

    def look(seconds: float, epochs: float) -> None:
        watched.shipped.decode(torch.randn(32, 3))

    stopwatch.train_for(watched, digits, [1, 2, 3, 10], Stopwatch(clock), look)
    plain = trainers.start(replace(preset, recipe=replace(preset.recipe, epochs=2)), CPU)
    loop.train(plain, digits, digits, tmp_path / "state", lambda progress: None)
    for name, tensor in plain.model.state_dict().items():
        assert torch.equal(watched.model.state_dict()[name], tensor), name
