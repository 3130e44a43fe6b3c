"""Decoders kept on the way through a training: which epochs, what is in the file, in what order."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from vae import checkpoints
from vae.checkpoints import CheckpointError
from vae.data import Examples, grey
from vae.training import loop, resume, snapshots, trainers
from vae.training.presets import PRESETS, Preset, Recipe
from vae.training.trainer import TrainingError

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def digits(make_digits: Callable) -> tuple[Examples, Examples]:
    return make_digits(60, seed=1), make_digits(40, seed=2)


@pytest.fixture
def trained(
    tiny: Callable, digits: tuple[Examples, Examples], tmp_path: Path
) -> trainers.VAETrainer:
    """A tiny model after 8 epochs; its state lies in the temporary folder."""
    recipe = Recipe(epochs=8, batch_size=20, averaging=0.5)
    preset = Preset("tiny", "For the tests.", tiny("normal").config, recipe, snapshots=True)
    run = trainers.start(preset, CPU)
    loop.train(run, *digits, tmp_path / "state.safetensors", lambda progress: None)
    return run


@pytest.fixture
def saved(trained: trainers.VAETrainer, digits: tuple[Examples, Examples], tmp_path: Path) -> Path:
    path = snapshots.path_of("tiny", tmp_path / "weights")
    snapshots.save(path, trained.snapshots, digits[1])
    return path


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (1, [0, 1]),
        (2, [0, 1, 2]),
        (30, [0, 1, 2, 3, 4, 7, 11, 18, 30]),
        (100, [0, 1, 2, 4, 7, 14, 27, 52, 100]),
    ],
)
def test_epochs_are_spaced_by_a_factor(last, expected):
    assert snapshots.epochs(last) == expected


@pytest.mark.parametrize("last", [1, 2, 3, 5, 8, 9, 20, 60, 99, 400])
def test_epochs_go_from_none_to_the_last_each_once(last):
    found = snapshots.epochs(last)
    assert found[0] == 0 and found[-1] == last
    assert found == sorted(set(found))
    assert len(found) <= 9


def test_the_scrubbed_presets_are_those_with_one_picture_of_their_own():
    assert [name for name in PRESETS if PRESETS[name].snapshots] == ["mlp-20", "mlp-2", "gan"]


def test_the_first_is_the_untrained_model(trained, digits):
    fresh = trainers.start(trained.preset, CPU)
    model = checkpoints.round_to_half(fresh.model)
    first = trained.snapshots[0]
    for name, tensor in first.model.decoder.state_dict().items():
        assert torch.equal(tensor, model.decoder.state_dict()[name])
    assert first.entry["epoch"] == first.entry["seconds"] == 0
    assert not any(name.startswith("train_") for name in first.entry)
    fresh = trainers.start(trained.preset, CPU)
    losses = {f"test_{name}": value for name, value in fresh.test(digits[1]).items()}
    assert losses == {key: first.entry[key] for key in losses}


def test_the_last_is_the_checkpoint_bit_for_bit(trained, saved, digits, tmp_path):
    path = tmp_path / "weights" / "tiny.safetensors"
    trained.export(*digits, path)
    shipped, last = checkpoints.load(path), snapshots.load(saved)[-1]
    for name, tensor in shipped.decoder.state_dict().items():
        assert torch.equal(last.model.decoder.state_dict()[name], tensor)
    assert torch.equal(last.encodings, checkpoints.load_statistics(path)["encodings.mean"])
    assert last.entry == shipped.record.history[-1]


def test_entries_are_those_of_the_history(trained, saved):
    entries = [snapshot.entry for snapshot in snapshots.load(saved)]
    assert [entry["epoch"] for entry in entries] == snapshots.epochs(8)
    for entry in entries[1:]:
        assert entry == trained.history[entry["epoch"] - 1]


def test_what_is_loaded_is_what_was_taken(trained, saved):
    for kept, loaded in zip(trained.snapshots, snapshots.load(saved), strict=True):
        assert loaded.entry == kept.entry
        assert loaded.model.config == kept.model.config
        assert torch.equal(loaded.encodings, kept.encodings)
        state = kept.model.state_dict()
        for name, tensor in loaded.model.state_dict().items():
            assert torch.equal(tensor, state[name])


def test_taking_one_leaves_the_run_as_it_was(tiny, digits):
    model = tiny("normal")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    snapshots.take(model, digits[1], {"epoch": 0})
    assert model.training
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, before[name])


def test_encodings_are_posterior_means_of_the_first_test_digits(tiny, make_digits, saved):
    model, test = tiny("shifted normal"), make_digits(1020)
    found = snapshots.take(model, test, {"epoch": 0}).encodings
    rounded = checkpoints.round_to_half(tiny("shifted normal")).eval()
    with torch.no_grad():
        expected = rounded.encoder(grey(test.images[:1000]))[:, :3]
    torch.testing.assert_close(found.float(), expected, rtol=2e-3, atol=1e-3)
    with safe_open(saved, framework="pt") as file:
        assert file.get_tensor("encodings.label").tolist() == [i % 10 for i in range(40)]


def test_a_snapshot_is_one_range_of_bytes_in_half_precision(saved):
    """So that the page fetches it with one request; read from the header as the page reads it."""
    content = saved.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    metadata = header.pop("__metadata__")
    assert metadata["kind"] == "snapshots"
    assert json.loads(metadata["config"])["encoder"] == []
    in_order = sorted(header, key=lambda name: header[name]["data_offsets"])
    owners = [name.split(".")[1] for name in in_order if name.startswith("snapshot.")]
    changes = sum(one != other for one, other in pairwise(owners))
    assert changes == len(set(owners)) - 1
    kinds = {header[name]["dtype"] for name in header if name.startswith("snapshot.")}
    assert kinds == {"F16"}


def without(name: str) -> Callable[[dict], dict]:
    return lambda tensors: {key: value for key, value in tensors.items() if key != name}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("snapshot.2.decoder.0.bias"), "lacks the tensor decoder.0.bias"),
        (
            lambda tensors: tensors | {"snapshot.1.decoder.0.bias": torch.zeros(1).half()},
            r"decoder.0.bias should have the shape \(8,\), but has \(1,\)",
        ),
    ],
)
def test_a_broken_file_is_refused_by_name_and_reason(change, message, saved):
    with safe_open(saved, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    save_file(change(tensors), saved, metadata)
    with pytest.raises(CheckpointError, match=f"{saved}: .*{message}"):
        snapshots.load(saved)


def test_a_checkpoint_is_no_file_of_snapshots_nor_the_other_way_round(saved, trained, digits):
    path = saved.parent.parent / "tiny.safetensors"
    trained.export(*digits, path)
    with pytest.raises(CheckpointError, match="expected snapshots, got a vae"):
        snapshots.load(path)
    with pytest.raises(CheckpointError, match="expected a vae, got snapshots"):
        checkpoints.load(saved)


def test_unknown_snapshots_say_what_there_is(saved):
    with pytest.raises(FileNotFoundError, match=r"tini.*no such snapshots.*holds tiny"):
        snapshots.load("tini", saved.parent.parent)


def test_snapshots_are_no_models_of_the_zoo(saved):
    assert checkpoints.list_models(saved.parent.parent) == []


def test_a_state_without_snapshots_is_refused(trained, digits, tmp_path):
    """As one of a train.py before there were any."""
    state = tmp_path / "old.safetensors"
    plain = replace(trained.preset, snapshots=False)
    run = trainers.start(plain, CPU)
    loop.train(run, *digits, state, lambda progress: None)
    assert run.snapshots == []
    with pytest.raises(TrainingError, match="another snapshots;"):
        resume.load_state(trainers.start(trained.preset, CPU), state)
