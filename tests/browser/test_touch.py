"""Fingers and wheels: what scrolls the page moves no latent, what moves one scrolls nothing."""

from collections.abc import Callable, Iterator

import pytest
from driving import LAB, choose, latents, rest, settle
from playwright.sync_api import Browser, Page

PHONE = {"width": 390, "height": 844}


class Fingers:
    """Real touches on a page, each with its place at every step."""

    def __init__(self, page: Page):
        self.page = page
        self._client = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self._client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
        self.page.wait_for_timeout(16)

    def swipe(self, start: tuple[float, float], way: tuple[float, float], steps: int = 12) -> None:
        (x, y), (dx, dy) = start, way
        self.send("touchStart", (x, y))
        for step in range(1, steps + 1):
            self.send("touchMove", (x + dx * step / steps, y + dy * step / steps))
        self.send("touchEnd")
        settle(self.page)

    def pinch(self, middle: tuple[float, float], begin: float, end: float, steps: int = 12) -> None:
        """Two fingers one above the other, apart by `begin` and then by `end` pixels."""
        x, y = middle
        self.send("touchStart", (x, y - begin / 2))
        self.send("touchStart", (x, y - begin / 2), (x, y + begin / 2))
        for step in range(1, steps + 1):
            half = (begin + (end - begin) * step / steps) / 2
            self.send("touchMove", (x, y - half), (x, y + half))
        self.send("touchEnd")
        settle(self.page)


@pytest.fixture
def phone(chromium: Browser, app_url: str) -> Iterator[Callable[[str], Page]]:
    """`phone(model)` is the app on a phone, touched once, so that it no longer sways."""
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)

    def opened(model: str) -> Page:
        page = context.new_page()
        page.goto(f"{app_url}/?model={model}")
        page.wait_for_selector("#explore [data-mounted]")
        page.touchscreen.tap(5, 5)
        rest(page)
        return page

    yield opened
    context.close()


def middle(page: Page, selector: str, across: float = 0.5, down: float = 0.5) -> tuple:
    """A place of an element, which is brought to below what stays at the top of the page."""
    element = page.locator(selector).first
    element.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - innerHeight / 2)")
    settle(page)
    box = element.bounding_box()
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


MAP = ".explore .over"


@pytest.mark.parametrize("selector", [".latent [type=range]", MAP])
def test_a_swipe_up_scrolls_and_moves_no_latent(phone, selector):
    page = phone("conv-16")
    start = middle(page, selector, 0.25, 0.3)
    before, top = latents(page), page.evaluate("scrollY")
    picture = "document.querySelector('[data-testid=digit]').toDataURL()"
    page.evaluate(
        f"""() => {{
          window.pictures = new Set([{picture}]);
          const look = () => pictures.add({picture}) && requestAnimationFrame(look);
          look();
        }}"""
    )
    Fingers(page).swipe(start, (4, -160))
    assert page.evaluate("scrollY") > top + 60
    assert latents(page) == before
    assert page.evaluate("pictures.size") == 1


def test_a_slider_is_dragged_from_anywhere_on_it_and_the_page_stays(phone):
    page = phone("conv-16")
    slider = page.locator(".latent [type=range]").first
    start = middle(page, ".latent [type=range]", 0.9)
    top = page.evaluate("scrollY")
    Fingers(page).swipe(start, (-120, 5))
    box = slider.bounding_box()
    low, high, value = (
        slider.evaluate(f"one => Number(one.{key})") for key in ("min", "max", "value")
    )
    share = (start[0] - 120 - box["x"] - 4) / (box["width"] - 8)
    assert value == pytest.approx(low + share * (high - low), abs=0.02 * (high - low))
    assert page.evaluate("scrollY") == top


def test_where_the_browser_drags_the_thumb_alone_a_finger_drags_from_anywhere(phone):
    """WebKit's sliders ignore a finger beside the thumb: here none of the browser's own moves."""
    page = phone("conv-16")
    page.evaluate(
        "document.querySelectorAll('.latent [type=range]').forEach(one => one.addEventListener("
        "'touchmove', event => event.preventDefault(), {passive: false}))"
    )
    before = latents(page)
    Fingers(page).swipe(middle(page, ".latent [type=range]", 0.9), (-120, 5))
    assert sum(a != b for a, b in zip(latents(page), before, strict=True)) == 1


