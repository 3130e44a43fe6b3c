"""Malformed requests to everything that the server answers: what it says, and what it keeps.

    python tests/benchmarks/fuzz.py --requests 2000

Failed: an answer of 500 or above, or none. Traces: tracebacks and errors in the server's log. MB
and handles: what the process has more of than after a first round of a tenth of the requests.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzzing import Target, fuzz, targets
from processes import App, complaints, handles, logged_app, megabytes

COLUMNS = ("target", "requests", "2xx", "3xx", "4xx", "not sent", "failed", "traces", "s", "MB")
WIDTHS = (18, *[9] * (len(COLUMNS) - 1))


def row(*cells: object) -> None:
    print("".join(f"{cell!s:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)))
    sys.stdout.flush()


def measure(app: App, target: Target, count: int) -> tuple[int, int]:
    """Prints a target's row; how many requests failed, and how often the log tells of it."""
    start, memory, traces = time.perf_counter(), megabytes(app.process), len(complaints(app.log))
    answers = fuzz(app.url, target, count, seed=1)
    by_class = {
        hundred: sum(n for status, n in answers.statuses.items() if str(status)[0] == hundred)
        for hundred in "234"
    }
    traces = len(complaints(app.log)) - traces
    row(
        target.name,
        answers.statuses.total(),
        *by_class.values(),
        answers.statuses["no URL"],
        len(answers.failed),
        traces,
        f"{time.perf_counter() - start:.0f}",
        f"{megabytes(app.process) - memory:+.1f}",
    )
    for failure in answers.failed[:3]:
        print(f"    {failure}")
    return len(answers.failed), traces


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2000, help="to each target")
    parser.add_argument("--only", nargs="*", metavar="TARGET", help="by their names")
    options = parser.parse_args()
    chosen = [one for one in targets() if not options.only or one.name in options.only]
    with tempfile.TemporaryDirectory() as folder, logged_app(Path(folder) / "log") as app:
        for target in chosen:
            fuzz(app.url, target, options.requests // 10)
        memory, opened = megabytes(app.process), handles(app.process)
        row(*COLUMNS)
        found = [measure(app, target, options.requests) for target in chosen]
        failed, traces = map(sum, zip(*found, strict=True))
        more = megabytes(app.process) - memory, handles(app.process) - opened
    print(f"{failed} failed, {traces} traces, {more[0]:+.1f} MB, {more[1]:+d} handles")
    return int(failed + traces > 0)


if __name__ == "__main__":
    sys.exit(main())
