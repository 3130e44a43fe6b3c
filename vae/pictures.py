"""Examples side by side, as one small grey picture."""

import base64
import io

from PIL import Image
from torch import Tensor


def grid(x: Tensor, columns: int) -> Image.Image:
    """Pictures x (N, 1, H, W) in [0, 1], N a multiple of `columns`, row by row; 256 greys."""
    height, width = x.shape[-2:]
    rows = x.view(-1, columns, height, width).transpose(1, 2).reshape(-1, columns * width)
    return Image.fromarray((rows * 255).round().byte().numpy())


def png(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def base64_png(picture: Image.Image) -> str:
    """The same for JSON."""
    return base64.b64encode(png(picture)).decode()
