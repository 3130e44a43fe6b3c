"""The claim on VAE and GAN, by the runs of `vae.studies.vae_and_gan`."""

from math import sqrt
from typing import Any

from vae.studies.claims.evidence import Criterion, Evidence, Measured, trainings
from vae.training.presets import PRESETS

# Where z is drawn from, in a few words.
WHENCE = {
    "prior": "its prior",
    "mixture": "a mixture, fitted without labels",
    "classes": "a fit to each class",
}
RATE = "learning_rate"


def vae_or_gan(e: Evidence) -> Measured:
    """VAE against GAN: which is better in training required and convergence time?"""
    protocol, rows = e.duel["protocol"], e.duel["summary"]
    words = "; ".join(
        f"{row['contender']} from {WHENCE[row['sampler']]} {_end(row)['mean']:.1f} ± "
        f"{_end(row)['spread']:.1f}"
        for row in rows
    )
    gan = min((row for row in rows if _model(e, row) == "gan"), key=_distance)
    criteria = []
    for z in WHENCE:
        own = [row for row in rows if row["sampler"] == z and _model(e, row) != "gan"]
        if own:
            ahead = _ahead(min(own, key=_distance), gan, len(protocol["seeds"]))
            said = f"from {WHENCE[z]} the VAE ends nearer, by 2 standard errors"
            criteria.append(Criterion(said, [ahead > 2]))
    return Measured(
        "mlp-20 and gan, one decoder",
        f"Fréchet distance after {protocol['seconds']:g} processor seconds, mean and standard "
        f"deviation over {len(protocol['seeds'])} seeds: {words}.",
        criteria,
        " ".join([*_caveats(e, gan), "A VAE has an encoder and a likelihood besides."]),
        f"{trainings(len(protocol['seeds']))}, 1 sampling seed",
    )


def _ahead(vae: dict[str, Any], gan: dict[str, Any], seeds: int) -> float:
    """By how many standard errors of its mean the VAE's distance is below the GAN's."""
    error = sqrt((_end(vae)["spread"] ** 2 + _end(gan)["spread"] ** 2) / seeds)
    return (_distance(gan) - _distance(vae)) / error


def _caveats(e: Evidence, gan: dict[str, Any]) -> list[str]:
    """What to know before one signs it."""
    halfway, last = (point["mean"] for point in gan["curve"][-2:])
    said = [
        f"The GAN is at {halfway:.1f} after half of the seconds and at {last:.1f} at the end"
        + (", still coming nearer." if last < 0.9 * halfway else ".")
    ]
    loose = [one for one in ("mlp-20", "gan") if not _best_rate_is_inside(e.tuning["rows"], one)]
    if loose:
        said.append(
            f"Of {' and '.join(loose)} the best rate is at an end of those that were tried."
        )
    if e.duel["protocol"]["classifier"] != e.evaluation["conditions"]["classifier"]:
        said.append("It was measured by an earlier classifier than the rest.")
    return said


def _model(e: Evidence, row: dict[str, Any]) -> str:
    return e.duel["contenders"][row["contender"]]["model"]


def _end(row: dict[str, Any]) -> dict[str, float]:
    return row["end"]["frechet_distance"]


def _distance(row: dict[str, Any]) -> float:
    return _end(row)["mean"]


def _best_rate_is_inside(rows: list[dict[str, Any]], model: str) -> bool:
    """Whether of the rates that were tried alone the best has a worse one on either side."""
    alone = [row for row in rows if row["model"] == model and row["changes"].keys() <= {RATE}]
    default = PRESETS[model].recipe.learning_rate
    ends = {
        row["changes"].get(RATE, default): min(
            figures["frechet_distance"] for z, figures in row.items() if z in WHENCE
        )
        for row in alone
    }
    return min(ends) < min(ends, key=ends.__getitem__) < max(ends)
