"""p(x|z) for the logits that a decoder puts out: what a pixel is, given its mean sigmoid(logit).

A Bernoulli likelihood on grey pixels is minus the cross-entropy: an average over binarisations, not
a density of grey images. A Gaussian one of variance v is minus (squared error) / 2v, plus a
constant: with v = beta / 2 the ELBO is -1 / beta times `squared error + beta KL`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Distribution, Normal


class Likelihood(ABC):
    """Of every pixel on its own. Logits and pixels x have one shape; a file writes it as `spec`."""

    @abstractmethod
    def distribution(self, logits: Tensor) -> Distribution:
        """p(x|z), of the logits' shape; its mean is sigmoid(logits)."""

    @abstractmethod
    def slopes(self, x: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Of log p(x|z) in the logits: its gradient, and minus its expected curvature."""

    @abstractmethod
    def label(self) -> str:
        """In the notation of books."""


class BernoulliLikelihood(Likelihood):
    def distribution(self, logits: Tensor) -> Bernoulli:
        return Bernoulli(logits=logits, validate_args=False)

    def slopes(self, x: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        p = logits.sigmoid()
        return x - p, p * (1 - p)

    def label(self) -> str:
        return "Bernoulli"


class GaussianLikelihood(Likelihood):
    def __init__(self, variance: float):
        if not variance > 0:
            raise ValueError(f"variance of a gaussian likelihood: expected above 0, got {variance}")
        self.variance = variance

    def distribution(self, logits: Tensor) -> Normal:
        std = torch.full_like(logits, self.variance**0.5)
        return Normal(logits.sigmoid(), std, validate_args=False)

    def slopes(self, x: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        p = logits.sigmoid()
        slope = p * (1 - p)
        return (x - p) * slope / self.variance, slope.square() / self.variance

    def label(self) -> str:
        return f"Gaussian({self.variance:g})"


LIKELIHOODS = {"bernoulli": BernoulliLikelihood, "gaussian": GaussianLikelihood}


def likelihood(spec: Mapping[str, Any]) -> Likelihood:
    """The likelihood that `spec` writes down: {"family": "bernoulli"}, or {"family": "gaussian",
    "variance": v}. Raises ValueError for any other."""
    arguments = dict(spec)
    name = arguments.pop("family", None)
    if name not in LIKELIHOODS:
        raise ValueError(f"likelihood: expected {' or '.join(LIKELIHOODS)}, got {name!r}")
    try:
        return LIKELIHOODS[name](**arguments)
    except TypeError as error:
        raise ValueError(f"likelihood: a {name} one cannot be built so ({error})") from error
