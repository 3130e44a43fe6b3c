"""The mode of p(z|x) in the page's engine against `vae.inference`."""

import pytest
import torch

from vae.checkpoints import Record, save
from vae.inference import laplace, log_joint

# Where a network of ReLUs has its mode on an edge, there are two slopes.
SMOOTH = ("gaussian", "convolution")
CLIMB = """async ([url, x, y]) => {
  const {Model} = await import("/web/engine/model.js");
  const {canClimb, climb} = await import("/web/math/inference.js");
  const model = await Model.open(url);
  await model.loadEncoder();
  if (!canClimb(model)) return null;
  const steps = climb(model, x, model.encode(x).mean, y);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const {mean, std, gain} = step.value;
  return {mean: [...mean], std: [...std], gain};
}"""


def climbed(engine, web_root, model, x, y: int = 0):
    """What the page finds for one image x (1, 1, 28, 28)."""
    record = Record("tiny", "For the tests.", {}, [], {})
    save(web_root.weights / "tiny.safetensors", model, record, {"kl": torch.zeros(3)})
    return engine.evaluate(
        CLIMB, [f"{web_root.url}/weights/tiny.safetensors", x.flatten().tolist(), y]
    )


@pytest.fixture(autouse=True)
def emptied(web_root):
    yield
    for path in web_root.weights.iterdir():
        path.unlink()


@pytest.fixture
def sharp(tiny):
    """`sharp(kind)` is a tiny model with weights large enough for z to matter."""

    def make(kind):
        model = tiny(kind).eval()
        with torch.no_grad():
            for parameter in model.decoder.parameters():
                parameter.mul_(2)
                parameter.copy_(parameter.half().float())
            for parameter in model.encoder.parameters():
                parameter.copy_(parameter.half().float())
        return model

    return make


@pytest.mark.parametrize("kind", ["gaussian", "convolution", "normal", "shifted normal"])
def test_it_climbs_where_python_climbs(engine, web_root, sharp, images, kind):
    model = sharp(kind)
    for x in images[:2, None]:
        found = climbed(engine, web_root, model, x)
        expected, mode = laplace(model, x), torch.tensor([found["mean"]]).float()
        start = log_joint(model, x, model.encode(x).mean)
        assert found["gain"] == pytest.approx((log_joint(model, x, mode) - start).item(), abs=0.02)
        assert found["gain"] > 0.01
        # As high as Python gets, but for the last steps, which the page leaves out.
        assert log_joint(model, x, mode) > log_joint(model, x, expected.mean) - 0.1
        if kind in SMOOTH:
            assert found["std"] == pytest.approx(laplace_spread(model, x, mode), rel=0.02)


def laplace_spread(model, x, z) -> list[float]:
    """The standard deviations that the Fisher information at z gives, by autograd."""
    jacobian = torch.autograd.functional.jacobian(lambda z: model.logits(z).flatten(), z)[:, 0]
    p = model.logits(z).sigmoid().flatten()
    slope = p * (1 - p)
    bernoulli = model.config.likelihood["family"] == "bernoulli"
    information = slope if bernoulli else slope**2 / model.config.likelihood["variance"]
    precision = jacobian.T @ (information[:, None] * jacobian) + torch.diag(
        1 / model.prior.variance
    )
    return precision.inverse().diagonal().sqrt().tolist()


def test_a_beta_prior_is_left_alone(engine, web_root, sharp, images):
    assert climbed(engine, web_root, sharp("beta"), images[:1]) is None
