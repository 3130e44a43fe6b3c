"""The bounds, against log p(x) by numerical quadrature in float64 over a single latent."""

from collections.abc import Callable
from math import log

import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
import torch
from torch import Tensor

from vae import latent
from vae.model import VAE, VAEConfig
from vae.networks import TANH, dense
from vae.objective import ELBO, elbo, importance_weighted, importance_weighted_bound, kl_weight

ONE_LATENT = dense([4], 1, TANH)
PRIORS = {
    "normal": {"family": "normal", "mean": 0.0, "std": 1.0},
    "shifted normal": {"family": "normal", "mean": 1.0, "std": 2.0},
    "beta": {"family": "beta", "alpha": 4.0, "beta": 3.0},
}
REPEATS = 4000


@pytest.fixture(params=PRIORS)
def model(request: pytest.FixtureRequest, tiny: Callable[..., VAE]) -> VAE:
    """One latent that the picture depends on strongly enough for a posterior unlike the prior."""
    model = tiny(VAEConfig(1, **ONE_LATENT, prior=PRIORS[request.param]))
    with torch.no_grad():
        model.decoder[-2].weight *= 0.5
    return model


@pytest.fixture
def x(generator: torch.Generator) -> Tensor:
    """One binary image."""
    return torch.bernoulli(torch.full((1, 1, 28, 28), 0.5), generator=generator)


class Quadrature:
    """log p(x), log p(z|x) and KL(q || p(z|x)) on a grid over z, from the weights alone."""

    def __init__(self, model: VAE, x: Tensor):
        spec = model.config.prior
        if spec["family"] == "normal":
            prior = scipy.stats.norm(spec["mean"], spec["std"])
            t = np.linspace(-12, 12, 20_001)
            self.z, slope = spec["mean"] + spec["std"] * t, spec["std"]
        else:
            prior = scipy.stats.beta(spec["alpha"], spec["beta"])
            t = np.linspace(-20, 20, 20_001)
            self.z = scipy.special.expit(t)
            slope = self.z * (1 - self.z)
        self.dz = slope * (t[1] - t[0])

        weights = {key: value.double().numpy() for key, value in model.decoder.state_dict().items()}
        units = (self.z[:, None] - prior.mean()) / prior.std()
        hidden = np.tanh(units @ weights["0.weight"].T + weights["0.bias"])
        logits = hidden @ weights["2.weight"].T + weights["2.bias"]
        # log sigmoid(l) where the pixel is 1, log(1 - sigmoid(l)) where it is 0.
        log_px = -np.logaddexp(0, np.where(x.numpy().ravel() > 0.5, -logits, logits)).sum(1)
        log_joint = log_px + prior.logpdf(self.z)
        self.log_evidence = float(scipy.special.logsumexp(log_joint, b=self.dz))
        self.log_posterior = log_joint - self.log_evidence

    def gap(self, model: VAE, seen: Tensor) -> float:
        """KL(q(z|seen) || p(z|x)); for seen = x it is log p(x) - ELBO."""
        log_q = model.encode(seen).log_prob(torch.tensor(self.z)[:, None]).squeeze(1).numpy()
        return float((np.exp(log_q) * (log_q - self.log_posterior) * self.dz).sum())


def mean_and_error(values: Tensor) -> tuple[float, float]:
    values = values.double()
    return values.mean().item(), (values.std() / len(values) ** 0.5).item()


@torch.no_grad()
def test_elbo_is_below_the_evidence_by_the_posterior_gap(model, x, generator):
    exact = Quadrature(model, x)
    mean, error = mean_and_error(elbo(model, x.expand(REPEATS, -1, -1, -1), generator).value)
    gap = exact.gap(model, x)
    assert mean + 5 * error < exact.log_evidence
    assert abs(mean - (exact.log_evidence - gap)) < 5 * error


@torch.no_grad()
def test_a_bound_it_stays_whatever_the_encoder_is_shown(model, x, generator):
    exact = Quadrature(model, x)
    seen = 1 - x
    many = [one.expand(REPEATS, -1, -1, -1) for one in (x, seen)]
    mean, error = mean_and_error(elbo(model, many[0], generator, seen=many[1]).value)
    gap = exact.gap(model, seen)
    assert abs(gap - exact.gap(model, x)) > 10 * error
    assert abs(mean - (exact.log_evidence - gap)) < 5 * error


