"""The variational autoencoder: a prior p(z), a likelihood p(x|z) and a posterior q(z|x).

Kingma and Welling, "Auto-Encoding Variational Bayes", 2014. Symbols: B batch, D latent
dimensions, x images (B, 1, 28, 28) in [0, 1], z latent vectors (B, D), y classes (B,) from 0.

A `Decoder` has p(z) and p(x|z): it can be sampled, as a GAN's generator is. A `VAE` adds q(z|x).

A conditional model has the likelihood p(x|z, y). Its posterior is still q(z|x), for x says which
digit it is (Kingma et al., "Semi-supervised Learning with Deep Generative Models", 2014, M2).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor, nn
from torch.distributions import Distribution, Independent

from vae import latent
from vae.families import FAMILIES, Family, family_of
from vae.families.likelihoods import Likelihood, likelihood
from vae.networks import IMAGE, Layer, build

BERNOULLI = {"family": "bernoulli"}


def gaussian(variance: float) -> dict[str, Any]:
    """A Gaussian likelihood; variance beta / 2 makes the ELBO `squared error + beta KL`."""
    return {"family": "gaussian", "variance": variance}


@dataclass(frozen=True)
class DecoderConfig:
    """Everything that is needed to build p(z) and p(x|z), as plain data.

    prior: a distribution as `vae.latent` writes it, of a family that an encoder could have.
    likelihood: `BERNOULLI` or `gaussian(v)`. classes: how many classes y the decoder is told of,
    one-hot beside z; 0 for p(x|z). Raises ValueError, saying what was expected, for any other.
    """

    latents: int
    decoder: list[Layer]
    prior: Mapping[str, Any] = field(default_factory=lambda: dict(latent.STANDARD_NORMAL))
    likelihood: Mapping[str, Any] = field(default_factory=lambda: dict(BERNOULLI))
    classes: int = 0

    def __post_init__(self):
        likelihood(self.likelihood)
        possible = [name for name, family in FAMILIES.items() if family.has_posterior]
        if self.prior.get("family") not in possible:
            raise ValueError(
                f"prior: expected one of the family {', '.join(possible)}, "
                f"got {self.prior.get('family')!r}"
            )
        latent.distribution(self.prior, 1)

    def to_dict(self) -> dict[str, Any]:
        """As a checkpoint stores it: an encoder without layers stands for none."""
        return {"encoder": [], "noisy": False, **asdict(self)}


@dataclass(frozen=True)
class VAEConfig(DecoderConfig):
    """The same and q(z|x), of the prior's family.

    noisy: what the encoder puts out is itself disturbed by N(0, 1) noise before z is drawn. That
    noise enters no KL term, so a noisy model's objective bounds nothing.
    """

    encoder: list[Layer] = field(kw_only=True)
    noisy: bool = field(default=False, kw_only=True)

    def __post_init__(self):
        super().__post_init__()
        if not self.encoder:
            raise ValueError("encoder: expected layers, got none; a Decoder has no encoder")
        if self.noisy and not family_of(self.prior).can_be_noisy:
            raise ValueError(f"noisy: expected a normal prior, got {self.prior['family']}")


class Decoder(nn.Module):
    """decode(z) is p(x|z), prior is p(z): `torch.distributions` both. record: of its training,
    where it comes from a checkpoint."""

    record: Any = None

    def __init__(self, config: DecoderConfig):
        super().__init__()
        self.config = config
        self.decoder = build(config.decoder)

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def family(self) -> Family:
        """Of the prior, and of the posterior."""
        return family_of(self.config.prior)

    @property
    def prior(self) -> Distribution:
        """p(z), batch shape (D,)."""
        return latent.distribution(self.config.prior, self.config.latents, self.device)

    @property
    def likelihood(self) -> Likelihood:
        return likelihood(self.config.likelihood)

    def decode(self, z: Tensor, y: Tensor | None = None) -> Independent:
        """p(x|z) for latent vectors z (B, D), or p(x|z, y) for classes y (B,) in a conditional
        model; its `.mean` (B, 1, 28, 28) in [0, 1] is the picture.

        Raises ValueError when z has another shape, or y is missing or not asked for.
        """
        return Independent(self.likelihood.distribution(self.logits(z, y)), 3)

    def logits(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """The pictures (B, 1, 28, 28) before the sigmoid. Takes and raises what `decode` does."""
        if z.ndim != 2 or z.shape[1] != self.config.latents:
            raise ValueError(f"z: expected shape (B, {self.config.latents}), got {tuple(z.shape)}")
        code = latent.standardise(self.family.inside(z), self.prior)  # (B, D)
        return self.decoder(self._with_class(code, y)).float()  # (B, 1, 28, 28)

    def _with_class(self, code: Tensor, y: Tensor | None) -> Tensor:
        classes = self.config.classes
        if (y is None) == bool(classes):
            raise ValueError(
                f"y: expected a class below {classes} for every z, got none"
                if classes
                else "y: expected none, for this model is not conditional"
            )
        return torch.cat([code, F.one_hot(y, classes)], 1) if classes else code


class VAE(Decoder):
    """encode(x) is q(z|x), decode(z) is p(x|z), prior is p(z): all `torch.distributions`."""

    def __init__(self, config: VAEConfig):
        encoder = build(config.encoder)  # before the decoder: so a seed draws the weights it drew
        super().__init__(config)
        self.encoder = encoder

    def encode(self, x: Tensor) -> Distribution:
        """q(z|x) for images x (B, 1, 28, 28): the prior's family, batch shape (B, D).

        Raises ValueError when x has another shape.
        """
        if x.shape[1:] != IMAGE:
            raise ValueError(f"x: expected shape (B, 1, 28, 28), got {tuple(x.shape)}")
        first, second = self.encoder(x).float().chunk(2, dim=1)  # (B, D) each
        return self.family.posterior(first, second)

    def sample_posterior(self, q: Distribution, generator: torch.Generator) -> Tensor:
        """z (B, D) drawn from q as training draws it, differentiable in q's parameters."""
        if self.config.noisy:
            q = self.family.disturbed(q, generator)
        return self.family.rsample(q, generator)


def from_config(stored: Mapping[str, Any]) -> Decoder:
    """The model of a configuration as `to_dict` gives it, a `VAE` or a `Decoder`, with torch's
    default initial weights. Raises TypeError or ValueError when it is no such configuration."""
    stored = dict(stored)
    if stored.get("encoder"):
        return VAE(VAEConfig(**stored))
    for name in ("encoder", "noisy"):
        stored.pop(name, None)
    return Decoder(DecoderConfig(**stored))
