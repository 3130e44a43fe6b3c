"""Adding stored to a checkpoint that was made before there were any."""

import json
from dataclasses import replace

import pytest
import torch

from vae import checkpoints
from vae.checkpoints import Record
from vae.evaluation import backfill, statistics
from vae.model import DecoderConfig

NEWER = ("mixture.", "percentiles.")


@pytest.fixture
def old(tmp_path, tiny, make_digits):
    """A checkpoint with all stored but the newer ones."""
    model, digits = checkpoints.round_to_half(tiny("normal").eval()), make_digits(120)
    stored = statistics.collect(model, digits, digits)
    path = tmp_path / "old.safetensors"
    kept = {key: value for key, value in stored.items() if not key.startswith(NEWER)}
    checkpoints.save(path, model, Record("old", "A model.", history=[{"epoch": 1}]), kept)
    return path


def test_a_model_of_another_set_is_left_alone(old, make_digits):
    others = replace(make_digits(120), data_set="pets")
    assert not backfill.complete(old, others, others)


def test_what_is_newer_is_added_and_nothing_else_changes(old, make_digits):
    metadata, tensors = checkpoints.read(old)
    assert backfill.complete(old, make_digits(120), make_digits(120))
    after, found = checkpoints.read(old)
    assert after == metadata
    for name, tensor in tensors.items():
        assert found[name].dtype == tensor.dtype
        assert found[name].numpy().tobytes() == tensor.numpy().tobytes(), name
    added = {name: tuple(found[name].shape) for name in found.keys() - tensors.keys()}
    assert added == {
        "statistics.mixture.weight": (4,),
        "statistics.mixture.mean": (4, 3),
        "statistics.mixture.covariance": (4, 3, 3),
        "statistics.percentiles.reconstruction": (101,),
        "statistics.percentiles.kl": (101,),
    }
    assert list(old.parent.iterdir()) == [old]


def test_it_is_what_a_newly_trained_model_would_have(old, make_digits):
    backfill.complete(old, make_digits(120), make_digits(120))
    expected = statistics.collect(checkpoints.load(old), make_digits(120), make_digits(120))
    for name, tensor in checkpoints.load_statistics(old).items():
        assert torch.equal(tensor, expected[name]), name


def test_a_file_that_has_it_is_left_alone(old, make_digits):
    assert backfill.complete(old, make_digits(120), make_digits(120))
    before = old.stat().st_mtime_ns
    assert not backfill.complete(old, make_digits(120), make_digits(120))
    assert old.stat().st_mtime_ns == before


def test_a_model_without_an_encoder_has_none(tmp_path, tiny, make_digits):
    decoder = tiny("normal").config.decoder
    path = tmp_path / "generator.safetensors"
    checkpoints.save(path, tiny(DecoderConfig(3, decoder)), Record("generator", ""), {})
    assert not backfill.complete(path, make_digits(120), make_digits(120))


def test_the_command_fills_a_folder(old, write_set, tmp_path, capsys):
    root = write_set(tmp_path / "mnist", 120, 10)
    options = ["--weights", str(old.parent), "--data", str(root)]
    assert backfill.main(options) == 0
    assert "mixture.mean" in checkpoints.load_statistics(old)
    assert json.loads(checkpoints.read_metadata(old)["record"])["name"] == "old"

    assert backfill.main(["nowhere", *options]) == 1
    assert "nowhere" in capsys.readouterr().err
