"""How much processor time the page's engine takes in Chromium, in milliseconds a call.

python tests/benchmarks/engine.py [repeats]
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

from playwright.sync_api import JSHandle, Page, Route, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from vae.networks import LEAKY_RELU, RELU, SILU, Layer, convolutional, dense

UI = Path(__file__).resolve().parent.parent.parent / "vae" / "ui"
ORIGIN = "http://benchmark.localhost"

NETS = {
    "dense 20-200-400-784": (dense([400, 200], 20, RELU), 20),
    "convolutional 16": (convolutional((32, 64, 128), 256, 16, SILU, batch_norm=False), 16),
    "with batch norm": (convolutional((32, 64, 128), 256, 16, LEAKY_RELU, batch_norm=True), 16),
}
BETAS = [(4, 3), (0.05, 0.05), (0.05, 20), (20, 20)]

FORWARD = """async ([layers, shapes, shape, batch]) => {
  const {network} = await import("/web/engine/network.js");
  const {uniforms} = await import("/web/math/random.js");
  const random = (size) => Float32Array.from(uniforms(1, size), (u) => (u - 0.5) / 10);
  const tensor = (shape) => ({shape, data: random(shape.reduce((a, b) => a * b))});
  const tensors = Object.fromEntries(shapes.map(([name, shape]) => [name, tensor(shape)]));
  const built = network(layers, tensors, "", shape);
  const x = random(batch * built.inputs);
  return () => built.forward(x, batch);
}"""

QUANTILES = """async ([alpha, beta, count]) => {
  const {beta: family} = await import("/web/math/families/beta.js");
  const {uniforms} = await import("/web/math/random.js");
  const u = uniforms(1, count);
  return () => {
    const p = family.distribution(alpha, beta);
    return u.map((value) => p.quantile(value));
  };
}"""

REPEAT = "([work, runs]) => { for (let run = 0; run < runs; run++) work(); }"


def parameter_shapes(layers: list[Layer]) -> list[tuple[str, list[int]]]:
    """The names and shapes of a network's tensors, as in a checkpoint."""
    shapes = []
    for index, layer in enumerate(layers):
        if layer["kind"] == "batch_norm":
            for name in ("weight", "bias", "running_mean", "running_var"):
                shapes.append((f"{index}.{name}", [layer["features"]]))
        elif "inputs" in layer:
            ends = [layer["outputs"], layer["inputs"]]
            if layer["kind"] == "transposed_convolution":
                ends.reverse()
            kernel = [layer["kernel"]] * 2 if "kernel" in layer else []
            shapes.append((f"{index}.weight", ends + kernel))
            shapes.append((f"{index}.bias", [layer["outputs"]]))
    return shapes


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path.startswith("/web/"):
        route.fulfill(path=UI / path[1:], content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def stopwatch(page: Page) -> Callable[[], float]:
    """A clock of the seconds that the page's thread has run, however busy the machine is."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "ThreadTime")

    return read


def measure(page: Page, name: str, work: JSHandle, runs: int, repeats: int) -> None:
    clock = stopwatch(page)
    page.evaluate(REPEAT, [work, runs])
    times = []
    for _ in range(repeats):
        start = clock()
        page.evaluate(REPEAT, [work, runs])
        times.append(1000 * (clock() - start) / runs)
    print(f"{name:<45}{min(times):>10.2f}{median(times):>10.2f}", flush=True)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", serve)
        page.goto(ORIGIN)
        print(f"{'':<45}{'fastest':>10}{'median':>10}")
        for name, (net, latents) in NETS.items():
            for half, shape in (("decoder", [latents]), ("encoder", [1, 28, 28])):
                layers = net[half]
                for batch, runs in ((1, 200), (64, 5)):
                    given = [layers, parameter_shapes(layers), shape, batch]
                    work = page.evaluate_handle(FORWARD, given)
                    measure(page, f"{name}, {half}, batch {batch}", work, runs, repeats)
        for alpha, beta in BETAS:
            work = page.evaluate_handle(QUANTILES, [alpha, beta, 64 * 20])
            measure(page, f"64 x 20 quantiles of Beta({alpha}, {beta})", work, 50, repeats)
        browser.close()


if __name__ == "__main__":
    main()
