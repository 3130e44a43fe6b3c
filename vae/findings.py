"""What of the reports holds: `python -m vae.findings` holds each of their claims against the files
in weights/, and writes weights/findings.json, docs/findings.md and the pictures beside it.

Nothing is measured here: the figures come from the checkpoints' records, `vae.evaluation`,
`vae.seeds`, `vae.convergence` and `vae.duel`. findings.json holds `rows`, each with `claim`,
`measured`, `verdict` (holds, holds in part, does not hold, depends on the seed, not measured) and
`why`. Every claim is a function, whose docstring is what the report says.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from math import log
from pathlib import Path
from typing import Any

from vae import checkpoint
from vae.checkpoint import WEIGHTS, Record

DOCS = WEIGHTS.parent / "docs"
HOLDS, PARTLY, FAILS, SEED = "holds", "holds in part", "does not hold", "depends on the seed"
UNKNOWN = "not measured"
BETAS = ("beta-0.25-0.25", "beta-1-1", "beta-1.1-1.1", "beta-1.1-2", "beta-4-3")
WIDE = "normal-1-2"


@dataclass(frozen=True)
class Measured:
    """What was measured of a claim, in a sentence; the verdict; and one sentence why."""

    measured: str
    verdict: str
    why: str


@dataclass(frozen=True)
class Finding:
    """A claim of the reports, and what `Measured` says of it."""

    claim: str
    measured: str
    verdict: str
    why: str


class Evidence:
    """The figures of a folder of weights. Every file is read when a claim first asks for it, and
    raises FileNotFoundError, naming the command that writes it, when it is missing."""

    def __init__(self, weights: Path = WEIGHTS):
        self.weights = weights

    @cached_property
    def evaluation(self) -> dict[str, Any]:
        return self._read("evaluation.json", "vae.evaluation")

    @cached_property
    def seeds(self) -> dict[str, Any]:
        return self._read("seeds.json", "vae.seeds")

    @cached_property
    def convergence(self) -> dict[str, Any]:
        return self._read("convergence.json", "vae.convergence")

    @cached_property
    def duel(self) -> dict[str, Any]:
        return self._read("vae-against-gan.json", "vae.duel")

    def _read(self, name: str, command: str) -> dict[str, Any]:
        path = self.weights / name
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; python -m {command} writes it")
        return json.loads(path.read_text(encoding="utf-8"))

    def record(self, model: str) -> Record:
        return checkpoint.load(model, self.weights).record

    def figures(self, model: str, distribution: str) -> dict[str, Any]:
        """What `model` generates from `distribution`; ValueError when that was not measured."""
        found = self.evaluation["models"].get(model, {}).get("distributions", {})
        entry = found.get(distribution)
        if entry and "same_as" in entry:
            entry = found.get(entry["same_as"])
        if entry is None:
            raise ValueError(
                f"evaluation.json: expected {model} under {distribution}, got nothing; "
                f"python -m vae.evaluation {model} --distributions {distribution}"
            )
        return entry

    def __call__(self, model: str, distribution: str, measure: str = "frechet_distance") -> float:
        return self.figures(model, distribution)[measure]["mean"]

    def commonest(self, model: str, distribution: str) -> tuple[int, float]:
        """The digit that is read most often, and its share."""
        shares = self.figures(model, distribution)["classes"]
        return max(enumerate(shares), key=lambda pair: pair[1])


def kl_is_needed(e: Evidence) -> Measured:
    """Without the KL term samples are not digit-like at all."""
    without, with_kl = e("autoencoder", "normal-0-1"), e("mlp-20", "normal-0-1")
    return Measured(
        f"Under N(0, 1) the Fréchet distance is {without:.0f} without and {with_kl:.0f} with it.",
        HOLDS if without > 2 * with_kl else FAILS,
        "Nothing asks the codes of an autoencoder to lie where N(0, 1) has its mass.",
    )


def loss_falls(e: Evidence) -> Measured:
    """The loss falls from 183 to 99 in 30 epochs; digits are much sharper at the end."""
    history = e.record("mlp-20").history
    first, last = history[0], history[-1]
    near = abs(first["train_total"] - 183) < 4 and abs(last["train_total"] - 99) < 2
    return Measured(
        f"From {first['train_total']:.1f} to {last['train_total']:.1f} nats in {len(history)} "
        f"epochs; the squared error of test digits from {first['test_squared_error']:.1f} to "
        f"{last['test_squared_error']:.1f}.",
        HOLDS if near else FAILS,
        "The same network, loss and optimiser.",
    )


def relu_and_adam(e: Evidence) -> Measured:
    """ReLU and Adam make the network converge faster."""
    best = [row for row in e.convergence["rows"] if row["best"]]
    ranked = sorted(best, key=lambda row: row["history"][-1]["test_total"])
    words = ", ".join(
        f"{row['activation']} with {row['optimizer']} {row['history'][-1]['test_total']:.1f}"
        for row in ranked
    )
    adam = all(row["optimizer"] == "adam" for row in ranked[:2])
    relu = ranked[0]["activation"] == "relu"
    epochs = e.convergence["protocol"]["epochs"]
    return Measured(
        f"Test loss after {epochs} epochs, each at the best of a few learning rates: {words}.",
        HOLDS if adam and relu else PARTLY if adam or relu else FAILS,
        "Adam scales every step to its own gradients, which differ by orders of magnitude between "
        "the layers of a summed loss; the activation matters less.",
    )


def prior_captures(e: Evidence) -> Measured:
    """N(0, 1): most characters are captured, blurry, with a good amount of noise."""
    entropy = e("mlp-20", "normal-0-1", "class_entropy")
    precision = e("mlp-20", "normal-0-1", "precision")
    real = e.evaluation["floor"]["precision"]["mean"]
    return Measured(
        f"mlp-20: class entropy {entropy:.2f} of {log(10):.2f} nats, precision {precision:.2f} "
        f"where real digits have {real:.2f}.",
        HOLDS if entropy > 2.2 and precision < real else FAILS,
        "Draws of the prior fall into the gaps between the classes, too.",
    )


def wide_is_noisier(e: Evidence) -> Measured:
    """Gaussian(1, 2): noisier, some images are no digit; both offer ample diversity."""
    near, far = (e("mlp-20", name) for name in ("normal-0-1", WIDE))
    recall = [e("mlp-20", name, "coverage") for name in ("normal-0-1", WIDE)]
    noisier, diverse = far > near, recall[1] > 0.8 * recall[0]
    return Measured(
        f"mlp-20: Fréchet distance {far:.0f} against {near:.0f}; coverage of the real digits "
        f"{recall[1]:.2f} against {recall[0]:.2f}.",
        HOLDS if noisier and diverse else PARTLY if noisier else FAILS,
        "Most of its draws lie where no digit was ever encoded: variety, but not that of digits.",
    )


def wide_in_two(e: Evidence) -> Measured:
    """2-D model, Gaussian(1, 2): more diverse styles, blurrier; N(0, 1): sharper, narrower."""
    recall = [e("mlp-2", name, "recall") for name in ("normal-0-1", WIDE)]
    precision = [e("mlp-2", name, "precision") for name in ("normal-0-1", WIDE)]
    parts = [recall[1] > recall[0], precision[1] < precision[0]]
    return Measured(
        f"mlp-2: recall {recall[1]:.2f} against {recall[0]:.2f} of N(0, 1), precision "
        f"{precision[1]:.2f} against {precision[0]:.2f}.",
        {2: HOLDS, 1: PARTLY, 0: FAILS}[sum(parts)],
        "What lies further out is more extreme than any digit: it looks diverse, and is not like "
        "real ones.",
    )


def quarter_is_unclear(e: Evidence) -> Measured:
    """Beta(0.25, 0.25) on the cross-entropy model: unclear, worse than the Gaussians."""
    names = (BETAS[0], "normal-0-1", WIDE)
    beta, near, far = (e("mlp-100", name) for name in names)
    return Measured(
        f"mlp-100: Fréchet distance {beta:.0f}; N(0, 1) has {near:.0f}, Gaussian(1, 2) {far:.0f}.",
        HOLDS if beta > max(near, far) else PARTLY if beta > near else FAILS,
        "Its mean is 1/2 and its variance 1/6: the mean and the variance do the damage, not the "
        "shape. Matched to the prior it is N(0, 1).",
    )


def squared_error_is_sharper(e: Evidence) -> Measured:
    """Under Beta the squared-error model is sharper than the cross-entropy one, as unrealistic."""
    confidence = [e(model, BETAS[0], "confidence") for model in ("mlp-100-mse", "mlp-100")]
    distance = [e(model, BETAS[0]) for model in ("mlp-100-mse", "mlp-100")]
    sharper, unreal = confidence[0] > confidence[1], distance[0] > 0.5 * distance[1]
    return Measured(
        f"Beta(0.25, 0.25): the classifier's confidence is {confidence[0]:.2f} against "
        f"{confidence[1]:.2f}; the Fréchet distance {distance[0]:.0f} against {distance[1]:.0f}.",
        HOLDS if sharper and unreal else PARTLY if sharper or unreal else FAILS,
        "With a variance of 1/2 a pixel it keeps fewer latents: fewer of them are drawn wrongly.",
    )


def noise_on_the_posterior(e: Evidence) -> Measured:
    """Drawing the posterior's parameters from unit-variance normals makes digits very unclear."""
    noisy, plain = (e(model, "normal-0-1") for model in ("mlp-100-noisy", "mlp-100"))
    return Measured(
        f"Fréchet distance under N(0, 1): {noisy:.0f} against {plain:.0f} of mlp-100; test loss "
        f"{e.record('mlp-100-noisy').figures['total']:.1f} against "
        f"{e.record('mlp-100').figures['total']:.1f} nats.",
        HOLDS if noisy > 1.5 * plain else PARTLY if noisy > plain else FAILS,
        "The extra noise drowns what the code says and is in no KL, so the objective bounds "
        "nothing; the network answers with larger codes.",
    )


