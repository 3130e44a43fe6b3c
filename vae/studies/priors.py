"""What the prior costs: the same weights with the mixture that every checkpoint stores as p(z).

`python -m vae.studies.priors` writes weights/priors.json: `models`, by name, each with `own`, the
loss under the prior that the model was trained with, `mixture`, the loss with the mixture of
Gaussians of its encodings in its place, and `gain`, their difference and `error`, its standard
error over the test digits; in nats per test digit. A model trained on binarised digits is held
against these.

The ELBO holds for any p(z). The mixture was fitted to training digits, and these are test digits,
so the gain is no overfit. It is what Hoffman and Johnson ("ELBO surgery", 2016) call the marginal
KL, KL(q(z) || p(z)), less what the mixture itself leaves of it.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.distributions import kl_divergence

from vae import checkpoints, cli, files
from vae.data import Examples, binarise, grey
from vae.evaluation.generation import short
from vae.evaluation.losses import BATCH
from vae.model import VAE
from vae.sampling.mixture import Mixture


@torch.no_grad()
def swapped(
    model: VAE, statistics: Mapping[str, Tensor], digits: Examples, binarised: bool
) -> dict[str, float]:
    """The entry of a model. statistics: as its checkpoint stores them. One z an image, the same
    for both priors, and the KL from it: log q(z|x) - log p(z)."""
    mixture = Mixture(
        *(statistics[f"mixture.{part}"].double() for part in ("weight", "mean", "covariance"))
    )
    generator = torch.Generator().manual_seed(0)
    own, other = [], []
    for images, labels in zip(digits.images.split(BATCH), digits.labels.split(BATCH), strict=True):
        x = binarise(images, generator) if binarised else grey(images)
        q = model.encode(x)
        z = model.family.rsample(q, generator)
        y = labels if model.config.classes else None
        reconstruction = -model.decode(z, y).log_prob(x).double()
        log_mixture = mixture.log_terms(z.double()).logsumexp(1)
        own.append(reconstruction + kl_divergence(q, model.prior).sum(1))
        other.append(reconstruction + q.log_prob(z).sum(1).double() - log_mixture)
    before, after = torch.cat(own), torch.cat(other)
    gain = before - after
    return {
        "own": before.mean().item(),
        "mixture": after.mean().item(),
        "gain": gain.mean().item(),
        "error": gain.std().item() / sqrt(len(gain)),
    }


def write(options: argparse.Namespace) -> Path:
    """Measures every model that has an encoder and posteriors of its own, and writes the file."""
    _, test = cli.digits(options)
    models: dict[str, Any] = {}
    for name in checkpoints.list_models(options.weights):
        model = checkpoints.load(name, options.weights)
        if not isinstance(model, VAE) or model.config.noisy or not model.record.of_digits:
            continue
        statistics = checkpoints.load_statistics(name, options.weights)
        models[name] = short(swapped(model, statistics, test, model.record.recipe["binarised"]))
    path = options.weights / "priors.json"
    files.write_json(path, {"models": models})
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = cli.parser("vae.studies.priors", "Swaps the prior of every model for its mixture.")
    return cli.run("vae.studies.priors", lambda: write(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
