"""Claims on where z is drawn from: each a function, whose docstring is what the report says."""

from math import comb, log

from vae.studies.claims.evidence import Criterion, Evidence, Measured, trainings

STANDARD, WIDE = "normal-0-1", "normal-1-2"
BETAS = ("beta-0.25-0.25", "beta-1-1", "beta-1.1-1.1", "beta-1.1-2", "beta-4-3")
ONE = "1 training seed, 3 sampling seeds"
# The networks over whose trainings is asked which digit dominates.
DOMINANT = ("mlp-100", "mlp-100-mse", "mlp-100-noisy", "mlp-20")
# The mixture of the report: which digits it saw.
MIXED = (0, 6, 8, 9)


def prior_captures(e: Evidence) -> Measured:
    """N(0, 1): most characters are captured, blurry, with a good amount of noise."""
    rarest = e("mlp-100", STANDARD, "smallest_class_share")
    precision = e("mlp-100", STANDARD, "precision")
    real = e.evaluation["floor"]["precision"]["mean"]
    grey, paper = (
        e.style("mlp-100", STANDARD, "grey share"),
        e.style("real", STANDARD, "grey share"),
    )
    return Measured(
        "mlp-100",
        f"The rarest digit has {100 * rarest:.1f}% of the readings; of the pixels with ink "
        f"{100 * grey:.0f}% are grey, of MNIST's {100 * paper:.0f}%; precision {precision:.2f} "
        f"where real digits have {real:.2f}.",
        [
            Criterion("every digit has at least 2% of the readings", [rarest >= 0.02]),
            Criterion("blurry: a larger share of grey pixels than MNIST", [grey > paper]),
            Criterion(
                "noisy: precision below 0.9 times that of real digits", [precision < 0.9 * real]
            ),
        ],
        "Draws of the prior fall into the gaps between the classes, too.",
        ONE,
    )


def wide_is_noisier(e: Evidence) -> Measured:
    """Gaussian(1, 2): noisier, some images are no digit; both offer ample diversity."""
    near, far = (e("mlp-100", name) for name in (STANDARD, WIDE))
    precision = [e("mlp-100", name, "precision") for name in (STANDARD, WIDE)]
    coverage = [e("mlp-100", name, "coverage") for name in (STANDARD, WIDE)]
    recall = [e("mlp-100", name, "recall") for name in (STANDARD, WIDE)]
    agree = (coverage[1] < coverage[0]) == (recall[1] < recall[0])
    return Measured(
        "mlp-100",
        f"N(1, 2²) against N(0, 1): Fréchet distance {far:.0f} and {near:.0f}, precision "
        f"{precision[1]:.2f} and {precision[0]:.2f}, coverage {coverage[1]:.2f} and "
        f"{coverage[0]:.2f}, recall {recall[1]:.2f} and {recall[0]:.2f}.",
        [
            Criterion("further from the real digits by Fréchet distance", [far > near]),
            Criterion("no digits: precision below that of N(0, 1)", [precision[1] < precision[0]]),
            Criterion(
                "diverse: coverage at least half that of N(0, 1)", [coverage[1] >= coverage[0] / 2]
            ),
            Criterion(
                "diverse: recall at least half that of N(0, 1)", [recall[1] >= recall[0] / 2]
            ),
        ],
        "Most of its draws lie where no digit was ever encoded. "
        + (
            "Coverage and recall agree."
            if agree
            else "The two measures of diversity disagree: recall counts real digits near any "
            "generated one, however far apart those lie, and coverage does not."
        ),
        ONE,
    )


