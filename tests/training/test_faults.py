"""A training that is killed or has no room: what was there stays whole, and `--resume` ends where
a run ends that nobody disturbed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import train
from vae import checkpoints

ROOT = Path(__file__).resolve().parents[2]
EPOCHS = 3

# Has train.py stopped by the kernel: at the step or the write whose turn it is.
FAULTY = """
import os, resource, signal, sys
import train
from vae.checkpoints import format
from vae.training.trainers import VAETrainer

def counted(function, number, fault):
    calls = iter(range(10**9))
    def call(*arguments, **named):
        if next(calls) == number:
            fault(*arguments, **named)
        return function(*arguments, **named)
    return call

def kill(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def kill_in_the_middle(tensors, path, metadata):
    path.write_bytes(b"half of it" * 1000)
    kill()

def fill(*arguments, **named):
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

FAULTS = {
    "a step": (VAETrainer, "step", 7, kill),
    "writing a state": (format, "save_file", 1, kill_in_the_middle),
    "writing the checkpoint": (format, "save_file", 3, kill_in_the_middle),
    "no room for a state": (format, "save_file", 1, fill),
    "no room for the checkpoint": (format, "save_file", 3, fill),
}
owner, name, number, fault = FAULTS[sys.argv.pop(1)]
setattr(owner, name, counted(getattr(owner, name), number, fault))
sys.exit(train.main())
"""


@pytest.fixture(scope="module")
def options(write_set, tmp_path_factory) -> Callable[[Path], list[str]]:
    """`options(folder)` is to train mlp-2 there on 80 tiny digits, 4 steps an epoch."""
    data = write_set(tmp_path_factory.mktemp("mnist"), 80, 40)

    def given(folder: Path) -> list[str]:
        places = ["--data", data, "--output", folder / "weights", "--state", folder / "runs"]
        sizes = ["--threads", 1, "--device", "cpu", "--batch-size", 20, "--epochs", EPOCHS]
        return ["mlp-2", *map(str, [*places, *sizes])]

    return given


def train_with(fault: str, options: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", FAULTY, fault, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def train_here(*options: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", ["train.py", *options])
        assert train.main() == 0


@pytest.fixture(scope="module")
def undisturbed(options, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    train_here(*options(folder))
    return folder


def same_weights(folder: Path, undisturbed: Path) -> bool:
    """Whether states, checkpoints and snapshots of both are the same, bit by bit."""
    names = [path.relative_to(undisturbed) for path in undisturbed.rglob("*.safetensors")]
    assert len(names) == 3
    pairs = [(load_file(folder / name), load_file(undisturbed / name)) for name in names]
    return all(
        ones.keys() == others.keys() and all(torch.equal(ones[key], others[key]) for key in ones)
        for ones, others in pairs
    )


@pytest.mark.parametrize(
    ("fault", "whole"),
    [("a step", 1), ("writing a state", 1), ("writing the checkpoint", EPOCHS)],
)
def test_killed_and_resumed_it_ends_as_if_nothing_had_been(
    fault, whole, options, undisturbed, tmp_path
):
    killed = train_with(fault, options(tmp_path))
    assert killed.returncode == -signal.SIGKILL
    state = tmp_path / "runs" / "mlp-2.safetensors"
    before = load_file(state)
    assert before["optimizer.0.0.step"] == 4 * whole
    assert not [*tmp_path.glob("weights/*.safetensors")]
    train_here(*options(tmp_path), "--resume")
    assert same_weights(tmp_path, undisturbed)
    assert not [*tmp_path.rglob("*.partial")]


@pytest.mark.parametrize("fault", ["no room for a state", "no room for the checkpoint"])
def test_without_room_what_was_there_stays_and_a_sentence_says_so(
    fault, options, undisturbed, tmp_path
):
    """RLIMIT_FSIZE: the kernel refuses to write, as it does when a disk is full."""
    old = tmp_path / "weights" / "mlp-2.safetensors"
    old.parent.mkdir()
    old.write_bytes(b"an older checkpoint")
    stopped = train_with(fault, options(tmp_path))
    assert stopped.returncode == 1
    assert "Traceback" not in stopped.stderr
    file = tmp_path / ("runs" if "state" in fault else "weights") / "mlp-2.safetensors"
    sentence = stopped.stderr.splitlines()[-1]
    assert sentence.startswith(f"train.py: {file}: cannot be written")
    assert "--resume" in sentence
    assert old.read_bytes() == b"an older checkpoint"
    assert not [*tmp_path.rglob("*.partial")]
    train_here(*options(tmp_path), "--resume")
    assert same_weights(tmp_path, undisturbed)
    assert checkpoints.load(old).record.name == "mlp-2"
