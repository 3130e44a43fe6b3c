"""Prints how long the page's engine takes in Chromium, in milliseconds on the wall clock.

Usage: python tests/benchmarks/engine.py [repeats]
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Route, sync_playwright

from vae.networks import LEAKY_RELU, RELU, SILU, Layer, convolutional, dense

WEB = Path(__file__).resolve().parents[2] / "vae" / "ui" / "web"
ORIGIN = "http://benchmark.localhost"

MEASURE = """async ({cases, repeats}) => {
  const {network} = await import("/web/network.js");
  const {Beta} = await import("/web/distribution.js");
  const {uniforms} = await import("/web/random.js");

  const random = (shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    return {shape, data: Float32Array.from(uniforms(1, size), (u) => (u - 0.5) / 10)};
  };

  // Many runs to a measurement, because a page's clock has steps of 0.1 ms.
  const time = (work, runs) => {
    const times = [];
    for (let i = 0; i <= repeats; i++) {
      const start = performance.now();
      for (let run = 0; run < runs; run++) work();
      if (i > 0) times.push((performance.now() - start) / runs);
    }
    times.sort((a, b) => a - b);
    return [times[0], times[times.length >> 1]];
  };

  const results = [];
  for (const [name, layers, tensors, shape] of cases) {
    const named = Object.fromEntries(Object.entries(tensors).map(([n, s]) => [n, random(s)]));
    const built = network(layers, named, "", shape);
    for (const [batch, runs] of [[1, 50], [64, 1]]) {
      const x = random([batch * built.inputs]).data;
      results.push([`${name}, batch ${batch}`, ...time(() => built.forward(x, batch), runs)]);
    }
  }
  for (const [alpha, beta] of [[4, 3], [0.05, 0.05], [0.05, 20], [20, 20]]) {
    const u = uniforms(1, 64 * 20);
    const z = new Float64Array(u.length);
    const work = () => {
      const p = new Beta(alpha, beta);
      for (let i = 0; i < u.length; i++) z[i] = p.quantile(u[i]);
    };
    results.push([`64 x 20 quantiles of Beta(${alpha}, ${beta})`, ...time(work, 5)]);
  }
  return results;
}"""


def parameter_shapes(layers: list[Layer]) -> dict[str, list[int]]:
    """The shapes of a network's tensors, by the names that a checkpoint gives them."""
    shapes = {}
    for index, layer in enumerate(layers):
        if layer["kind"] == "batch_norm":
            for name in ("weight", "bias", "running_mean", "running_var"):
                shapes[f"{index}.{name}"] = [layer["features"]]
        elif "inputs" in layer:
            size = [layer["inputs"], layer["outputs"]]
            ends = size if layer["kind"] == "transposed_convolution" else size[::-1]
            kernel = [layer["kernel"]] * 2 if "kernel" in layer else []
            shapes[f"{index}.weight"] = ends + kernel
            shapes[f"{index}.bias"] = [layer["outputs"]]
    return shapes


def cases() -> list:
    nets = {
        "dense 20-200-400-784": (dense([400, 200], 20, RELU), 20),
        "convolutional 16": (convolutional((32, 64), 256, 16, SILU, batch_norm=False), 16),
        "the same, batch norm": (convolutional((32, 64), 256, 16, LEAKY_RELU, batch_norm=True), 16),
    }
    return [
        [f"{name}: {half}", net[half], parameter_shapes(net[half]), shape]
        for name, (net, latents) in nets.items()
        for half, shape in (("decoder", [latents]), ("encoder", [1, 28, 28]))
    ]


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path.startswith("/web/"):
        route.fulfill(path=WEB / path.removeprefix("/web/"), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", serve)
        page.goto(ORIGIN)
        print(f"{'':<45}{'fastest':>10}{'median':>10}")
        given = {"cases": cases(), "repeats": repeats}
        for name, fastest, median in page.evaluate(MEASURE, given):
            print(f"{name:<45}{fastest:>10.2f}{median:>10.2f}")
        browser.close()


if __name__ == "__main__":
    main()
