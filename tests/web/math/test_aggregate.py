"""Modules that read the shipped weights, against torch: the aggregate posterior, the classifier."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from file_server import serving_files
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal, Normal

from vae import checkpoints
from vae.data import grey


@pytest.fixture(scope="module")
def shipped(engine) -> Iterator[Callable[..., Any]]:
    """`shipped(script, given)` is the value of the body of an async function.

    `${weights}` is the address of the shipped weights in it.
    """
    with serving_files(checkpoints.WEIGHTS) as root:

        def run(script: str, given: Any = None) -> Any:
            script = f"async (given) => {{ {script} }}"
            return engine.evaluate(script.replace("${weights}", f"{root.url}/weights"), given)

        yield run


AGGREGATE = """
  const {Model} = await import("/web/engine/model.js");
  const {Aggregate} = await import("/web/math/aggregate.js");
  const model = await Model.open(`${weights}/${given.name}.safetensors`);
  const aggregate = new Aggregate(await model.statistics(), model.prior);
"""


def test_the_aggregate_posteriors_density_is_that_of_the_fitted_mixture(shipped):
    stored = checkpoints.load_statistics("mlp-20")
    weight, mean, covariance = (
        stored[f"mixture.{name}"].double() for name in ("weight", "mean", "covariance")
    )
    mixture = MixtureSameFamily(Categorical(weight), MultivariateNormal(mean, covariance))
    z = torch.stack([torch.zeros(20), mean[7].float(), torch.linspace(-1, 1, 20)]).double()
    given = {"name": "mlp-20", "z": z.tolist()}
    found = shipped(AGGREGATE + "return given.z.map((z) => aggregate.logPdf(z));", given)
    np.testing.assert_allclose(found, mixture.log_prob(z), rtol=1e-4)


def test_the_density_of_a_mixture_that_half_precision_has_bent(shipped):
    """One covariance of mlp-100-noisy is not positive definite: the others tell the density."""
    stored = checkpoints.load_statistics("mlp-100-noisy")
    weight, mean, covariance = (
        stored[f"mixture.{name}"].double() for name in ("weight", "mean", "covariance")
    )
    whole = torch.linalg.eigvalsh(covariance).amin(-1) > 0
    assert whole.sum() == len(whole) - 1
    mixture = MixtureSameFamily(
        Categorical(weight[whole]), MultivariateNormal(mean[whole], covariance[whole])
    )
    z = mean[whole][:3]
    expected = mixture.log_prob(z) + (weight[whole].sum() / weight.sum()).log()
    given = {"name": "mlp-100-noisy", "z": z.tolist()}
    found = shipped(AGGREGATE + "return given.z.map((z) => aggregate.logPdf(z));", given)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("name", ["mlp-2", "conv-16", "mlp-20", "mlp-100"])
def test_digits_that_the_fit_has_not_seen_are_where_the_density_is_high(shipped, name):
    """Encodings of test digits lie, in the mean, where q(z) is above p(z), as their KL is >= 0."""
    stored = checkpoints.load_statistics(name)
    mean, std = (stored[f"encodings.{key}"].float()[:200] for key in ("mean", "std"))
    z = mean + std * torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    given = {"name": name, "z": z.tolist()}
    found = shipped(AGGREGATE + "return given.z.map((z) => aggregate.logPdf(z));", given)
    log_prior = Normal(0, 1).log_prob(z).sum(1).numpy()
    assert 0 < np.mean(found - log_prior) < 4


def test_codes_that_pile_up_at_0_and_1_have_no_such_density(shipped):
    script = AGGREGATE + "return aggregate.hasDensity;"
    assert shipped(script, {"name": "mlp-2"}) is True
    assert shipped(script, {"name": "beta-quarter"}) is False


def test_draws_from_a_class_are_decoded_as_that_class(shipped):
    pictures = shipped(
        AGGREGATE
        + """const {uniforms} = await import("/web/math/random.js");
        const u = uniforms(1, 60 * 21);
        const draws = Array.from({length: 60}, (_, n) =>
          aggregate.draw(u.subarray(21 * n, 21 * n + 21), 6));
        return [...model.decode(Float32Array.from(draws.flat()), 60)];""",
        {"name": "mlp-20"},
    )
    x = torch.tensor(pictures).view(60, 1, 28, 28)
    read = checkpoints.load_classifier().classify(x).probs.argmax(1)
    assert (read == 6).float().mean() > 0.85


def test_the_pages_classifier_is_torchs(shipped, mnist_test):
    x = grey(mnist_test.images[:20])
    found = shipped(
        """const {Classifier} = await import("/web/engine/classifier.js");
        const classifier = await Classifier.open("${weights}/classifier.safetensors");
        return [...classifier.classify(Float32Array.from(given), 20)];""",
        x.flatten().tolist(),
    )
    with torch.inference_mode():
        expected = checkpoints.load_classifier().classify(x).probs
    np.testing.assert_allclose(np.array(found).reshape(20, 10), expected, atol=1e-5)


def test_a_vae_is_not_taken_for_a_classifier(shipped):
    message = shipped(
        """const {Classifier} = await import("/web/engine/classifier.js");
        return Classifier.open("${weights}/mlp-2.safetensors").catch((error) => error.message);""",
    )
    assert message == "mlp-2.safetensors: expected a classifier, got a vae"
