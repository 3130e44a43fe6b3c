"""What a checkpoint stores beside its weights, against moments, samples and NumPy."""

import numpy as np
import pytest
import torch

from vae.data import grey
from vae.evaluation import losses, statistics


def by_hand(q) -> tuple[np.ndarray, np.ndarray]:
    return q.mean.double().numpy(), q.variance.double().numpy()


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