def wide_in_two(e: Evidence) -> Measured:
    """2-D model, Gaussian(1, 2): more diverse styles, blurrier; N(0, 1): sharper, narrower."""
    ranges = {
        style: [e.style("mlp-2", name, style, "range") for name in (WIDE, STANDARD)]
        for style in ("thickness", "slant", "ink")
    }
    edges = [e.style("mlp-2", name, "edge strength") for name in (WIDE, STANDARD)]
    precision = [e("mlp-2", name, "precision") for name in (WIDE, STANDARD)]
    words = ", ".join(f"{style} {a:.2f} and {b:.2f}" for style, (a, b) in ranges.items())
    return Measured(
        "mlp-2",
        f"N(1, 2²) and N(0, 1), from the 5th to the 95th percentile: {words}; edge strength "
        f"{edges[0]:.2f} and {edges[1]:.2f}; precision {precision[0]:.2f} and {precision[1]:.2f}.",
        [
            *(
                Criterion(f"{style} varies more than under N(0, 1)", [a > b])
                for style, (a, b) in ranges.items()
            ),
            Criterion("blurrier: weaker edges than under N(0, 1)", [edges[0] < edges[1]]),
            Criterion("less like digits: a lower precision", [precision[0] < precision[1]]),
        ],
        "What lies further out is more extreme than any digit. Recall cannot tell here: it is "
        f"{e('mlp-2', 'encodings', 'recall'):.3f} even from the codes of real digits.",
        ONE,
    )


def wide_on_conv(e: Evidence) -> Measured:
    """Gaussian(1, 2) on the convolutional model: mixtures of 0, 6, 8, 9, mostly 0."""
    runs = e.runs("conv-beta")
    shares = [run["shares"][WIDE] for run in runs]
    commonest = e.dominant("conv-beta", WIDE)
    theirs = [sum(one[digit] for digit in MIXED) for one in shares]
    epochs = e.trainings["variants"]["conv-beta"]["epochs"]
    others = ", ".join(map(str, e.dominant("mlp-20", WIDE)))
    long = e.figures("conv-beta", WIDE)["classes"]
    first, second = sorted(range(10), key=lambda digit: -long[digit])[:2]
    return Measured(
        f"conv-beta over seeds, {epochs} epochs; and conv-beta itself, 400",
        f"The commonest digit: {', '.join(map(str, commonest))}; the share of 0, 6, 8 and 9 "
        f"together: {', '.join(f'{100 * one:.0f}%' for one in theirs)}. After 400 epochs it is "
        f"{first}, then {second}; the share {100 * sum(long[digit] for digit in MIXED):.0f}%.",
        [
            Criterion("0 is the commonest digit", [one == 0 for one in commonest]),
            Criterion(
                "0, 6, 8 and 9 have more than half of the readings", [s > 0.5 for s in theirs]
            ),
        ],
        "The signs of the axes are arbitrary, so another training may have another class towards "
        f"(1, 1, 1, 1) and beyond. In mlp-20 the commonest digit is {others}, by seed.",
        f"{trainings(len(runs))}, 1 sampling seed",
    )


def quarter_is_unclear(e: Evidence) -> Measured:
    """Beta(0.25, 0.25) on the cross-entropy model: unclear, worse than the Gaussians."""
    names = (BETAS[0], STANDARD, WIDE)
    beta, near, far = (e("mlp-100", name) for name in names)
    precision = [e("mlp-100", name, "precision") for name in names]
    edges = [e.style("mlp-100", name, "edge strength") for name in names]
    return Measured(
        "mlp-100",
        f"Fréchet distance {beta:.0f}, of N(0, 1) {near:.0f}, of N(1, 2²) {far:.0f}; precision "
        f"{', '.join(f'{one:.2f}' for one in precision)}; edge strength "
        f"{', '.join(f'{one:.2f}' for one in edges)}, in the same order.",
        [
            Criterion("unclear: a lower precision than N(0, 1)", [precision[0] < precision[1]]),
            Criterion("unclear: weaker edges than N(0, 1)", [edges[0] < edges[1]]),
            Criterion("further from the digits than both Gaussians", [beta > max(near, far)]),
        ],
        "Its mean is 1/2 and its variance 1/6: all draws lie in one corner, where few kinds of "
        "digit are. Matched to the prior's mean and variance it is nearly N(0, 1).",
        ONE,
    )


