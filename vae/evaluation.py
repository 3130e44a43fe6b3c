"""What a trained model is worth: losses, bounds, and statistics of where it puts the digits.

`python -m vae.evaluation` writes weights/evaluation.json: what every model generates from every
distribution, measured by the shipped classifier (`vae.generation`).
"""

import argparse
import sys
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.distributions import Beta, Normal, kl_divergence
from tqdm import tqdm

from vae import checkpoint, command, generation, latent, mixture, sampler
from vae.data import Digits, binarise, grey
from vae.generation import Judge
from vae.model import VAE
from vae.objective import importance_weighted_bound
from vae.table import Table

BATCH = 500
ACTIVE = 0.01
ENCODINGS = 2000
SAMPLES, SEEDS = 10_000, (0, 1, 2)
# Numbers of a mixture's covariances beyond which they are stored in half precision.
MANY = 100_000


@torch.no_grad()
def losses(model: VAE, digits: Digits, binarised: bool, seed: int = 0) -> dict[str, float]:
    """Means over all digits, in nats per image, from one sample of z an image.

    reconstruction: -log p(x|z). kl: KL(q(z|x) || p(z)). total: their sum, minus the ELBO.
    squared_error: of the mean of p(x|z) against the grey image, summed over the pixels.
    """
    generator = torch.Generator(digits.images.device).manual_seed(seed)
    sums = torch.zeros(3, dtype=torch.float64)
    for images, labels in zip(digits.images.split(BATCH), digits.labels.split(BATCH), strict=True):
        x = binarise(images, generator) if binarised else grey(images)
        q = model.encode(x)
        y = labels if model.config.classes else None
        p = model.decode(model.sample_posterior(q, generator), y)
        kl = kl_divergence(q, model.prior).sum()
        error = (p.mean - grey(images)).square().sum()
        sums += torch.stack([-p.log_prob(x).sum(), kl, error]).cpu().double()
    reconstruction, kl, error = (sums / len(digits)).tolist()
    return {
        "reconstruction": reconstruction,
        "kl": kl,
        "total": reconstruction + kl,
        "squared_error": error,
    }


@torch.no_grad()
def bound(model: VAE, digits: Digits, samples: int, seed: int = 0) -> float:
    """Mean importance-weighted bound on log p(x), nats per image, on binarised digits."""
    generator = torch.Generator(digits.images.device).manual_seed(seed)
    total = 0.0
    for images in digits.images.split(BATCH):
        x = binarise(images, generator)
        total += importance_weighted_bound(model, x, samples, generator).sum().item()
    return total / len(digits)


@torch.no_grad()
def posterior(model: VAE, digits: Digits) -> Normal | Beta:
    """q(z|x) of every grey digit, batch shape (N, D), on the CPU."""
    parameters = [[], []]
    for images in digits.images.split(BATCH):
        q = model.encode(grey(images))
        pair = (q.loc, q.scale) if isinstance(q, Normal) else (q.concentration1, q.concentration0)
        for store, value in zip(parameters, pair, strict=True):
            store.append(value.cpu())
    return type(q)(*map(torch.cat, parameters), validate_args=False)


def statistics(model: VAE, train: Digits, test: Digits) -> dict[str, Tensor]:
    """What a reader of a checkpoint needs to know of the data, so that it never needs the data.

    Of the test digits: `kl` (D,), mean KL per dimension in nats; `activity` (D,), the variance
    over x of E[z|x] (Burda et al. 2016: a unit is active above 0.01); `encodings.mean` and
    `encodings.std` (2000, D), posteriors of the first 2,000, with `encodings.label` (2000,).
    Of the training digits: `mean` (D,) and `covariance` (D, D) of the aggregate posterior, and
    `class_mean` (10, D) and `class_covariance` (10, D, D) of each digit class; and those of
    `mixture_statistics` and of `percentiles`.
    """
    q_test, q_train = posterior(model, test), posterior(model, train)
    prior = latent.distribution(dict(model.config.prior), model.config.latents)
    mean, covariance = _moments(q_train.mean, q_train.variance)
    of_class = [train.labels.cpu() == label for label in range(10)]
    by_class = [_moments(q_train.mean[rows], q_train.variance[rows]) for rows in of_class]
    return {
        "kl": kl_divergence(q_test, prior).mean(0),
        "activity": q_test.mean.var(0),
        "mean": mean,
        "covariance": covariance,
        "class_mean": torch.stack([moments[0] for moments in by_class]),
        "class_covariance": torch.stack([moments[1] for moments in by_class]),
        "encodings.mean": q_test.mean[:ENCODINGS].half(),
        "encodings.std": q_test.stddev[:ENCODINGS].half(),
        "encodings.label": test.labels[:ENCODINGS].cpu().to(torch.uint8),
        **mixture_statistics(q_train),
        **percentiles(model, test),
    }


