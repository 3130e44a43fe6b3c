"""The page's modules: which knows which, and what none of them may ask."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from vae.families import FAMILIES
from vae.ui.facts import URLS

WEB = Path(__file__).resolve().parents[2] / "vae" / "ui" / "web"
MODULES = sorted(WEB.rglob("*.js"))
IMPORT = re.compile(
    r"""^(?:import|export|\}).* from "([^"]+)";|\bimport\("([./][^"]+)"\)\.""", re.M
)
# From the bottom to the top: a room imports only from rooms below it.
LAYERS = [
    {"math"},
    {"engine", "canvas"},
    {"export", "state"},
    {"map"},
    {"machine"},
    {"explore", "draw", "sample", "train", "compare"},
]
COMPARISON = re.compile(r"""[!=]==?\s*["'](\w+)["']|["'](\w+)["']\s*[!=]==?|case\s+["'](\w+)["']""")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_name_of_a_family_is_compared_outside_its_file_and_the_table(module):
    if module.parent.name == "families":
        return
    likelihoods = {"bernoulli", "gaussian"}
    found = {name for match in COMPARISON.findall(module.read_text()) for name in match if name}
    assert not found & {*FAMILIES, *likelihoods}


def test_such_a_comparison_would_be_found():
    for line in ('prior.family === "normal"', '"beta" != family', 'case "normal":'):
        assert {name for match in COMPARISON.findall(line) for name in match} & set(FAMILIES)


def test_the_page_fetches_from_where_python_serves():
    source = (WEB / "state" / "weights.js").read_text()
    assert set(re.findall(r"below\([`\"]([a-z]+/?)", source)) == {*URLS.values()} - {URLS["web"]}
    others = [path for path in MODULES if path.name not in ("weights.js", "page.js")]
    assert not [path for path in others if "baseURI" in path.read_text()]


def imports(module: Path) -> set[Path]:
    """The modules that a module imports; types that its comments name are no imports."""
    code = re.sub(r"/\*.*?\*/", "", module.read_text(), flags=re.S)
    found = (name for match in IMPORT.findall(code) for name in match if name)
    return {(module.parent / name).resolve() for name in found}


def layer(module: Path) -> int:
    room = module.relative_to(WEB).parts[0]
    return next((i for i, rooms in enumerate(LAYERS) if room in rooms), len(LAYERS))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_imports_point_one_way(module):
    for other in imports(module):
        assert other.is_file(), f"{module.name} imports {other}, which is not there"
        same = module.relative_to(WEB).parts[0] == other.relative_to(WEB).parts[0]
        assert same or layer(other) < layer(module) or module.parent == other.parent == WEB


def test_nothing_imports_in_a_circle():
    graph = {module: imports(module) for module in MODULES}
    assert WEB / "math" / "special.js" in graph[WEB / "math" / "families" / "normal.js"]
    assert set(TopologicalSorter(graph).static_order()) == set(MODULES)  # raises CycleError


def test_every_folder_has_its_place_and_few_modules_have_none():
    rooms = {path.relative_to(WEB).parts[0] for path in MODULES if path.parent != WEB}
    assert rooms == set.union(*LAYERS)
    assert len([path for path in MODULES if path.parent == WEB]) <= 6
