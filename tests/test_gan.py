"""The adversarial baseline: its losses, its two players, and a checkpoint without an encoder."""

from collections.abc import Callable
from dataclasses import replace
from math import log

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from vae import checkpoints, gan, latent
from vae.data import Examples, grey
from vae.gan import GAN, GANConfig
from vae.model import VAE, DecoderConfig
from vae.networks import linear, reshape
from vae.training import loop, snapshots, trainers
from vae.training.presets import PRESETS, Preset, Recipe
from vae.training.trainers import GANTrainer

CPU = torch.device("cpu")
RECIPE = Recipe(epochs=2, batch_size=20, learning_rate=2e-3, momentum=0.5, averaging=0.9)


@pytest.fixture
def preset(adversarial: GANConfig) -> Callable[..., Preset]:
    """`preset(**changes)` is a tiny GAN and its recipe, changed."""

    def make(**changes: object) -> Preset:
        return Preset("tiny", "For the tests.", adversarial, replace(RECIPE, **changes), True)

    return make


@pytest.fixture(scope="module")
def digits(make_digits: Callable) -> tuple[Examples, Examples]:
    """Of the training and of the test set."""
    return make_digits(100, seed=1), make_digits(60, seed=2)


def finish(preset: Preset, digits: tuple[Examples, Examples], folder) -> GANTrainer:
    run = trainers.start(preset, CPU)
    loop.train(run, *digits, folder / "state.safetensors", lambda progress: None)
    return run


def players(run: GANTrainer) -> dict[str, list[Tensor]]:
    """Copies of the weights of each."""
    return {
        name: [parameter.detach().clone() for parameter in player.parameters()]
        for name, player in run.model.named_children()
    }


def test_the_losses_are_cross_entropies():
    """Of the labels real = 1 and generated = 0 for the discriminator, generated = 1 against it."""
    real, fake = torch.randn(2, 50, generator=torch.Generator().manual_seed(0)) * 3
    one, zero = torch.ones(50), torch.zeros(50)
    found = gan.discriminator_loss(real, fake)
    expected = F.binary_cross_entropy(real.sigmoid(), one)
    expected += F.binary_cross_entropy(fake.sigmoid(), zero)
    torch.testing.assert_close(found, expected)
    expected = F.binary_cross_entropy(fake.sigmoid(), one)
    torch.testing.assert_close(gan.generator_loss(fake), expected)


def test_a_discriminator_that_cannot_tell_loses_two_bits_and_one_that_can_none():
    undecided, sure = torch.zeros(9), torch.full((9,), 100.0)
    assert gan.discriminator_loss(undecided, undecided).item() == pytest.approx(2 * log(2))
    assert gan.generator_loss(undecided).item() == pytest.approx(log(2))
    assert gan.discriminator_loss(sure, -sure).item() == pytest.approx(0, abs=1e-6)


def test_the_generator_learns_most_where_it_is_found_out():
    """What "non-saturating" means: the slope at a logit l is -(1 - D), not the -D of log(1 - D)."""
    logits = torch.tensor([-8.0, 0.0, 8.0], requires_grad=True)
    gan.generator_loss(logits).backward()
    expected = -(1 - logits.detach().sigmoid()) / 3
    torch.testing.assert_close(logits.grad, expected)


def test_a_generator_with_an_encoder_is_refused(adversarial, tiny):
    with pytest.raises(ValueError, match="expected a DecoderConfig, got one with an encoder"):
        replace(adversarial, generator=tiny("normal").config)


def test_pictures_are_decoded_from_the_prior(adversarial):
    model = GAN(adversarial)
    pictures = model.generate(7, torch.Generator().manual_seed(3))
    z = torch.randn(7, 3, generator=torch.Generator().manual_seed(3))
    assert torch.equal(pictures, model.generator.decode(z).mean)
    assert pictures.shape == (7, 1, 28, 28)


