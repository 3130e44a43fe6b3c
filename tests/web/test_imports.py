"""The page's modules: which knows which, and what none of them may ask."""

import re
from pathlib import Path

import pytest

from vae.families import FAMILIES
from vae.ui.facts import URLS

WEB = Path(__file__).resolve().parents[2] / "vae" / "ui" / "web"
MODULES = sorted(WEB.rglob("*.js"))
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
