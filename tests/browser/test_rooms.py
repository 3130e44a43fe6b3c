"""What holds in every room: in any tab, in Lab, Learn or Present, on a desk or on a phone.

axe-core is a tool from npm, for development alone: without `npm ci` its part is skipped.
"""

from pathlib import Path

import pytest
from driving import LAB, SCREENS, every_room, opened

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NEEDS_AXE = pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: npm ci")

VIOLATIONS = """async ({rules}) => (await axe.run(rules)).violations.map(
  ({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(" ")).join(", ")}`)"""
# 44 pixels each way (WCAG 2.5.5), but for words in a sentence and what only a key reaches. What a
# label holds is hit through the label.
SMALL_CONTROLS = """() => {
  const controls = "button, input, select, textarea, summary, a[href], [tabindex='0']";
  return [...document.querySelectorAll(controls)].filter((control) => {
    if (!control.checkVisibility({visibilityProperty: true})) return false;
    if (control.matches(".dotted, .unseen")) return false;
    const inLabel = control.matches("[type=checkbox], [type=file]");
    const target = inLabel ? control.closest("label") : control;
    const {width, height} = target.getBoundingClientRect();
    return width > 0 && (width < 43.9 || height < 43.9);
  }).map(({tagName, className, ariaLabel, innerText}) =>
    `${tagName} ${className} ${ariaLabel ?? innerText}`);
}"""
# An iPhone zooms into what is typed in letters of less than 16 pixels.
SMALL_FIELDS = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter((control) => !control.matches("[type=checkbox], [type=file], [type=range], .unseen"))
  .filter((control) => parseFloat(getComputedStyle(control).fontSize) < 16)
  .map((control) => control.outerHTML.slice(0, 80))"""
# On a phone, words that are read at an arm's length.
SMALLEST = {"desk": 14, "phone": 16}
SMALL_LETTERS = """({smallest}) => [
    ...document.querySelectorAll(".part *, #tools-column [role=tab]")
  ].filter((one) => one.checkVisibility({ visibilityProperty: true })
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((one) => ({one, size: parseFloat(getComputedStyle(one).fontSize)}))
  // What has no size is not there to be read.
  .filter(({size}) => size > 0 && size < smallest)
  .map(({one}) => one.outerHTML.slice(0, 80))"""
Found = dict[str, dict[str, list[str]]]


def toured(page, scripts: dict[str, str], options: dict) -> Found:
    """What each script finds in every room."""
    if AXE.exists():
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: Found = {name: {} for name in scripts}
    for room in every_room(page):
        for name, script in scripts.items():
            found[name][room] = page.evaluate(script, options)
    page.close()
    return found


@pytest.fixture(scope="module", params=SCREENS)
def tour(request, chromium, app_url) -> tuple[str, Found]:
    """A screen, and what is found there."""
    scripts = {"controls": SMALL_CONTROLS, "fields": SMALL_FIELDS, "letters": SMALL_LETTERS}
    if AXE.exists():
        scripts["axe"] = VIOLATIONS
    page = opened(chromium, f"{app_url}{LAB}&__theme=light", request.param)
    return request.param, toured(page, scripts, {"smallest": SMALLEST[request.param], "rules": {}})


@NEEDS_AXE
def test_axe_finds_nothing(tour):
    _, found = tour
    assert not any(found["axe"].values()), found["axe"]


@NEEDS_AXE
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_in_the_dark(chromium, app_url, screen):
    page = opened(chromium, f"{app_url}{LAB}&__theme=dark", screen)
    # Nothing but colours differs.
    found = toured(page, {"axe": VIOLATIONS}, {"rules": {"runOnly": ["cat.color"]}})["axe"]
    assert not any(found.values()), found


def test_there_are_eight_rooms_in_lab_and_in_present_and_two_in_learn(tour):
    assert len(tour[1]["letters"]) == 18


def test_no_letters_are_small(tour):
    _, found = tour
    assert not any(found["letters"].values()), found["letters"]


def test_a_finger_finds_every_control_of_a_phone(tour):
    screen, found = tour
    if screen == "phone":
        assert not any(found["controls"].values()), found["controls"]
        assert not any(found["fields"].values()), found["fields"]
