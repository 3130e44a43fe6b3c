"""How fast the page learns: images a second of the worker's processor time in Chromium, seconds to
a test loss on real MNIST, and the memory of restarts.

python tests/benchmarks/learning.py [speed] [beside] [loss] [memory]

beside: images a second against jax-js, which learns the same network in a worker of its own; by
turns, in one run. It is fetched by `npm ci`.
"""

import functools
import os
import shutil
import sys
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from vae import data
from vae.data import Examples

ROOT = Path(__file__).resolve().parent.parent.parent
CLASSIC = {}
QUICK = {"hidden": [256], "activation": "silu", "batch": 64, "rate": 2e-3, "averaging": 0.995}
CONVOLUTIONAL = {"network": "convolutional", "hidden": [16, 32], "latents": 16, "averaging": 0}
BETA = {"prior": {"family": "beta", "alpha": 4, "beta": 3}, "rate": 2e-3, "clip": 100}
SPEEDS = {
    "784-400-200-20, batch 128": CLASSIC,
    "784-256-20, batch 64": QUICK,
    "convolutional 16-32 with batch norm, batch 128": CONVOLUTIONAL,
    "784-400-200-20, Beta(4, 3), batch 128": BETA,
}
GOALS = (115, 110, 105)
LONGEST = 120
TESTED = 10_000
JAX = ROOT / "node_modules" / "@jax-js" / "jax" / "dist"
TURNS = 7

WORKER = """
  import { Trainer } from "ORIGIN/web/train/trainer.js";
  import { USUAL } from "ORIGIN/web/train/settings.js";
  const bytes = async (name) => new Uint8Array(await (await fetch(`ORIGIN/${name}`)).arrayBuffer());
  const set = async (name) => ({
    images: await bytes(`${name}-images`), labels: await bytes(`${name}-labels`),
  });
  const digits = { train: await set("train"), test: await set("test") };
  const trainer = new Trainer(digits, USUAL);
  const asked = {
    begin: (settings) => trainer.begin({ ...USUAL, ...settings }),
    steps: (count) => { for (let i = 0; i < count; i++) trainer.step(); return trainer.images; },
    test: (count) => trainer.test(count).total,
  };
  onmessage = ({ data: [what, value] }) => postMessage(asked[what](value) ?? null);
  postMessage("ready");
"""
JAX_WORKER = 'import "ORIGIN/jax-worker.js";'

START = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  window.worker = new Worker(url, { type: "module" });
  await new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}"""

ASK = """(question) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage(question);
})"""


class Files(SimpleHTTPRequestHandler):
    """The page's modules at /web/, jax-js at /jax/, and the digits' bytes."""

    def __init__(self, *arguments: Any, digits: dict[str, bytes], **options: Any):
        self.digits = digits
        super().__init__(*arguments, directory=str(ROOT / "vae" / "ui"), **options)

    def translate_path(self, path: str) -> str:
        if path == "/jax-worker.js":
            return str(Path(__file__).with_name("jax-worker.js"))
        if path.startswith("/jax/"):
            return str(JAX / Path(path).name)
        return super().translate_path(path)

    def do_GET(self):
        body = {"": b"<!doctype html>", **self.digits}.get(self.path.strip("/"))
        if body is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any):
        """Keeps the server from writing a line a request."""


def as_bytes(name: str, digits: Examples) -> dict[str, bytes]:
    return {
        f"{name}-images": digits.images.numpy().tobytes(),
        f"{name}-labels": digits.labels.numpy().astype("uint8").tobytes(),
    }


def worker_threads() -> list[Path]:
    """The threads of this machine's dedicated workers."""
    found = []
    for comm in Path("/proc").glob("[0-9]*/task/[0-9]*/comm"):
        try:
            if comm.read_text().startswith("DedicatedWorker"):
                found.append(comm.parent)
        except OSError:
            continue
    return found


class Worker:
    """A worker in a page, and the processor time of its thread."""

    def __init__(self, browser: Browser, origin: str, source: str = WORKER):
        before = set(worker_threads())
        self.page = browser.new_page()
        self.page.goto(origin)
        self.page.evaluate(START, source.replace("ORIGIN", origin))
        (self.thread,) = set(worker_threads()) - before

    def ask(self, what: str, value: Any) -> Any:
        return self.page.evaluate(ASK, [what, value])

    def seconds(self) -> float:
        return int((self.thread / "schedstat").read_text().split()[0]) / 1e9

    def megabytes(self) -> float:
        """Resident, of the process."""
        pages = (self.thread.parent.parent / "statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def begin(self, settings: dict[str, Any]) -> None:
        """A run that is warm."""
        self.ask("begin", settings)
        self.ask("steps", 40)

    def rate(self) -> float:
        """Images a second of processor time, over forty steps."""
        images, start = self.ask("steps", 0), self.seconds()
        return (self.ask("steps", 40) - images) / (self.seconds() - start)


def speed(browser: Browser, origin: str) -> None:
    worker = Worker(browser, origin)
    print(f"{'images a second of processor time':<50}{'median':>10}{'best':>10}")
    for name, settings in SPEEDS.items():
        worker.begin(settings)
        rates = [worker.rate() for _ in range(TURNS)]
        print(f"{name:<50}{median(rates):>10.0f}{max(rates):>10.0f}", flush=True)


def beside(browser: Browser, origin: str) -> None:
    if not JAX.is_dir():
        sys.exit(f"expected jax-js in {JAX.parent}, but it is not there: run `npm ci` first")
    workers = [Worker(browser, origin, source) for source in (WORKER, JAX_WORKER)]
    for worker in workers:
        worker.begin(CLASSIC)
    rates = [[worker.rate() for worker in workers] for _ in range(TURNS)]
    ours, theirs = map(median, zip(*rates, strict=True))
    ratio = median(own / other for own, other in rates)
    print(f"784-400-200-20, batch 128: {ours:.0f} images/s, jax-js {theirs:.0f}: {ratio:.2f} times")


def losses(browser: Browser, origin: str) -> None:
    worker = Worker(browser, origin)
    print(f"worker seconds to a test loss of {GOALS} nats, {TESTED} test digits, {QUICK}")
    worker.ask("begin", QUICK)
    spent, goals = 0.0, list(GOALS)
    while goals and spent < LONGEST:
        start = worker.seconds()
        worker.ask("steps", 150)
        spent += worker.seconds() - start
        loss = worker.ask("test", TESTED)
        while goals and loss <= goals[0]:
            print(f"{goals.pop(0)} nats after {spent:.1f} s", flush=True)


def memory(browser: Browser, origin: str) -> None:
    worker = Worker(browser, origin)
    print("MB of the page's process after restarts")
    for restart in range(13):
        worker.ask("begin", {"seed": restart})
        worker.ask("steps", 100)
        if restart % 3 == 0:
            print(f"{restart:>4}{worker.megabytes():>10.0f}", flush=True)


def main() -> None:
    train, test = data.load("mnist")
    digits = as_bytes("train", train) | as_bytes("test", test)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, digits=digits))
    Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    parts = {"speed": speed, "beside": beside, "loss": losses, "memory": memory}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name in sys.argv[1:] or parts:
            parts[name](browser, origin)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
