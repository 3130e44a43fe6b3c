"""Losses and statistics, against the same quantities worked out image by image."""

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vae import checkpoints, data
from vae.checkpoints import Record
from vae.classifier import Classifier, ClassifierConfig
from vae.data import grey
from vae.evaluation import __main__ as evaluation
from vae.evaluation import generation, losses, statistics
from vae.evaluation.judge import MEASURES
from vae.model import DecoderConfig
from vae.networks import RELU, reading


@pytest.fixture
def digits(make_digits):
    return make_digits(120)


def by_hand(q) -> tuple[np.ndarray, np.ndarray]:
    return q.mean.double().numpy(), q.variance.double().numpy()


@torch.no_grad()
def test_losses_are_means_over_images_of_sums_over_pixels(tiny, digits):
    model = tiny("normal").eval()
    found = losses.terms(model, digits, binarised=False, seed=3)
    x = grey(digits.images)
    q = model.encode(x)
    eps = torch.randn(120, 3, generator=torch.Generator().manual_seed(3))
    mean = model.decode(q.mean + q.stddev * eps).mean
    kl = (q.variance + q.mean.square() - 1 - q.variance.log()).sum() / 2 / 120
    entropy = F.binary_cross_entropy(mean, x, reduction="sum") / 120
    assert found["reconstruction"] == pytest.approx(entropy.item(), rel=1e-5)
    assert found["kl"] == pytest.approx(kl.item(), rel=1e-4)
    assert found["total"] == pytest.approx((entropy + kl).item(), rel=1e-5)
    assert found["squared_error"] == pytest.approx(
        F.mse_loss(mean, x, reduction="sum").item() / 120, rel=1e-5
    )
    assert losses.terms(model, digits, binarised=False, seed=4) != found


@pytest.mark.parametrize("count", [119, 120])
@torch.no_grad()
def test_a_last_smaller_batch_counts_no_more_than_its_images(count, tiny, make_digits, monkeypatch):
    model, digits = tiny("normal").eval(), make_digits(count)
    whole = losses.terms(model, digits, binarised=False)
    q = losses.posterior(model, digits)
    monkeypatch.setattr(losses, "BATCH", 50)
    parts = losses.terms(model, digits, binarised=False)
    assert parts["kl"] == pytest.approx(whole["kl"], rel=1e-5)  # the same, whatever z is
    torch.testing.assert_close(losses.posterior(model, digits).mean, q.mean)


@torch.no_grad()
def test_binarised_losses_are_of_binary_images_but_for_the_squared_error(tiny, digits):
    model, generator = tiny("normal").eval(), torch.Generator().manual_seed(0)
    found = losses.terms(model, digits, binarised=True)
    x = (torch.bernoulli(grey(digits.images), generator=generator) > 0.5).float()
    q = model.encode(x)
    mean = model.decode(q.mean + q.stddev * torch.randn(120, 3, generator=generator)).mean
    entropy = F.binary_cross_entropy(mean, x, reduction="sum").item() / 120
    error = F.mse_loss(mean, grey(digits.images), reduction="sum").item() / 120
    assert found["reconstruction"] == pytest.approx(entropy, rel=1e-5)
    assert found["squared_error"] == pytest.approx(error, rel=1e-5)


def test_the_bound_lies_between_the_elbo_and_zero(tiny, digits):
    model = tiny("normal").eval()
    elbo = -losses.terms(model, digits, binarised=True)["total"]
    bounds = [losses.bound(model, digits, samples) for samples in (1, 20, 200)]
    assert bounds[0] == pytest.approx(elbo, abs=1)
    assert bounds[0] < bounds[1] < bounds[2] < 0


@pytest.mark.parametrize("kind", ["normal", "beta"])
@torch.no_grad()
def test_statistics_are_the_moments_of_the_aggregate_posterior(kind, tiny, digits, make_digits):
    model, test = tiny(kind).eval(), make_digits(60, seed=1)
    found = statistics.collect(model, digits, test)

    mean, variance = by_hand(model.encode(grey(digits.images)))
    labels = digits.labels.numpy()
    for rows, one_mean, one_covariance in [
        (labels >= 0, found["mean"], found["covariance"]),
        *[(labels == k, found["class_mean"][k], found["class_covariance"][k]) for k in range(10)],
    ]:
        # E[zz'] - E[z]E[z]', with E[zz'] = mean mean' + diag(variance) for each image.
        second = mean[rows].T @ mean[rows] / rows.sum() + np.diag(variance[rows].mean(0))
        expected = mean[rows].mean(0)
        np.testing.assert_allclose(one_mean, expected, rtol=1e-4, atol=1e-6)
        covariance = second - np.outer(expected, expected)
        np.testing.assert_allclose(one_covariance, covariance, rtol=1e-3, atol=1e-6)

    q = model.encode(grey(test.images))
    kl = torch.distributions.kl_divergence(q, model.prior).mean(0)
    torch.testing.assert_close(found["kl"], kl)
    np.testing.assert_allclose(found["activity"], by_hand(q)[0].var(0, ddof=1), rtol=1e-3)
    torch.testing.assert_close(found["encodings.mean"], q.mean.half())
    torch.testing.assert_close(found["encodings.std"], q.stddev.half())
    assert found["encodings.label"].tolist() == test.labels.tolist()


