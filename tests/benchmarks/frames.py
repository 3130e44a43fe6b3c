"""Whether the page keeps its frames while it trains and shows everything: frames a second of the
page's thread, the longest gap between two, and how often the digits of the run are painted.

python tests/benchmarks/frames.py [SECONDS]
"""

import os
import shutil
import sys

from hand import ARGUMENTS
from playwright.sync_api import Page, sync_playwright
from servers import OURS, serving

WARM_UP = 6_000
COUNT = """(seconds) => new Promise((resolve) => {
  const gaps = [];
  let paints = 0;
  const samples = document.querySelector('[data-testid="train-samples"]');
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    if (this.canvas === samples) paints += 1;
    return put.apply(this, given);
  };
  let [start, last] = [performance.now(), performance.now()];
  const count = (now) => {
    gaps.push(now - last);
    last = now;
    if (now - start < 1000 * seconds) return requestAnimationFrame(count);
    CanvasRenderingContext2D.prototype.putImageData = put;
    resolve([gaps.length / seconds, Math.max(...gaps.slice(1)), paints / seconds]);
  };
  requestAnimationFrame(count);
})"""


def measure(page: Page, what: str, seconds: float) -> None:
    before = os.getloadavg()[0]
    frames, gap, paints = page.evaluate(COUNT, seconds)
    rate = page.get_by_test_id("train-images-per-second").inner_text()
    print(
        f"{what:<16}{frames:>10.1f}{gap:>16.0f}{paints:>14.1f}{rate:>12}{before:>8.1f}", flush=True
    )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, serving(OURS) as (url, _):
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{url}/?tab=train")
        page.wait_for_selector("#train [data-mounted]")
        page.wait_for_timeout(WARM_UP)
        print(
            f"{os.cpu_count()} cores\n{'':<16}{'frames/s':>10}{'longest gap ms':>16}"
            f"{'digits/s':>14}{'images/s':>12}{'load':>8}"
        )
        measure(page, "at rest", seconds)
        page.get_by_test_id("train-start").click()
        page.wait_for_selector('[data-testid="train-images-per-second"][data-value]')
        page.wait_for_timeout(WARM_UP)
        measure(page, "while it trains", seconds)
        browser.close()


if __name__ == "__main__":
    main()
