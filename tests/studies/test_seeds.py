"""Which digit dominates, over training seeds."""

import json
from dataclasses import replace

import torch
from torch import nn

from vae import checkpoints
from vae.checkpoints import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.data import Examples
from vae.networks import linear, reshape
from vae.studies import seeds
from vae.training import loop, trainers

CPU = torch.device("cpu")


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


def test_a_seed_is_the_preset_trained_with_it_and_is_kept(short_mlp_20, few_digits, tmp_path):
    train, test = few_digits
    model, total = seeds.trained(3, train, test, tmp_path)
    recipe = replace(short_mlp_20.recipe, seed=3)
    preset = replace(short_mlp_20, recipe=recipe, snapshots=False)
    run = trainers.start(preset, CPU)
    loop.train(run, train, test, tmp_path / "again", lambda progress: None)
    expected = checkpoints.round_to_half(run.result).state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, expected[name])
    assert total == run.history[-1]["test_total"]

    nothing = Examples(train.images[:0], train.labels[:0])
    again, _ = seeds.trained(3, nothing, test, tmp_path)
    assert torch.equal(again.decoder[0].weight, model.decoder[0].weight)


def test_the_file_is_what_its_docstring_says(short_mlp_20, write_set, tmp_path):
    weights = tmp_path / "weights"
    checkpoints.save(weights / "classifier.safetensors", reader_of(4), Record("classifier", ""))
    run = trainers.start(short_mlp_20, CPU)
    record = Record("mlp-20", "", history=[{"epoch": 1, "test_total": 123.45678}])
    checkpoints.save(weights / "mlp-20.safetensors", run.model, record)
    root = write_set(tmp_path / "mnist", 60, 40)
    options = ["--data", root, "--weights", weights, "--state", tmp_path, "--samples", 20]
    assert seeds.main([*map(str, options)]) == 0
    content = json.loads((weights / "seeds.json").read_text())
    assert [model["seed"] for model in content["models"]] == [0, 1, 2, 3, 4]
    assert content["models"][0]["test_total"] == 123.457
    assert content["dominant"] == {name: [4] * 5 for name in seeds.distributions()}
    assert len(content["rows"]) == 5 * len(seeds.distributions())
