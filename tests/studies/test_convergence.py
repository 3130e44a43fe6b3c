"""ReLU and Adam against tanh and gradient descent."""

from dataclasses import replace

import torch

from vae.studies import convergence
from vae.training.presets import PRESETS

CPU = torch.device("cpu")


def test_descent_is_the_weight_less_its_gradient(short_mlp_20):
    """On one batch, with and without momentum the same; on the second momentum adds 0.9 of it."""
    kinds = {"plain": convergence.DescentTrainer, "momentum": convergence.MomentumTrainer}
    moved = {}
    for name, kind in kinds.items():
        run = kind(convergence.variant("tanh", 1e-4), CPU)
        weight = run.model.decoder[0].weight
        steps = []
        for _ in range(2):
            before = weight.detach().clone()
            run.descend((weight * weight).sum() / 2, 0.0)
            steps.append(weight.detach() - before)
            torch.testing.assert_close(weight.grad, before)
        moved[name] = steps, weight.grad
    (first, _), _ = moved["plain"]
    assert torch.equal(first, moved["momentum"][0][0])
    steps, gradient = moved["momentum"]
    torch.testing.assert_close(steps[1], 0.9 * steps[0] - 1e-4 * gradient)


def test_a_variant_differs_from_mlp_20_in_what_it_names():
    preset = convergence.variant("tanh", 3e-4)
    kinds = [layer["kind"] for layer in preset.config.encoder + preset.config.decoder]
    assert "tanh" in kinds and "relu" not in kinds
    assert preset.recipe.learning_rate == 3e-4
    relu = convergence.variant("relu", PRESETS["mlp-20"].recipe.learning_rate)
    assert relu.config == PRESETS["mlp-20"].config
    assert replace(relu.recipe, averaging=0.999) == PRESETS["mlp-20"].recipe


def test_a_run_that_diverges_is_a_row_and_never_the_best(short_mlp_20, few_digits, monkeypatch):
    rates = {"adam": (1e-3, 1e20), "gradient descent": (1e-5, 1e20)}
    monkeypatch.setattr(convergence, "LEARNING_RATES", rates)
    rows = convergence.compare(2, *few_digits)
    assert len(rows) == 2 * 2 * (2 + len(convergence.SEEDS) - 1)
    diverged = {(row["learning_rate"], row["diverged"]) for row in rows}
    assert diverged == {(1e-3, False), (1e-5, False), (1e20, True)}
    assert all(row["learning_rate"] != 1e20 for row in rows if row["best"])
    pairs = {(row["activation"], row["optimizer"]) for row in rows}
    for pair in pairs:
        best = [r for r in rows if r["best"] and (r["activation"], r["optimizer"]) == pair]
        assert sorted(row["seed"] for row in best) == sorted(convergence.SEEDS)
    losses = [row["history"][-1]["test_total"] for row in rows if not row["diverged"]]
    assert losses == sorted(losses)