@torch.no_grad()
def test_statistics_agree_with_samples(tiny, digits):
    model = tiny("beta").eval()
    found = statistics.collect(model, digits, digits)
    q = model.encode(grey(digits.images))
    z = q.expand((500, 120, 3)).sample().reshape(-1, 3).double().numpy()
    np.testing.assert_allclose(found["mean"], z.mean(0), atol=0.01)
    np.testing.assert_allclose(found["covariance"], np.cov(z.T), atol=0.002)


def test_encodings_are_those_of_the_first_digits_alone(tiny, digits, monkeypatch):
    monkeypatch.setattr(statistics, "ENCODINGS", 7)
    found = statistics.collect(tiny("normal").eval(), digits, digits)
    assert found["encodings.mean"].shape == found["encodings.std"].shape == (7, 3)
    assert found["encodings.label"].tolist() == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("kind", ["normal", "beta"])
def test_the_mixture_is_fitted_to_samples_of_the_posteriors(kind, tiny, digits):
    """As a whole it has the moments of the aggregate posterior, to what 120 samples can tell."""
    found = statistics.collect(tiny(kind).eval(), digits, digits)
    weight, mean, covariance = (
        found[f"mixture.{name}"].double() for name in ("weight", "mean", "covariance")
    )
    assert (mean.shape, covariance.shape) == ((4, 3), (4, 3, 3))
    assert weight.sum().item() == pytest.approx(1)
    whole = weight @ mean
    apart = mean - whole
    spread = torch.tensordot(weight, covariance, 1) + (apart * weight[:, None]).T @ apart
    error = (found["covariance"].diag() / 120).sqrt()
    assert ((whole - found["mean"]).abs() < 5 * error).all()
    np.testing.assert_allclose(spread.diag(), found["covariance"].diag(), rtol=0.7)


def test_units_that_no_digit_moves_are_alike_in_all_components():
    """Three units, of which the first and the last tell two groups of digits apart."""
    group = torch.arange(4000) % 2
    means = torch.stack([6.0 * group, torch.zeros(4000), 1 - 4.0 * group], 1)
    q = torch.distributions.Normal(means, torch.tensor([1.0, 2.0, 0.5]).expand(4000, 3))
    found = statistics.mixture_statistics(q)
    mean, covariance = found["mixture.mean"], found["mixture.covariance"]
    torch.testing.assert_close(mean[:, 1], torch.zeros(len(mean)), atol=0.15, rtol=0)
    assert (mean[:, 1] == mean[0, 1]).all()
    torch.testing.assert_close(covariance[:, 1, 1], torch.full((len(mean),), 4.0), atol=0.4, rtol=0)
    assert not covariance[:, 1, [0, 2]].any()
    assert not covariance[:, [0, 2], 1].any()
    upper = mean[:, 0] > 3
    assert found["mixture.weight"][upper].sum().item() == pytest.approx(0.5, abs=0.01)
    means = found["mixture.weight"][upper] @ mean[upper] / found["mixture.weight"][upper].sum()
    np.testing.assert_allclose(means[[0, 2]], [6, -3], atol=0.1)


def test_without_an_active_unit_the_mixture_is_one_gaussian():
    q = torch.distributions.Normal(torch.zeros(600, 2), torch.tensor([1.0, 3.0]).expand(600, 2))
    found = statistics.mixture_statistics(q)
    assert found["mixture.weight"].sum().item() == pytest.approx(1)
    diagonal = torch.tensor([1.0, 9.0]).diag().expand(len(found["mixture.weight"]), 2, 2)
    torch.testing.assert_close(found["mixture.covariance"], diagonal, atol=0.1, rtol=0.2)


def test_a_large_mixture_is_stored_in_half_precision(tiny, digits, monkeypatch):
    def kind() -> torch.dtype:
        q = losses.posterior(tiny("normal").eval(), digits)
        return statistics.mixture_statistics(q)["mixture.covariance"].dtype

    assert kind() == torch.float32
    monkeypatch.setattr(statistics, "MANY", 10)
    assert kind() == torch.float16


@pytest.fixture
def folder(tmp_path, tiny, digits, monkeypatch):
    """A folder with a VAE, a generator without encoder and a classifier; 40 samples are enough."""
    monkeypatch.setattr(evaluation, "SAMPLES", 40)
    vae, generator = tiny("normal").eval(), tiny(DecoderConfig(3, tiny("normal").config.decoder))
    stored = statistics.collect(vae, digits, digits)
    checkpoints.save(tmp_path / "vae.safetensors", vae, Record("vae", ""), stored)
    checkpoints.save(tmp_path / "gan.safetensors", generator, Record("gan", ""))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        classifier = Classifier(ClassifierConfig(reading((2, 4), 8, RELU)))
    checkpoints.save(tmp_path / "classifier.safetensors", classifier, Record("classifier", ""))
    return tmp_path


