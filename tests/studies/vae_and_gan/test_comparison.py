"""The protocol VAE against GAN, with a clock that the tests move, and its tuning."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from clock import Clock

from vae import checkpoints
from vae.checkpoints import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.networks import RELU, reading
from vae.studies.vae_and_gan import comparison, stopwatch, tuning
from vae.studies.vae_and_gan.contenders import changed
from vae.studies.vae_and_gan.stopwatch import Stopwatch
from vae.training import trainers
from vae.training.presets import PRESETS

CPU = torch.device("cpu")
SAMPLERS = ["prior", "mixture", "classes"]


def looks_of(*distances: float) -> list[dict]:
    return [
        {"seconds": 2.0**i, "prior": {"frechet_distance": distance}}
        for i, distance in enumerate(distances)
    ]


@pytest.mark.parametrize(
    ("distances", "expected"),
    [
        ((40.0, 20.0), 1.0),  # already at the first look
        ((100.0, 50.0, 20.0), 2.0),
        ((100.0, 25.0), 2.0),
        ((400.0, 200.0, 25.0, 500.0), 4.0),  # once is enough
        ((400.0, 51.0), None),
    ],
)
def test_a_distance_is_reached_at_the_first_look_that_saw_it(distances, expected):
    assert comparison.reached(looks_of(*distances), "prior", 50) == expected


@pytest.mark.parametrize("changes", [one for own in tuning.VARIANTS.values() for one in own])
def test_every_variant_can_be_built(changes):
    model = next(name for name, own in tuning.VARIANTS.items() if changes in own)
    trainers.start(changed(PRESETS[model], changes), CPU)


@pytest.fixture
def conditions(write_set: Callable, tmp_path: Path, monkeypatch) -> list[str]:
    """The options for a few digits, two untrained classifiers and runs of a few batches."""
    weights = tmp_path / "weights"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name in (checkpoints.CLASSIFIER, checkpoints.SECOND_CLASSIFIER):
            reader = Classifier(ClassifierConfig(reading((2, 3), 12, RELU)))
            checkpoints.save(weights / f"{name}.safetensors", reader, Record(name, ""))
    clock = Clock()

    def tick() -> float:
        clock.now += 0.5
        return clock.now

    monkeypatch.setattr(stopwatch, "Stopwatch", lambda: Stopwatch(tick))
    monkeypatch.setattr(comparison, "SEEDS", (0, 1))
    root = write_set(tmp_path / "mnist", 100, 40)
    return ["--data", str(root), "--weights", str(weights), "--samples", "30"]


def test_the_duel_writes_what_its_docstring_says(conditions, tmp_path, capsys):
    assert comparison.main([*conditions, "--seconds", "4"]) == 0
    content = json.loads((tmp_path / "weights" / "vae-against-gan.json").read_text())
    assert content["protocol"]["times"] == stopwatch.moments(4.0, comparison.LOOKS)
    assert content["protocol"]["seeds"] == [0, 1]
    assert set(content["contenders"]) == set(comparison.CONTENDERS)
    assert len(content["runs"]) == 2 * len(comparison.CONTENDERS)
    for run in content["runs"]:
        sampled = ["prior"] if run["contender"].startswith("gan") else SAMPLERS
        assert len(run["measurements"]) == comparison.LOOKS
        assert all(set(look) == {"seconds", "epochs", *sampled} for look in run["measurements"])
    for row in content["summary"]:
        own = [run for run in content["runs"] if run["contender"] == row["contender"]]
        ends = [run["measurements"][-1][row["sampler"]]["frechet_distance"] for run in own]
        last = row["curve"][-1]
        assert (last["least"], last["most"]) == (min(ends), max(ends))
        assert row["end"]["frechet_distance"]["mean"] == pytest.approx(np.mean(ends), rel=1e-4)
        assert len(row["dropped"]) == 2
    keys = {(row["contender"], row["sampler"]) for row in content["summary"]}
    assert len(content["pictures"]) == len(keys) * comparison.LOOKS
    assert "gan, seed 1" in capsys.readouterr().out


def test_the_tuning_writes_its_table_best_first(conditions, tmp_path, monkeypatch, capsys):
    variants = {"mlp-20": [{}, {"latents": 4}], "gan": [{"penalty": 1.0}]}
    monkeypatch.setattr(tuning, "VARIANTS", variants)
    assert tuning.main([*conditions, "--seconds", "2"]) == 0
    path = tmp_path / "weights" / "vae-against-gan-tuning.json"
    rows = json.loads(path.read_text())["rows"]
    assert sorted((row["model"], str(row["changes"])) for row in rows) == sorted(
        (model, str(changes)) for model, own in variants.items() for changes in own
    )
    best = [min(row[name]["frechet_distance"] for name in SAMPLERS if name in row) for row in rows]
    assert best == sorted(best)
    capsys.readouterr()
    assert tuning.main([*conditions, "--seconds", "2"]) == 0
    assert capsys.readouterr().out == f"{path}\n"  # nothing was left to do
    assert json.loads(path.read_text())["rows"] == rows


def test_an_interrupted_comparison_goes_on(conditions, tmp_path, monkeypatch, capsys):
    """What is measured is kept, and nothing is trained twice."""
    arguments = [*conditions, "--seconds", "4"]
    run, path = comparison.run, tmp_path / "weights" / "vae-against-gan.json"
    count = 0

    def twice(*given):
        nonlocal count
        count += 1
        if count > 2:
            raise KeyboardInterrupt
        return run(*given)

    monkeypatch.setattr(comparison, "run", twice)
    with contextlib.suppress(KeyboardInterrupt):
        comparison.main(arguments)
    before = json.loads(path.read_text())["runs"]
    assert len(before) == 2
    monkeypatch.setattr(comparison, "run", run)
    assert comparison.main(arguments) == 0
    content = json.loads(path.read_text())
    assert content["runs"][:2] == before
    every = [(one["contender"], one["seed"]) for one in content["runs"]]
    assert every == [(name, seed) for seed in (0, 1) for name in comparison.CONTENDERS]
    capsys.readouterr()
    assert comparison.main([*conditions, "--seconds", "2"]) == 0  # another protocol: anew
    assert len(json.loads(path.read_text())["runs"]) == len(every)


@pytest.mark.parametrize("main", [comparison.main, tuning.main])
def test_what_cannot_be_done_is_one_sentence(main, conditions, tmp_path, capsys):
    assert main([*conditions, "--seconds", "0"]) == 1
    assert capsys.readouterr().err.endswith("--seconds: expected above 0, got 0.0\n")
    (tmp_path / "weights" / "classifier.safetensors").unlink()
    assert main(conditions) == 1
    assert "classifier.safetensors is missing" in capsys.readouterr().err
