"""What a model loses on digits it has not seen, against sums by hand."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vae.data import grey
from vae.evaluation import losses


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
