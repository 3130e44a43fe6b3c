"""How the digits of models are drawn: what the file says of them."""

import pytest
import torch

from vae.model import VAEConfig
from vae.networks import RELU, dense
from vae.studies import styles


def test_a_description_is_the_mean_and_the_percentiles_of_each_style():
    x = torch.rand(200, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    found = styles.describe(x)["ink"]
    sums = sorted(x.sum((1, 2, 3)).tolist())
    assert found["mean"] == pytest.approx(sum(sums) / 200)
    assert sums[8] <= found["low"] <= sums[11] and sums[188] <= found["high"] <= sums[191]
    assert found["range"] == pytest.approx(found["high"] - found["low"])


def test_the_first_of_the_orientations_is_the_plane_as_it_is(tiny, monkeypatch):
    """A turn by nothing: what the model makes of Beta(4, 2) less what it makes of Beta(1.1, 2)."""
    monkeypatch.setattr(styles, "SAMPLES", 200)
    monkeypatch.setattr(styles, "TURNS", 4)
    model = tiny(VAEConfig(2, **dense([12, 8], 2, RELU))).eval()
    found = styles.orientations(model)
    assert {len(values) for values in found.values()} == {4}
    means = []
    for alpha in (1.1, 4):
        spec = {"family": "beta", "alpha": alpha, "beta": 2.0, "as": "raw"}
        generator = torch.Generator().manual_seed(0)
        z = styles.sampling.sample(spec, model.config, {}, 200, generator)
        with torch.no_grad():
            drawn = styles.describe(model.decode(z).mean)
        means.append(drawn["edge strength"]["mean"])
    assert found["alpha, edge strength"][0] == pytest.approx(means[1] - means[0], rel=1e-3)
