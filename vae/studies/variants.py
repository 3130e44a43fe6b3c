"""Trainings that a claim of the reports is about: presets made shorter, so that every one can be
repeated over seeds, and the mistakes that the reports made, each as the code that makes it.

Every mistake is trained on the network of the report that made it. `mistakes` are shown, never
shipped.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.distributions import Beta, Normal

from vae.data import grey
from vae.model import VAE, VAEConfig, gaussian
from vae.networks import RELU, dense
from vae.objective import kl_weight
from vae.training.presets import CONV_4, PRESETS
from vae.training.recipe import Preset, Recipe
from vae.training.trainers import VAETrainer

PIXELS = 784
# Of the KL term, in the report's own units: its error is a mean over the pixels.
PER_PIXEL = (5e-6, 0.11 / PIXELS, 1e-3, 1e-2, 0.11, 1.0)
BRISK = Recipe(epochs=2, learning_rate=1e-3, mixed_precision=True)


class LogVarianceVAE(VAE):
    """z = mean + log-variance eps: eps is multiplied by the logarithm of what it should be."""

    def sample_posterior(self, q: Normal, generator: torch.Generator) -> Tensor:
        return q.mean + 2 * q.stddev.log() * torch.randn(q.mean.shape, generator=generator)


class BetaNoiseVAE(VAE):
    """z = mean + std eps with eps ~ Beta(0.25, 0.25), though the KL is that of a normal one."""

    def sample_posterior(self, q: Normal, generator: torch.Generator) -> Tensor:
        eps = Beta(0.25, 0.25)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(torch.randint(2**31, (1,), generator=generator)))
            return q.mean + q.stddev * eps.sample(q.mean.shape)


class LogVarianceTrainer(VAETrainer):
    def build(self) -> VAE:
        return LogVarianceVAE(self.preset.config)


class BetaNoiseTrainer(VAETrainer):
    def build(self) -> VAE:
        return BetaNoiseVAE(self.preset.config)


class FaultyTrainer(VAETrainer):
    """Squared error per pixel and a KL term with a fault: what the faulty code descends."""

    def sigma(self, head: Tensor) -> Tensor:
        """The standard deviation (B, D) from what the encoder puts out for it."""
        return (head / 2).exp()

    def kl(self, mean: Tensor, sigma: Tensor) -> Tensor:
        """(B, D); here the right one, of N(mean, sigma^2) from N(0, 1)."""
        return (mean.square() + sigma.square() - 1 - 2 * sigma.log()) / 2

    def step(
        self, images: Tensor, labels: Tensor, generator: torch.Generator, epoch: float
    ) -> dict[str, Tensor]:
        x = grey(images)
        with self.autocast():
            mean, head = self.model.encoder(x).float().chunk(2, dim=1)
            sigma = self.sigma(head)
            z = mean + sigma * torch.randn(mean.shape, generator=generator)
            error = (self.model.decode(z).mean - x).square().mean()
        kl = self.kl(mean, sigma).sum(1).mean()
        total = error + kl_weight(self.recipe.kl_weight, 0, epoch) * kl
        if total.isfinite():
            self.descend(total, epoch)
        return {"total": total.detach(), "error": error.detach()}


class MinusTrainer(FaultyTrainer):
    """The KL is subtracted, as a report writes it."""

    def kl(self, mean: Tensor, sigma: Tensor) -> Tensor:
        return -super().kl(mean, sigma)


class LogSigmaTrainer(FaultyTrainer):
    """log sigma where log sigma^2 belongs, and no factor 1/2."""

    def kl(self, mean: Tensor, sigma: Tensor) -> Tensor:
        return mean.square() + sigma.square() - 1 - sigma.log()


class HalvedLogSigmaTrainer(LogSigmaTrainer):
    """The same with the factor 1/2."""

    def kl(self, mean: Tensor, sigma: Tensor) -> Tensor:
        return super().kl(mean, sigma) / 2


class SigmaHeadTrainer(FaultyTrainer):
    """The encoder puts out sigma itself, which may be negative."""

    def sigma(self, head: Tensor) -> Tensor:
        return head


class AbsoluteSigmaTrainer(FaultyTrainer):
    """|sigma| + 1e-6, the report's cure."""

    def sigma(self, head: Tensor) -> Tensor:
        return head.abs() + 1e-6


@dataclass(frozen=True)
class Variant:
    """preset: what is trained, less the seed. seeds: how many trainings. trainer: of a mistake, or
    of none. bounded: whether the loss is minus an ELBO, so that its terms may be given."""

    preset: Preset
    seeds: int = 5
    trainer: type[VAETrainer] = VAETrainer
    bounded: bool = True


def shortened(name: str, epochs: int, **changes: float) -> Preset:
    """A shipped preset with fewer epochs, and no snapshots."""
    preset = PRESETS[name]
    recipe = replace(preset.recipe, epochs=epochs, **changes)
    return replace(preset, recipe=recipe, snapshots=False)


def conv(kl_weight: float, epochs: int) -> Preset:
    """conv-beta's network with `kl_weight` beside an error per pixel."""
    config = VAEConfig(4, **CONV_4, likelihood=gaussian(kl_weight * PIXELS / 2))
    return Preset(f"conv-{kl_weight:.2g}", "", config, replace(BRISK, epochs=epochs))


def faulty(trainer: type[FaultyTrainer]) -> Variant:
    config = VAEConfig(4, **CONV_4, likelihood=gaussian(1 / 2))
    recipe = replace(BRISK, epochs=1)
    return Variant(Preset("faulty", "", config, recipe), 5, trainer, bounded=False)


def _variants() -> dict[str, Variant]:
    example = Preset("mlp-400-20", "", VAEConfig(20, **dense([400], 20, RELU)), Recipe(epochs=10))
    return {
        "mlp-20": Variant(replace(PRESETS["mlp-20"], snapshots=False)),
        **{
            name: Variant(shortened(name, 5), 10)
            for name in ("mlp-100", "mlp-100-mse", "mlp-100-noisy")
        },
        "mlp-2": Variant(shortened("mlp-2", 10)),
        "mlp-2-annealed": Variant(shortened("mlp-2-annealed", 10, kl_warmup=5)),
        "mlp-2-annealed-stopped": Variant(shortened("mlp-2-annealed", 10, kl_warmup=50)),
        "mlp-2-log-variance": Variant(shortened("mlp-2", 10), 5, LogVarianceTrainer, False),
        "minus-kl": faulty(MinusTrainer),
        "log-sigma": faulty(LogSigmaTrainer),
        "log-sigma-halved": faulty(HalvedLogSigmaTrainer),
        "sigma-head": faulty(SigmaHeadTrainer),
        "sigma-absolute": faulty(AbsoluteSigmaTrainer),
        **{f"conv-{weight:.2g}": Variant(conv(weight, 2)) for weight in PER_PIXEL},
        "conv-beta": Variant(conv(0.11 / PIXELS, 5)),
        "mlp-400-20": Variant(example),
        "mlp-100-beta-noise": Variant(shortened("mlp-100", 5), 5, BetaNoiseTrainer, False),
    }


VARIANTS = _variants()