@torch.no_grad()
def percentiles(model: VAE, digits: Digits) -> dict[str, Tensor]:
    """How usual a picture's costs are: `percentiles.reconstruction` and `percentiles.kl`, the 0th
    to the 100th percentile (101,) over grey digits of -log p(x|z) at the mean of q(z|x) and of
    KL(q(z|x) || p(z)), in nats."""
    costs = []
    for images, labels in zip(digits.images.split(BATCH), digits.labels.split(BATCH), strict=True):
        x = grey(images)
        q = model.encode(x)
        p = model.decode(q.mean, labels if model.config.classes else None)
        costs.append(torch.stack([-p.log_prob(x), kl_divergence(q, model.prior).sum(1)]).cpu())
    levels = torch.linspace(0, 1, 101, dtype=torch.float64)
    found = torch.cat(costs, 1).double().quantile(levels, dim=1).float()
    return {
        "percentiles.reconstruction": found[:, 0].contiguous(),
        "percentiles.kl": found[:, 1].contiguous(),
    }


def mixture_statistics(q: Normal | Beta, seed: int = 0) -> dict[str, Tensor]:
    """The aggregate posterior as a mixture of K Gaussians, fitted to one sample of each q(z|x).

    q: the posteriors of the training digits, batch shape (N, D). `mixture.weight` (K,),
    `mixture.mean` (K, D) and `mixture.covariance` (K, D, D); how many, `mixture.components` says.
    Only active units tell digits apart, so all components are alike and uncorrelated in the others.
    """
    generator = torch.Generator().manual_seed(seed)
    z = latent.rsample(q, generator)
    count = mixture.components(*z.shape)
    active = (q.mean.var(0) > ACTIVE).nonzero().squeeze(1)
    mean = z.mean(0).expand(count, -1).clone()
    covariance = z.var(0).diag().expand(count, -1, -1).clone()
    weight = torch.full((count,), 1 / count)
    if len(active):
        found = mixture.fit(z[:, active], count, generator)
        weight, mean[:, active] = found.weight.float(), found.mean.float()
        covariance[:, active[:, None], active] = found.covariance.float()
    kind = torch.float16 if covariance.numel() > MANY else torch.float32
    return {
        "mixture.weight": weight,
        "mixture.mean": mean,
        "mixture.covariance": covariance.to(kind),
    }


def _moments(means: Tensor, variances: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of the mixture of independent posteriors with these moments."""
    within = variances.double().mean(0)
    covariance = means.double().T.cov(correction=0) + torch.diag(within)
    return means.mean(0), covariance.float()


def fill(
    table: Table, names: Sequence[str], distributions: Sequence[str], judge: Judge, train: Digits
) -> None:
    """Measures what the table lacks of these models under these distributions.

    A model without an encoder has no encodings, and so no distribution fitted to them.
    """
    if table.floor is None:
        table.floor = generation.floor(judge, train, SAMPLES, SEEDS)
    table.write()
    models = {name: checkpoint.load(name, table.weights) for name in names}
    stored = {name: checkpoint.load_statistics(name, table.weights) for name in names}
    jobs = []
    for name, model in models.items():
        possible = [
            one for one in distributions if model.config.encoder or one not in sampler.FITTED
        ]
        jobs += [(name, one) for one in table.missing(name, model.config.prior, possible)]
    with tqdm(jobs, smoothing=0) as bar:
        for name, one in bar:
            bar.set_description(f"{name}, {one}")
            model, statistics = models[name], stored[name]
            if one == "encodings":  # of all training digits, for the reference are test digits
                q = posterior(model, train)
                statistics = statistics | {"encodings.mean": q.mean, "encodings.std": q.stddev}
            spec = generation.distributions()[one]
            figures = generation.evaluate(judge, model, spec, statistics, SAMPLES, SEEDS)
            table.put(name, model.config.prior, one, figures)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = command.parser(
        "vae.evaluation",
        "Measures what models generate from distributions of z, and writes evaluation.json beside "
        "them. What is measured already is kept.",
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names (default: all)")
    parser.add_argument(
        "--distributions",
        nargs="+",
        metavar="NAME",
        default=list(generation.distributions()),
        help="some of: " + ", ".join(generation.distributions()),
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    try:
        known = checkpoint.list_models(options.weights)
        for given, names in (
            (options.models, known),
            (options.distributions, generation.distributions()),
        ):
            if unknown := [name for name in given if name not in names]:
                raise ValueError(f"expected some of {', '.join(names)}, got {unknown[0]!r}")
        train, test = command.digits(options)
        classifier = checkpoint.load_classifier(options.weights)
        conditions = {
            "classifier": classifier.hash,
            "samples": SAMPLES,
            "seeds": list(SEEDS),
            "reference": f"the {len(test):,} test digits of MNIST",
            "floor": f"{SAMPLES:,} training digits of MNIST at random",
        }
        table = Table(options.weights, conditions)
        fill(table, options.models or known, options.distributions, Judge(classifier, test), train)
    except (ValueError, RuntimeError, OSError) as error:
        print(f"vae.evaluation: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("vae.evaluation: interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    print(table.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
