"""When a picture may be no digit, in the page as in Python."""

import numpy as np
import torch

SCRIPT = """async ({doubt, cases, percentiles}) => {
  const {mayBeNoDigit} = await import("/web/draw/doubt.js");
  const statistics = Object.fromEntries(
    Object.entries(percentiles).map(([name, data]) => [`percentiles.${name}`, {data}]));
  return cases.map((found) => mayBeNoDigit(doubt, found, statistics));
}"""


def test_all_three_must_agree(engine):
    random = np.random.default_rng(0)
    percentiles = {name: np.sort(random.normal(60, 20, 101)) for name in ("reconstruction", "kl")}
    probabilities = random.dirichlet(np.full(10, 0.3), 200)
    costs = random.normal(60, 30, (200, 2))
    entropy = torch.distributions.Categorical(torch.tensor(probabilities)).entropy().numpy()
    expected = (
        (entropy >= 1.0)
        & (costs[:, 0] >= percentiles["reconstruction"][30])
        & (costs[:, 1] >= percentiles["kl"][40])
    )
    cases = [
        {"probabilities": p.tolist(), "reconstruction": r, "kl": k}
        for p, (r, k) in zip(probabilities, costs.tolist(), strict=True)
    ]
    found = engine.evaluate(
        SCRIPT,
        {
            "doubt": {"entropy": 1.0, "reconstruction": 30, "kl": 40},
            "cases": cases,
            "percentiles": {name: values.tolist() for name, values in percentiles.items()},
        },
    )
    assert 0 < expected.sum() < 200
    assert found == expected.tolist()


def test_a_model_without_percentiles_is_never_in_doubt(engine):
    doubt = {"entropy": 0, "reconstruction": 0, "kl": 0}
    case = {"probabilities": [0.5, 0.5], "reconstruction": 1e3, "kl": 1e3}
    given = {"doubt": doubt, "cases": [case], "percentiles": {}}
    assert engine.evaluate(SCRIPT, given) == [False]
