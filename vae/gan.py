"""The adversarial baseline: a decoder that learns from a discriminator instead of a likelihood.

Goodfellow et al., "Generative Adversarial Nets", 2014, with the non-saturating loss of its section
3 and, where a config asks for it, the penalty R1 of Mescheder, Geiger and Nowozin, "Which Training
Methods for GANs do actually Converge?", 2018.

The generator is a `Decoder`, so that whatever decodes a VAE decodes it too; what it lacks are a
posterior q(z|x), a bound, and every statistic that needs one of them.

Symbols as in `vae.model`; D(x) the discriminator's probability that x is a real image, l its logit.
"""

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 (the name everybody knows it by)
from torch import Tensor, nn

from vae import latent
from vae.model import Decoder, DecoderConfig, VAEConfig
from vae.networks import Layer, build

# Of the central differences, in standard deviations of the prior.
STEP = 0.01


@dataclass(frozen=True)
class GANConfig:
    """Everything that is needed to build and to train a GAN, as plain data.

    discriminator: layers from an image to one logit.
    penalty: gamma of the penalty on the discriminator's slope; 0 for none.
    """

    generator: DecoderConfig
    discriminator: list[Layer]
    penalty: float = 0.0

    def __post_init__(self):
        if isinstance(self.generator, VAEConfig):
            raise ValueError("generator: expected a DecoderConfig, got one with an encoder")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class GAN(nn.Module):
    """A generator and the discriminator that it is trained against."""

    def __init__(self, config: GANConfig):
        super().__init__()
        self.config = config
        self.generator = Decoder(config.generator)
        self.discriminator = build(config.discriminator)

    def generate(self, count: int, generator: torch.Generator) -> Tensor:
        """Pictures (count, 1, 28, 28) in [0, 1] of z ~ p(z), differentiable in the weights."""
        z = latent.sample(self.generator.prior, count, generator)
        return self.generator.decode(z).mean

    def judge(self, x: Tensor) -> Tensor:
        """The logits l (B,) of D(x) for images x (B, 1, 28, 28)."""
        return self.discriminator(x).squeeze(1)


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """-E[log D(x)] - E[log(1 - D(G(z)))] from the logits of each, in nats.

    2 log 2 where the discriminator cannot tell them apart, 0 where it always can.
    """
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def generator_loss(fake: Tensor) -> Tensor:
    """-E[log D(G(z))] from the logits, in nats: its gradient does not vanish where D is sure, as
    that of E[log(1 - D(G(z)))] would."""
    return F.softplus(-fake).mean()


def slope_penalty(real: Tensor, x: Tensor) -> Tensor:
    """R1 over gamma: half the mean of |dl/dx|^2 over real images x (B, 1, 28, 28) with the logits
    l (B,), differentiable in the discriminator's weights; x must have required its gradient.

    Without it the discriminator's slope grows until its gradient, however long, points nowhere.
    """
    (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean() / 2


@torch.no_grad()
def sensitivity(model: Decoder, count: int = 1000, seed: int = 0) -> Tensor:
    """How much each latent moves the picture: (D,), squared intensities summed over the pixels.

    Var[z_d] times the mean over z ~ p(z) of |dx/dz_d|^2, x the mean of p(x|z): to first order, the
    variance that z_d alone gives the picture. By central differences.
    """
    generator = torch.Generator(model.device).manual_seed(seed)
    z = latent.sample(model.prior, count, generator)
    changes = []
    for step in torch.diag(STEP * model.prior.stddev):
        change = model.decode(z + step).mean - model.decode(z - step).mean
        changes.append((change / (2 * STEP)).square().sum((1, 2, 3)).mean())
    return torch.stack(changes).cpu()
