"""What a trained model is worth: losses, bounds, and statistics of where it puts the digits."""

import torch
from torch import Tensor
from torch.distributions import Beta, Normal, kl_divergence

from vae import latent
from vae.data import Digits, binarise, grey
from vae.model import VAE
from vae.objective import importance_weighted_bound

BATCH = 500
ACTIVE = 0.01
ENCODINGS = 2000


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
    `class_mean` (10, D) and `class_covariance` (10, D, D) of each digit class.
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
    }


def _moments(means: Tensor, variances: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of the mixture of independent posteriors with these moments."""
    within = variances.double().mean(0)
    covariance = means.double().T.cov(correction=0) + torch.diag(within)
    return means.mean(0), covariance.float()
