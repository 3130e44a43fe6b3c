"""Every shipped file with one byte changed, at many random places in turn: what is said of it.

    python tests/benchmarks/corruption.py --places 100

Refused: a sentence that names the file. Loaded: it was taken for what it is not. Anything else ends
this command with a traceback.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from damage import SHIPPED, corrupted, said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--places", type=int, default=100, help="in each file")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"{'file':40}{'refused':>10}{'loaded':>10}")
    total = {True: 0, False: 0}
    with tempfile.TemporaryDirectory() as folder:
        for name in SHIPPED:
            refused = 0
            for path, _ in corrupted(name, Path(folder), options.places, options.seed):
                sentence = said(path, Path(folder))
                refused += sentence is not None and str(path) in sentence
            print(f"{name.as_posix():40}{refused:>10}{options.places - refused:>10}", flush=True)
            total[True] += refused
            total[False] += options.places - refused
    print(f"{'all':40}{total[True]:>10}{total[False]:>10}")
    return int(total[False] > 0)


if __name__ == "__main__":
    sys.exit(main())
