"""Files that a person takes away, against Pillow and numpy."""

import base64
import io

import numpy as np
from PIL import Image, ImageSequence


def run(engine, script: str, argument: object = None) -> object:
    """The value of the body of an async function, whose argument is `given`."""
    return engine.evaluate(f"async (given) => {{ {script} }}", argument)


BYTES = """const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));"""


def test_a_gif_is_what_pillow_reads(engine):
    random = np.random.default_rng(2)
    frames = random.random((3, 28, 28))
    frames[1] = np.linspace(0, 1, 28)
    body = run(
        engine,
        """const {encodeGIF} = await import("/web/export/gif.js");
        const blob = encodeGIF(given.map((frame) => Float32Array.from(frame)), 6);"""
        + BYTES,
        frames.reshape(3, -1).tolist(),
    )
    with Image.open(io.BytesIO(base64.b64decode(body))) as gif:
        assert gif.n_frames == 3
        assert gif.info["loop"] == 0
        for frame, picture in zip(frames, ImageSequence.Iterator(gif), strict=True):
            assert picture.info["duration"] == 60
            read = np.asarray(picture.convert("L"), dtype=float)[2::5, 2::5] / 255
            np.testing.assert_allclose(read, frame, atol=0.5 / 63 + 0.5 / 255)


def test_an_npz_is_what_numpy_reads(engine):
    z = np.linspace(-2, 2, 6, dtype=np.float32).reshape(2, 3)
    body = run(
        engine,
        """const {npz} = await import("/web/export/files.js");
        const blob = npz({
          z: {shape: [2, 3], data: Float32Array.from(given)},
          label: {shape: [2], data: Uint8Array.of(3, 250)},
          model: {shape: [], data: "mlp-20"},
        });"""
        + BYTES,
        z.flatten().tolist(),
    )
    with np.load(io.BytesIO(base64.b64decode(body))) as file:
        np.testing.assert_array_equal(file["z"], z)
        assert file["z"].dtype == np.float32
        assert file["label"].tolist() == [3, 250]
        assert str(file["model"]) == "mlp-20"
