"""Claims on how models are trained: each a function, whose docstring is what the report says."""

from statistics import mean
from typing import Any

from vae.studies.claims.evidence import Criterion, Evidence, Measured, extent, trainings
from vae.studies.variants import PER_PIXEL

STANDARD = "normal-0-1"


def kl_is_needed(e: Evidence) -> Measured:
    """Without the KL term samples are not digit-like at all."""
    without, with_kl = e("autoencoder", STANDARD), e("mlp-20", STANDARD)
    precision = [e(model, STANDARD, "precision") for model in ("autoencoder", "mlp-20")]
    return Measured(
        "autoencoder, mlp-20",
        f"Under N(0, 1) the Fréchet distance is {without:.0f} without and {with_kl:.0f} with it, "
        f"precision {precision[0]:.2f} and {precision[1]:.2f}.",
        [
            Criterion("at least twice the Fréchet distance", [without >= 2 * with_kl]),
            Criterion("at most half the precision", [precision[0] <= precision[1] / 2]),
        ],
        "Nothing asks the codes of an autoencoder to lie where N(0, 1) has its mass.",
        "1 training seed, 3 sampling seeds",
    )


def loss_falls(e: Evidence) -> Measured:
    """The loss falls from 183 to 99 in 30 epochs; digits are much sharper at the end."""
    history = e.record("mlp-20").history
    first, last = history[0], history[-1]
    errors = first["test_squared_error"], last["test_squared_error"]
    totals = [run["terms"]["total"] for run in e.runs("mlp-20")]
    return Measured(
        "mlp-20",
        f"In training from {first['train_total']:.0f} to {last['train_total']:.0f} nats in "
        f"{len(history)} epochs; of test digits at the end {min(totals):.1f} to {max(totals):.1f} "
        f"over the seeds; their squared error from {errors[0]:.0f} to {errors[1]:.0f}.",
        [
            Criterion("183 at the start, within 4", [abs(first["train_total"] - 183) < 4]),
            Criterion("99 at the end, within 2, on test digits", [abs(t - 99) < 2 for t in totals]),
            Criterion("a third less squared error at the end", [errors[1] < errors[0] * 2 / 3]),
        ],
        "The same network, loss and optimiser.",
        trainings(len(totals)),
    )


def relu_and_adam(e: Evidence) -> Measured:
    """ReLU and Adam make the network converge faster."""
    rows = e.convergence["rows"]
    ends: dict[tuple[str, str], list[float]] = {}
    for row in sorted((row for row in rows if row["best"]), key=lambda row: row["seed"]):
        ends.setdefault((row["activation"], row["optimizer"]), []).append(_end(row))
    words = ", ".join(
        f"{activation} with {optimizer} {extent(own)}"
        for (activation, optimizer), own in sorted(ends.items(), key=lambda one: mean(one[1]))
    )
    seeds = range(min(map(len, ends.values())))
    descents = {optimizer for _, optimizer in ends} - {"adam"}
    gain = {one: mean(ends["relu", one]) - mean(ends["relu", "adam"]) for one in sorted(descents)}
    ahead = ", ".join(f"{nats:.1f} nats over {one}" for one, nats in gain.items())
    bracketed = all(_bracketed(row, rows) for row in rows if row["best"])
    return Measured(
        "mlp-20's network",
        f"Test loss after {e.convergence['protocol']['epochs']} epochs, each at the best rate that "
        f"was tried: {words}. With ReLU Adam is ahead by {ahead}.",
        [
            Criterion(
                "ReLU ends lower than tanh under every optimiser",
                [all(ends["relu", o][i] < ends["tanh", o][i] for _, o in ends) for i in seeds],
            ),
            Criterion(
                "Adam ends lower than both descents with the same activation, each at a rate with "
                "a worse one on either side",
                [
                    all(ends[a, "adam"][i] < ends[a, o][i] for a, o in ends if o in descents)
                    for i in seeds
                ]
                if bracketed
                else [],
            ),
        ],
        "Adam scales every step to its own gradients, which differ by orders of magnitude between "
        "the layers of a summed loss."
        + (
            ""
            if bracketed
            else " The best rate of a descent is the largest that was tried, so that a larger one "
            "may be better still: by how much Adam is ahead is not settled."
        ),
        trainings(len(seeds)),
    )


