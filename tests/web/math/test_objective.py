"""The ELBO's terms in the page against torch.distributions."""

import pytest
import torch
from scipy import special
from torch.distributions import Bernoulli, Beta, Independent, Normal, kl_divergence

GENERATOR = torch.Generator().manual_seed(5)


DIVERGENCE = """async ([spec, values]) => {
  const {distribution, familyOf} = await import("/web/math/distribution.js");
  const {divergence} = await import("/web/math/objective.js");
  return [...divergence({family: familyOf(spec), values, mean: values[0]}, distribution(spec))];
}"""


def call(engine, module: str, function: str, *arguments):
    """What a function of one of the page's modules returns; typed arrays come back as lists."""
    return engine.evaluate(
        """async ([module, name, args]) => {
          const result = (await import(`/web/${module}.js`))[name](...args);
          return typeof result === "number" ? result : [...result];
        }""",
        [module, function, list(arguments)],
    )


@pytest.mark.parametrize("scale", [1, 30])
def test_log_likelihood_bernoulli(engine, scale):
    x = torch.rand(784, generator=GENERATOR, dtype=torch.float64)
    logits = scale * torch.randn(784, generator=GENERATOR, dtype=torch.float64)
    expected = Bernoulli(logits=logits, validate_args=False).log_prob(x).sum().item()
    got = call(
        engine,
        "math/objective",
        "logLikelihood",
        {"family": "bernoulli"},
        x.tolist(),
        logits.tolist(),
    )
    assert got == pytest.approx(expected, rel=1e-10)


def test_log_likelihood_gaussian(engine):
    x = torch.rand(784, generator=GENERATOR, dtype=torch.float64)
    logits = torch.randn(784, generator=GENERATOR, dtype=torch.float64)
    p = Independent(Normal(logits.sigmoid(), 0.055**0.5), 1)
    spec = {"family": "gaussian", "variance": 0.055}
    got = call(engine, "math/objective", "logLikelihood", spec, x.tolist(), logits.tolist())
    assert got == pytest.approx(p.log_prob(x).item(), rel=1e-10)


def test_divergence_of_normals(engine):
    mean = torch.randn(20, generator=GENERATOR, dtype=torch.float64)
    std = torch.rand(20, generator=GENERATOR, dtype=torch.float64) + 0.01
    prior = {"family": "normal", "mean": 1, "std": 2}
    one = torch.ones(20, dtype=torch.float64)
    expected = kl_divergence(Normal(mean, std), Normal(one, 2 * one))
    found = engine.evaluate(DIVERGENCE, [prior, [mean.tolist(), std.tolist()]])
    assert found == pytest.approx(expected.tolist(), rel=1e-10)


def test_divergence_of_betas(engine):
    alpha, beta = 10 ** (4 * torch.rand(2, 50, generator=GENERATOR, dtype=torch.float64) - 1.3)
    prior = {"family": "beta", "alpha": 0.25, "beta": 3}
    full = torch.ones(50, dtype=torch.float64)
    expected = kl_divergence(Beta(alpha, beta), Beta(0.25 * full, 3 * full))
    found = engine.evaluate(DIVERGENCE, [prior, [alpha.tolist(), beta.tolist()]])
    assert found == pytest.approx(expected.tolist(), rel=1e-8, abs=1e-9)


def test_gamma_functions(engine):
    for x in (0.05, 0.5, 1.0, 1.4616321449683623, 2.5, 9.99, 10.0, 500.0):
        assert call(engine, "math/special", "digamma", x) == pytest.approx(
            special.digamma(x), rel=1e-12, abs=1e-13
        )
        assert call(engine, "math/special", "logGamma", x) == pytest.approx(
            special.gammaln(x), rel=1e-12, abs=1e-13
        )