def test_a_tap_on_a_slider_puts_it_there(phone):
    page = phone("conv-16")
    slider = page.locator(".latent [type=range]").first
    page.touchscreen.tap(*middle(page, ".latent [type=range]", 0.8))
    settle(page)
    low, high, value = (
        slider.evaluate(f"one => Number(one.{key})") for key in ("min", "max", "value")
    )
    assert (value - low) / (high - low) == pytest.approx(0.8, abs=0.02)


def test_a_drag_that_is_cancelled_puts_the_value_back(phone):
    page = phone("conv-16")
    before = latents(page)
    x, y = middle(page, ".latent [type=range]", 0.3)
    fingers = Fingers(page)
    fingers.send("touchStart", (x, y))
    for step in range(1, 9):
        fingers.send("touchMove", (x + 15 * step, y))
    assert latents(page) != before
    fingers.send("touchCancel")
    settle(page)
    assert latents(page) == before


def test_two_fingers_on_a_slider_move_nothing(phone):
    page = phone("conv-16")
    before = latents(page)
    x, y = middle(page, ".latent [type=range]", 0.5)
    fingers = Fingers(page)
    fingers.send("touchStart", (x, y))
    fingers.send("touchStart", (x, y), (x + 60, y))
    for step in range(1, 9):
        fingers.send("touchMove", (x - 8 * step, y), (x + 60 + 8 * step, y))
    fingers.send("touchEnd")
    settle(page)
    assert latents(page) == before


def test_two_fingers_zoom_the_map_and_leave_z(phone):
    page = phone("mlp-2")
    place = middle(page, MAP, 0.5, 0.5)
    before, top = latents(page), page.evaluate("scrollY")
    page.evaluate("window.axis = document.querySelector('.explore .ground').toDataURL()")
    Fingers(page).pinch(place, 60, 240)
    assert latents(page) == before
    assert page.evaluate("scrollY") == top
    assert page.evaluate("axis !== document.querySelector('.explore .ground').toDataURL()")


def test_a_finger_that_stays_after_a_pinch_moves_nothing(phone):
    page = phone("mlp-2")
    x, y = middle(page, MAP, 0.5, 0.5)
    before = latents(page)
    fingers = Fingers(page)
    fingers.send("touchStart", (x, y))
    fingers.send("touchStart", (x, y), (x + 80, y))
    fingers.send("touchMove", (x - 30, y), (x + 110, y))
    fingers.send("touchEnd", (x - 30, y))
    for step in range(1, 9):
        fingers.send("touchMove", (x - 30 - 8 * step, y))
    fingers.send("touchEnd")
    settle(page)
    assert latents(page) == before


def test_the_ring_is_dragged_up_too(phone):
    page = phone("mlp-2")
    page.touchscreen.tap(*middle(page, MAP, 0.5, 0.6))
    settle(page)
    before, top = latents(page), page.evaluate("scrollY")
    box = page.locator(".explore .ring").bounding_box()
    start = (box["x"] + box["width"] / 2 + 10, box["y"] + box["height"] / 2)
    Fingers(page).swipe(start, (0, -90))
    assert latents(page)[1] > before[1] + 0.3
    assert page.evaluate("scrollY") == top


def map_wheel(page: Page, *turns: float) -> None:
    box = page.locator(MAP).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for turn in turns:
        page.mouse.wheel(0, turn)
    settle(page)


def width(page: Page) -> float:
    """How far an arrow key moves z across the map, which is a share of what the map shows."""
    page.locator(MAP).focus()
    before = latents(page)[0]
    page.keyboard.press("ArrowLeft")
    settle(page)
    moved = before - latents(page)[0]
    page.keyboard.press("ArrowRight")
    settle(page)
    page.keyboard.press("Escape")
    return moved


@pytest.fixture
def desk(page: Page) -> Page:
    """The app with two latents in a low window, in which there is something to scroll."""
    page.set_viewport_size({"width": 1440, "height": 600})
    choose(page, "mlp-2")
    page.mouse.click(5, 5)
    settle(page)
    return page


