"""Claims on where z is drawn from: each a function, whose docstring is what the report says."""

from collections import Counter
from math import log

from vae.studies.claims.evidence import FAILS, HOLDS, PARTLY, SEED, Evidence, Measured

BETAS = ("beta-0.25-0.25", "beta-1-1", "beta-1.1-1.1", "beta-1.1-2", "beta-4-3")
WIDE = "normal-1-2"


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
