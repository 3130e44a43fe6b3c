"""The loop: what a seed, an interruption, a kill and a bad number do to a run."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from vae import checkpoints, data
from vae.checkpoints import format
from vae.data import Examples
from vae.evaluation import losses
from vae.gan import GANConfig
from vae.model import VAE
from vae.objective import ELBO
from vae.training import loop, resume, snapshots, trainers
from vae.training.presets import PRESETS, Preset, Recipe
from vae.training.trainer import Progress, Trainer, TrainingError, learning_rate

ROOT = Path(__file__).resolve().parents[2]
CPU = torch.device("cpu")
RECIPES = {
    "normal": Recipe(epochs=3, batch_size=48),
    "beta": Recipe(epochs=3, batch_size=48, schedule="cosine", gradient_clip=100.0),
    "noisy": Recipe(epochs=3, batch_size=48, kl_warmup=2.0, schedule="halved"),
    "batch norm": Recipe(
        epochs=3,
        batch_size=48,
        schedule="cosine",
        averaging=0.99,
        binarised=True,
        mixed_precision=True,
    ),
}
ADVERSARIAL = Recipe(epochs=3, batch_size=48, momentum=0.5, averaging=0.99)
each_recipe = pytest.mark.parametrize("kind", RECIPES)
each_recipe_and_a_gan = pytest.mark.parametrize("kind", [*RECIPES, "gan"])


@pytest.fixture
def preset(tiny: Callable, adversarial: GANConfig) -> Callable[..., Preset]:
    """`preset(kind, **changes)` is a tiny model and its recipe, changed."""

    def make(kind: str, **changes: object) -> Preset:
        config = adversarial if kind == "gan" else tiny(kind).config
        recipe = replace(RECIPES.get(kind, ADVERSARIAL), **changes)
        return Preset("tiny", "For the tests.", config, recipe, snapshots=True)

    return make


@pytest.fixture(scope="module")
def digits(make_digits: Callable) -> tuple[Examples, Examples]:
    """Of the training and of the test set; the last batch of the former is a smaller one."""
    return make_digits(200, seed=1), make_digits(60, seed=2)


def ignore(progress: Progress) -> None:
    pass


def finish(preset: Preset, digits: tuple[Examples, Examples], state: Path) -> Trainer:
    run = trainers.start(preset, CPU)
    loop.train(run, *digits, state, ignore)
    return run


def tensors(run: Trainer) -> dict[str, Tensor]:
    """Everything that decides how a run goes on."""
    optimizer = {
        f"optimizer.{number}.{index}.{key}": value
        for number, optimizer in enumerate(run.optimizers)
        for index, moments in optimizer.state_dict()["state"].items()
        for key, value in moments.items()
    }
    average = {f"average.{key}": value for key, value in run.average.state_dict().items()}
    kept = snapshots.pack(run.snapshots)
    return {**run.model.state_dict(), **average, **optimizer, **kept}


def figures(run: Trainer) -> list[dict[str, float]]:
    """The history and the snapshots' but for the time that it took."""
    entries = [*run.history, *(snapshot.entry for snapshot in run.snapshots)]
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in entries]


def assert_same(one: Trainer, other: Trainer) -> None:
    assert figures(one) == figures(other)
    left, right = tensors(one), tensors(other)
    assert left.keys() == right.keys()
    for name in left:
        assert torch.equal(left[name], right[name]), name


def stop_in(epoch: int, after: int = 1) -> Callable[[Progress], None]:
    """A report that interrupts the run after some batches of an epoch, as Ctrl-C does."""
    seen = []

    def report(progress: Progress) -> None:
        seen.append(progress.epoch)
        if seen.count(epoch) == after:
            raise KeyboardInterrupt

    return report