@torch.no_grad()
def test_importance_weighted_bound_rises_to_the_evidence(model, x, generator):
    exact = Quadrature(model, x)
    many = x.expand(REPEATS, -1, -1, -1)
    single, single_error = mean_and_error(importance_weighted_bound(model, many, 1, generator))
    mean, error = mean_and_error(elbo(model, many, generator).value)
    assert abs(single - mean) < 5 * (single_error**2 + error**2) ** 0.5

    last = single
    for samples, repeats in [(4, REPEATS), (16, 2000), (256, 200)]:
        bounds = importance_weighted_bound(model, many[:repeats], samples, generator)
        bound, error = mean_and_error(bounds)
        # Its exponential is an unbiased estimate of p(x) for every K.
        ratio, ratio_error = mean_and_error((bounds - exact.log_evidence).exp())
        assert abs(ratio - 1) < 5 * ratio_error
        assert last < bound < exact.log_evidence + 5 * error
        last = bound
    assert exact.log_evidence - last < 0.05
    assert exact.log_evidence - single > 0.2


@torch.no_grad()
def test_the_bound_that_training_climbs_is_the_one_that_is_evaluated(tiny, images, generator):
    model = tiny("shifted normal")
    one_by_one, again = generator.clone_state(), generator.clone_state()
    value, terms = importance_weighted(model, images, 7, generator)
    torch.testing.assert_close(value, importance_weighted_bound(model, images, 7, one_by_one))
    q = model.encode(images)
    torch.testing.assert_close(terms.kl, torch.distributions.kl_divergence(q, model.prior))
    log_px = [model.decode(latent.rsample(q, again)).log_prob(images) for _ in range(7)]
    torch.testing.assert_close(terms.log_px, torch.stack(log_px).mean(0))


def test_the_bound_that_training_climbs_has_gradients(tiny, images, generator):
    model = tiny("normal")
    value, _ = importance_weighted(model, images, 3, generator)
    value.mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


@torch.no_grad()
def test_kl_of_a_normal_is_its_closed_form(tiny, images, generator):
    model = tiny("shifted normal")
    q = model.encode(images)
    m1, s1, m2, s2 = q.loc.double(), q.scale.double(), 1.0, 2.0
    by_hand = log(s2) - s1.log() + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 1 / 2
    kl = elbo(model, images, generator).kl
    assert kl.shape == (4, 3)
    torch.testing.assert_close(kl.double(), by_hand, rtol=1e-4, atol=1e-6)


@torch.no_grad()
def test_kl_of_a_beta_is_its_integral(tiny, images, generator):
    model = tiny("beta")
    q = model.encode(images[:2])
    kl = elbo(model, images[:2], generator).kl
    assert kl.shape == (2, 3)
    p = scipy.stats.beta(4, 3)
    z = model.sample_posterior(q.expand((20_000, 2, 3)), generator)
    log_ratio = (q.log_prob(z) - model.prior.log_prob(z)).double()
    for row in range(2):
        for unit in range(3):
            pair = q.concentration1[row, unit].item(), q.concentration0[row, unit].item()
            one = scipy.stats.beta(*pair)
            integral, _ = scipy.integrate.quad(
                lambda z, one=one: one.pdf(z) * (one.logpdf(z) - p.logpdf(z)), 0, 1, limit=200
            )
            assert kl[row, unit].item() == pytest.approx(integral, rel=1e-3)
            mean, error = mean_and_error(log_ratio[:, row, unit])
            assert abs(mean - integral) < 5 * error


@torch.no_grad()
@pytest.mark.parametrize("binary", [False, True])
def test_log_px_is_minus_the_summed_cross_entropy(binary, tiny, images, generator):
    x = images.round() if binary else images
    model = tiny("normal")
    state = generator.get_state()
    log_px = elbo(model, x, generator).log_px
    q = model.encode(x)
    z = q.mean + q.stddev * torch.randn(4, 3, generator=generator.set_state(state))
    mean = model.decode(z).mean
    entropy = torch.nn.functional.binary_cross_entropy(mean, x, reduction="none")
    torch.testing.assert_close(log_px, -entropy.sum((1, 2, 3)), rtol=1e-5, atol=0)


def test_value_is_the_log_likelihood_minus_the_summed_kl():
    terms = ELBO(torch.tensor([-100.0, -80.0]), torch.tensor([[1.0, 2.0], [0.5, 0.0]]))
    assert terms.value.tolist() == [-103, -80.5]


@pytest.mark.parametrize(
    ("final", "warmup", "epoch", "expected"),
    [
        (1, 0, 0, 1),
        (1, 0, 7.5, 1),
        (1, 10, 0, 0),
        (1, 10, 2.5, 0.25),
        (1, 10, 10, 1),
        (1, 10, 99, 1),
        (0.5, 4, 1, 0.125),
        (0.5, 4, 4, 0.5),
        (0, 0, 3, 0),
    ],
)
def test_kl_weight_rises_linearly_then_holds(final, warmup, epoch, expected):
    assert kl_weight(final, warmup, epoch) == pytest.approx(expected)
