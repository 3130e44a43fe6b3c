"""The prior swapped for a mixture: against closed forms."""

import pytest
import torch

from vae.data import Examples
from vae.studies.priors import swapped


def mixture(*components: tuple[float, list[float]]) -> dict[str, torch.Tensor]:
    """Of Gaussians of variance 1 with these weights and means."""
    weight, mean = (torch.tensor(one) for one in zip(*components, strict=True))
    covariance = torch.eye(mean.shape[1]).expand(len(weight), -1, -1)
    return {"mixture.weight": weight, "mixture.mean": mean, "mixture.covariance": covariance}


def pictures(count: int) -> Examples:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)
    return Examples(images, torch.zeros(count, dtype=torch.long))


def test_the_prior_itself_as_a_mixture_gains_nothing(tiny):
    """But for the chance of one sample a picture, in which the two ways to a KL differ."""
    model = tiny("normal").eval()
    origin = [0.0] * model.config.latents
    found = swapped(model, mixture((0.25, origin), (0.75, origin)), pictures(2000), False)
    assert found["gain"] == pytest.approx(0, abs=4 * found["error"])
    assert found["own"] - found["mixture"] == pytest.approx(found["gain"], abs=1e-6)


def test_a_mixture_far_from_every_code_costs_its_distance(tiny):
    """Against a normal prior moved by d, the cross term is (|z - d|^2 - |z|^2) / 2."""
    model = tiny("normal").eval()
    digits = pictures(2000)
    moved = [5.0] * model.config.latents
    found = swapped(model, mixture((1.0, moved)), digits, False)
    means = model.encode(digits.images.float() / 255).mean.detach().double()
    expected = ((means - 5).square().sum(1) - means.square().sum(1)).mean().item() / 2
    assert -found["gain"] == pytest.approx(expected, abs=5 * found["error"])
