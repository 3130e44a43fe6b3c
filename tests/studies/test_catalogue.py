"""The table of models: what stands in weights/README.md."""

import pytest

from vae.checkpoints import WEIGHTS
from vae.studies import catalogue


@pytest.fixture(scope="module")
def networks() -> dict[str, str]:
    """What the table says of every model's network."""
    rows = [line.split(" | ") for line in catalogue.table().splitlines() if line.startswith("| `")]
    column = catalogue.COLUMNS.index("network")
    return {row[0].strip("| `"): row[column] for row in rows}


def test_the_table_that_is_shipped_is_of_the_models_that_are_shipped():
    assert (WEIGHTS / "README.md").read_text(encoding="utf-8").strip() == catalogue.table().strip()


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("mlp-20", "400-200, relu"),
        ("mlp-2", "400-200, leaky relu"),
        ("conv-beta", "conv 16-BN-conv 32-BN-128, relu"),
        ("cvae", "conv 32-conv 64-conv 128-256, silu"),
        ("conv-16", "conv 32-conv 64-conv 128-512, silu, decoder 256-128-64-32"),
        ("gan", "200-400, relu, decoder only"),
    ],
)
def test_a_network_is_its_layers_and_its_decoder_where_it_is_no_mirror_image(
    networks, name, network
):
    assert networks[name] == network