@pytest.fixture
def command(folder, write_set, tmp_path_factory):
    """`command(...)` runs `python -m vae.evaluation ...` and gives the table that it wrote."""
    root = write_set(tmp_path_factory.mktemp("mnist"), 120, 60)

    def run(*arguments: str) -> dict:
        options = ["--weights", str(folder), "--data", str(root)]
        assert evaluation.main([*arguments, *options]) == 0
        return json.loads((folder / "evaluation.json").read_text())

    return run


def test_the_command_measures_every_model_under_every_distribution(command):
    content = command()
    names = generation.distributions().keys()
    assert content["models"]["vae"]["distributions"].keys() == names
    fitted = {"gaussian", "classes", "mixture", "encodings"}
    assert content["models"]["gan"]["distributions"].keys() == names - fitted
    for figures in (content["floor"], content["models"]["vae"]["distributions"]["mixture"]):
        assert figures.keys() == {*MEASURES, "classes"}
    assert content["conditions"]["samples"] == 40
    assert content["conditions"]["seeds"] == [0, 1, 2]


def test_the_command_goes_on_where_it_stopped(command, folder, monkeypatch):
    measured, evaluate = [], generation.evaluate

    def spy(judge, model, spec, *rest):
        measured.append(spec["family"])
        if spec["family"] == "mixture" and len(measured) < 3:
            raise KeyboardInterrupt
        return evaluate(judge, model, spec, *rest)

    monkeypatch.setattr(generation, "evaluate", spy)
    chosen = ["vae", "--distributions", "prior", "mixture"]
    with pytest.raises(AssertionError):  # its status is not 0
        command(*chosen)
    assert measured == ["prior", "mixture"]
    content = command(*chosen)
    assert measured == ["prior", "mixture", "mixture"]
    assert content["models"].keys() == {"vae"}
    command(*chosen)
    assert len(measured) == 3
    command("gan", "--distributions", "prior")
    assert measured[3:] == ["prior"]


def test_encodings_are_those_of_training_digits(command, monkeypatch):
    seen, evaluate = {}, generation.evaluate

    def spy(judge, model, spec, stored, *rest):
        seen[spec["family"]] = stored
        return evaluate(judge, model, spec, stored, *rest)

    monkeypatch.setattr(generation, "evaluate", spy)
    command("vae", "--distributions", "encodings", "classes")
    assert seen["encodings"]["encodings.mean"].shape == (120, 3)
    assert seen["encodings"]["encodings.mean"].dtype == torch.float32
    assert seen["classes"]["encodings.mean"].dtype == torch.float16


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["mlp-21"], ["expected some of gan, vae", "'mlp-21'"]),
        (["--distributions", "gamma"], ["normal-0-1", "'gamma'"]),
    ],
)
def test_the_command_refuses_and_names_what_it_expected(arguments, parts, folder, capsys):
    assert evaluation.main(["--weights", str(folder), *arguments]) == 1
    message = capsys.readouterr().err
    for part in ["vae.evaluation:", *parts]:
        assert part in message


def test_the_command_needs_the_classifier(folder, digits, monkeypatch, capsys):
    monkeypatch.setattr(data, "load", lambda *arguments: (digits, digits))
    (folder / "classifier.safetensors").unlink()
    assert evaluation.main(["--weights", str(folder)]) == 1
    assert "python train.py classifier makes it" in capsys.readouterr().err


@torch.no_grad()
def test_percentiles_are_numpys_over_single_digits(tiny, make_digits):
    model, digits = tiny("gaussian"), make_digits(57)
    found = statistics.percentiles(model, digits)
    reconstructions, kls = [], []
    for image in digits.images:
        x = (image.float() / 255).unsqueeze(0)
        q = model.encode(x)
        reconstructions.append(-model.decode(q.mean).log_prob(x).item())
        kls.append(torch.distributions.kl_divergence(q, model.prior).sum().item())
    for name, values in (("reconstruction", reconstructions), ("kl", kls)):
        expected = np.percentile(values, np.arange(101))
        np.testing.assert_allclose(found[f"percentiles.{name}"], expected, rtol=1e-4)


def test_a_model_of_other_images_than_digits_is_not_measured(command, folder, tiny, capsys):
    record = Record("pets", "", data_set="pets", images=60, classes=("cat", "dog"))
    checkpoints.save(folder / "pets.safetensors", tiny("normal").eval(), record)
    assert "pets" not in command("--distributions", "prior")["models"]
    assert evaluation.main(["pets", "--weights", str(folder)]) == 1
    assert "pets: expected a model of digits" in capsys.readouterr().err
