"""How Sample feels: the alpha slider dragged with real pointer events in Chromium, 64 digits each
time, and whether the last value is what stands there at the end.

python tests/benchmarks/sampling.py [--models mlp-20 conv-16] [--sets 1 2]
"""

import argparse
import os
import shutil
import time

from hand import ARGUMENTS, READY, SECONDS, p95
from playwright.sync_api import Page, sync_playwright
from servers import OURS, serving

# From a slider's event to after the frame in which the digits of its value, or of a later one,
# were painted.
WATCH = """() => {
  const seen = {latencies: [], paints: 0, lost: null};
  window.seen = seen;
  const slider = document.querySelector(".sample [aria-label=alpha]");
  const samples = document.querySelector(".sample-set");
  const digits = samples.querySelector(".samples");
  const channel = new MessageChannel();
  let waiting = [];
  channel.port1.onmessage = ({data: {alpha}}) => {
    const now = performance.now();
    const last = waiting.findLastIndex((event) => event.alpha === alpha);
    seen.latencies.push(...waiting.splice(0, last + 1).map((event) => now - event.start));
    seen.lost = waiting.length;
  };
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    if (this.canvas === digits) {
      seen.paints++;
      queueMicrotask(() => {
        const [, alpha] = samples.dataset.drawn.match(/beta:([\\d.]+)/);
        requestAnimationFrame(() => channel.port2.postMessage({alpha: Number(alpha)}));
      });
    }
    return put.apply(this, given);
  };
  slider.addEventListener("input", ({timeStamp}) => {
    const alpha = Number(slider.getAttribute("aria-valuetext"));
    waiting.push({start: timeStamp, alpha});
  });
}"""


def drag(page: Page) -> None:
    """Three seconds of a hand that takes alpha to and fro."""
    box = page.locator(".sample [aria-label=alpha]").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.evaluate("window.seen.latencies.length = window.seen.paints = 0")
    start = time.perf_counter()
    while (now := time.perf_counter() - start) < SECONDS:
        page.mouse.move(box["x"] + (0.1 + 0.8 * abs((now * 0.8) % 2 - 1)) * box["width"], y)
    page.mouse.up()
    page.wait_for_timeout(1000)


def measure(page: Page, url: str, model: str, sets: int) -> None:
    others = "".join(f"&p{i}={model}~beta:4,3" for i in range(2, sets + 1))
    page.goto(f"{url}/?model={model}&p=beta:4,3{others}")
    page.wait_for_selector(READY)
    page.mouse.click(5, 5)
    page.get_by_role("tab", name="Sample").click()
    page.wait_for_selector(".sample-set[data-drawn]")
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)
    drag(page)
    seen = page.evaluate("window.seen")
    print(
        f"{model + f', {sets} sets' * (sets > 1):<28}{len(seen['latencies']):>8}"
        f"{p95(seen['latencies']):>8.1f}{seen['paints'] / SECONDS:>12.1f}{seen['lost']:>6}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=["mlp-20", "mlp-100", "beta-4-3", "conv-16"])
    parser.add_argument("--sets", nargs="*", type=int, default=[1])
    options = parser.parse_args()
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, serving(OURS) as (url, _):
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        title = "64 digits, dragging alpha"
        print(f"\n{title:<28}{'events':>8}{'p95 ms':>8}{'grids/s':>12}{'lost':>6}")
        for model in options.models:
            for sets in options.sets:
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                measure(page, url, model, sets)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
