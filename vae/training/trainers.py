"""What each kind of preset is trained by: a VAE by its bound, a GAN by its game, the classifier by
its likelihood."""

from copy import deepcopy
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor
from torch.optim import Optimizer

from vae import checkpoints
from vae.checkpoints import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.data import Examples, binarise, grey
from vae.data.deformation import deform, vary
from vae.data.strokes import embellish
from vae.evaluation import losses, statistics
from vae.gan import GAN, GANConfig, discriminator_loss, generator_loss, sensitivity, slope_penalty
from vae.model import VAE, Decoder, VAEConfig
from vae.objective import elbo, importance_weighted, kl_weight
from vae.training.recipe import Preset
from vae.training.trainer import Trainer

BOUND_SAMPLES = 500
# Pixels that a deformed digit may move: it is to stay about as centred as MNIST's.
CENTRED = 0.5
# Training digits by which a classifier is calibrated, of which it learns nothing.
HELD_OUT = 5_000


def start(preset: Preset, device: torch.device) -> Trainer:
    """The run, not yet begun, that trains a preset."""
    kinds = {VAEConfig: VAETrainer, GANConfig: GANTrainer, ClassifierConfig: ClassifierTrainer}
    return kinds[type(preset.config)](preset, device)


class VAETrainer(Trainer):
    """Climbs the ELBO, its KL term weighted by the recipe, or the importance-weighted bound."""

    def build(self) -> VAE:
        return VAE(self.preset.config)

    def schedule(self, epoch: int) -> dict[str, float]:
        weight = kl_weight(self.recipe.kl_weight, self.recipe.kl_warmup, epoch + 1)
        return {**super().schedule(epoch), "kl_weight": weight}

    def step(
        self, images: Tensor, labels: Tensor, generator: torch.Generator, epoch: float
    ) -> dict[str, Tensor]:
        recipe = self.recipe
        x = binarise(images, generator) if recipe.binarised else grey(images)
        if deformed := round(recipe.deformed * len(x)):
            x = torch.cat([deform(x[:deformed], generator, CENTRED), x[deformed:]])
        with self.autocast():
            if recipe.importance_samples > 1:
                samples = recipe.importance_samples
                bound, terms = importance_weighted(self.model, x, samples, generator)
            else:
                bound, terms = None, elbo(self.model, x, generator, self._told(labels))
        reconstruction, kl = -terms.log_px.mean(), terms.kl.sum(-1).mean()
        weight = kl_weight(recipe.kl_weight, recipe.kl_warmup, epoch)
        loss = reconstruction + weight * kl if bound is None else -bound.mean()
        if count := round(recipe.denoised * len(x)):
            loss = loss + self._denoise(x[:count], labels[:count], generator, weight) / len(x)
        total = reconstruction + kl
        if total.isfinite():
            self.descend(loss, epoch)
        found = {"reconstruction": reconstruction, "kl": kl, "total": total}
        return {name: value.detach() for name, value in found.items()}

    def _told(self, labels: Tensor) -> Tensor | None:
        """What the decoder is told beside z."""
        return labels if self.preset.config.classes else None

    @cached_property
    def _classifier(self) -> Classifier:
        """The shipped one, frozen."""
        return checkpoints.load_classifier().requires_grad_(False).to(self.device)

    def _denoise(
        self, x: Tensor, labels: Tensor, generator: torch.Generator, weight: float
    ) -> Tensor:
        """The sum of what is to be descended for images as strangers would have drawn them. The
        decoder learns nothing from it: what it can draw is MNIST."""
        both = torch.cat(embellish(x, labels, generator), 1)
        seen, meant = deform(both, generator, CENTRED).split(1, 1)
        self.model.decoder.requires_grad_(False)
        with self.autocast():
            terms = elbo(self.model, meant, generator, self._told(labels), seen)
            loss = weight * terms.kl.sum(-1) - terms.log_px
            if legible := self.recipe.legible:
                loss = loss - legible * self._classifier.classify(terms.px.mean).log_prob(labels)
        self.model.decoder.requires_grad_(True)
        return loss.sum()

    def test(self, digits: Examples) -> dict[str, float]:
        return losses.terms(self.result.eval(), digits, self.recipe.binarised)

    def export(self, train_digits: Examples, test_digits: Examples, path: Path) -> Record:
        model = checkpoints.round_to_half(deepcopy(self.result)).eval()
        binarised = self.recipe.binarised
        found = statistics.collect(model, train_digits, test_digits)
        figures = {
            **losses.terms(model, test_digits, binarised),
            "active_units": int((found["activity"] > statistics.ACTIVE).sum()),
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "seconds": self.history[-1]["seconds"],
        }
        if binarised:
            figures["bound"] = losses.bound(model, test_digits, BOUND_SAMPLES)
            figures["bound_samples"] = BOUND_SAMPLES
        record = record_of(self, figures, train_digits)
        checkpoints.save(path, model, record, found)
        return record