def squared_error_is_sharper(e: Evidence) -> Measured:
    """Under Beta the squared-error model is sharper than the cross-entropy one, as unrealistic."""
    models = ("mlp-100-mse", "mlp-100")
    edges = [e.style(model, BETAS[0], "edge strength") for model in models]
    grey = [e.style(model, BETAS[0], "grey share") for model in models]
    distance = [e(model, BETAS[0]) for model in models]
    return Measured(
        "mlp-100-mse, mlp-100",
        f"Beta(0.25, 0.25): edge strength {edges[0]:.2f} and {edges[1]:.2f}, grey pixels "
        f"{100 * grey[0]:.0f}% and {100 * grey[1]:.0f}%, Fréchet distance {distance[0]:.0f} and "
        f"{distance[1]:.0f}.",
        [
            Criterion("sharper: stronger edges", [edges[0] > edges[1]]),
            Criterion("sharper: a smaller share of grey pixels", [grey[0] < grey[1]]),
            Criterion(
                "as unrealistic: at least half the Fréchet distance",
                [distance[0] >= distance[1] / 2],
            ),
        ],
        "With a variance of 1/2 a pixel the likelihood forgives a soft edge more than the "
        "cross-entropy does.",
        ONE,
    )


def three_is_commonest(e: Evidence) -> Measured:
    """All Beta variants lack diversity; "3" is generated more often than the others."""
    shipped = [e.commonest("mlp-100", name) for name in BETAS]
    entropies = [e("mlp-100", name, "class_entropy") for name in BETAS]
    by_seed = {name: e.dominant(name, BETAS[0]) for name in DOMINANT}
    words = "; ".join(f"{name} {', '.join(map(str, own))}" for name, own in by_seed.items())
    every = [digit for own in by_seed.values() for digit in own]
    threes = every.count(3)
    centres = [run["centre"] for name in by_seed for run in e.runs(name)]
    agreed = sum(a == b for a, b in zip(every, centres, strict=True))
    return Measured(
        "mlp-100",
        f"mlp-100 as shipped: the commonest digit is "
        f"{', '.join(str(digit) for digit, _ in shipped)} with "
        f"{100 * min(s for _, s in shipped):.0f} to {100 * max(s for _, s in shipped):.0f}%; class "
        f"entropy {min(entropies):.2f} to {max(entropies):.2f} of {log(10):.2f} nats. "
        f"Beta(0.25, 0.25) by seed: {words}. 3 in {threes} of {len(every)}; were all ten alike, "
        f"so many with p = {_at_least(threes, len(every), 0.1):.2g}.",
        [
            Criterion(
                "no diversity: under every Beta a class entropy below half of log 10",
                [max(entropies) < log(10) / 2],
            ),
            *(
                Criterion(f"3 is the commonest in {name}", [digit == 3 for digit in own])
                for name, own in by_seed.items()
            ),
        ],
        "All Betas lie near the origin, on one side of it, so what a training puts there decides. "
        "The mean of all codes, decoded, is read as the digit that dominates in "
        f"{agreed} of {len(every)} trainings.",
        f"{', '.join(f'{len(own)} of {name}' for name, own in by_seed.items())}, 1 sampling seed",
    )


def betas_in_two(e: Evidence) -> Measured:
    """2-D model, Beta(alpha, beta): a higher alpha gives sharper features and a lower one softer
    edges and more variation, a higher beta more prominent details and a lower one smoother
    textures."""
    turned = e.styles["orientations"]
    signs = {
        name: [one > 0 for one in turned[name]]
        for name in ("alpha, edge strength", "alpha, variation", "beta, edge strength")
    }
    words = "; ".join(
        f"{name} {min(turned[name]):+.2f} to {max(turned[name]):+.2f}" for name in signs
    )
    sharper, varied, prominent = signs.values()
    return Measured(
        "mlp-2",
        f"From 1.1 to 4, the plane turned {len(sharper)} ways that the training could as well have "
        f"found: {words}.",
        [
            Criterion("a higher alpha gives stronger edges", sharper),
            Criterion("a higher alpha gives less variation in ink", [not one for one in varied]),
            Criterion("a higher beta gives stronger edges", prominent),
        ],
        "Alpha and beta move the draws along the diagonal of the plane; what lies there is an "
        "accident of its orientation, for the prior is the same in every direction.",
        f"1 training seed, {len(sharper)} orientations, which count here as trainings",
    )


def _at_least(count: int, of: int, chance: float) -> float:
    """The probability that `count` or more of `of` independent trials succeed."""
    terms = (comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(count, of + 1))
    return sum(terms)
