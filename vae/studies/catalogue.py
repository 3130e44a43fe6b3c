"""`python -m vae.studies.catalogue` writes weights/README.md: what every shipped file is."""

import sys
from pathlib import Path
from typing import Any

from vae import cli, files
from vae.checkpoints import WEIGHTS, open_zoo
from vae.checkpoints.description import describe
from vae.model import VAE, Decoder
from vae.training.presets import PRESETS

COLUMNS = (
    "model",
    "network",
    "latents (active)",
    "prior",
    "likelihood",
    "recipe",
    "reconstruction",
    "KL",
    "loss",
    "loss, prior swapped",
    "squared error",
    "loss, 500 samples",
    "parameters",
    "training",
    "file",
)

INTRODUCTION = """# The models

Written by `python -m vae.studies.catalogue` from the files' own headers. Every file is one
`.safetensors` checkpoint: float16 weights, the layer list, the training recipe, the history by
epoch, the figures below, and statistics of where the model puts the digits.

The weights are trained on MNIST (Yann LeCun, Corinna Cortes, Christopher J.C. Burges;
CC BY-SA 3.0): all 60,000 training images. The figures are measured on the 10,000 test images with
the weights as stored here, and are means in nats per image:

- **reconstruction**: -log p(x|z), one sample of z an image. For a Bernoulli likelihood on grey
  pixels this is the cross-entropy; for a Gaussian likelihood it is a log-density, so it can be
  negative, and it cannot be compared with a cross-entropy.
- **KL**: KL(q(z|x) || p(z)). **loss**: their sum, minus the ELBO, whatever weight the KL term had
  in training.
- **loss, prior swapped**: the same weights with the mixture of Gaussians that was fitted to the
  training digits' codes as p(z): what N(0, 1) costs as a prior (`python -m vae.studies.priors`). A
  mixture of Gaussians cannot follow codes that pile up at 0 and 1, as `beta-quarter`'s do.
- **squared error**: of the decoded mean against the grey image, summed over 784 pixels; the one
  column that can be compared between all rows.
- **loss, 500 samples**: minus the importance-weighted bound on log p(x), on binarised test digits,
  where the model was trained on binarised digits.
- **active**: latents with Var over x of E[z|x] above 0.01 (Burda et al., 2016).

In a recipe, **deformed** is the share of the digits that are deformed as other hands deform them,
and **denoised** of those that the encoder alone meets once more, with strokes drawn in that MNIST's
writers leave out, and learns to overlook them (Im et al., 2017). **legible** is the weight that
-log p(y|x) has in this, x what such a digit is decoded to and p(y|x) the classifier's reading.

A GAN has no encoder, no likelihood and no bound, so those of its cells are empty.
"""

OTHERS = """Beside the models lie

- `classifier.safetensors`, the instrument that reads digits and measures generated ones, and
  `second-classifier.safetensors`, from which no model learns, which measures them once more;
- `snapshots/`: the decoders of some models as they were at nine epochs of their training, written
  by the same `train.py` that writes the model (`vae/training/snapshots.py`);
- `evaluation.json`: what every model generates from every distribution
  (`python -m vae.evaluation`);
- `vae-against-gan.json` and `vae-against-gan-tuning.json`: the same decoder trained both ways for
  equal seconds (`python -m vae.studies.vae_and_gan`, `python -m vae.studies.vae_and_gan.tuning`);
- `priors.json`: every loss with another prior (`python -m vae.studies.priors`);
- `styles.json`: how sharp, thick and slanted generated digits are (`python -m vae.studies.styles`);
- `trainings.json`: the reports' trainings and their mistakes over seeds
  (`python -m vae.studies.trainings`);
- `convergence.json`: ReLU and Adam against tanh and gradient descent
  (`python -m vae.studies.convergence`);
- `findings.json` and `exhibits.json`: which claims of a few students' reports hold, and what it
  looks like (`python -m vae.studies.claims`);
- `SHA256SUMS`: what these files are when nothing has damaged them. The commands above keep it; for
  files that come here otherwise, `sha256sum *.json *.safetensors > SHA256SUMS`.
"""


def table(weights: Path = WEIGHTS) -> str:
    """The catalogue of a folder of checkpoints as Markdown."""
    zoo = open_zoo(weights, first=[*PRESETS])
    swapped = _swapped(weights)
    rows = [
        _row(zoo.folder / f"{name}.safetensors", model, swapped.get(name, ""))
        for name, model in zoo.models.items()
    ]
    numeric = COLUMNS.index("reconstruction")
    rule = ["---" if i < numeric else "---:" for i in range(len(COLUMNS))]
    lines = ["| " + " | ".join(cells) + " |" for cells in [COLUMNS, rule, *rows]]
    abouts = [f"- `{name}`: {model.record.about}" for name, model in zoo.models.items()]
    size = sum(path.stat().st_size for path in weights.glob("*.safetensors")) / 1e6
    return "\n".join(
        [INTRODUCTION, *lines, "", f"All models together: {size:.1f} MB.", "", *abouts, "", OTHERS]
    )


def _swapped(weights: Path) -> dict[str, str]:
    """By model, the loss under its mixture; of nothing where that was not measured."""
    path = weights / "priors.json"
    if not path.is_file():
        return {}
    models = files.read_json(path)["models"]
    return {name: f"{one['mixture']:.2f}" for name, one in models.items()}


def _row(path: Path, model: Decoder, swapped: str) -> list[str]:
    figures, config = model.record.figures, model.config
    active = f" ({figures['active_units']})" if "active_units" in figures else ""
    losses = ("reconstruction", "kl", "total")
    return [
        f"`{model.record.name}`",
        describe(config),
        f"{config.latents}{active}",
        model.family.label(model.family.read(config.prior)),
        model.likelihood.label() if isinstance(model, VAE) else "",
        _recipe(model.record.recipe),
        *(f"{figures[key]:.2f}" if key in figures else "" for key in losses),
        swapped,
        f"{figures['squared_error']:.2f}" if "squared_error" in figures else "",
        f"{-figures['bound']:.2f}" if "bound" in figures else "",
        f"{figures['parameters']:,}",
        f"{figures['seconds'] / 60:.0f} min",
        f"{path.stat().st_size / 1e6:.1f} MB",
    ]


def _recipe(recipe: dict[str, Any]) -> str:
    samples = recipe.get("importance_samples", 1)
    parts = [
        f"{recipe['epochs']} epochs",
        f"Adam {recipe['learning_rate']:g} {recipe['schedule']}",
        f"batch {recipe['batch_size']}",
        f"KL weight {recipe['kl_weight']:g}" if recipe["kl_weight"] != 1 else "",
        f"KL rises over {recipe['kl_warmup']:g} epochs" if recipe["kl_warmup"] else "",
        "binarised" if recipe["binarised"] else "",
        f"bound of {samples} samples" if samples > 1 else "",
        f"{recipe['deformed']:.0%} deformed" if recipe.get("deformed") else "",
        f"{recipe['denoised']:.0%} denoised" if recipe.get("denoised") else "",
        f"legible {recipe['legible']:g}" if recipe.get("legible") else "",
        f"weights averaged ({recipe['averaging']:g})" if recipe["averaging"] else "",
        f"momentum {recipe['momentum']:g}" if recipe.get("momentum", 0.9) != 0.9 else "",
    ]
    return ", ".join(filter(None, parts))


def write(weights: Path = WEIGHTS) -> Path:
    """Writes the catalogue into its folder; its path."""
    path = weights / "README.md"
    files.write_text(path, table(weights))
    return path


if __name__ == "__main__":
    sys.exit(cli.run("vae.studies.catalogue", write))
