"""What of the reports holds: `python -m vae.studies.claims` holds each of their claims against the
files in weights/, and writes weights/findings.json, weights/exhibits.json
(`vae.studies.claims.exhibits`), and docs/findings.md with its pictures in docs/findings/.

Nothing is measured here: the figures come from the checkpoints' records, `vae.evaluation`,
`vae.seeds`, `vae.convergence` and `vae.duel`. findings.json holds `rows`, each with `claim`,
`measured`, `verdict` (holds, holds in part, does not hold, depends on the seed, not measured),
`why`, and `exhibit`, the name of what shows it, empty where nothing does. Every claim is a
function, whose docstring is what the report says.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vae.studies.claims import sampling, training
from vae.studies.claims.evidence import UNKNOWN, Evidence, Measured

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
    training.noise_on_the_posterior: "noisy",
    sampling.three_is_commonest: "betas",
    sampling.betas_in_two: "mlp-2",
    training.annealing: "annealing",
    training.sigma_head: "",
    training.kl_weight_in_the_middle: "",
    sampling.wide_on_conv: "conv-beta",
    training.vae_or_gan: "gan",
    training.log_variance_mistake: "log-variance",
}


@dataclass(frozen=True)
class Finding:
    """A claim of the reports, what `Measured` says of it, and the name of its exhibit."""

    claim: str
    measured: str
    verdict: str
    why: str
    exhibit: str = ""


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """The finding on a claim, which is its function's docstring; or that its figures are missing,
    and which command measures them."""
    words, exhibit = " ".join(claim.__doc__.split()), CLAIMS[claim]
    try:
        return Finding(words, **vars(claim(evidence)), exhibit=exhibit)
    except (FileNotFoundError, ValueError) as error:
        missing = str(error).replace(f"{evidence.weights}/", "")
        return Finding(words, missing, UNKNOWN, "", exhibit)
