"""axe-core finds nothing: in any tab, in Lab, Learn or Present, in either theme, on a desk or on a
phone.

axe-core is a tool from npm, for development alone: without `npm ci` this is skipped.
"""

from pathlib import Path

import pytest
from driving import LAB, SCREENS, every_room, opened

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


# In the dark nothing but colours differs.
RULES = {"light": {}, "dark": {"runOnly": ["cat.color"]}}


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci")
@pytest.mark.parametrize("theme", RULES)
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(chromium, app_url, screen, theme):
    page = opened(chromium, f"{app_url}{LAB}&__theme={theme}", screen)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {
        room: page.evaluate(
            """async (options) => (await axe.run(options)).violations.map(
              ({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(" ")).join(", ")}`)""",
            RULES[theme],
        )
        for room in every_room(page)
    }
    page.close()
    assert not any(found.values()), found
