"""Seconds an upload takes, and how far the worst of those allowed raises the server's memory.

    python tests/benchmarks/uploads.py

Every picture is synthetic. Each is read in a process of its own, whose peak of resident memory is
compared with the one before, when everything was imported and a small picture had been read.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from vae import image
from vae.handwriting import MAX_BYTES, open_picture

PHONE = "JPEG of a 12-megapixel phone"
MOST_SECONDS, MOST_MEGABYTES = 1.0, 400


def photo(width: int, height: int, channels: int = 3) -> np.ndarray:
    """(height, width, channels) uint8: a 7 on paper with grain and light from one side."""
    page = np.full((height, width, 3), 205, np.uint8)
    side = min(width, height)
    corners = np.array([(0.35, 0.25), (0.65, 0.25), (0.45, 0.8)]) * side
    corners += [(width - side) / 2, (height - side) / 2]
    cv2.polylines(page, [corners.astype(np.int32)], False, (40, 40, 90), max(2, side // 30))
    grain = np.random.default_rng(0).integers(0, 12, (256, 256, 3), np.uint8)
    page += np.tile(grain, (-(-height // 256), -(-width // 256), 1))[:height, :width]
    light = np.linspace(0.6, 1, width)
    for row in page:
        row[...] = row * light[:, None]
    return page if channels == 3 else np.dstack([page, np.full_like(page[..., :1], 255)])


def encoded(pixels: np.ndarray, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def deep(width: int, height: int) -> bytes:
    """A grey PNG of 16 bits."""
    return encoded(photo(width, height)[..., 0].astype(np.uint16) * 257, "PNG", compress_level=1)


def plain(width: int, height: int, kind: str, mode: str = "RGBA", **options: object) -> bytes:
    """A flat page with a bar: the file is small, the picture is not."""
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[height // 4 : -height // 4, width // 2 - width // 20 : width // 2 + width // 20, :3] = 0
    file = io.BytesIO()
    Image.fromarray(pixels).convert("RGB" if mode in ("CMYK", "F") else mode).convert(mode).save(
        file, kind, **options
    )
    return file.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    PHONE: lambda: encoded(photo(4000, 3000), "JPEG", quality=92),
    "JPEG of 50 megapixels": lambda: encoded(photo(8160, 6120), "JPEG", quality=80),
    "progressive JPEG of 50 megapixels": lambda: encoded(
        photo(8160, 6120), "JPEG", quality=80, progressive=True
    ),
    "progressive CMYK JPEG of 40 megapixels": lambda: plain(
        6320, 6320, "JPEG", mode="CMYK", progressive=True, subsampling=0
    ),
    "progressive JPEG of 50 megapixels, 4:4:4": lambda: plain(
        7070, 7070, "JPEG", mode="RGB", progressive=True, subsampling=0
    ),
    "RGBA PNG of 50 megapixels": lambda: plain(7070, 7070, "PNG", compress_level=1),
    "16-bit PNG of 9 megapixels": lambda: deep(3500, 2600),
    "RGBA TIFF of 40 megapixels": lambda: plain(6320, 6320, "TIFF", compression="tiff_deflate"),
    "turned RGBA TIFF of 40 megapixels": lambda: plain(
        6320, 6320, "TIFF", compression="tiff_deflate", tiffinfo={0x0112: 6}
    ),
    "TIFF of 40 megapixels, floats": lambda: plain(
        6320, 6320, "TIFF", mode="F", compression="tiff_deflate"
    ),
    "BMP of 6 megapixels": lambda: encoded(photo(3000, 2200), "BMP"),
    "WebP of 20 megapixels": lambda: plain(4470, 4470, "WEBP", lossless=True, method=0),
    "AVIF of 20 megapixels": lambda: plain(4470, 4470, "AVIF", speed=10),
    "GIF of 20 megapixels": lambda: encoded(photo(4470, 4470)[..., 0], "GIF"),
}


def megabytes(name: str) -> float:
    """This process's resident memory, as Linux counts it: VmRSS, or VmHWM, its peak."""
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) * 1024 / 1e6


def measure(path: Path) -> None:
    """Reads one file three times; prints the best of the seconds and the megabytes above idle."""
    torch.set_num_threads(1)
    image.explain(photo(400, 300))
    idle, seconds = megabytes("VmRSS"), []
    for _ in range(3):
        start = time.perf_counter()
        image.explain(open_picture(path))
        seconds.append(time.perf_counter() - start)
    print(min(seconds), megabytes("VmHWM") - idle)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", type=Path, metavar="FILE", help="one file, in this process")
    options = parser.parse_args()
    if options.measure:
        return measure(options.measure)
    print(f"{'':42}{'file, MB':>10}{'seconds':>10}{'MB above idle':>16}")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name, make in PICTURES.items():
            path = Path(folder) / "picture"
            path.write_bytes(make())
            size = path.stat().st_size
            assert size <= MAX_BYTES, f"{name}: {size} bytes are refused, so they measure nothing"
            command = [sys.executable, __file__, "--measure", str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, memory = map(float, done.stdout.split())
            worst = max(worst, memory)
            print(f"{name:42}{size / 1e6:>10.1f}{seconds:>10.2f}{memory:>16.0f}", flush=True)
            if name == PHONE:
                print(f"{'target: less than':>52}{MOST_SECONDS:>10.2f}")
    print(f"worst: {worst:.0f} MB above idle (target: less than {MOST_MEGABYTES})")


if __name__ == "__main__":
    main()