def three_is_commonest(e: Evidence) -> Measured:
    """All Beta variants lack diversity; "3" is generated more often than the others."""
    entropies = [e("mlp-20", name, "class_entropy") for name in BETAS]
    dominant = e.seeds["dominant"]
    digits = Counter(digit for name in BETAS for digit in dominant.get(name, []))
    words = ", ".join(f"{digit} ({count})" for digit, count in digits.most_common())
    return Measured(
        f"mlp-20: class entropy {min(entropies):.2f} to {max(entropies):.2f} of {log(10):.2f} "
        f"nats. Over 5 training seeds and 5 Betas the commonest digit is {words}.",
        SEED,
        "All Betas lie in one corner of the latent space, and which digit is encoded there is an "
        "accident of the seed, for the signs of the axes are arbitrary. That they lack diversity "
        "holds.",
    )


def betas_in_two(e: Evidence) -> Measured:
    """2-D model: Beta(1.1, 1.1), (1.1, 2) and (4, 3) give variation with clarity; a higher alpha
    sharper features."""
    rows = [
        f"({name.removeprefix('beta-').replace('-', ', ')}) precision "
        f"{e('mlp-2', name, 'precision'):.2f}, recall {e('mlp-2', name, 'recall'):.2f}"
        for name in BETAS[2:]
    ]
    recall = max(e("mlp-2", name, "recall") for name in BETAS[2:])
    clear = e("mlp-2", BETAS[4], "precision") > e("mlp-2", "normal-0-1", "precision")
    varied = recall > 0.5 * e("mlp-2", "normal-0-1", "recall")
    return Measured(
        f"mlp-2: {'; '.join(rows)}; N(0, 1) has {e('mlp-2', 'normal-0-1', 'precision'):.2f} and "
        f"{e('mlp-2', 'normal-0-1', 'recall'):.2f}.",
        HOLDS if clear and varied else PARTLY if clear or varied else FAILS,
        "All of [0, 1] squared is one small part of the plane: what lies there is clear where a "
        "class lies there, and the rest of the classes is missing.",
    )


