"""Every named experiment, as data: a network, an objective and a recipe."""

from dataclasses import replace

from vae.classifier import ClassifierConfig
from vae.data import DIGITS, Examples, title
from vae.gan import GANConfig
from vae.model import DecoderConfig, VAEConfig, gaussian
from vae.networks import LEAKY_RELU, RELU, SILU, convolutional, dense, linear, reading
from vae.training.recipe import Preset, Recipe

MLP_20 = dense([400, 200], 20, RELU)
MLP_100 = dense([392], 100, RELU)
MLP_2 = dense([400, 200], 2, LEAKY_RELU)
CONV_16 = convolutional((32, 64, 128), 256, 16, SILU, batch_norm=False)
# A stranger's digit is harder to read than MNIST's are to draw.
WIDE = convolutional((32, 64, 128), 512, 16, SILU, batch_norm=False)
CVAE = convolutional((32, 64, 128), 256, 16, SILU, batch_norm=False, classes=10)
# Of the size of mlp-20's encoder, with one logit where that has a posterior.
DISCRIMINATOR = [*dense([400, 200], 1, LEAKY_RELU)["encoder"][:-1], linear(200, 1)]
CONV_4 = convolutional((16, 32), 128, 4, RELU, batch_norm=True)

CLASSIC = Recipe(epochs=30, averaging=0.999)
# Where codes are bounded, a large step and averaged weights leave fewer gaps between them.
BOUNDED = Recipe(epochs=80, learning_rate=2e-3, averaging=0.999, gradient_clip=100.0)
BEST = Recipe(
    epochs=50, learning_rate=2e-3, schedule="cosine", averaging=0.999, mixed_precision=True
)