def test_the_penalty_is_half_the_mean_squared_slope(adversarial, images):
    """By central differences along every pixel, in float64."""
    model, x = GAN(adversarial).double(), images.double()
    found = gan.slope_penalty(model.judge(x.requires_grad_(True)), x).item()
    steps = 1e-6 * torch.eye(784, dtype=torch.float64).view(784, 1, 28, 28)
    with torch.no_grad():
        slopes = [(model.judge(one + steps) - model.judge(one - steps)) / 2e-6 for one in x]
    expected = sum(slope.square().sum() for slope in slopes) / len(x) / 2
    assert found == pytest.approx(expected.item(), rel=1e-4)


def test_the_penalty_reaches_the_weights(adversarial, images):
    """Of a linear discriminator l = w.x it is |w|^2 / 2, whose gradient is w."""
    layers = [reshape(784), linear(784, 1)]
    model, x = GAN(replace(adversarial, discriminator=layers)), images.requires_grad_(True)
    weight = model.discriminator[1].weight
    (gradient,) = torch.autograd.grad(gan.slope_penalty(model.judge(x), x), weight)
    torch.testing.assert_close(gradient, weight)


def test_a_step_is_adam_on_each_players_own_loss(preset, digits):
    """Against the plain textbook: probabilities, two passes, torch's unfused Adam."""
    run, hand = (trainers.start(preset(), CPU) for _ in range(2))
    images, labels = digits[0].images[:20], digits[0].labels[:20]
    losses = run.step(images, labels, torch.Generator().manual_seed(5), 0.0)

    model, x = hand.model, grey(images).requires_grad_(True)
    z = torch.randn(20, 3, generator=torch.Generator().manual_seed(5))
    settings = {"lr": 2e-3, "betas": (0.5, 0.999), "fused": False}
    optimizer = torch.optim.Adam(model.discriminator.parameters(), **settings)
    with torch.no_grad():
        fake = model.generator.decode(z).mean
    real, made = (model.discriminator(pictures).sigmoid() for pictures in (x, fake))
    of_discriminator = -real.log().mean() - (1 - made).log().mean()
    (slope,) = torch.autograd.grad(real.logit().sum(), x, create_graph=True)
    penalty = 2.0 / 2 * slope.flatten(1).norm(dim=1).square().mean()
    (of_discriminator + penalty).backward()
    optimizer.step()
    optimizer = torch.optim.Adam(model.generator.parameters(), **settings)
    made = model.discriminator(model.generator.decode(z).mean).sigmoid()
    of_generator = -made.log().mean()
    of_generator.backward()
    optimizer.step()

    assert losses["discriminator"].item() == pytest.approx(of_discriminator.item(), rel=1e-5)
    assert losses["generator"].item() == pytest.approx(of_generator.item(), rel=1e-5)
    assert losses["penalty"].item() == pytest.approx(penalty.item(), rel=1e-4)
    parts = losses["generator"] + losses["discriminator"] + losses["penalty"]
    assert losses["total"].item() == pytest.approx(parts.item())
    for name, expected in players(hand).items():
        for found, wanted in zip(players(run)[name], expected, strict=True):
            torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


def test_each_optimiser_moves_its_own_player(preset):
    run = trainers.start(preset(), CPU)
    for number, name in enumerate(("generator", "discriminator")):
        before = players(run)
        loss = sum(parameter.square().sum() for parameter in run.model.parameters())
        run.descend(loss, 0.0, optimizer=number)
        for player, weights in players(run).items():
            same = [torch.equal(*pair) for pair in zip(weights, before[player], strict=True)]
            assert not any(same) if player == name else all(same)


def test_the_history_holds_losses_and_no_likelihood(preset, digits, tmp_path):
    run = finish(preset(), digits, tmp_path)
    names = ("generator", "discriminator")
    assert set(run.history[-1]) == {
        *("epoch", "seconds", "learning_rate", "train_penalty", "train_total"),
        *(f"{part}_{name}" for part in ("train", "test") for name in names),
    }
    for entry in run.history:
        parts = [entry[f"train_{name}"] for name in (*names, "penalty")]
        assert entry["train_total"] == pytest.approx(sum(parts))


