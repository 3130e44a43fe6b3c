"""Where a model puts the images: what a reader of a checkpoint needs to know of the data, so that
it
never needs the data. `sampling.specs` says which distributions are drawn from them."""

import torch
from torch import Tensor
from torch.distributions import Distribution, kl_divergence

from vae import latent
from vae.data import Examples, grey
from vae.evaluation.losses import BATCH, posterior
from vae.model import VAE
from vae.sampling import mixture

# A unit is active whose mean varies more than this over the images (Burda et al. 2016).
ACTIVE = 0.01
ENCODINGS = 2000
# Numbers of a mixture's covariances beyond which they are stored in half precision.
MANY = 100_000


def collect(model: VAE, train: Examples, test: Examples) -> dict[str, Tensor]:
    """Every statistic by the name that a checkpoint stores it under.

    Of the test digits: `kl` (D,), mean KL per dimension in nats; `activity` (D,), the variance
    over x of E[z|x] (Burda et al. 2016: a unit is active above 0.01); `encodings.mean` and
    `encodings.std` (2000, D), posteriors of the first 2,000, with `encodings.label` (2000,).
    Of the training digits: `mean` (D,) and `covariance` (D, D) of the aggregate posterior, and
    `class_mean` (10, D) and `class_covariance` (10, D, D) of each digit class; and those of
    `mixture_statistics` and of `percentiles`.
    """
    q_test, q_train = posterior(model, test), posterior(model, train)
    prior = latent.distribution(model.config.prior, model.config.latents)
    mean, covariance = _moments(q_train.mean, q_train.variance)
    return {
        "kl": kl_divergence(q_test, prior).mean(0),
        "activity": q_test.mean.var(0),
        "mean": mean,
        "covariance": covariance,
        **class_fits(q_train, train.labels, len(train.classes)),
        "encodings.mean": q_test.mean[:ENCODINGS].half(),
        "encodings.std": q_test.stddev[:ENCODINGS].half(),
        "encodings.label": test.labels[:ENCODINGS].cpu().to(torch.uint8),
        **mixture_statistics(q_train),
        **percentiles(model, test),
    }


def class_fits(q: Distribution, labels: Tensor, classes: int) -> dict[str, Tensor]:
    """A Gaussian for each of the C classes: `class_mean` (C, D) and `class_covariance` (C, D, D) of
    the aggregate posterior of its images, whose posteriors are q, batch shape (N, D)."""
    of_class = [labels.cpu() == label for label in range(classes)]
    found = [_moments(q.mean[rows], q.variance[rows]) for rows in of_class]
    means, covariances = zip(*found, strict=True)
    return {"class_mean": torch.stack(means), "class_covariance": torch.stack(covariances)}


@torch.no_grad()
def percentiles(model: VAE, digits: Examples) -> dict[str, Tensor]:
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


def mixture_statistics(q: Distribution, seed: int = 0) -> dict[str, Tensor]:
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
