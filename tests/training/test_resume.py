"""What an interruption and a kill do to a run: nothing, once it is resumed."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_runs import (
    CPU,
    RECIPES,
    assert_same,
    each_recipe_and_a_gan,
    figures,
    finish,
    ignore,
    stop_in,
    tensors,
)

from vae import checkpoints, data
from vae.checkpoints import format
from vae.training import loop, resume, snapshots, trainers
from vae.training.presets import PRESETS
from vae.training.trainer import TrainingError

ROOT = Path(__file__).resolve().parents[2]


@each_recipe_and_a_gan
@pytest.mark.parametrize("done", [1, 2])
def test_a_run_resumed_after_any_epoch_ends_as_if_it_never_stopped(
    kind, done, preset, digits, tmp_path
):
    state = tmp_path / "state.safetensors"
    with pytest.raises(KeyboardInterrupt):
        loop.train(trainers.start(preset(kind), CPU), *digits, state, stop_in(done + 1, after=2))

    resumed = trainers.start(preset(kind), CPU)
    resume.load_state(resumed, state)
    assert resumed.epoch == done
    loop.train(resumed, *digits, state, ignore)

    whole = finish(preset(kind), digits, tmp_path / "whole.safetensors")
    assert whole.epoch == resumed.epoch == 3
    assert_same(whole, resumed)
    assert torch.equal(resumed.shipped.decoder[0].weight, whole.shipped.decoder[0].weight)


def test_a_finished_run_resumed_does_nothing_more(preset, digits, tmp_path):
    state = tmp_path / "state.safetensors"
    whole = finish(preset("normal"), digits, state)
    resumed = trainers.start(preset("normal"), CPU)
    resume.load_state(resumed, state)
    loop.train(resumed, *digits, state, stop_in(4))
    assert_same(whole, resumed)
    assert resumed.history[-1]["seconds"] == whole.history[-1]["seconds"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_train_py_resumes_as_if_it_never_stopped(write_set, tmp_path):
    root = write_set(tmp_path, 400, 50)
    state = tmp_path / "state" / "mlp-2.safetensors"
    made = tmp_path / "weights" / "mlp-2.safetensors"
    options = {"--epochs": 4, "--batch-size": 4, "--threads": 1, "--device": "cpu"}
    folders = {"--data": root, "--state": state.parent, "--output": made.parent}
    command = [sys.executable, "train.py", "mlp-2"]
    command += [str(part) for pair in (options | folders).items() for part in pair]

    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    with subprocess.Popen(command, **quiet) as process:
        while not state.exists() and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not made.exists()

    shorter = replace(PRESETS["mlp-2"].recipe, epochs=4, batch_size=4)
    preset = replace(PRESETS["mlp-2"], recipe=shorter)
    killed = trainers.start(preset, CPU)
    resume.load_state(killed, state)
    assert killed.epoch in (1, 2, 3)

    subprocess.run([*command, "--resume"], check=True, **quiet)
    resumed = trainers.start(preset, CPU)
    resume.load_state(resumed, state)
    digits = data.load("mnist", root)
    whole = finish(preset, digits, tmp_path / "whole.safetensors")
    assert_same(whole, resumed)
    assert figures(resumed)[: killed.epoch] == figures(killed)[: killed.epoch]
    whole.export(*digits, tmp_path / "whole.safetensors")
    expected = checkpoints.load(tmp_path / "whole.safetensors").state_dict()
    for name, tensor in checkpoints.load(made).state_dict().items():
        assert torch.equal(tensor, expected[name]), name
    kept = snapshots.load("mlp-2", made.parent)
    assert [one.entry["epoch"] for one in kept] == snapshots.epochs(4)
    for name, tensor in kept[-1].model.state_dict().items():
        assert torch.equal(tensor, expected[name]), name


def test_the_state_is_never_half_written(preset, digits, tmp_path, monkeypatch):
    state = tmp_path / "state.safetensors"
    finish(preset("normal", epochs=1), digits, state)
    before = state.read_bytes()

    def full_disk(tensors: dict, path: Path, metadata: dict) -> None:
        path.write_bytes(before[:100])
        raise OSError("No space left on device")

    monkeypatch.setattr(format, "save_file", full_disk)
    with pytest.raises(OSError, match="No space"):
        finish(preset("normal", epochs=1, seed=1), digits, state)
    assert state.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"learning_rate": 2e-3}, "learning_rate"),
        ({"seed": 5}, "seed"),
        ({"epochs": 9}, "epochs"),
        ({"schedule": "cosine", "averaging": 0.9}, "schedule, averaging"),
    ],
)
def test_resuming_with_other_settings_is_refused(change, named, preset, digits, tmp_path):
    state = tmp_path / "state.safetensors"
    finish(preset("normal", epochs=1), digits, state)
    run = trainers.start(preset("normal", **{"epochs": 1, **change}), CPU)
    before = {name: tensor.clone() for name, tensor in tensors(run).items()}
    with pytest.raises(TrainingError, match=f"{state}.*another {named};.*without --resume"):
        resume.load_state(run, state)
    assert run.history == []
    assert all(torch.equal(tensor, before[name]) for name, tensor in tensors(run).items())


def test_resuming_with_another_network_is_refused(preset, digits, tmp_path):
    state = tmp_path / "state.safetensors"
    finish(preset("normal"), digits, state)
    other = replace(preset("beta"), recipe=RECIPES["normal"])
    with pytest.raises(TrainingError, match="another network"):
        resume.load_state(trainers.start(other, CPU), state)


def test_resuming_from_no_state_is_refused(preset, digits, tmp_path):
    run, path = finish(preset("normal", epochs=1), digits, tmp_path / "s"), tmp_path / "weights"
    run.export(*digits, path)
    with pytest.raises(TrainingError, match=f"{path}: is not the state of a training"):
        resume.load_state(trainers.start(preset("normal"), CPU), path)
    path.write_bytes((tmp_path / "s").read_bytes()[:-1])
    with pytest.raises(TrainingError, match=f"{path}: cannot be read"):
        resume.load_state(trainers.start(preset("normal"), CPU), path)
