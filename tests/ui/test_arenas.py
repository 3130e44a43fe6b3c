"""How many arenas threads allocate from, counted by the C library itself."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

# Run by itself: its package would bring gradio along.
FILE = str(Path(__file__).parents[2] / "vae/ui/arenas.py")
COUNT = """
import ctypes, runpy, threading
share_arenas = runpy.run_path({file!r})["share_arenas"]
{act}
meet = threading.Barrier(9)
def allocate():
    held = bytearray(50_000)
    meet.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
meet.wait()
for thread in threads: thread.join()
ctypes.CDLL(None).malloc_stats()
"""


def arenas(act: str) -> int:
    code = COUNT.format(act=act, file=FILE)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stderr.count("Arena ")


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_stats"),
    reason="only glibc has arenas, and counts them",
)
def test_all_threads_share_two_arenas():
    assert arenas("") > 2
    assert arenas("share_arenas(2)") == 2