def test_the_wheel_over_the_map_scrolls_the_page(desk):
    whole = width(desk)
    map_wheel(desk, 60, 60)
    desk.wait_for_function("scrollY > 60")
    assert width(desk) == whole


def test_ctrl_or_a_click_gives_the_map_the_wheel_and_esc_takes_it_back(desk):
    whole = width(desk)
    said = desk.locator(".about-map.for-mouse")
    assert "takes the wheel with Ctrl" in said.inner_text()
    top = desk.evaluate("scrollY")
    desk.keyboard.down("Control")
    map_wheel(desk, -100)
    desk.keyboard.up("Control")
    assert desk.evaluate("scrollY") == top
    nearer = width(desk)
    assert nearer < 0.9 * whole
    box = desk.locator(MAP).bounding_box()
    desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "until you click elsewhere or press Esc" in said.inner_text()
    map_wheel(desk, -100)
    assert desk.evaluate("scrollY") == top
    assert width(desk) < 0.9 * nearer
    map_wheel(desk, 50)
    desk.wait_for_function("top => scrollY > top", arg=top)


def test_thirty_small_turns_of_a_trackpad_zoom_as_one_large_turn_does(desk):
    whole = width(desk)
    desk.locator(MAP).focus()
    map_wheel(desk, *[-4] * 30)
    small = width(desk)
    desk.get_by_role("button", name="whole").click()
    desk.locator(MAP).focus()
    map_wheel(desk, -120)
    assert whole / small == pytest.approx(1.25**1.2, rel=0.03)
    assert width(desk) == pytest.approx(small, rel=0.03)


SAVE = "[data-save=png], .explore .random, .explore .classes button, [role=tab], .header button"


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (820, 1180), (390, 844), (844, 390)])
def test_the_first_click_finds_everything_where_it_was(chromium, app_url, size):
    page = chromium.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(app_url + LAB)
    page.wait_for_selector("#explore [data-mounted]")
    page.wait_for_selector(".bars[data-reads]")
    settle(page)
    places = f"""() => [...document.querySelectorAll({SAVE!r})].map(one => {{
      const {{x, y}} = one.getBoundingClientRect();
      return [x, y];
    }})"""
    before = page.evaluate(places)
    page.mouse.move(3, 3)
    page.mouse.down()
    settle(page)
    assert page.evaluate(places) == before
    page.mouse.up()
    page.close()


@pytest.mark.parametrize(
    "size", [(844, 390), (667, 375), (853, 533), (819, 614), (820, 1180), (390, 844)]
)
def test_the_pad_its_buttons_and_the_results_are_in_view_together(chromium, app_url, size):
    viewport = {"width": size[0], "height": size[1]}
    context = chromium.new_context(viewport=viewport, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{app_url}/?tab=draw")
    page.wait_for_selector("#draw [data-mounted]")
    page.wait_for_selector(".bars[data-reads]", state="attached")
    page.touchscreen.tap(2, 2)
    low = "document.querySelector('.draw .pad-figure .actions').getBoundingClientRect().bottom"
    page.evaluate(f"scrollBy(0, Math.max(0, {low} + 4 - innerHeight))")
    settle(page)
    stage = page.locator("#stage-column").bounding_box()
    above = stage["y"] + stage["height"] if stage["width"] > 0.9 * size[0] else 0
    shown = (".draw .pad", ".draw .pad-figure .actions", "[data-testid=input]")
    for selector in (*shown, "[data-testid=reconstruction]"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= above and box["y"] + box["height"] <= size[1]
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
        assert min(box["width"], box["height"]) >= 40
    assert page.locator(".draw .pad").bounding_box()["width"] >= 0.5 * min(size)
    x = page.locator("[data-testid=reconstruction]").bounding_box()
    top = page.evaluate("scrollY")
    Fingers(page).swipe((x["x"] + 50, x["y"] + 50), (0, -40 - x["y"] / 2))
    page.wait_for_function("top => scrollY > top + 20", arg=top)
    context.close()
