"""A mixture of Gaussians with full covariances, fitted by expectation maximisation.

Dempster, Laird and Rubin, "Maximum Likelihood from Incomplete Data via the EM Algorithm", 1977.
The Gaussian is an exponential family: log N(z; m, S) is linear in T(z), which is 1, all z_i and all
z_i z_j with i <= j. So one matrix product gives the log-densities of all components, and one more
all the sums from which the next components follow.
"""

from dataclasses import dataclass
from math import log, pi

import torch
from torch import Tensor

COMPONENTS = 50
STEPS = 100
# Nats per point; EM has arrived when a step gains less.
TOLERANCE = 1e-3
# Of each dimension's variance: what every component has at least, so that none can collapse.
RIDGE = 1e-4
# Points a component needs for every dimension; numbers its covariances may take together; and
# points that are enough, times the square of the dimensions.
POINTS, NUMBERS, ENOUGH = 10, 180_000, 2.4e8
CHUNK = 500


@dataclass(frozen=True)
class Mixture:
    """weight (K,), summing to 1; mean (K, D); covariance (K, D, D)."""

    weight: Tensor
    mean: Tensor
    covariance: Tensor

    def log_terms(self, z: Tensor) -> Tensor:
        """log w_k + log N(z; m_k, S_k) for points z (N, D): (N, K), in nats."""
        return _sufficient(z) @ self._natural()

    def _natural(self) -> Tensor:
        """What T(z) is multiplied by for the above, (T, K)."""
        precision = torch.linalg.inv(self.covariance)
        linear = torch.einsum("kij,kj->ki", precision, self.mean)
        constant = self.weight.log() - (
            torch.linalg.slogdet(self.covariance).logabsdet
            + self.mean.shape[1] * log(2 * pi)
            + (linear * self.mean).sum(1)
        ).div(2)
        i, j = _pairs(self.mean.shape[1])
        # An off-diagonal product counts twice in z' P z, and once in T(z).
        quadratic = precision[:, i, j] * torch.where(i == j, -0.5, -1.0)
        return torch.cat([constant.unsqueeze(1), linear, quadratic], 1).T


def components(points: int, latents: int) -> int:
    """How many components that many points support, and a checkpoint has room for."""
    most = min(COMPONENTS, points // (POINTS * latents), NUMBERS // latents**2)
    return max(1, most)


def fit(z: Tensor, count: int, generator: torch.Generator) -> Mixture:
    """The mixture of `count` Gaussians that makes the points z (N, D) most likely; float64. In very
    many dimensions, of the first points alone, so that it does not take all day.

    A local optimum, begun from centres far apart (Arthur and Vassilvitskii, "k-means++", 2007).
    """
    z = z.double()[: int(ENOUGH // z.shape[1] ** 2)]
    centre, scale = z.mean(0), z.std(0, correction=0).clamp(min=1e-12)
    z = (z - centre) / scale  # so that the ridge means the same in every dimension
    nearest = torch.cdist(z, z[_far_apart(z, count, generator)]).argmin(1)
    sums = torch.zeros(count, _sufficient(z[:1]).shape[1], dtype=z.dtype)
    for rows, own in zip(z.split(CHUNK), nearest.split(CHUNK), strict=True):
        sums.index_add_(0, own, _sufficient(rows))
    mixture, last = _maximise(sums, z.shape[1]), -torch.inf
    for _ in range(STEPS):
        sums, likelihood = _expect(mixture, z)
        mixture = _maximise(sums, z.shape[1])
        if likelihood - last < TOLERANCE:
            break
        last = likelihood
    covariance = mixture.covariance * torch.outer(scale, scale)
    return Mixture(mixture.weight, centre + scale * mixture.mean, covariance)


def _expect(mixture: Mixture, z: Tensor) -> tuple[Tensor, float]:
    """Sums over the points of T(z), each counted in the components' shares of it, (K, T); and the
    mean log-likelihood in nats."""
    natural = mixture._natural()
    sums, total = torch.zeros_like(natural).T, 0.0
    for rows in z.split(CHUNK):
        terms = _sufficient(rows)
        joint = terms @ natural
        likelihood = joint.logsumexp(1, keepdim=True)
        sums = sums + (joint - likelihood).exp().T @ terms
        total += likelihood.sum().item()
    return sums, total / len(z)


def _maximise(sums: Tensor, latents: int) -> Mixture:
    """The components with these sums of T(z)."""
    points = sums[:, :1].clamp(min=1e-12)
    mean = sums[:, 1 : 1 + latents] / points
    i, j = _pairs(latents)
    covariance = torch.empty(len(sums), latents, latents, dtype=sums.dtype)
    covariance[:, i, j] = sums[:, 1 + latents :] / points - mean[:, i] * mean[:, j]
    covariance[:, j, i] = covariance[:, i, j]
    ridge = RIDGE * torch.eye(latents, dtype=sums.dtype)
    return Mixture(points.squeeze(1) / points.sum(), mean, covariance + ridge)


def _sufficient(z: Tensor) -> Tensor:
    """T(z) for z (N, D): (N, T), T = 1 + D + D (D + 1) / 2."""
    products = [z[:, i : i + 1] * z[:, i:] for i in range(z.shape[1])]
    return torch.cat([torch.ones_like(z[:, :1]), z, *products], 1)


def _pairs(latents: int) -> Tensor:
    """The i and the j of the products in T(z), in their order: (2, D (D + 1) / 2)."""
    return torch.triu_indices(latents, latents)


def _far_apart(z: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """The rows of `count` points of z, each drawn in proportion to its squared distance from the
    nearest of those before it."""
    rows = [torch.randint(len(z), (1,), generator=generator)]
    distance = torch.full((len(z),), torch.inf, dtype=z.dtype)
    while len(rows) < count:
        distance = distance.minimum((z - z[rows[-1]]).square().sum(1))
        # All the same point: then any will do.
        weights = distance if distance.sum() > 0 else torch.ones_like(distance)
        rows.append(torch.multinomial(weights, 1, generator=generator))
    return torch.cat(rows)
