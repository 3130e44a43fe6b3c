"""The bound over a whole data set: means in nats per image."""

import torch
from torch import Tensor
from torch.distributions import Distribution, kl_divergence

from vae.classifier import Classifier
from vae.data import Examples, binarise, grey
from vae.model import VAE
from vae.objective import importance_weighted_bound

BATCH = 500
# Of a probability, to hold what is said against how often it is so.
BINS = 15


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
    """accuracy: the share read rightly. total: the mean of -log p(y|x), in nats. confidence: the
    mean probability of what is read. calibration_error: how far that is from how often it is right,
    a mean over `BINS` equal bins of the probability, weighted by what is in them (Guo et al., "On
    Calibration of Modern Neural Networks", 2017)."""
    p = _logits(classifier, digits).softmax(1)
    sure, read = p.max(1)
    right = (read == digits.labels.cpu()).double()
    own = p[torch.arange(len(p)), digits.labels.cpu()]
    gaps = torch.zeros(BINS, dtype=torch.float64)
    gaps.index_add_(0, (sure * BINS).long().clamp(max=BINS - 1), sure - right)
    return {
        "accuracy": right.mean().item(),
        "total": -own.log().mean().item(),
        "confidence": sure.mean().item(),
        "calibration_error": gaps.abs().sum().item() / len(p),
    }


def calibrate(classifier: Classifier, digits: Examples) -> float:
    """Divides the logits by the temperature that makes these digits most likely, and gives it: what
    is read stays the same, and how surely changes (Guo et al., 2017). digits: none that the
    classifier has learnt from."""
    with torch.no_grad():
        logits = _logits(classifier, digits)
    labels = digits.labels.cpu()
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        total = torch.nn.functional.cross_entropy(logits / log_temperature.exp(), labels)
        total.backward()
        return total

    optimizer.step(closure)
    temperature = log_temperature.exp().item()
    last = classifier.layers[-1]
    with torch.no_grad():
        last.weight /= temperature
        last.bias /= temperature
    return temperature


@torch.no_grad()
def _logits(classifier: Classifier, digits: Examples) -> Tensor:
    """(N, 10), in double precision, on the CPU."""
    batches = [classifier(grey(images)).float() for images in digits.images.split(BATCH)]
    return torch.cat(batches).double().cpu()
