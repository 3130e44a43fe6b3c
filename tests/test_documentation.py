"""Everything that a person can name is named in the documentation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vae.data import SETS
from vae.evaluation.judge import MEASURES
from vae.families import FAMILIES
from vae.networks import ACTIVATIONS, KINDS
from vae.training.presets import PRESETS
from vae.ui.api import Operations
from vae.ui.facts import TABS

ROOT = Path(__file__).resolve().parent.parent
TEXT = "\n".join(
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "weights/README.md")
)
COMMANDS = [
    ["train.py"],
    ["app.py"],
    ["-m", "vae.convert"],
    ["-m", "vae.evaluation"],
    ["-m", "vae.evaluation.backfill"],
    ["-m", "vae.studies.convergence"],
    ["-m", "vae.studies.vae_and_gan"],
    ["-m", "vae.studies.vae_and_gan.tuning"],
]


@pytest.mark.parametrize("table", [PRESETS, KINDS, FAMILIES, MEASURES, SETS], ids=lambda t: len(t))
def test_every_name_of_a_table_is_documented(table):
    missing = [name for name in table if not re.search(rf"`{re.escape(name)}[`.]", TEXT)]
    assert not missing


def test_every_tab_and_endpoint_is_documented():
    assert all(f"**{title}**" in TEXT for title in TABS.values())
    endpoints = [name for name in vars(Operations) if not name.startswith("_")]
    assert endpoints and all(f"`/{name}`" in TEXT for name in endpoints)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[-1])
def test_every_option_of_a_command_is_documented(command):
    done = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", done.stdout)) - {"--help"}
    assert options
    missing = [one for one in options if not re.search(rf"{one}(?![\w-])", TEXT)]
    assert not missing


def test_every_path_that_the_documents_name_is_there():
    """Where a reader is sent, there is something; NAME and KIND stand for what is to be written."""
    paths = re.findall(r"`((?:vae|tests|docs|weights)/[\w./-]+)`", TEXT)
    written = [path for path in paths if not re.search(r"NAME|KIND", path)]
    assert len(written) > 20
    assert not [path for path in written if not (ROOT / path).exists()]


def test_every_activation_is_a_layer_kind():
    assert set(ACTIVATIONS) <= set(KINDS)