def _end(row: dict[str, Any]) -> float:
    return row["history"][-1]["test_total"]


def _bracketed(best: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Whether rates on both sides of the best one were tried."""
    own = [
        row["learning_rate"]
        for row in rows
        if (row["activation"], row["optimizer"]) == (best["activation"], best["optimizer"])
    ]
    return min(own) < best["learning_rate"] < max(own)


def annealing(e: Evidence) -> Measured:
    """Linear KL annealing: grainy samples and a high loss."""
    names = ("mlp-2", "mlp-2-annealed", "mlp-2-annealed-stopped")
    plain, annealed, stopped = (e.runs(name) for name in names)
    count = min(map(len, (plain, annealed, stopped)))
    during = [run["history"][1]["train_total"] for run in annealed[:count]]
    straight = [run["history"][1]["train_total"] for run in plain[:count]]
    ends = [[run["terms"]["total"] for run in runs[:count]] for runs in (plain, annealed, stopped)]
    pairs = [*zip(*ends, strict=True)]
    distance = [e(model, STANDARD) for model in ("mlp-2-annealed", "mlp-2")]
    return Measured(
        "mlp-2, shortened to 10 epochs",
        f"At a KL weight of 1, in training in epoch 2, while the weight rises, {extent(during)} "
        f"nats, without annealing {extent(straight)}; of test digits at the end {extent(ends[1])} "
        f"and {extent(ends[0])}, and {extent(ends[2])} where training stops at a weight of 0.2. "
        f"Fréchet distance of the shipped ones, of 100 epochs: {distance[0]:.0f} and "
        f"{distance[1]:.0f}.",
        [
            Criterion(
                "a higher loss while the weight rises",
                [a > b for a, b in zip(during, straight, strict=True)],
            ),
            Criterion(
                "a loss higher by 2 nats at the end, the weight at 1",
                [b > a + 2 for a, b, _ in pairs],
            ),
            Criterion(
                "a loss higher by 2 nats where the weight stops at 0.2",
                [c > a + 2 for a, _, c in pairs],
            ),
            Criterion("samples 1.2 times as far from digits", [distance[0] > 1.2 * distance[1]]),
        ],
        "While the weight is low, codes spread beyond the prior, which costs at weight 1; held at "
        "1 for as long again, the model ends where the plain training does.",
        f"{trainings(count)} of the short runs, 1 of the shipped",
    )


def kl_weight_in_the_middle(e: Evidence) -> Measured:
    """A KL weight that is too small spreads the classes far apart, one too large clutters them;
    0.11 with squared error is a good middle."""
    names = [f"conv-{weight:.2g}" for weight in PER_PIXEL]
    runs = [e.runs(name) for name in names]
    count = min(map(len, runs))
    spread, separation = (
        {
            name: [run["codes"][figure] for run in own[:count]]
            for name, own in zip(names, runs, strict=True)
        }
        for figure in ("spread", "separation")
    )
    words = "; ".join(
        f"{name.removeprefix('conv-')}: variance {extent(spread[name], 2)}, separation "
        f"{extent(separation[name], 2)}"
        for name in names
    )
    least, summed, *_, averaged, _ = names
    others = [spread[name] for name in names if name != least]
    return Measured(
        "conv-beta's network, 2 epochs, error per pixel",
        f"By KL weight, the codes' variance and the share of it that lies between the classes: "
        f"{words}. Where the error is summed, 0.11 is 0.00014 here.",
        [
            Criterion(
                "the smallest weight spreads most",
                [a > max(rest) for a, *rest in zip(spread[least], *others, strict=True)],
            ),
            Criterion(
                "0.11 beside a summed error: classes lie apart, a separation above 0.3",
                [one > 0.3 for one in separation[summed]],
            ),
            Criterion(
                "0.11 beside an error per pixel: the same",
                [
                    a > 0.3 and b > 0.01
                    for a, b in zip(separation[averaged], spread[averaged], strict=True)
                ],
            ),
        ],
        "Beside a mean over the pixels 0.11 is 86 beside their sum, more than any latent can "
        "repay: the codes collapse onto the prior.",
        trainings(count),
    )
