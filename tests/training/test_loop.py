"""The loop: what a seed, a schedule and a bad number do to a run, and what it leaves behind."""

import pytest
import torch
from tiny_runs import CPU, assert_same, each_recipe, each_recipe_and_a_gan, finish, ignore, tensors
from torch import Tensor

from vae import checkpoints, data
from vae.evaluation import losses
from vae.model import VAE
from vae.objective import ELBO
from vae.training import loop, resume, trainers
from vae.training.presets import Recipe
from vae.training.trainer import Progress, TrainingError, learning_rate


@each_recipe_and_a_gan
def test_a_seed_means_the_same_weights(kind, preset, digits, tmp_path):
    torch.manual_seed(1)
    first = finish(preset(kind), digits, tmp_path / "first")
    torch.manual_seed(2)
    assert_same(first, finish(preset(kind), digits, tmp_path / "second"))
    other = finish(preset(kind, seed=1), digits, tmp_path / "third")
    assert not torch.equal(first.shipped.decoder[0].weight, other.shipped.decoder[0].weight)


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
