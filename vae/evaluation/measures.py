"""How near generated digits come to real ones, and how varied they are.

Pure functions of what a classifier sees: features (N, F), one row an image, and its classes. No
measure alone is enough: correspondence (Frechet distance), clarity (precision, density,
confidence) and diversity (recall, coverage, class entropy, smallest class share) belong together.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

# Neighbours that make a ball: 3 in Kynkaanniemi et al., 5 in Naeem et al.
PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS = 3, 5
BLOCK = 1000


def frechet_distance(x: Tensor, y: Tensor) -> float:
    """|m_x - m_y|^2 + tr(S_x + S_y - 2 (S_x S_y)^(1/2)) of features x (N, F) and y (M, F).

    The squared Frechet (2-Wasserstein) distance of the Gaussians with the features' means m and
    covariances S: Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local
    Nash Equilibrium", 2017. At least 0, which is best; in squared units of the features, so
    comparable under one classifier only, and for samples of one size, for small ones inflate it.
    """
    _check(x, y)
    x, y = x.double(), y.double()
    s_x, s_y = x.T.cov(), y.T.cov()
    values, vectors = torch.linalg.eigh(s_x)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    # (S_x S_y)^(1/2) has the trace of the square root of this matrix, which is symmetric.
    cross = torch.linalg.eigvalsh(root @ s_y @ root).clamp(min=0).sqrt().sum()
    distance = (x.mean(0) - y.mean(0)).square().sum() + s_x.trace() + s_y.trace() - 2 * cross
    return max(0.0, distance.item())


@dataclass(frozen=True)
class Neighbourhoods:
    """Points (N, F) and, for each, the squared distance to its k-th nearest other one, k = 3 and
    k = 5: (N,) each. The balls of these radii are where points like them lie."""

    points: Tensor
    radii_3: Tensor
    radii_5: Tensor


def neighbourhoods(features: Tensor) -> Neighbourhoods:
    """The neighbourhoods of features (N, F), N at least 6. N^2 F operations, N at a time."""
    most = max(PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS)
    if len(features) <= most:
        raise ValueError(f"features: expected more than {most} rows, got {len(features)}")
    nearest = []
    for start in range(0, len(features), BLOCK):
        distances = _squared_distances(features[start : start + BLOCK], features)
        distances.diagonal(start).fill_(-1)  # itself, which is no neighbour, comes first
        nearest.append(distances.topk(most + 1, largest=False).values.clamp(min=0))
    ordered = torch.cat(nearest)
    radii = (ordered[:, k].contiguous() for k in (PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS))
    return Neighbourhoods(features, *radii)


@dataclass(frozen=True)
class Fidelity:
    """How two clouds of features overlap, by balls that reach to the k-th nearest neighbour.

    precision: the share of generated points in some ball of a real one, in [0, 1]. recall: the
    share of real points in some ball of a generated one, in [0, 1]. Both with k = 3: Kynkaanniemi
    et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019.
    density: real balls that a generated point lies in, over k, on average; at least 0, and 1 on
    average for generated points distributed as the real ones, more where they crowd together.
    coverage: the share of real balls with a generated point in them, in [0, 1]. Both with k = 5:
    Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models", 2020.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def fidelity(real: Neighbourhoods, generated: Neighbourhoods) -> Fidelity:
    """The overlap of generated points with real ones. N M F operations."""
    _check(real.points, generated.points)
    precise, inside = 0, 0
    recalled = torch.zeros(len(real.points), dtype=torch.bool)
    covered = torch.zeros_like(recalled)
    for points, radii in zip(
        generated.points.split(BLOCK), generated.radii_3.split(BLOCK), strict=True
    ):
        distances = _squared_distances(points, real.points)
        precise += (distances <= real.radii_3).any(1).sum().item()
        recalled |= (distances <= radii[:, None]).any(0)
        in_ball = distances <= real.radii_5
        inside += in_ball.count_nonzero().item()
        covered |= in_ball.any(0)
    count = len(generated.points)
    return Fidelity(
        precision=precise / count,
        recall=recalled.double().mean().item(),
        density=inside / count / DENSITY_NEIGHBOURS,
        coverage=covered.double().mean().item(),
    )


def class_shares(classes: Tensor, count: int = 10) -> Tensor:
    """The share of each class in classes (N,), integers below `count`: (count,), summing to 1."""
    if not len(classes):
        raise ValueError("classes: expected at least one, got none")
    return classes.bincount(minlength=count).double() / len(classes)


def class_entropy(classes: Tensor, count: int = 10) -> float:
    """-sum_c s_c log s_c of the shares s_c of classes (N,), in nats: Shannon, 1948.

    From 0, all of one class, to log(count), every class alike; log(10) = 2.303.
    """
    return torch.special.entr(class_shares(classes, count)).sum().item()


def smallest_class_share(classes: Tensor, count: int = 10) -> float:
    """The share of the rarest class in classes (N,): from 0, one is missing, to 1 / count."""
    return class_shares(classes, count).min().item()


def confidence(probabilities: Tensor) -> float:
    """The mean of max_y p(y|x) over probabilities (N, C): from 1 / C, no idea, to 1, certain.

    Hendrycks and Gimpel, "A Baseline for Detecting Misclassified and Out-of-Distribution
    Examples", 2017. Certainty is not likeness: what is far from every digit can be read with it.
    """
    return probabilities.max(1).values.mean().item()


def _squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """|x_i - y_j|^2 of x (N, F) and y (M, F), (N, M), as |x_i|^2 + |y_j|^2 - 2 x_i . y_j."""
    centre = y.mean(0)  # far from the origin, the three terms would cancel
    x, y = x - centre, y - centre
    squares = y.square().sum(1) + x.square().sum(1, keepdim=True)
    return squares.addmm_(x, y.T, alpha=-2)


def _check(x: Tensor, y: Tensor) -> None:
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or min(len(x), len(y)) < 2:
        raise ValueError(
            "features: expected two arrays of rows of one length, at least 2 rows each, "
            f"got {tuple(x.shape)} and {tuple(y.shape)}"
        )
