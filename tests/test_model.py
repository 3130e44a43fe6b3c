"""The model's distributions, against the same mathematics written by hand."""

import copy
import re
from dataclasses import replace
from math import exp, log, pi, sqrt

import numpy as np
import pytest
import scipy.stats
import torch
from torch.distributions import Beta, Laplace, Normal, kl_divergence

from vae import latent
from vae.model import DecoderConfig, VAEConfig, gaussian
from vae.networks import RELU, convolutional, dense
from vae.objective import elbo

FAMILIES = {"normal": Normal, "beta": Beta, "laplace": Laplace}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def some_z(model, count: int = 4) -> torch.Tensor:
    return latent.sample(model.prior, count, seeded(1))


def test_shapes_and_families(config, tiny, images):
    model = tiny(config)
    family = FAMILIES[config.prior["family"]]
    q = model.encode(images)
    assert type(model.prior) is family
    assert type(q) is family
    assert model.prior.batch_shape == (3,)
    assert q.batch_shape == (4, 3)
    assert model.sample_posterior(q, seeded()).shape == (4, 3)
    p = model.decode(some_z(model))
    assert p.mean.shape == images.shape
    assert p.log_prob(images).shape == (4,)


def test_pictures_are_intensities(config, tiny):
    model = tiny(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(20)  # far from the middle, where a missing sigmoid would show
        picture = model.decode(some_z(model, 100)).mean
    assert picture.min() >= 0
    assert picture.max() <= 1
    assert picture.max() - picture.min() > 0.5


def test_encode_gives_what_the_network_says(tiny, images):
    model = tiny("normal")
    mu, logvar = model.encoder(images).chunk(2, dim=1)
    q = model.encode(images)
    torch.testing.assert_close(q.mean, mu)
    torch.testing.assert_close(q.variance, logvar.exp())


def test_bernoulli_log_prob_is_minus_the_cross_entropy(tiny, images):
    p = tiny("normal").decode(some_z(tiny("normal")))
    x, mean = images.double(), p.mean.double()
    by_hand = (x * mean.log() + (1 - x) * (1 - mean).log()).sum((1, 2, 3))
    torch.testing.assert_close(p.log_prob(images).double(), by_hand, rtol=1e-5, atol=0)


def test_gaussian_log_prob_is_a_density(tiny, images):
    model = tiny("gaussian")
    p = model.decode(some_z(model))
    density = scipy.stats.norm(p.mean.detach().double(), sqrt(0.055)).logpdf(images.double())
    np.testing.assert_allclose(p.log_prob(images).detach(), density.sum((1, 2, 3)), rtol=1e-5)


@pytest.mark.parametrize("weight", [0.11, 1.0, 4.0])
def test_squared_error_and_weighted_kl_is_a_scaled_elbo(weight, tiny, images):
    """squared error + beta KL = -beta (ELBO + 392 log(pi beta)), the variance being beta / 2."""
    model = tiny(VAEConfig(3, **dense([12], 3, RELU), likelihood=gaussian(weight / 2)))
    bound = elbo(model, images, seeded()).value.double()

    q = model.encode(images)
    mean = model.decode(model.sample_posterior(q, seeded())).mean
    error = (images - mean).double().square().sum((1, 2, 3))
    kl = (q.variance + q.mean.square() - 1 - q.variance.log()).double().sum(-1) / 2
    expected = -weight * (bound + 784 / 2 * log(pi * weight))
    torch.testing.assert_close(error + weight * kl, expected, rtol=1e-4, atol=1e-3)


def test_a_normal_prior_with_mean_1_and_std_2_is_an_affine_change_of_variables(tiny, images):
    standard, shifted = tiny("normal"), tiny("shifted normal")
    shifted.load_state_dict(copy.deepcopy(standard.state_dict()))
    with torch.no_grad():  # z' = 1 + 2 z, in the posterior's mean and log-variance
        head = shifted.encoder[-1]
        head.weight[:3] *= 2
        head.bias[:3] = 1 + 2 * head.bias[:3]
        head.bias[3:] += 2 * log(2)

    z = some_z(standard)
    torch.testing.assert_close(shifted.decode(1 + 2 * z).mean, standard.decode(z).mean)
    one, other = (elbo(model, images, seeded()) for model in (standard, shifted))
    torch.testing.assert_close(other.kl, one.kl, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(other.log_px, one.log_px, rtol=1e-5, atol=0)


@pytest.mark.parametrize("shape", [(4, 28, 28), (4, 3, 28, 28), (4, 1, 14, 56), (4, 784), (28, 28)])
def test_encode_refuses_other_shapes(shape, tiny):
    message = f"expected shape (B, 1, 28, 28), got {shape}"
    with pytest.raises(ValueError, match=re.escape(message)):
        tiny("normal").encode(torch.zeros(shape))


@pytest.mark.parametrize("shape", [(3,), (4, 2), (4, 4), (2, 4, 3)])
def test_decode_refuses_other_shapes(shape, tiny):
    with pytest.raises(ValueError, match=re.escape(f"expected shape (B, 3), got {shape}")):
        tiny("normal").decode(torch.zeros(shape))


def test_training_mode_changes_no_mathematics(config, tiny, images):
    """Batch norm is the exception, by its definition."""
    model = tiny(config)

    def terms() -> list[torch.Tensor]:
        both = elbo(model, images, seeded())
        return [both.log_px, both.kl, model.decode(some_z(model)).mean]

    trained, evaluated = (model.train(mode) and terms() for mode in (True, False))
    same = [torch.equal(a, b) for a, b in zip(trained, evaluated, strict=True)]
    has_norm = any(layer["kind"] == "batch_norm" for layer in config.encoder)
    assert same == [not has_norm] * 3


@pytest.mark.parametrize(("kind", "variance"), [("normal", 0.25), ("noisy", 0.25 * exp(0.5) + 1)])
def test_noisy_posterior_has_the_extra_variance(kind, variance, tiny):
    """mu' = mu + n1 and logvar' = logvar + n2: Var[z] = 1 + s^2 E[exp(n2)] = 1 + s^2 exp(1/2)."""
    count = 200_000
    q = Normal(torch.full((count, 3), 1.5), torch.full((count, 3), 0.5))
    z = tiny(kind).sample_posterior(q, seeded()).double()
    squares = (z - 1.5).square()
    assert abs(z.mean() - 1.5) < 5 * z.std() / sqrt(z.numel())
    assert abs(squares.mean() - variance) < 5 * squares.std() / sqrt(z.numel())


def test_noise_is_in_no_kl_term(tiny, images):
    noisy = tiny("noisy")
    q = noisy.encode(images)
    torch.testing.assert_close(elbo(noisy, images, seeded()).kl, kl_divergence(q, noisy.prior))


def test_gradients_reach_every_parameter(config, tiny, images):
    model = tiny(config)
    elbo(model, images, seeded()).value.mean().backward()
    for side in (model.encoder, model.decoder):
        # A batch norm subtracts the bias of the layer before it: that one alone has none.
        before_norm = {
            f"{index}.bias"
            for index in range(len(side) - 1)
            if isinstance(side[index + 1], torch.nn.BatchNorm2d)
        }
        for name, parameter in side.named_parameters():
            assert parameter.grad.isfinite().all(), name
            assert name in before_norm or parameter.grad.abs().max() > 1e-6, name


def test_config_refuses_what_it_cannot_build(tiny):
    config = tiny("normal").config
    with pytest.raises(ValueError, match="expected bernoulli or gaussian, got 'poisson'"):
        replace(config, likelihood={"family": "poisson"})
    with pytest.raises(ValueError, match="noisy: expected a normal prior, got beta"):
        replace(tiny("beta").config, noisy=True)


def test_config_round_trip(config):
    assert VAEConfig(**config.to_dict()) == config


CONDITIONAL = VAEConfig(3, **convolutional((2, 4), 8, 3, RELU, False, classes=10), classes=10)


def test_a_conditional_model_decodes_every_class(tiny, images):
    model, y = tiny(CONDITIONAL), torch.arange(10)
    z = some_z(model, 1)
    pictures = model.decode(z.expand(10, -1), y).mean
    assert pictures.shape == (10, 1, 28, 28)
    assert pictures.std(0).max() > 0
    torch.testing.assert_close(model.decode(z, y[3:4]).mean[0], pictures[3])
    assert model.encode(images).batch_shape == (4, 3)
    terms = elbo(model, images, seeded(), torch.tensor([0, 1, 2, 3]))
    assert terms.value.shape == (4,)


def test_a_class_is_given_where_it_is_asked_for_and_nowhere_else(tiny):
    model = tiny(CONDITIONAL)
    with pytest.raises(ValueError, match="y: expected a class below 10"):
        model.decode(some_z(model))
    plain = tiny("normal")
    with pytest.raises(ValueError, match="y: expected none"):
        plain.decode(some_z(plain), torch.zeros(4, dtype=torch.long))


def test_a_model_without_an_encoder_has_no_posterior(tiny, images):
    decoder = dense([12], 3, RELU)["decoder"]
    model = tiny(DecoderConfig(3, decoder))
    assert model.decode(some_z(model)).mean.shape == images.shape
    assert not hasattr(model, "encode")
    with pytest.raises(ValueError, match="encoder: expected layers, got none"):
        VAEConfig(3, decoder, encoder=[])
