"""The page's engine in a real browser: its vector instructions, and models against torch."""

import shutil

import pytest
from parity import check_parity

from vae import checkpoints


def test_this_browser_has_vector_instructions(engine):
    """Without them the page works too, but several times slower."""
    assert engine.evaluate("""async () => {
      const {Kernel} = await import("/web/engine/kernel.js");
      return new Kernel().memory instanceof WebAssembly.Memory;
    }""")


@pytest.mark.parametrize("name", ["mlp-20", "conv-16"])
def test_a_shipped_checkpoint_agrees_with_torch(engine, web_root, name):
    shutil.copy(checkpoints.WEIGHTS / f"{name}.safetensors", web_root.weights)
    url = f"{web_root.url}/weights/{name}.safetensors"
    check_parity(engine, url, checkpoints.load(name))
