"""`python -m vae.evaluation`: what it measures, goes on with, needs and refuses."""

import json

import pytest
import torch

from vae import checkpoints, data
from vae.checkpoints import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.evaluation import __main__ as evaluation
from vae.evaluation import generation, statistics
from vae.evaluation.judge import MEASURES
from vae.model import DecoderConfig
from vae.networks import RELU, reading


@pytest.fixture
def folder(tmp_path, tiny, digits, monkeypatch):
    """A folder with a VAE, a generator and two classifiers; 40 samples are enough."""
    monkeypatch.setattr(evaluation, "SAMPLES", 40)
    vae, generator = tiny("normal").eval(), tiny(DecoderConfig(3, tiny("normal").config.decoder))
    stored = statistics.collect(vae, digits, digits)
    checkpoints.save(tmp_path / "vae.safetensors", vae, Record("vae", ""), stored)
    checkpoints.save(tmp_path / "gan.safetensors", generator, Record("gan", ""))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for name in (checkpoints.CLASSIFIER, checkpoints.SECOND_CLASSIFIER):
            classifier = Classifier(ClassifierConfig(reading((2, 4), 8, RELU)))
            checkpoints.save(tmp_path / f"{name}.safetensors", classifier, Record(name, ""))
    return tmp_path


@pytest.fixture
def command(folder, write_set, tmp_path_factory):
    """`command(...)` runs `python -m vae.evaluation ...` and gives the table that it wrote."""
    root = write_set(tmp_path_factory.mktemp("mnist"), 120, 60)

    def run(*arguments: str) -> dict:
        options = ["--weights", str(folder), "--data", str(root)]
        assert evaluation.main([*arguments, *options]) == 0
        return json.loads((folder / "evaluation.json").read_text())

    return run


def test_the_command_measures_every_model_under_every_distribution(command):
    content = command()
    names = generation.distributions().keys()
    assert content["models"]["vae"]["distributions"].keys() == names
    fitted = {"gaussian", "classes", "mixture", "encodings"}
    assert content["models"]["gan"]["distributions"].keys() == names - fitted
    for figures in (content["floor"], content["models"]["vae"]["distributions"]["mixture"]):
        assert figures.keys() == {*MEASURES, "classes"}
    assert content["conditions"]["samples"] == 40
    assert content["conditions"]["seeds"] == [0, 1, 2]


def test_the_command_goes_on_where_it_stopped(command, folder, monkeypatch):
    measured, evaluate = [], generation.evaluate

    def spy(judge, model, spec, *rest):
        measured.append(spec["family"])
        if spec["family"] == "mixture" and len(measured) < 3:
            raise KeyboardInterrupt
        return evaluate(judge, model, spec, *rest)

    monkeypatch.setattr(generation, "evaluate", spy)
    chosen = ["vae", "--distributions", "prior", "mixture"]
    with pytest.raises(AssertionError):  # its status is not 0
        command(*chosen)
    assert measured == ["prior", "mixture"]
    content = command(*chosen)
    assert measured == ["prior", "mixture", "mixture"]
    assert content["models"].keys() == {"vae"}
    command(*chosen)
    assert len(measured) == 3
    command("gan", "--distributions", "prior")
    assert measured[3:] == ["prior"]


def test_encodings_are_those_of_training_digits(command, monkeypatch):
    seen, evaluate = {}, generation.evaluate

    def spy(judge, model, spec, stored, *rest):
        seen[spec["family"]] = stored
        return evaluate(judge, model, spec, stored, *rest)

    monkeypatch.setattr(generation, "evaluate", spy)
    command("vae", "--distributions", "encodings", "classes")
    assert seen["encodings"]["encodings.mean"].shape == (120, 3)
    assert seen["encodings"]["encodings.mean"].dtype == torch.float32
    assert seen["classes"]["encodings.mean"].dtype == torch.float16


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["mlp-21"], ["expected some of gan, vae", "'mlp-21'"]),
        (["--distributions", "gamma"], ["normal-0-1", "'gamma'"]),
    ],
)
def test_the_command_refuses_and_names_what_it_expected(arguments, parts, folder, capsys):
    assert evaluation.main(["--weights", str(folder), *arguments]) == 1
    message = capsys.readouterr().err
    for part in ["vae.evaluation:", *parts]:
        assert part in message


@pytest.mark.parametrize("name", ["classifier", "second-classifier"])
def test_the_command_needs_the_classifiers(name, folder, digits, monkeypatch, capsys):
    monkeypatch.setattr(data, "load", lambda *arguments: (digits, digits))
    (folder / f"{name}.safetensors").unlink()
    assert evaluation.main(["--weights", str(folder)]) == 1
    assert f"python train.py {name} makes it" in capsys.readouterr().err


def test_a_model_of_other_images_than_digits_is_not_measured(command, folder, tiny, capsys):
    record = Record("pets", "", data_set="pets", images=60, classes=("cat", "dog"))
    checkpoints.save(folder / "pets.safetensors", tiny("normal").eval(), record)
    assert "pets" not in command("--distributions", "prior")["models"]
    assert evaluation.main(["pets", "--weights", str(folder)]) == 1
    assert "pets: expected a model of digits" in capsys.readouterr().err
