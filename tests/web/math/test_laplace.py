"""The page's Laplace family against scipy, torch and `vae.families`."""

import numpy as np
import pytest
import scipy.stats
import torch
from torch.distributions import Laplace, kl_divergence

from vae.families import FAMILIES
from vae.ui.facts import facts

LAPLACE = FAMILIES["laplace"]
SPEC = LAPLACE.spec(1, 2)
SHARES = [1e-300, 1e-9, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-9]
ASK = """async ({spec, us, xs}) => {
  const {distribution} = await import("/web/math/distribution.js");
  const p = distribution(spec);
  return {
    mean: p.mean, std: p.std, kurtosis: p.kurtosis, label: p.label,
    quantile: us.map((u) => p.quantile(u)), cdf: xs.map((x) => p.cdf(x)),
    logPdf: xs.map((x) => p.logPdf(x)), ends: [p.quantile(0), p.quantile(1)],
  };
}"""


def test_its_functions_are_scipys(node):
    p, xs = scipy.stats.laplace(1, 2), np.linspace(-40, 40, 41)
    found = node.evaluate(ASK, {"spec": SPEC, "us": SHARES, "xs": xs.tolist()})
    np.testing.assert_allclose(found["quantile"], p.ppf(SHARES), rtol=1e-12)
    np.testing.assert_allclose(found["cdf"], p.cdf(xs), rtol=1e-12)
    np.testing.assert_allclose(found["logPdf"], p.logpdf(xs), rtol=1e-12)
    assert found["mean"] == p.mean() and found["std"] == pytest.approx(p.std())
    assert found["kurtosis"] == 3 + p.stats("k")
    assert found["ends"] == [-np.inf, np.inf]
    assert found["label"] == LAPLACE.label((1, 2)) == "Laplace(1, 2)"


def test_posterior_moments_and_divergence_are_those_of_torch(node):
    first, second = torch.randn(2, 40, generator=torch.Generator().manual_seed(0)).double()
    found = node.evaluate(
        """async ({spec, outputs}) => {
          const {distribution, familyOf} = await import("/web/math/distribution.js");
          const {divergence} = await import("/web/math/objective.js");
          const {posterior} = await import("/web/math/posterior.js");
          const q = posterior(familyOf(spec), outputs);
          return {values: q.values, std: q.std, kl: divergence(q, distribution(spec))};
        }""",
        {"spec": SPEC, "outputs": [*first.tolist(), *second.tolist()]},
    )
    q = LAPLACE.posterior(first, second)
    np.testing.assert_allclose(found["values"], torch.stack(LAPLACE.values(q)), rtol=1e-12)
    np.testing.assert_allclose(found["std"], q.stddev, rtol=1e-6)
    one = torch.ones(40, dtype=torch.float64)
    np.testing.assert_allclose(found["kl"], kl_divergence(q, Laplace(one, 2 * one)), rtol=1e-10)


def test_it_learns_by_the_slopes_of_torch(node):
    first, second, noise = torch.randn(3, 30, generator=torch.Generator().manual_seed(1)).double()
    found = node.evaluate(
        """async ({outputs, prior}) => {
          const {laplace} = await import("/web/math/families/laplace.js");
          return outputs.map(([first, second, noise]) => {
            const q = laplace.posterior(first, second);
            const z = laplace.sample(q, [noise], 0);
            const along = laplace.sampleSlopes(z, q, [noise], 0);
            const own = laplace.divergenceSlopes(q, prior);
            const each = laplace.posteriorSlopes(first, second, q);
            return [z, ...each.map((slope, i) => slope * along[i]),
              ...each.map((slope, i) => slope * own[i])];
          });
        }""",
        {"outputs": torch.stack([first, second, noise], 1).tolist(), "prior": [1, 2]},
    )
    first.requires_grad_()
    second.requires_grad_()
    q = LAPLACE.posterior(first, second)
    z = q.loc + q.scale * noise
    one = torch.ones(30, dtype=torch.float64)
    kl = kl_divergence(q, Laplace(one, 2 * one))
    slopes = [torch.autograd.grad(y.sum(), [first, second], retain_graph=True) for y in (z, kl)]
    expected = torch.stack([z.detach(), *slopes[0], *slopes[1]], 1)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_noise_is_laplace_noise(node):
    script = """async (us) => {
      const {laplace} = await import("/web/math/families/laplace.js");
      return us.map((u) => laplace.draw(() => u));
    }"""
    us = np.linspace(0.01, 0.99, 50)
    np.testing.assert_allclose(node.evaluate(script, us.tolist()), scipy.stats.laplace.ppf(us))


def test_a_stored_posterior_has_its_moments_even_where_half_precision_left_no_spread(node):
    found = node.evaluate(
        """async ({spec}) => {
          const {familyOf} = await import("/web/math/distribution.js");
          const {fromMoments, sample} = await import("/web/math/posterior.js");
          const q = fromMoments(familyOf(spec), [0.5, 0.5], [0.25, 0]);
          return [Array.from(q.std), sample(q, () => 0.9)];
        }""",
        {"spec": SPEC},
    )
    assert found[0][0] == pytest.approx(0.25)
    reference = scipy.stats.laplace(0.5, 0.25 / np.sqrt(2))
    assert found[1] == pytest.approx([reference.ppf(0.9), 0.5])


def test_location_and_scale_are_in_an_address(node):
    found = node.evaluate(
        """async ({facts}) => {
          const {parseSampleSet} = await import("/web/state/sample-sets.js");
          return ["laplace:1,2:matched", "laplace:1,0", "laplace:-9,1"].map((text) =>
            parseSampleSet(text, facts));
        }""",
        {"facts": facts()},
    )
    assert found == [
        {"name": None, "spec": {**SPEC, "as": "matched"}, "temperature": 1},
        None,
        None,
    ]