def annealing(e: Evidence) -> Measured:
    """Linear KL annealing: grainy samples and a high loss."""
    totals = [e.record(model).figures["total"] for model in ("mlp-2-annealed", "mlp-2")]
    distances = [e(model, "normal-0-1") for model in ("mlp-2-annealed", "mlp-2")]
    worse = totals[0] > totals[1] + 2 or distances[0] > 1.2 * distances[1]
    return Measured(
        f"Test loss {totals[0]:.2f} against {totals[1]:.2f} nats, both at a KL weight of 1; "
        f"Fréchet distance under N(0, 1) {distances[0]:.0f} against {distances[1]:.0f}.",
        HOLDS if worse else FAILS,
        "Held at 1 after the warm-up and measured there, it ends where the plain training does; "
        "a run that stops while the weight is low has codes that the prior does not cover.",
    )


def sigma_head(e: Evidence) -> Measured:
    """A sigma head that may go negative makes the loss NaN; without the factor 1/2 on the KL the
    loss goes negative and reconstructions are random."""
    return Measured(
        "By the formulas: log sigma is not defined below 0; mu² + sigma² - 1 - log sigma², the "
        "doubled KL, is 0 at least.",
        PARTLY,
        "The logarithm is as the report says. Twice the KL is a KL weight of 2, which blurs and "
        "prunes units, but no sum of a cross-entropy and 2 KL is negative.",
    )


