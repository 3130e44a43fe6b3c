"""Which digit dominates, over training seeds."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import nn

from vae import checkpoint, runs, seeds, training
from vae.checkpoint import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.data import Digits
from vae.networks import linear, reshape
from vae.presets import PRESETS

CPU = torch.device("cpu")


@pytest.fixture
def digits(make_digits: Callable) -> tuple[Digits, Digits]:
    return make_digits(60, seed=1), make_digits(40, seed=2)


@pytest.fixture
def short(monkeypatch) -> None:
    """mlp-20 in one epoch."""
    preset = PRESETS["mlp-20"]
    recipe = replace(preset.recipe, epochs=1, batch_size=20)
    monkeypatch.setitem(PRESETS, "mlp-20", replace(preset, recipe=recipe))


def reader_of(digit: int) -> Classifier:
    """A classifier that reads every picture as this digit."""
    reader = Classifier(ClassifierConfig([reshape(784), linear(784, 10)]))
    nn.init.zeros_(reader.layers[1].weight)
    with torch.no_grad():
        reader.layers[1].bias.copy_(torch.eye(10)[digit])
    return reader


def test_the_dominant_digit_is_the_one_read_most_often(tiny):
    for row in seeds.readings(tiny("normal").eval(), reader_of(7), 50):
        assert (row["digit"], row["share"]) == (7, 1.0)
        assert row["classes"] == [0.0] * 7 + [1.0, 0.0, 0.0]


def test_readings_are_of_every_distribution_of_the_reports(tiny):
    rows = seeds.readings(tiny("normal").eval(), reader_of(0), 10)
    names = [row["distribution"] for row in rows]
    assert names == list(seeds.distributions())
    assert {"normal-0-1", "normal-1-2", "beta-0.25-0.25", "beta-1-1", "beta-4-3"} <= set(names)


def test_a_seed_is_the_preset_trained_with_it_and_is_kept(short, digits, tmp_path):
    model = seeds.trained(3, *digits, tmp_path)
    preset = PRESETS["mlp-20"]
    preset = replace(preset, recipe=replace(preset.recipe, seed=3), snapshots=False)
    run = runs.start(preset, CPU)
    training.train(run, *digits, tmp_path / "again", lambda progress: None)
    expected = checkpoint.round_to_half(run.result).state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, expected[name])
    assert model.test_total == run.history[-1]["test_total"]

    nothing = digits[0].images[:0]
    again = seeds.trained(3, Digits(nothing, digits[0].labels[:0]), digits[1], tmp_path)
    assert torch.equal(again.decoder[0].weight, model.decoder[0].weight)


def test_the_file_is_what_its_docstring_says(short, write_mnist, tmp_path):
    weights = tmp_path / "weights"
    checkpoint.save(weights / "classifier.safetensors", reader_of(4), Record("classifier", ""))
    run = runs.start(PRESETS["mlp-20"], CPU)
    record = Record("mlp-20", "", history=[{"epoch": 1, "test_total": 123.45678}])
    checkpoint.save(weights / "mlp-20.safetensors", run.model, record)
    root = write_mnist(tmp_path / "mnist", 60, 40)
    options = ["--data", root, "--weights", weights, "--state", tmp_path, "--samples", 20]
    assert seeds.main([*map(str, options)]) == 0
    content = json.loads((weights / "seeds.json").read_text())
    assert [model["seed"] for model in content["models"]] == [0, 1, 2, 3, 4]
    assert content["models"][0]["test_total"] == 123.457
    assert content["dominant"] == {name: [4] * 5 for name in seeds.distributions()}
    assert len(content["rows"]) == 5 * len(seeds.distributions())