@pytest.mark.parametrize("changes", [{"penalty": 0.0}, {"mixed_precision": True}])
def test_it_trains_without_a_penalty_and_in_half_precision(changes, preset, digits, tmp_path):
    changed = preset(mixed_precision=changes.get("mixed_precision", False))
    config = replace(changed.config, penalty=changes.get("penalty", 2.0))
    run = finish(replace(changed, config=config), digits, tmp_path)
    assert all(parameter.isfinite().all() for parameter in run.model.parameters())
    assert (run.history[-1]["train_penalty"] == 0) == ("penalty" in changes)
    assert all(parameter.requires_grad for parameter in run.model.parameters())


def test_training_brings_the_pictures_nearer_to_the_digits(preset, digits, tmp_path):
    """The mean picture, whose bars are where those of the digits are."""
    target = grey(digits[0].images).mean(0)

    def distance(run: GANTrainer) -> float:
        pictures = run.result.generate(500, torch.Generator().manual_seed(0)).mean(0)
        return (pictures - target).square().sum().item()

    start = distance(trainers.start(preset(), CPU))
    assert distance(finish(preset(epochs=40), digits, tmp_path)) < 0.7 * start


def test_its_checkpoint_is_a_decoder_like_any_other(preset, digits, tmp_path):
    run, path = finish(preset(), digits, tmp_path), tmp_path / "weights" / "tiny.safetensors"
    record = run.export(*digits, path)
    model = checkpoints.load(path)
    assert checkpoints.open_zoo(path.parent).models["tiny"].config == model.config
    assert model.config == preset().config.generator
    assert model.record == record
    assert record.history == run.history
    parameters = sum(parameter.numel() for parameter in model.parameters())
    assert record.figures["parameters"] == parameters
    assert not {"kl", "total", "active_units", "bound"} & set(record.figures)
    z = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    expected = checkpoints.round_to_half(run.result).generator.decode(z).mean
    assert torch.equal(model.decode(z).mean, expected)
    assert not hasattr(model, "encode")


def test_its_statistics_are_those_that_need_no_encoder(preset, digits, tmp_path):
    path = tmp_path / "tiny.safetensors"
    finish(preset(), digits, tmp_path).export(*digits, path)
    found = checkpoints.load_statistics(path)
    assert set(found) == {"sensitivity"}
    assert torch.equal(found["sensitivity"], gan.sensitivity(checkpoints.load(path)))


def test_its_snapshots_are_decoders_without_encodings(preset, digits, tmp_path):
    run = finish(preset(), digits, tmp_path)
    path = tmp_path / "tiny.safetensors"
    snapshots.save(path, run.snapshots, digits[1])
    loaded = snapshots.load(path)
    assert [snapshot.entry["epoch"] for snapshot in loaded] == [0, 1, 2]
    assert all(snapshot.encodings is None for snapshot in loaded)
    assert "test_generator" in loaded[0].entry


@pytest.mark.parametrize("kind", ["normal", "shifted normal", "beta"])
def test_sensitivity_is_the_mean_square_of_the_jacobian_in_units_of_the_prior(kind, tiny):
    model = tiny(kind).eval()
    found = gan.sensitivity(model, count=12, seed=4)
    z = latent.sample(model.prior, 12, torch.Generator().manual_seed(4))
    jacobians = [
        torch.autograd.functional.jacobian(lambda code: model.decode(code[None]).mean, code)
        for code in z
    ]
    squares = torch.stack(jacobians).square().sum((1, 2, 3, 4)).mean(0)
    torch.testing.assert_close(found, squares * model.prior.variance, rtol=5e-2, atol=0)


def test_the_preset_is_the_decoder_of_mlp_20_and_a_rival_of_its_encoders_size():
    config, rival = PRESETS["gan"].config, PRESETS["mlp-20"].config
    assert config.generator == DecoderConfig(rival.latents, rival.decoder)
    sizes = [
        sum(parameter.numel() for parameter in network.parameters())
        for network in (GAN(config), VAE(rival))
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.02)
    recipe = PRESETS["gan"].recipe
    assert (recipe.learning_rate, recipe.momentum, recipe.batch_size) == (2e-4, 0.5, 128)