@each_recipe_and_a_gan
def test_a_seed_means_the_same_weights(kind, preset, digits, tmp_path):
    torch.manual_seed(1)
    first = finish(preset(kind), digits, tmp_path / "first")
    torch.manual_seed(2)
    assert_same(first, finish(preset(kind), digits, tmp_path / "second"))
    other = finish(preset(kind, seed=1), digits, tmp_path / "third")
    assert not torch.equal(first.shipped.decoder[0].weight, other.shipped.decoder[0].weight)


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


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_state(preset, digits, tmp_path):
    state = tmp_path / "state.safetensors"
    run = trainers.start(preset("normal"), CPU)

    def break_a_weight(progress: Progress) -> None:
        if progress.epoch == 2:
            with torch.no_grad():
                run.model.decoder[0].bias[0] = torch.nan

    with pytest.raises(TrainingError) as error:
        loop.train(run, *digits, state, break_a_weight)
    for part in (
        "tiny",
        "epoch 2, batch 2",
        "not finite",
        "--learning-rate",
        "0.001",
        "after epoch 1",
    ):
        assert part in str(error.value)

    kept = trainers.start(preset("normal"), CPU)
    resume.load_state(kept, state)
    assert kept.epoch == 1
    assert all(tensor.isfinite().all() for tensor in tensors(kept).values())


@pytest.mark.parametrize("kind", ["normal", "gan"])
@pytest.mark.parametrize("batch_size", [50, 200])
def test_a_learning_rate_far_too_high_is_found_out(kind, batch_size, preset, digits, tmp_path):
    """With one batch an epoch it is the test loss that shows it, and no state may keep it."""
    state = tmp_path / "state.safetensors"
    run = trainers.start(preset(kind, learning_rate=1e20, batch_size=batch_size), CPU)
    with pytest.raises(
        TrainingError, match=r"not finite in epoch 1.*--learning-rate \(now 1e\+20\)"
    ):
        loop.train(run, *digits, state, ignore)
    assert not state.exists()


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


def test_the_optimiser_follows_the_schedule(preset, digits, tmp_path):
    run = trainers.start(preset("normal", schedule="cosine"), CPU)
    rates = []
    loop.train(
        run,
        *digits,
        tmp_path / "state",
        lambda progress: rates.append(run.optimizers[0].param_groups[0]["lr"]),
    )
    batches = 5  # 200 digits, 48 at a time
    assert rates == [learning_rate(run.recipe, n / batches) for n in range(3 * batches)]


def test_every_digit_is_seen_once_an_epoch_in_another_order(preset, digits, tmp_path, monkeypatch):
    batches, seen, elbo = [], [], trainers.elbo

    def watched(model: VAE, x: Tensor, *others: object) -> ELBO:
        batches.append(x)
        return elbo(model, x, *others)

    monkeypatch.setattr(trainers, "elbo", watched)
    loop.train(trainers.start(preset("normal"), CPU), *digits, tmp_path / "state", seen.append)
    assert [(p.epoch, p.images) for p in seen[:6]] == [(1, 48)] * 4 + [(1, 8), (2, 48)]
    epochs = [torch.cat(batches[start : start + 5]) for start in (0, 5, 10)]
    every_digit = sorted(data.grey(digits[0].images).sum((1, 2, 3)).tolist())
    for x in epochs:
        assert sorted(x.sum((1, 2, 3)).tolist()) == pytest.approx(every_digit)
    assert not torch.equal(epochs[0], epochs[1])
    assert not torch.equal(epochs[1], epochs[2])


def test_training_losses_are_means_over_images(preset, digits, tmp_path):
    """Of weights that hardly move; the KL is the same whatever z is drawn, and whatever batch."""
    run = finish(preset("normal", epochs=1, learning_rate=1e-30), digits, tmp_path / "s")
    found = losses.terms(run.model, digits[0], binarised=False)
    assert run.history[0]["train_kl"] == pytest.approx(found["kl"], rel=1e-5)
    assert run.history[0]["train_total"] == pytest.approx(found["total"], rel=1e-2)


