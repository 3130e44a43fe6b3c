"""The backward passes of the page's layers against torch's."""

import pytest
import torch
from layers import EXACT, LAYERS, assert_gradient, randomise, stored
from node import Node

from vae.networks import build

LAYER = """async ({layers, tensors, shape, x, gradient, batch, plain}) => {
  const load = (name) => import(`/web/engine/learning/${name}.js`);
  const [{LearningNetwork, read, write}, {LearningWorkspace}] =
    await Promise.all([load("network"), load("workspace")]);
  const workspace = new LearningWorkspace(plain);
  const input = workspace.reserve(x.length);
  const network = new LearningNetwork(layers, shape, "layers.", workspace, batch);
  for (const weights of network.weights) {
    write(weights, weights.numbers, tensors[weights.name].data);
  }
  const dy = workspace.reserve(gradient.length);
  // Twice: what the first pass left behind must not show.
  for (let pass = 0; pass < 2; pass++) {
    input.values.set(x);
    dy.values.set(gradient);
    var y = network.forward(input, batch, true);
    var result = Array.from(y.values.subarray(0, gradient.length));
    var dx = network.backward(dy, batch, true);
  }
  const learnt = network.weights.filter(({learns}) => learns);
  return {
    y: result,
    dx: Array.from(dx.values.subarray(0, x.length)),
    gradients: Object.fromEntries(learnt.map((w) => [w.name, Array.from(read(w, w.gradient))])),
    kept: Object.fromEntries(network.weights.map((w) => [w.name, Array.from(read(w, w.numbers))])),
  };
}"""


@pytest.mark.parametrize("plain", [False, True], ids=["vectors", "plain"])
@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda value: str(value))
@pytest.mark.parametrize("batch", [3, 16])
def test_a_layer_learns_as_torch_has_it(
    engine: Node, layer: dict, shape: tuple, batch: int, plain: bool
):
    generator = torch.Generator().manual_seed(0)
    module = randomise(build([layer]), generator).train()
    x = torch.randn(batch, *shape, generator=generator)
    tensors = stored(module)
    reference = module.double()
    leaf = x.double().requires_grad_()
    y = reference(leaf)
    gradient = torch.randn(y.shape, generator=generator).double()
    y.backward(gradient)
    got = engine.evaluate(
        LAYER,
        {
            "layers": [layer],
            "tensors": tensors,
            "shape": shape,
            "x": x.flatten().tolist(),
            "gradient": gradient.flatten().tolist(),
            "batch": batch,
            "plain": plain,
        },
    )
    torch.testing.assert_close(torch.tensor(got["y"]).reshape(y.shape), y.float(), **EXACT)
    assert_gradient(got["dx"], leaf.grad, "dx")
    parameters = dict(reference.named_parameters(prefix="layers"))
    assert got["gradients"].keys() == parameters.keys()
    for name, parameter in parameters.items():
        assert_gradient(got["gradients"][name], parameter.grad, name)
    if layer["kind"] == "batch_norm":
        reference(x.double())  # the page, too, has seen the batch twice
        for name in ("running_mean", "running_var"):
            expected = reference[0].state_dict()[name].tolist()
            assert got["kept"][f"layers.0.{name}"] == pytest.approx(expected, rel=1e-5)
