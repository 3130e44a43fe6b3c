"""Which claims hold: `python -m vae.studies.claims` holds each claim of the reports against the
files in weights/, and writes weights/findings.json, weights/exhibits.json
(`vae.studies.claims.exhibits`), and docs/findings.md with its pictures in docs/findings/.

Nothing is measured here: the figures come from the checkpoints' records, `vae.evaluation`,
`vae.studies.styles`, `vae.studies.trainings`, `vae.studies.convergence` and
`vae.studies.vae_and_gan`. findings.json holds `rows`, each with `claim`, `model`, `measured`,
`criteria`, each [words, outcome], `verdict` (`vae.studies.claims.evidence.verdict`), `why`,
`seeds`, and `exhibit`, the name of what shows it, empty where nothing does. Every claim is a
function, whose docstring is what the report says.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vae.studies.claims import duel, mistakes, sampling, training
from vae.studies.claims.evidence import UNKNOWN, Evidence, Measured, verdict

Claim = Callable[[Evidence], Measured]
# In the order of the table, each with its exhibit.
CLAIMS: dict[Claim, str] = {
    training.kl_is_needed: "kl",
    training.loss_falls: "epochs",
    training.relu_and_adam: "",
    sampling.prior_captures: "mlp-20",
    sampling.wide_is_noisier: "mlp-20",
    sampling.wide_in_two: "mlp-2",
    sampling.quarter_is_unclear: "mlp-100",
    sampling.squared_error_is_sharper: "squared-error",
    mistakes.noise_on_the_posterior: "noisy",
    sampling.three_is_commonest: "betas",
    sampling.betas_in_two: "mlp-2",
    training.annealing: "annealing",
    mistakes.sigma_head: "",
    training.kl_weight_in_the_middle: "",
    sampling.wide_on_conv: "conv-beta",
    duel.vae_or_gan: "gan",
    mistakes.log_variance_mistake: "log-variance",
}


@dataclass(frozen=True)
class Finding:
    """A claim of the reports, what `Measured` says of it, and the name of its exhibit."""

    claim: str
    model: str
    measured: str
    criteria: list[list[str]]
    verdict: str
    why: str
    seeds: str
    exhibit: str = ""


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """The finding on a claim, which is its function's docstring; or that its figures are missing,
    and which command measures them."""
    words, exhibit = " ".join(claim.__doc__.split()), CLAIMS[claim]
    try:
        found = claim(evidence)
    except (FileNotFoundError, ValueError) as error:
        missing = str(error).replace(f"{evidence.weights}/", "")
        return Finding(words, "", missing, [], UNKNOWN, "", "", exhibit)
    criteria = [[one.words, one.outcome] for one in found.criteria]
    outcome = verdict(found.criteria)
    return Finding(
        words, found.model, found.measured, criteria, outcome, found.why, found.seeds, exhibit
    )
