"""A person's few digits, deformed in the page as vae/data deforms images."""

import numpy as np
import pytest
import torch
from node import Node

from vae.data import deformation

MODULE = 'const {deformed, withDeformed} = await import("/web/train/deformation.js");'
GENERATOR = np.random.default_rng(8)
AMOUNTS = [[0.0] * 6, *np.eye(6).tolist(), *GENERATOR.uniform(-1, 1, (6, 6)).tolist()]
BITMAPS = GENERATOR.integers(0, 256, (3, 784))


@pytest.mark.parametrize("amounts", AMOUNTS, ids=str)
def test_an_image_is_deformed_as_python_does(node: Node, monkeypatch, amounts):
    """By the same amounts, with nothing bent."""
    image = BITMAPS[0]
    got = node.evaluate(
        f"async ([image, amounts]) => {{ {MODULE}"
        "return deformed(Uint8Array.from(image), amounts); }",
        [image.tolist(), amounts],
    )
    given = torch.tensor(amounts).view(6, 1)
    monkeypatch.setattr(
        deformation,
        "_uniform",
        lambda shape, *_: given if shape == (6, 1) else torch.zeros(shape),
    )
    x = torch.tensor(image, dtype=torch.float32).view(1, 1, 28, 28)
    expected = deformation.deform(x, torch.Generator(), shift=1.0).flatten()
    np.testing.assert_allclose(got, expected, atol=0.51)


def test_few_digits_become_many_the_same_every_time(node: Node):
    images, labels = node.evaluate(
        f"""async (images) => {{ {MODULE}
          const digits = {{images: Uint8Array.from(images), labels: Uint8Array.of(4, 7, 9)}};
          const [one, two] = [0, 1].map(() => withDeformed(digits, 20));
          if (String(one.images) !== String(two.images)) throw new Error("differs");
          return [one.images, one.labels];
        }}""",
        BITMAPS.flatten().tolist(),
    )
    images = np.array(images).reshape(20, 784)
    assert labels == ([4, 7, 9] * 7)[:20]
    assert (images[:3] == BITMAPS).all()
    assert len(np.unique(images, axis=0)) == 20
