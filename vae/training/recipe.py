"""How a model is trained, as data: what `presets` is a list of."""

from dataclasses import dataclass

from vae.classifier import ClassifierConfig
from vae.gan import GANConfig
from vae.model import VAEConfig


@dataclass(frozen=True)
class Recipe:
    """How a model is trained.

    schedule: of the learning rate. "constant"; "cosine", to 0 after a warm-up of one epoch;
    "halved", to a half of it in the second half of the epochs.
    kl_weight: of the KL term; kl_warmup: epochs over which it rises linearly from 0.
    binarised: dynamically binarised images, drawn afresh every epoch, instead of grey ones.
    deformed: share of the images that are deformed as hands deform them, `vae.data.deformation`.
    denoised: share of the images that the encoder alone meets once more as strangers would have
    drawn them, deformed and with `vae.data.strokes`: it learns to overlook these strokes.
    legible: weight of -log p(y|x) of what these are decoded to, as the shipped classifier reads it,
    beside the terms of their bound: an odd seven is to become a plain seven, not a plain four.
    importance_samples: above 1, training climbs the importance-weighted bound of that many samples
    instead of the ELBO, and no KL weight applies.
    averaging: decay of the exponential moving average of the weights that is kept; 0 for none.
    gradient_clip: largest norm of the gradient; 0 for any.
    mixed_precision: bfloat16 autocast.
    momentum: Adam's first beta.
    """

    epochs: int
    batch_size: int = 128
    learning_rate: float = 1e-3
    schedule: str = "constant"
    kl_weight: float = 1.0
    kl_warmup: float = 0.0
    binarised: bool = False
    deformed: float = 0.0
    denoised: float = 0.0
    legible: float = 0.0
    importance_samples: int = 1
    averaging: float = 0.0
    gradient_clip: float = 0.0
    mixed_precision: bool = False
    momentum: float = 0.9
    seed: int = 0


@dataclass(frozen=True)
class Preset:
    """A model and its recipe under a name; `about` says in a sentence what it is for.

    snapshots: whether training keeps the decoder as it was at some epochs; see
    `vae.training.snapshots`.
    """

    name: str
    about: str
    config: VAEConfig | ClassifierConfig | GANConfig
    recipe: Recipe
    snapshots: bool = False
