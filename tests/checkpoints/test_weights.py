"""The shipped checkpoints: each is what its record says, and as good as its preset should be."""

import json

import numpy as np
import pytest
import torch

import vae
from vae import checkpoints
from vae.evaluation import losses
from vae.gan import GANConfig, sensitivity
from vae.sampling import mixture
from vae.training import snapshots
from vae.training.presets import PRESETS
from vae.training.recipe import Recipe

MEGABYTE = 1_000_000
# How many of the 60,000 training images show each digit.
TRAINING_COUNTS = np.array([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
each_model = pytest.mark.parametrize("name", vae.list_models())
# A GAN has neither an encoder nor a likelihood.
CLASSIFIERS = {checkpoints.CLASSIFIER, checkpoints.SECOND_CLASSIFIER}
VAES = [name for name in vae.list_models() if not isinstance(PRESETS[name].config, GANConfig)]
each_vae = pytest.mark.parametrize("name", VAES)
each_scrubbed = pytest.mark.parametrize(
    "name", [name for name, preset in PRESETS.items() if preset.snapshots]
)


def statistics(name: str) -> dict[str, np.ndarray]:
    """In float64, so that the checks add no rounding of their own."""
    tensors = checkpoints.load_statistics(name)
    return {key: tensor.double().numpy() for key, tensor in tensors.items()}


def plain(value: object) -> object:
    """As JSON gives it back: tuples are lists."""
    return json.loads(json.dumps(value))


def test_every_preset_has_a_checkpoint_and_the_zoo_opens_them_all():
    assert set(vae.list_models()) == set(PRESETS) - CLASSIFIERS
    zoo = checkpoints.open_zoo(first=[*PRESETS])
    assert list(zoo.models) == [name for name in PRESETS if name not in CLASSIFIERS]
    assert zoo.left_out == {}


def test_all_weights_together_are_small():
    files = list(checkpoints.WEIGHTS.rglob("*"))
    assert sum(file.stat().st_size for file in files if file.is_file()) <= 64 * MEGABYTE


@each_model
def test_it_is_its_preset_trained_to_the_end(name):
    model, preset = vae.load(name), PRESETS[name]
    record = model.record
    assert (record.name, record.about) == (name, preset.about)
    assert len(record.about) <= 80  # two lines of the stage, on a phone too
    config = preset.config.generator if isinstance(preset.config, GANConfig) else preset.config
    assert plain(model.config.to_dict()) == plain(config.to_dict())
    assert Recipe(**record.recipe) == preset.recipe
    assert [entry["epoch"] for entry in record.history] == [*range(1, preset.recipe.epochs + 1)]
    assert record.figures["parameters"] == sum(p.numel() for p in model.parameters())
    assert all(tensor.isfinite().all() for tensor in model.state_dict().values())


@each_vae
def test_it_reproduces_its_recorded_losses(name, mnist_test):
    model = vae.load(name)
    record = model.record
    assert record.figures["total"] == pytest.approx(record.history[-1]["test_total"], abs=0.1)
    found = losses.terms(model, mnist_test, record.recipe["binarised"])
    recorded = {key: record.figures[key] for key in found}
    assert found == pytest.approx(recorded, abs=1e-2)


@each_vae
def test_its_statistics_fit_together(name):
    model, found = vae.load(name), statistics(name)
    latents, figures = model.config.latents, model.record.figures
    components = mixture.components(TRAINING_COUNTS.sum(), latents)
    assert {key: value.shape for key, value in found.items()} == {
        "kl": (latents,),
        "activity": (latents,),
        "mean": (latents,),
        "covariance": (latents, latents),
        "class_mean": (10, latents),
        "class_covariance": (10, latents, latents),
        "encodings.mean": (2000, latents),
        "encodings.std": (2000, latents),
        "encodings.label": (2000,),
        "mixture.weight": (components,),
        "mixture.mean": (components, latents),
        "mixture.covariance": (components, latents, latents),
        "percentiles.reconstruction": (101,),
        "percentiles.kl": (101,),
    }
    assert all(np.isfinite(value).all() for value in found.values())
    assert set(found["encodings.label"]) == set(range(10))
    assert (found["encodings.std"] >= 0).all()
    assert (found["kl"] >= 0).all()
    assert (found["activity"] > 0.01).sum() == figures["active_units"]
    if not model.record.recipe["binarised"]:  # the statistics are of grey digits
        assert found["kl"].sum() == pytest.approx(figures["kl"], abs=1e-2)
    covariances = (found["class_covariance"], found["mixture.covariance"])
    for covariance in (found["covariance"], *np.concatenate(covariances)):
        np.testing.assert_allclose(covariance, covariance.T, rtol=1e-5, atol=1e-7)
        # Rounding to half precision may leave a large mixture's least eigenvalue just below 0.
        values = np.linalg.eigvalsh(covariance)
        assert values.min() > -1e-3 * values.max()


@each_vae
def test_its_classes_make_up_its_aggregate_posterior(name):
    """The laws of total expectation and of total covariance."""
    found, shares = statistics(name), TRAINING_COUNTS / TRAINING_COUNTS.sum()
    scale = np.sqrt(np.diag(found["covariance"]))
    mean = shares @ found["class_mean"]
    np.testing.assert_allclose(mean / scale, found["mean"] / scale, atol=1e-4)
    apart = found["class_mean"] - mean
    within = np.tensordot(shares, found["class_covariance"], 1)
    covariance = within + (apart * shares[:, None]).T @ apart
    units = np.outer(scale, scale)
    np.testing.assert_allclose(covariance / units, found["covariance"] / units, atol=1e-4)


@each_vae
def test_its_mixture_as_a_whole_is_its_aggregate_posterior(name):
    """To what a sample of 60,000 (24,000 for 100 latents) and half precision can tell."""
    found = statistics(name)
    weight, mean = found["mixture.weight"], found["mixture.mean"]
    assert weight.sum() == pytest.approx(1, abs=1e-5)
    assert weight.min() > 0
    scale = np.sqrt(np.diag(found["covariance"]))
    np.testing.assert_allclose(weight @ mean / scale, found["mean"] / scale, atol=0.04)
    apart = mean - weight @ mean
    covariance = np.tensordot(weight, found["mixture.covariance"], 1)
    covariance += (apart * weight[:, None]).T @ apart
    units = np.outer(scale, scale)
    np.testing.assert_allclose(covariance / units, found["covariance"] / units, atol=0.05)


@each_vae
def test_its_statistics_are_those_of_the_test_digits(name, mnist_test):
    model, found = vae.load(name), checkpoints.load_statistics(name)
    q = losses.posterior(model, mnist_test)
    kl = torch.distributions.kl_divergence(q, model.prior).mean(0)
    torch.testing.assert_close(found["kl"], kl, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(found["activity"], q.mean.var(0), rtol=1e-3, atol=1e-5)
    assert torch.equal(found["encodings.label"].long(), mnist_test.labels[:2000])
    for key, value in (("encodings.mean", q.mean), ("encodings.std", q.stddev)):
        torch.testing.assert_close(found[key].float(), value[:2000], rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "nats"),
    [
        ("mlp-20", 100.3),
        ("mlp-2", 141),
        ("conv-16", 91.5),
        ("beta-4-3", 104),
        ("beta-quarter", 107),
    ],
)
def test_its_test_loss_is_as_low_as_it_should_be(name, nats):
    assert vae.load(name).record.figures["total"] <= nats


def test_mlp_20_learns_as_the_reports_say():
    """Loss 183 at the start and 99 at the end of 30 epochs; here 181 and 99."""
    history = vae.load("mlp-20").record.history
    assert len(history) == 30
    assert history[0]["train_total"] == pytest.approx(181, abs=3)
    assert history[-1]["train_total"] == pytest.approx(99, abs=1.5)


def test_the_bound_of_conv_16_binary_is_above_the_published_ones():
    """In nats, on log p(x) of binarised test digits: Burda et al. (2016) have -86.8 for a VAE of
    one stochastic layer and -84.8 for an IWAE with 50 samples."""
    figures = vae.load("conv-16-binary").record.figures
    assert figures["bound_samples"] == 500
    assert figures["bound"] >= -84
    assert -figures["total"] < figures["bound"] < -figures["total"] + 10


def test_the_gan_knows_what_needs_no_encoder_and_nothing_else():
    model = vae.load("gan")
    assert not isinstance(model, vae.VAE)
    found = checkpoints.load_statistics("gan")
    assert set(found) == {"sensitivity"}
    torch.testing.assert_close(found["sensitivity"], sensitivity(model), rtol=1e-3, atol=1e-6)
    assert not {"kl", "total", "active_units", "bound"} & set(model.record.figures)


@each_scrubbed
def test_its_snapshots_lead_to_the_shipped_model(name):
    found, model = snapshots.load(name), vae.load(name)
    assert [one.entry["epoch"] for one in found] == snapshots.epochs(len(model.record.history))
    for one in found[1:]:
        assert one.entry == model.record.history[one.entry["epoch"] - 1]
    shipped = model.decoder.state_dict()
    for key, tensor in found[-1].model.decoder.state_dict().items():
        assert torch.equal(tensor, shipped[key])
    if isinstance(model, vae.VAE):
        encodings = checkpoints.load_statistics(name)["encodings.mean"]
        assert torch.equal(found[-1].encodings, encodings[:1000])
        assert all(one.encodings.shape == found[-1].encodings.shape for one in found)
    assert snapshots.path_of(name, checkpoints.WEIGHTS).stat().st_size <= 8 * MEGABYTE
