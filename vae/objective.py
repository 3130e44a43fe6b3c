"""The evidence lower bound, term by term, in nats per image. Nothing here is averaged or weighted.

log p(x) >= ELBO = E_q[log p(x|z)] - KL(q(z|x) || p(z))     (Kingma and Welling 2014)
"""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor
from torch.distributions import Independent, kl_divergence

from vae import latent
from vae.model import VAE


@dataclass(frozen=True)
class ELBO:
    """log_px: (B,) log p(x|z) at one z ~ q(z|x). kl: (B, D) KL(q || p) per dimension. In nats.
    px: p(x|z) at this z; none where the terms are means over several z."""

    log_px: Tensor
    kl: Tensor
    px: Independent | None = None

    @property
    def value(self) -> Tensor:
        """The bound on log p(x), (B,)."""
        return self.log_px - self.kl.sum(-1)


def elbo(
    model: VAE,
    x: Tensor,
    generator: torch.Generator,
    y: Tensor | None = None,
    seen: Tensor | None = None,
) -> ELBO:
    """The terms of the bound for images x (B, 1, 28, 28), from one sample of z an image. In a
    conditional model it bounds log p(x|y), y (B,). `seen`, what the encoder is shown instead of x,
    makes it the denoising criterion of Im et al. ("Denoising criterion for variational
    auto-encoding framework", 2017), with q(z|seen) for q(z|x): a bound all the same.

    With a Bernoulli likelihood and grey pixels log_px is minus the cross-entropy: an average over
    binarisations of x, not the log-density of a grey image.
    """
    q = model.encode(x if seen is None else seen)
    px = model.decode(model.sample_posterior(q, generator), y)
    return ELBO(px.log_prob(x), kl_divergence(q, model.prior), px)


def kl_weight(final: float, warmup: float, epoch: float) -> float:
    """The weight of the KL term after `epoch` epochs: linear from 0 over `warmup`, then `final`."""
    return final if epoch >= warmup else final * epoch / warmup


def importance_weighted(
    model: VAE, x: Tensor, samples: int, generator: torch.Generator
) -> tuple[Tensor, ELBO]:
    """The importance-weighted bound (B,), differentiable, and the ELBO of the same samples.

    All the samples are decoded as one batch, which suits the few that training takes.
    """
    q, prior = model.encode(x), model.prior
    z = torch.stack([latent.rsample(q, generator) for _ in range(samples)])
    log_ratio = (prior.log_prob(z) - q.log_prob(z)).sum(-1)
    p = model.decode(z.flatten(0, 1))
    log_px = p.log_prob(x.repeat(samples, 1, 1, 1)).unflatten(0, (samples, -1))
    value = (log_px + log_ratio).logsumexp(0) - log(samples)
    return value, ELBO(log_px.mean(0), kl_divergence(q, prior))


@torch.no_grad()
def importance_weighted_bound(
    model: VAE, x: Tensor, samples: int, generator: torch.Generator
) -> Tensor:
    """log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), z_k ~ q(z|x): (B,) nats, K = `samples`.

    Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016. Between the ELBO
    and log p(x), and nearer to log p(x) the larger K is. x must be binary for a figure that is
    comparable with published ones.
    """
    q, prior = model.encode(x), model.prior
    total = torch.full((len(x),), -torch.inf, device=x.device)
    for _ in range(samples):
        z = latent.rsample(q, generator)
        log_ratio = (prior.log_prob(z) - q.log_prob(z)).sum(-1)
        total = torch.logaddexp(total, model.decode(z).log_prob(x) + log_ratio)
    return total - log(samples)
