"""The posterior p(z|x) as it is near its mode, of which an encoder's q(z|x) is a quick estimate.

An encoder answers for every image at once and is good on those it was trained on; for a stranger's
digit the decoder often has a better code than the encoder says. What that costs is the amortisation
gap (Cremer et al., "Inference suboptimality in variational autoencoders", 2018).
"""

import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from vae.model import VAE

STEPS = 8
FIRST_DAMPING = 1.0
DAMPING_FACTOR = 4.0


@torch.no_grad()
def laplace(
    model: VAE, x: Tensor, y: Tensor | None = None, steps: int = STEPS
) -> MultivariateNormal:
    """The Laplace approximation of p(z|x) for images x (B, 1, 28, 28), or of p(z|x, y) for classes
    y (B,): batch shape (B,), event shape (D,). Its `.mean` is the mode.

    Climbs from the encoder's mean by Fisher scoring, Newton's method with the expected curvature,
    which is also the precision: J' I J + the prior's, for the logits' Jacobian J and the
    information I of the pixels. Steps are damped as Levenberg and Marquardt do, so that none goes
    down. Raises ValueError when the prior's log-density is not quadratic: is not normal.
    """
    z = model.encode(x).mean
    value, damping = log_joint(model, x, z, y), torch.full_like(z[:, 0], FIRST_DAMPING)
    for _ in range(steps):
        gradient, precision = _slopes(model, x, z, y)
        extra = torch.diag_embed(damping[:, None] * precision.diagonal(dim1=1, dim2=2))
        there = z + torch.linalg.solve(precision + extra, gradient)
        reached = log_joint(model, x, there, y)
        better = reached > value
        z, value = torch.where(better[:, None], there, z), torch.where(better, reached, value)
        damping = torch.where(better, damping / DAMPING_FACTOR, damping * DAMPING_FACTOR)
    return MultivariateNormal(z, precision_matrix=_slopes(model, x, z, y)[1], validate_args=False)


def log_joint(model: VAE, x: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
    """log p(x, z), (B,), in nats: log p(z|x) but for a constant."""
    return model.decode(z, y).log_prob(x) + model.prior.log_prob(z).sum(-1)


def _slopes(model: VAE, x: Tensor, z: Tensor, y: Tensor | None) -> tuple[Tensor, Tensor]:
    """The gradient (B, D) of log p(x, z) in z, and minus its expected curvature (B, D, D)."""
    uphill, stiffness = model.family.slopes(model.prior, z)  # (B, D), (D,)
    flat = model.logits(z, y).flatten(1)  # (B, 784)
    score, information = model.likelihood.slopes(x.flatten(1), flat)
    jacobian = _jacobian(model, z, y)
    gradient = (jacobian.mT @ score[..., None])[..., 0] + uphill
    return gradient, jacobian.mT @ (information[..., None] * jacobian) + torch.diag(stiffness)


def _jacobian(model: VAE, z: Tensor, y: Tensor | None) -> Tensor:
    """Of the logits in z, (B, 784, D)."""

    def logits(z: Tensor, y: Tensor | None = None) -> Tensor:
        return model.logits(z[None], None if y is None else y[None]).flatten()

    each = torch.func.vmap(torch.func.jacfwd(logits))
    return each(z) if y is None else each(z, y)