def test_the_history_says_how_it_went(preset, digits, tmp_path):
    run = finish(
        preset("normal", kl_weight=0.5, kl_warmup=2.0, schedule="halved"), digits, tmp_path / "s"
    )
    assert [entry["epoch"] for entry in run.history] == [1, 2, 3]
    assert [entry["kl_weight"] for entry in run.history] == [0.25, 0.5, 0.5]
    assert [entry["learning_rate"] for entry in run.history] == [1e-3, 1e-3, 5e-4]
    seconds = [entry["seconds"] for entry in run.history]
    assert seconds == sorted(seconds)
    for entry in run.history:
        for name in ("train", "test"):
            parts = entry[f"{name}_reconstruction"] + entry[f"{name}_kl"]
            assert entry[f"{name}_total"] == pytest.approx(parts)
    last = losses.terms(run.result, digits[1], binarised=False)
    assert {key: run.history[-1][f"test_{key}"] for key in last} == last


@each_recipe
def test_training_lowers_the_loss(kind, preset, digits, tmp_path):
    untrained = losses.terms(trainers.start(preset(kind), CPU).result.eval(), digits[1], False)
    changes = {"epochs": 6, "batch_size": 10, "learning_rate": 5e-3, "averaging": 0.0}
    run = finish(preset(kind, **changes), digits, tmp_path / "s")
    trained = losses.terms(run.result, digits[1], False)
    assert trained["total"] < 0.8 * untrained["total"]
    assert run.history[-1]["train_total"] < run.history[0]["train_total"]


def test_without_its_weight_the_kl_is_left_alone(preset, digits, tmp_path):
    with_kl, without = (
        finish(preset("normal", kl_weight=weight, epochs=6, batch_size=10), digits, tmp_path / "s")
        for weight in (1.0, 0.0)
    )
    assert without.history[-1]["test_kl"] > 2 * with_kl.history[-1]["test_kl"]


def test_averaging_keeps_the_moving_average(preset, digits, tmp_path):
    """min(0.9, (1 + n) / (10 + n)) of the average is kept after n updates; the first is copied."""
    run, expected = trainers.start(preset("normal", averaging=0.5, epochs=1), CPU), []

    def follow(progress: Progress) -> None:
        weight, n = run.model.decoder[0].weight.detach().clone(), len(expected)
        kept = min(0.5, (1 + n) / (10 + n)) if n else 0.0
        expected.append(kept * expected[-1] + (1 - kept) * weight if n else weight)

    loop.train(run, *digits, tmp_path / "state", follow)
    torch.testing.assert_close(run.result.decoder[0].weight.detach(), expected[-1])
    assert not torch.equal(run.result.decoder[0].weight, run.model.decoder[0].weight)


@each_recipe
def test_exported_figures_are_those_of_the_loaded_checkpoint(
    kind, preset, digits, tmp_path, monkeypatch
):
    monkeypatch.setattr(trainers, "BOUND_SAMPLES", 5)
    run, path = finish(preset(kind), digits, tmp_path / "state"), tmp_path / "tiny.safetensors"
    unrounded = {name: tensor.clone() for name, tensor in run.result.state_dict().items()}
    record = run.export(*digits, path)
    model = checkpoints.load(path)
    assert model.record == record
    assert record.history == run.history
    assert Recipe(**record.recipe) == run.recipe
    found = losses.terms(model, digits[1], run.recipe.binarised)
    assert {key: record.figures[key] for key in found} == found
    statistics = checkpoints.load_statistics(path)
    assert record.figures["active_units"] == (statistics["activity"] > 0.01).sum()
    assert record.figures["parameters"] == sum(p.numel() for p in model.parameters())
    if run.recipe.binarised:
        assert record.figures["bound"] == losses.bound(model, digits[1], 5)
        assert record.figures["bound_samples"] == 5
    for name, tensor in run.result.state_dict().items():  # exporting changes nothing
        assert torch.equal(tensor, unrounded[name])
