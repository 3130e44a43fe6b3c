"""Losses and statistics, against the same quantities worked out image by image."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vae import evaluation
from vae.data import grey


@pytest.fixture
def digits(make_digits):
    return make_digits(120)


def by_hand(q) -> tuple[np.ndarray, np.ndarray]:
    return q.mean.double().numpy(), q.variance.double().numpy()


@torch.no_grad()
def test_losses_are_means_over_images_of_sums_over_pixels(tiny, digits):
    model = tiny("normal").eval()
    losses = evaluation.losses(model, digits, binarised=False, seed=3)
    x = grey(digits.images)
    q = model.encode(x)
    eps = torch.randn(120, 3, generator=torch.Generator().manual_seed(3))
    mean = model.decode(q.mean + q.stddev * eps).mean
    kl = (q.variance + q.mean.square() - 1 - q.variance.log()).sum() / 2 / 120
    entropy = F.binary_cross_entropy(mean, x, reduction="sum") / 120
    assert losses["reconstruction"] == pytest.approx(entropy.item(), rel=1e-5)
    assert losses["kl"] == pytest.approx(kl.item(), rel=1e-4)
    assert losses["total"] == pytest.approx((entropy + kl).item(), rel=1e-5)
    assert losses["squared_error"] == pytest.approx(
        F.mse_loss(mean, x, reduction="sum").item() / 120, rel=1e-5
    )
    assert evaluation.losses(model, digits, binarised=False, seed=4) != losses


@pytest.mark.parametrize("count", [119, 120])
@torch.no_grad()
def test_a_last_smaller_batch_counts_no_more_than_its_images(count, tiny, make_digits, monkeypatch):
    model, digits = tiny("normal").eval(), make_digits(count)
    whole = evaluation.losses(model, digits, binarised=False)
    q = evaluation.posterior(model, digits)
    monkeypatch.setattr(evaluation, "BATCH", 50)
    parts = evaluation.losses(model, digits, binarised=False)
    assert parts["kl"] == pytest.approx(whole["kl"], rel=1e-5)  # the same, whatever z is
    torch.testing.assert_close(evaluation.posterior(model, digits).mean, q.mean)


@torch.no_grad()
def test_binarised_losses_are_of_binary_images_but_for_the_squared_error(tiny, digits):
    model, generator = tiny("normal").eval(), torch.Generator().manual_seed(0)
    losses = evaluation.losses(model, digits, binarised=True)
    x = (torch.bernoulli(grey(digits.images), generator=generator) > 0.5).float()
    q = model.encode(x)
    mean = model.decode(q.mean + q.stddev * torch.randn(120, 3, generator=generator)).mean
    entropy = F.binary_cross_entropy(mean, x, reduction="sum").item() / 120
    error = F.mse_loss(mean, grey(digits.images), reduction="sum").item() / 120
    assert losses["reconstruction"] == pytest.approx(entropy, rel=1e-5)
    assert losses["squared_error"] == pytest.approx(error, rel=1e-5)


def test_the_bound_lies_between_the_elbo_and_zero(tiny, digits):
    model = tiny("normal").eval()
    elbo = -evaluation.losses(model, digits, binarised=True)["total"]
    bounds = [evaluation.bound(model, digits, samples) for samples in (1, 20, 200)]
    assert bounds[0] == pytest.approx(elbo, abs=1)
    assert bounds[0] < bounds[1] < bounds[2] < 0


@pytest.mark.parametrize("kind", ["normal", "beta"])
@torch.no_grad()
def test_statistics_are_the_moments_of_the_aggregate_posterior(kind, tiny, digits, make_digits):
    model, test = tiny(kind).eval(), make_digits(60, seed=1)
    found = evaluation.statistics(model, digits, test)

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
    found = evaluation.statistics(model, digits, digits)
    q = model.encode(grey(digits.images))
    z = q.expand((500, 120, 3)).sample().reshape(-1, 3).double().numpy()
    np.testing.assert_allclose(found["mean"], z.mean(0), atol=0.01)
    np.testing.assert_allclose(found["covariance"], np.cov(z.T), atol=0.002)


def test_encodings_are_those_of_the_first_digits_alone(tiny, digits, monkeypatch):
    monkeypatch.setattr(evaluation, "ENCODINGS", 7)
    found = evaluation.statistics(tiny("normal").eval(), digits, digits)
    assert found["encodings.mean"].shape == found["encodings.std"].shape == (7, 3)
    assert found["encodings.label"].tolist() == [0, 1, 2, 3, 4, 5, 6]