def kl_weight_in_the_middle(e: Evidence) -> Measured:
    """A KL weight that is too small spreads the classes far apart, one too large clutters them;
    0.11 with squared error is a good middle."""
    spread = {
        model: checkpoint.load_statistics(model, e.weights)["covariance"].diagonal().mean().item()
        for model in ("autoencoder", "mlp-20")
    }
    return Measured(
        f"The variance of the codes is {spread['autoencoder']:.1f} at weight 0 and "
        f"{spread['mlp-20']:.2f} at 1. conv-beta, at 0.11: Fréchet distance "
        f"{e('conv-beta', 'prior'):.0f} under its prior.",
        PARTLY,
        "The spread at weight 0 is as the report says. 0.11 with squared error is the likelihood "
        "of a variance of 0.055 a pixel, so its ELBO is a proper one. Other weights were not "
        "trained.",
    )


def wide_on_conv(e: Evidence) -> Measured:
    """Gaussian(1, 2) on the convolutional model: mixtures of 0, 6, 8, 9, mostly 0."""
    digit, share = e.commonest("conv-beta", WIDE)
    shares = e.figures("conv-beta", WIDE)["classes"]
    order = sorted(range(10), key=lambda d: -shares[d])[:4]
    dominant = e.seeds["dominant"].get(WIDE, [])
    return Measured(
        f"conv-beta: most often {', '.join(map(str, order))}; {digit} with {100 * share:.0f}%. "
        f"The commonest digit of mlp-20 over 5 training seeds: {', '.join(map(str, dominant))}.",
        SEED,
        "Which class lies towards (1, 1) and beyond is an accident of the seed.",
    )


def vae_or_gan(e: Evidence) -> Measured:
    """VAE against GAN: which is better in training required and convergence time?"""
    ends = {
        (row["entrant"], row["sampler"]): row["end"]["frechet_distance"]["mean"]
        for row in e.duel["summary"]
    }
    words = "; ".join(f"{one} from {z}: {end:.1f}" for (one, z), end in ends.items())
    best = min(ends, key=ends.get)
    return Measured(
        f"Fréchet distance after {e.duel['protocol']['seconds']:g} processor seconds, mean of "
        f"{len(e.duel['protocol']['seeds'])} seeds: {words}.",
        f"nearest to real digits: {best[0]} from {best[1]}",
        "A VAE is ready in seconds and has an encoder and a likelihood; from N(0, 1) it pays for "
        "the gaps between its codes, which its per-class fit avoids. A GAN needs no such fit.",
    )


def log_variance_mistake(e: Evidence) -> Measured:
    """One report's code multiplies eps by the log-variance instead of the standard deviation."""
    return Measured(
        "By the formula: at the prior's own log-variance of 0 there is no noise at all, where the "
        "standard deviation is 1.",
        FAILS,
        "Its KL still pulls the log-variance to 0, so what is trained is an autoencoder with an L2 "
        "penalty on its codes, and its loss is no bound.",
    )


def judge(claim: Callable[[Evidence], Measured], evidence: Evidence) -> Finding:
    """The finding on a claim, which is its function's docstring; or that its figures are missing,
    and which command measures them."""
    words = " ".join(claim.__doc__.split())
    try:
        return Finding(words, **vars(claim(evidence)))
    except (FileNotFoundError, ValueError) as error:
        return Finding(words, str(error).replace(f"{evidence.weights}/", ""), UNKNOWN, "")


CLAIMS: list[Callable[[Evidence], Measured]] = [
    kl_is_needed,
    loss_falls,
    relu_and_adam,
    prior_captures,
    wide_is_noisier,
    wide_in_two,
    quarter_is_unclear,
    squared_error_is_sharper,
    noise_on_the_posterior,
    three_is_commonest,
    betas_in_two,
    annealing,
    sigma_head,
    kl_weight_in_the_middle,
    wide_on_conv,
    vae_or_gan,
    log_variance_mistake,
]


def markdown(findings: list[Finding]) -> str:
    """docs/findings.md."""
    lines = [
        "# What of the reports holds",
        "",
        "Written by `python -m vae.findings` from the files in weights/. Fréchet distances are in "
        "the features of the shipped classifier, over 10,000 digits and 3 sampling seeds; lower is "
        "better. The measures are defined in weights/evaluation.json.",
        "",
        "| | the report says | measured here | verdict | why |",
        "|---|---|---|---|---|",
    ]
    for number, finding in enumerate(findings, 1):
        cells = [str(number), *asdict(finding).values()]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def main() -> None:
    evidence = Evidence()
    findings = [judge(claim, evidence) for claim in CLAIMS]
    rows = json.dumps({"rows": [asdict(finding) for finding in findings]}, indent=1)
    (WEIGHTS / "findings.json").write_text(rows + "\n", encoding="utf-8")
    (DOCS / "findings.md").write_text(markdown(findings), encoding="utf-8")
    print(DOCS / "findings.md")


if __name__ == "__main__":
    main()
