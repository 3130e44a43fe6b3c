"""Which module knows which: no cycles, nothing heavy before it is needed."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from vae.families import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vae"
SOURCES = sorted(PACKAGE.rglob("*.py"))
# The mathematics, which is to be read in one evening: it knows nothing but itself.
MATHEMATICS = {
    "families",
    "networks",
    "latent",
    "model",
    "objective",
    "inference",
    "gan",
    "classifier",
}
# From the bottom to the top: a room imports only from rooms below it.
LAYERS = [
    {"families", "networks", "files", "pictures"},
    {"latent"},
    {"model", "classifier"},
    {"objective", "inference", "gan"},
    {"handwriting"},
    {"image"},
    {"data"},
    {"checkpoints", "sampling"},
    {"cli"},
    {"evaluation"},
    {"convert"},
    {"training"},
    {"studies"},
    {"ui"},
]
# What may not be known at all, although it lies below.
APART = [("ui", "studies"), ("ui", "training")]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in SOURCES}


def imported(path: Path) -> set[str]:
    """The full names that a file imports, anywhere in it; `from a import b` gives a and a.b."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def dependencies(module: str) -> set[str]:
    """The modules of this package that a module imports, not counting the packages they are in."""
    names = imported(MODULES[module]) & MODULES.keys()
    return {name for name in names if not any(other.startswith(f"{name}.") for other in names)}


def layer(module: str) -> int | None:
    name = module.split(".")[1] if "." in module else ""
    return next((index for index, names in enumerate(LAYERS) if name in names), None)


def test_importing_loads_neither_gradio_nor_torchvision():
    script = "import sys, vae, train; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert {"vae", "train", "torch"} <= loaded
    assert not loaded & {"gradio", "torchvision", "playwright", "pytest", "scipy", "sklearn"}


def test_only_data_mentions_torchvision_and_only_ui_mentions_gradio():
    sources = [*SOURCES, ROOT / "train.py"]
    torchvision = {path for path in sources if "torchvision" in path.read_text().lower()}
    assert torchvision and all(path.is_relative_to(PACKAGE / "data") for path in torchvision)
    gradio = {path for path in sources if "gradio" in path.read_text().lower()}
    assert gradio
    assert all(path.is_relative_to(PACKAGE / "ui") for path in gradio)


def test_nothing_imports_in_a_circle():
    graph = {module: dependencies(module) - {module} for module in MODULES}
    assert "vae.model" in graph["vae.objective"]
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("module", [name for name in MODULES if layer(name) is not None])
def test_imports_point_one_way(module):
    for other in dependencies(module) - {module}:
        if layer(other) is None:
            continue
        here, there = module.split(".")[1], other.split(".")[1]
        assert (here, there) not in APART, f"{module} imports {other}"
        assert here == there or layer(other) < layer(module), f"{module} imports {other}"


def test_the_mathematics_knows_nothing_but_itself():
    for module in MODULES:
        if "." in module and module.split(".")[1] in MATHEMATICS:
            rooms = {name.split(".")[1] for name in dependencies(module) if "." in name}
            assert rooms <= MATHEMATICS, f"{module} imports {rooms - MATHEMATICS}"


def test_training_is_described_without_evaluation_or_studies():
    script = (
        "import sys, vae.training, vae.training.presets, vae.training.loop; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[1] for name in done.stdout.split() if name.startswith("vae.")}
    assert "training" in loaded and not loaded & {"evaluation", "studies", "ui", "cli"}


def test_few_modules_lie_directly_in_the_package():
    assert len([*PACKAGE.glob("*.py")]) <= 12


def test_no_name_of_a_family_is_compared_outside_its_file_and_the_table():
    names = set(FAMILIES)
    for path in SOURCES:
        if path.parent.name == "families":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare | ast.match_case):
                strings = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
                assert not strings & names, f"{path}:{node.lineno} compares the name of a family"


def test_every_layer_exists():
    assert {name.split(".")[1] for name in MODULES if "." in name} >= set.union(*LAYERS)


def test_nothing_in_the_library_imports_its_entry_points_or_tests():
    for path in SOURCES:
        roots = {name.split(".")[0] for name in imported(path)}
        assert not roots & {"app", "train", "tests", "conftest"}, path.name
