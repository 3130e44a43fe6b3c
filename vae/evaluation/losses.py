"""The bound over a whole data set: means in nats per image."""

import torch
from torch.distributions import Distribution, kl_divergence

from vae.classifier import Classifier
from vae.data import Examples, binarise, grey
from vae.model import VAE
from vae.objective import importance_weighted_bound

BATCH = 500


@torch.no_grad()
def terms(model: VAE, digits: Examples, binarised: bool, seed: int = 0) -> dict[str, float]:
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
def bound(model: VAE, digits: Examples, samples: int, seed: int = 0) -> float:
    """Mean importance-weighted bound on log p(x), nats per image, on binarised digits."""
    generator = torch.Generator(digits.images.device).manual_seed(seed)
    total = 0.0
    for images in digits.images.split(BATCH):
        x = binarise(images, generator)
        total += importance_weighted_bound(model, x, samples, generator).sum().item()
    return total / len(digits)


@torch.no_grad()
def posterior(model: VAE, digits: Examples) -> Distribution:
    """q(z|x) of every grey digit, batch shape (N, D), on the CPU."""
    found = [
        model.family.values(model.encode(grey(images))) for images in digits.images.split(BATCH)
    ]
    return model.family.distribution(*(torch.cat(one).cpu() for one in zip(*found, strict=True)))


@torch.no_grad()
def reading(classifier: Classifier, digits: Examples) -> dict[str, float]:
    """accuracy: the share read rightly. total: the mean of -log p(y|x), in nats."""
    right, nats = 0, 0.0
    for images, labels in zip(digits.images.split(BATCH), digits.labels.split(BATCH), strict=True):
        p = classifier.classify(grey(images))
        right += (p.logits.argmax(-1) == labels).sum().item()
        nats -= p.log_prob(labels).sum().item()
    return {"accuracy": right / len(digits), "total": nats / len(digits)}
