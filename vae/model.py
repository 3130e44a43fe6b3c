"""The variational autoencoder: a prior p(z), a posterior q(z|x) and a likelihood p(x|z).

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014. Symbols: B batch, D latent
dimensions, x images (B, 1, 28, 28) in [0, 1], z latent vectors (B, D), y classes (B,) in 0..9.

A conditional model has the likelihood p(x|z, y). Its posterior is still q(z|x), for x says which
digit it is (Kingma et al., "Semi-supervised Learning with Deep Generative Models", 2014, M2).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor, nn
from torch.distributions import Bernoulli, Beta, Distribution, Independent, Normal

from vae import latent
from vae.networks import IMAGE, Layer, build

BERNOULLI = {"family": "bernoulli"}


def gaussian(variance: float) -> dict[str, Any]:
    """A Gaussian likelihood; variance beta / 2 makes the ELBO `squared error + beta KL`."""
    return {"family": "gaussian", "variance": variance}


@dataclass(frozen=True)
class VAEConfig:
    """Everything that is needed to build a VAE, as plain data.

    encoder: empty where there is no posterior, as in a GAN. prior: a distribution as `vae.latent`
    writes it. likelihood: `BERNOULLI` or `gaussian(v)`. classes: how many classes y the decoder is
    told of, one-hot beside z; 0 for p(x|z).
    noisy: the posterior's mean and log-variance are themselves disturbed by N(0, 1) noise before
    z is drawn. That noise enters no KL term, so a noisy model's objective bounds nothing.
    """

    latents: int
    encoder: list[Layer]
    decoder: list[Layer]
    prior: Mapping[str, Any] = field(default_factory=lambda: dict(latent.STANDARD_NORMAL))
    likelihood: Mapping[str, Any] = field(default_factory=lambda: dict(BERNOULLI))
    noisy: bool = False
    classes: int = 0

    def __post_init__(self):
        if self.likelihood.get("family") not in ("bernoulli", "gaussian"):
            raise ValueError(
                f"likelihood: expected bernoulli or gaussian, got {self.likelihood.get('family')!r}"
            )
        if self.noisy and self.prior["family"] != "normal":
            raise ValueError("noisy: expected a normal prior, got " + str(self.prior["family"]))

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class VAE(nn.Module):
    """encode(x) is q(z|x), decode(z) is p(x|z), prior is p(z): all `torch.distributions`."""

    def __init__(self, config: VAEConfig):
        super().__init__()
        self.config = config
        self.encoder = build(config.encoder)
        self.decoder = build(config.decoder)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def prior(self) -> Normal | Beta:
        """p(z), batch shape (D,)."""
        return latent.distribution(dict(self.config.prior), self.config.latents, self.device)

    def encode(self, x: Tensor) -> Normal | Beta:
        """q(z|x) for images x (B, 1, 28, 28): the prior's family, batch shape (B, D).

        Raises ValueError when x has another shape or the model has no encoder.
        """
        if not self.config.encoder:
            raise ValueError("this model has no encoder, and so no posterior q(z|x)")
        if x.shape[1:] != IMAGE:
            raise ValueError(f"x: expected shape (B, 1, 28, 28), got {tuple(x.shape)}")
        first, second = self.encoder(x).float().chunk(2, dim=1)
        if self.config.prior["family"] == "normal":
            return Normal(first, (second / 2).exp(), validate_args=False)
        # Bounded concentrations: the gradient of a Beta sample is not finite near 0 and at 1e4.
        concentrations = [(F.softplus(raw) + 0.05).clamp(max=500) for raw in (first, second)]
        return Beta(*concentrations, validate_args=False)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Independent:
        """p(x|z) for latent vectors z (B, D), or p(x|z, y) for classes y (B,) in a conditional
        model; its `.mean` (B, 1, 28, 28) in [0, 1] is the picture.

        Raises ValueError when z has another shape, or y is missing or not asked for.
        """
        return Independent(self._pixels(self.logits(z, y)), 3)

    def logits(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """The pictures (B, 1, 28, 28) before the sigmoid. Takes and raises what `decode` does."""
        if z.ndim != 2 or z.shape[1] != self.config.latents:
            raise ValueError(f"z: expected shape (B, {self.config.latents}), got {tuple(z.shape)}")
        if self.config.prior["family"] == "beta":
            z = z.clamp(latent.EDGE, 1 - latent.EDGE)
        code = latent.standardise(z, self.prior)
        return self.decoder(self._with_class(code, y)).float()

    def _with_class(self, code: Tensor, y: Tensor | None) -> Tensor:
        classes = self.config.classes
        if (y is None) == bool(classes):
            raise ValueError(
                f"y: expected a class below {classes} for every z, got none"
                if classes
                else "y: expected none, for this model is not conditional"
            )
        return torch.cat([code, F.one_hot(y, classes)], 1) if classes else code

    def _pixels(self, logits: Tensor) -> Distribution:
        if self.config.likelihood["family"] == "bernoulli":
            return Bernoulli(logits=logits, validate_args=False)
        std = self.config.likelihood["variance"] ** 0.5
        return Normal(logits.sigmoid(), torch.full_like(logits, std), validate_args=False)

    def sample_posterior(self, q: Normal | Beta, generator: torch.Generator) -> Tensor:
        """z (B, D) drawn from q as training draws it, differentiable in q's parameters."""
        if self.config.noisy:
            mean = latent.rsample(Normal(q.loc, torch.ones_like(q.loc)), generator)
            logvar = 2 * q.scale.log()
            logvar = latent.rsample(Normal(logvar, torch.ones_like(logvar)), generator)
            q = Normal(mean, (logvar / 2).exp(), validate_args=False)
        return latent.rsample(q, generator)