_ALL = [
    # First, for it trains others: what is legible is what it reads.
    Preset(
        "classifier",
        "Not a VAE: the classifier that reads digits here, trained on varied MNIST.",
        ClassifierConfig(reading((24, 40), 128, RELU)),
        Recipe(epochs=60, learning_rate=2e-3, schedule="cosine", averaging=0.999),
    ),
    Preset(
        "second-classifier",
        "Not a VAE: a second classifier, which no model learns from, to measure what models "
        "generate.",
        ClassifierConfig(reading((16, 32, 64), 96, SILU)),
        Recipe(epochs=20, learning_rate=2e-3, schedule="cosine", averaging=0.999, seed=1),
    ),
    Preset(
        "conv-16",
        "Three convolutions, 16 latents; also trained on drawings unlike MNIST.",
        VAEConfig(16, encoder=WIDE["encoder"], decoder=CONV_16["decoder"]),
        replace(BEST, epochs=80, denoised=1.0, legible=30.0),
    ),
    Preset(
        "mlp-20",
        "The classic: dense 784-400-200-20, cross-entropy and KL.",
        VAEConfig(20, **MLP_20),
        CLASSIC,
        snapshots=True,
    ),
    Preset(
        "mlp-2",
        "Two latents: the whole latent space is one picture.",
        VAEConfig(2, **MLP_2),
        Recipe(epochs=100, averaging=0.999),
        snapshots=True,
    ),
    Preset(
        "mlp-2-annealed",
        "mlp-2 with a KL weight that rises linearly over the first half of the epochs.",
        VAEConfig(2, **MLP_2),
        Recipe(epochs=100, averaging=0.999, kl_warmup=50),
    ),
    Preset(
        "mlp-100",
        "One hidden layer and 100 latents, most of which stay unused.",
        VAEConfig(100, **MLP_100),
        Recipe(epochs=100),
    ),
    Preset(
        "mlp-100-mse",
        "mlp-100 with the summed squared error in place of the cross-entropy.",
        VAEConfig(100, **MLP_100, likelihood=gaussian(1 / 2)),
        Recipe(epochs=100),
    ),
    Preset(
        "mlp-100-noisy",
        "mlp-100 with noise on the mean and log-variance: its loss is no bound.",
        # N(0, 1), and in no KL term.
        VAEConfig(100, **MLP_100, noisy=True),
        Recipe(epochs=100),
    ),
    Preset(
        "conv-beta",
        "Convolutions with batch norm, 4 latents, squared error and 0.11 KL, 400 epochs.",
        VAEConfig(4, **CONV_4, likelihood=gaussian(0.11 / 2)),
        Recipe(epochs=400, learning_rate=1e-4, schedule="halved", mixed_precision=True),
    ),
    Preset(
        "gaussian-1-2",
        "mlp-20 trained with the prior N(1, 2\u00b2).",
        VAEConfig(20, **MLP_20, prior={"family": "normal", "mean": 1.0, "std": 2.0}),
        CLASSIC,
    ),
    Preset(
        "beta-4-3",
        "mlp-20 trained with the prior Beta(4, 3).",
        VAEConfig(20, **MLP_20, prior={"family": "beta", "alpha": 4.0, "beta": 3.0}),
        BOUNDED,
    ),
    Preset(
        "beta-quarter",
        "mlp-20 trained with the prior Beta(0.25, 0.25), which piles up at 0 and 1.",
        VAEConfig(20, **MLP_20, prior={"family": "beta", "alpha": 0.25, "beta": 0.25}),
        BOUNDED,
    ),
    Preset(
        "laplace",
        "mlp-20 trained with the prior Laplace(0, 1), which has heavy tails.",
        VAEConfig(20, **MLP_20, prior={"family": "laplace", "location": 0.0, "scale": 1.0}),
        CLASSIC,
    ),
    Preset(
        "conv-16-binary",
        "Three convolutions on binarised digits; its bound compares with papers'.",
        VAEConfig(16, **CONV_16),
        replace(BEST, binarised=True, importance_samples=5),
    ),
    Preset(
        "autoencoder",
        "mlp-20 without the KL term: nothing shapes where the codes lie.",
        VAEConfig(20, **MLP_20),
        Recipe(epochs=30, kl_weight=0.0),
    ),
    Preset(
        "cvae",
        "The decoder is told the digit, p(x|z, y): z holds the style, y the digit.",
        VAEConfig(16, **CVAE, classes=10),
        replace(BEST, epochs=60, deformed=0.5, denoised=1.0),
    ),
    Preset(
        "gan",
        "The decoder of mlp-20 trained against a discriminator, with no encoder.",
        GANConfig(DecoderConfig(20, MLP_20["decoder"]), DISCRIMINATOR, penalty=2.0),
        Recipe(epochs=60, learning_rate=2e-4, momentum=0.5, averaging=0.999),
        snapshots=True,
    ),
]

PRESETS = {preset.name: preset for preset in _ALL}


def for_set(preset: Preset, seen: Examples) -> Preset:
    """The preset as it is trained on these images: under a name of its own, so that it replaces no
    model of MNIST, told of as many classes as they have, and without what is made for digits alone.

    Raises ValueError for the classifier, which is MNIST's, for it reads digits and measures them;
    and for a folder whose name would make the name of another preset.
    """
    if seen.data_set == "mnist":
        return preset
    if isinstance(preset.config, ClassifierConfig):
        raise ValueError(
            f"{preset.name}: expected MNIST, got {seen.data_set}: it is what reads and measures "
            "digits here, and is trained on nothing else"
        )
    recipe, config = preset.recipe, preset.config
    if seen.classes != DIGITS:
        recipe = replace(recipe, denoised=0.0, legible=0.0)
    if isinstance(config, VAEConfig) and config.classes:
        first, *others = config.decoder
        inputs = {"inputs": config.latents + len(seen.classes)}
        config = replace(config, decoder=[first | inputs, *others], classes=len(seen.classes))
    about = f"{preset.about} Trained on {title(seen.data_set)}."
    name = f"{preset.name}-{seen.data_set}"
    if name in PRESETS:
        raise ValueError(
            f"{name}: expected a name of its own, got that of a preset: give the folder "
            f"{seen.data_set} another name"
        )
    return replace(preset, name=name, about=about, recipe=recipe, config=config)
