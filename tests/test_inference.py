"""The mode of p(z|x): higher than the encoder's mean, flat to autograd, and as sharp as it says."""

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from vae.inference import laplace, log_joint
from vae.model import VAE

KINDS = ("normal", "shifted normal", "gaussian", "convolution", "batch norm")


@pytest.fixture(params=KINDS)
def model(request, tiny) -> VAE:
    """Of every kind with a normal prior, its weights large enough for z to matter."""
    model = tiny(request.param).eval()
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.mul_(2)
    return model


def logits_at(model: VAE, z: Tensor) -> Tensor:
    return model.logits(z[None]).flatten()


@pytest.mark.parametrize("kind", ["gaussian", "convolution"])
def test_it_is_where_the_joint_density_is_flat_and_no_optimiser_gets_higher(kind, tiny, images):
    """Of smooth networks; a ReLU's mode may lie on an edge."""
    model = tiny(kind).eval()
    mode = laplace(model, images, steps=40).mean
    start, z = (at.clone().requires_grad_() for at in (model.encode(images).mean.detach(), mode))
    before, after = (
        torch.autograd.grad(log_joint(model, images, at).sum(), at)[0] for at in (start, z)
    )
    assert after.norm() < 1e-2 * before.norm()
    optimiser = torch.optim.Adam([z], 0.01)
    for _ in range(200):
        optimiser.zero_grad()
        (-log_joint(model, images, z).sum()).backward()
        optimiser.step()
    assert (log_joint(model, images, z) <= log_joint(model, images, mode) + 1e-2).all()


def test_no_step_goes_down(model, images):
    values = [log_joint(model, images, laplace(model, images, steps=n).mean) for n in range(6)]
    assert torch.equal(values[0], log_joint(model, images, model.encode(images).mean))
    for before, after in pairwise(values):
        assert (after >= before - 1e-3).all()
    assert (values[-1] > values[0] + 1e-3).all()


def test_its_precision_is_the_fisher_information_and_the_priors(model, images):
    found = laplace(model, images)
    for x, z, precision in zip(images, found.mean, found.precision_matrix, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda z: logits_at(model, z), z)
        p = logits_at(model, z).sigmoid()
        if model.config.likelihood["family"] == "bernoulli":
            information = p * (1 - p)
        else:
            information = (p * (1 - p)) ** 2 / model.config.likelihood["variance"]
        expected = jacobian.T @ torch.diag(information) @ jacobian
        expected += torch.eye(3) / model.prior.variance
        torch.testing.assert_close(precision, expected, rtol=1e-3, atol=1e-3)
        assert x.shape == (1, 28, 28)


def test_every_image_is_climbed_for_itself(model, images):
    together = laplace(model, images).mean
    alone = torch.cat([laplace(model, x[None]).mean for x in images])
    torch.testing.assert_close(together, alone, rtol=1e-3, atol=1e-3)


def test_what_a_decoder_drew_itself_is_found_again(tiny):
    """A picture that came from a z has a mode at least as high as that z."""
    model = tiny("gaussian").eval()
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.mul_(4)
    z = torch.tensor([[0.5, -0.3, 0.8]])
    x = model.decode(z).mean.detach()
    mode = laplace(model, x, steps=60).mean
    assert log_joint(model, x, mode) >= log_joint(model, x, z)


@pytest.mark.parametrize("kind", ["beta"])
def test_another_prior_than_a_normal_one_is_refused(kind, tiny, images):
    with pytest.raises(ValueError, match="prior: expected a normal one, got beta"):
        laplace(tiny(kind), images)