class GANTrainer(Trainer):
    """Two players: the discriminator steps first, then the generator against what it became."""

    def build(self) -> GAN:
        return GAN(self.preset.config)

    @property
    def shipped(self) -> Decoder:
        """The generator."""
        return self.result.generator

    def build_optimizers(self) -> list[Optimizer]:
        return [self.adam(self.model.generator), self.adam(self.model.discriminator)]

    def step(
        self, images: Tensor, labels: Tensor, generator: torch.Generator, epoch: float
    ) -> dict[str, Tensor]:
        """The losses are those that each player descends: the generator's is of a discriminator
        that has just moved."""
        gan, gamma = self.model, self.preset.config.penalty
        x = grey(images).requires_grad_(gamma > 0)
        with self.autocast():
            fake = gan.generate(len(x), generator)
            real, seen = gan.judge(x).float(), gan.judge(fake.detach()).float()
        discriminator = discriminator_loss(real, seen)
        penalty = gamma * slope_penalty(real, x) if gamma else torch.zeros((), device=self.device)
        if (discriminator + penalty).isfinite():
            self.descend(discriminator + penalty, epoch, optimizer=1)
        # The generator's gradient passes through the discriminator, which has no use for its own.
        gan.discriminator.requires_grad_(False)
        with self.autocast():
            believed = generator_loss(gan.judge(fake).float())
        gan.discriminator.requires_grad_(True)
        total = believed + discriminator + penalty
        if total.isfinite():
            self.descend(believed, epoch, optimizer=0)
        found = {
            "generator": believed,
            "discriminator": discriminator,
            "penalty": penalty,
            "total": total,
        }
        return {name: value.detach() for name, value in found.items()}

    @torch.no_grad()
    def test(self, digits: Examples) -> dict[str, float]:
        """Both losses of the averaged players, real digits being ones never trained on: where the
        discriminator's is above its loss in training, it has learnt digits by heart."""
        gan = self.result.eval()
        generator = torch.Generator(self.device).manual_seed(0)
        fake = gan.judge(gan.generate(len(digits), generator))
        real = gan.judge(grey(digits.images))
        return {
            "generator": generator_loss(fake).item(),
            "discriminator": discriminator_loss(real, fake).item(),
        }

    def export(self, train_digits: Examples, test_digits: Examples, path: Path) -> Record:
        model = checkpoints.round_to_half(deepcopy(self.shipped)).eval()
        discriminator = self.result.discriminator
        figures = {
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "discriminator_parameters": sum(p.numel() for p in discriminator.parameters()),
            "seconds": self.history[-1]["seconds"],
        }
        record = record_of(self, figures, train_digits)
        checkpoints.save(path, model, record, {"sensitivity": sensitivity(model)})
        return record


class ClassifierTrainer(Trainer):
    """Minimises the cross-entropy of p(y|x) on digits varied as hands vary them, with the strokes
    that MNIST's writers leave out; how sure p(y|x) is, images tell that it has not learnt from."""

    def build(self) -> Classifier:
        return Classifier(self.preset.config)

    def learnt(self, train_digits: Examples) -> Examples:
        return _rows(train_digits, slice(None, -HELD_OUT))

    def step(
        self, images: Tensor, labels: Tensor, generator: torch.Generator, epoch: float
    ) -> dict[str, Tensor]:
        x, _ = embellish(grey(images), labels, generator)
        with self.autocast():
            logits = self.model(vary(x, generator)).float()
        total = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.05)
        if total.isfinite():
            self.descend(total, epoch)
        return {"total": total.detach()}

    def test(self, digits: Examples) -> dict[str, float]:
        return losses.reading(self.result.eval(), digits)

    def export(self, train_digits: Examples, test_digits: Examples, path: Path) -> Record:
        model = deepcopy(self.result).eval()
        temperature = losses.calibrate(model, _rows(train_digits, slice(-HELD_OUT, None)))
        model = checkpoints.round_to_half(model)
        figures = {
            **losses.reading(model, test_digits),
            "temperature": temperature,
            "seconds": self.history[-1]["seconds"],
        }
        record = record_of(self, figures, train_digits)
        checkpoints.save(path, model, record)
        return record


def _rows(digits: Examples, rows: slice) -> Examples:
    return replace(digits, images=digits.images[rows], labels=digits.labels[rows])


def record_of(run: Trainer, figures: dict[str, float], seen: Examples) -> Record:
    """The record of a finished run on the images `seen`."""
    return Record(
        run.preset.name,
        run.preset.about,
        asdict(run.recipe),
        run.history,
        figures,
        seen.data_set,
        len(seen),
        seen.classes,
    )
