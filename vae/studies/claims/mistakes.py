"""Claims on mistakes in training: each a function, whose docstring is what the report says."""

from typing import Any

from vae.studies.claims.evidence import Criterion, Evidence, Measured, extent, trainings

STANDARD = "normal-0-1"
# Reconstructions that vary less than this share of what digits do are all alike.
ALIKE = 0.02


def noise_on_the_posterior(e: Evidence) -> Measured:
    """Drawing the posterior's parameters from unit-variance normals makes digits very unclear."""
    models = ("mlp-100-noisy", "mlp-100")
    noisy, plain = (e(model, STANDARD) for model in models)
    precision = [e(model, STANDARD, "precision") for model in models]
    runs, others = (e.runs(model) for model in models)
    count = min(len(runs), len(others))
    totals = [
        [run["terms"]["total"] for run in runs[:count]],
        [run["without_noise"]["total"] for run in runs[:count]],
        [run["terms"]["total"] for run in others[:count]],
    ]
    return Measured(
        "mlp-100-noisy, mlp-100",
        f"Shipped, under N(0, 1): Fréchet distance {noisy:.0f} and {plain:.0f}, precision "
        f"{precision[0]:.2f} and {precision[1]:.2f}. Test loss after 5 epochs: with the noise, and "
        f"so no bound, {extent(totals[0])}; the same weights without it {extent(totals[1])}; "
        f"trained without it {extent(totals[2])} nats.",
        [
            Criterion("at least 1.5 times the Fréchet distance", [noisy >= 1.5 * plain]),
            Criterion("a lower precision", [precision[0] < precision[1]]),
            Criterion(
                "a higher loss, with the noise and without it",
                [min(a, b) > c for a, b, c in zip(*totals, strict=True)],
            ),
        ],
        "The extra noise drowns what the code says and is in no KL, so the objective bounds "
        "nothing; the network answers with larger codes.",
        f"{trainings(count)} of the short runs, 1 of the shipped, 3 sampling seeds",
    )


def sigma_head(e: Evidence) -> Measured:
    """A sigma head that may go negative makes the loss NaN, and |sigma| + 1e-6 cures it; a KL
    without the factor 1/2 makes the loss negative and all reconstructions alike, with it less
    negative."""
    head, cured, whole, half, minus = (
        e.runs(name)
        for name in ("sigma-head", "sigma-absolute", "log-sigma", "log-sigma-halved", "minus-kl")
    )
    count = min(map(len, (head, cured, whole, half, minus)))
    last = [[_last(run) for run in runs[:count]] for runs in (whole, half)]
    varied = [run["codes"]["varied"] for run in whole[:count]]
    return Measured(
        "conv-beta's network, 1 epoch, error per pixel, KL weight 1",
        f"With a sigma head the loss is not finite in {sum(_ended(head))} of {len(head)} "
        f"trainings, with |sigma| + 1e-6 in {sum(_ended(cured))} of {len(cured)}. With log sigma "
        f"for log sigma² the loss is {extent(last[0], 2)} over the epoch, halved "
        f"{extent(last[1], 2)}; what is decoded varies by {100 * max(varied):.2g}% of what digits "
        f"do at most. With the KL subtracted it falls out of all bounds in "
        f"{sum(_fell(run) for run in minus)} of {len(minus)}.",
        [
            Criterion("a sigma head ends in a loss that is not finite", _ended(head)),
            Criterion("|sigma| + 1e-6 does not", [not one for one in _ended(cured)]),
            Criterion("without 1/2 the loss is negative", [one < 0 for one in last[0]]),
            Criterion("with 1/2 it is less negative", [a < b for a, b in zip(*last, strict=True)]),
            Criterion("all reconstructions are alike", [one < ALIKE for one in varied]),
        ],
        "mu² + sigma² - 1 - log sigma² is at least 0, so no factor makes it negative; with log "
        "sigma in its place it is. That all reconstructions are alike comes from the weight beside "
        "a mean over the pixels. Subtracted, a KL has no lower end.",
        trainings(count),
    )


def _fell(run: dict[str, Any]) -> bool:
    """Whether the loss left all bounds."""
    return bool(run["diverged"]) or _last(run) < -1e4


def _ended(runs: list[dict[str, Any]]) -> list[bool]:
    return [bool(run["diverged"]) for run in runs]


def _last(run: dict[str, Any]) -> float:
    return run["history"][-1]["train_total"]


def log_variance_mistake(e: Evidence) -> Measured:
    """One report's code multiplies eps by the log-variance instead of the standard deviation, and
    takes what it trains for a VAE."""
    wrong, right = e.runs("mlp-2-log-variance"), e.runs("mlp-2")
    count = min(len(wrong), len(right))
    values = {
        name: [[run["codes"][name] for run in runs[:count]] for runs in (wrong, right)]
        for name in ("log_variance", "squared_error")
    }
    log_variances, errors = values["log_variance"], values["squared_error"]
    return Measured(
        "mlp-2, shortened to 10 epochs",
        f"The mean log-variance ends at {extent(log_variances[0], 2)}, trained rightly at "
        f"{extent(log_variances[1], 2)}; the squared error at the mean is {extent(errors[0])} and "
        f"{extent(errors[1])}.",
        [
            Criterion(
                "q(z|x) says how sure the code is: a mean log-variance below -1",
                [one < -1 for one in log_variances[0]],
            ),
        ],
        "Its KL pulls the log-variance to 0, where this z has no noise at all: what is trained is "
        "an autoencoder with a penalty on its codes, and its loss is no bound.",
        trainings(count),
    )
