"""The map of Explore in the running app, with real pointer, wheel, key and touch events."""

import numpy as np
import pytest
from driving import DEFAULT, choose, decoded, grey, latents, map_point, rest, settle, wake

from vae import checkpoints


def test_a_click_on_the_map_of_two_latents_goes_where_the_axes_say(page):
    choose(page, "mlp-2")
    wake(page)
    page.get_by_role("button", name="encoded", exact=True).click()
    page.mouse.click(*map_point(page, 0.5, 0.4))
    settle(page)
    at = latents(page)
    page.mouse.click(*map_point(page, 0.7, 0.4))
    settle(page)
    right = latents(page)
    page.mouse.click(*map_point(page, 0.7, 0.2))
    settle(page)
    above = latents(page)
    assert right[0] > at[0] and right[1] == pytest.approx(at[1], abs=2e-3)
    assert above[1] > right[1] and above[0] == pytest.approx(right[0], abs=2e-3)
    assert np.abs(grey(page, "digit") - decoded("mlp-2", above)).max() <= 1


def test_a_click_on_a_dot_goes_there_and_says_how_far_off_the_slice_it_was(page):
    wake(page)
    before = np.array(latents(page))
    codes = checkpoints.load_statistics(DEFAULT)["encodings.mean"].double().numpy()
    labels = checkpoints.load_statistics(DEFAULT)["encodings.label"].numpy()
    plane = np.linalg.eigh(np.cov(codes.T))[1][:, -2:]
    off = codes - before
    distance = np.linalg.norm(off - off @ plane @ plane.T, axis=1)
    words = page.locator(".about-dots")
    assert "so it may be of another class" in words.inner_text()
    for place in range(40):
        page.mouse.click(*map_point(page, 0.5 + 0.004 * place, 0.45 - 0.003 * place))
        if "off the slice" in words.inner_text():
            break
    settle(page)
    at = np.abs(codes - np.array(latents(page))).max(axis=1)
    assert at.min() < 2e-3
    dot = at.argmin()
    assert f"of class {labels[dot]}, which lay {distance[dot]:.2f} off" in words.inner_text()
    assert "the code of a test digit: a dot" in page.locator(".machine .origin").inner_text()


def test_of_two_latents_no_dot_is_graded_and_of_more_the_far_ones_are_faint(page):
    """Counted on the map without digits and prior: how many strengths the dots' colours have."""
    strengths = """() => {
      const canvas = document.querySelector(".explore .ground");
      const {data} = canvas.getContext("2d").getImageData(80, 30, canvas.width - 120, 300);
      const seen = new Map();
      for (let i = 3; i < data.length; i += 4) seen.set(data[i], (seen.get(data[i]) ?? 0) + 1);
      seen.delete(0);
      return [...seen].sort((a, b) => b[1] - a[1]).map(([alpha]) => alpha);
    }"""
    wake(page)
    for name in ("decoded", "prior"):
        page.get_by_role("button", name=name, exact=True).click()
    choose(page, "mlp-2")
    rest(page)
    assert abs(page.evaluate(strengths)[0] - 0.8 * 255) <= 1
    choose(page, "conv-16")
    rest(page)
    faint = page.evaluate(strengths)
    assert abs(faint[0] - 0.2 * 255) <= 1
    assert {51, 89, 153} <= set(faint)


def test_dragging_over_the_map_moves_the_digit_in_the_plane_without_a_request(page):
    wake(page)
    before = np.array(latents(page))
    page.mouse.move(*map_point(page, 0.4, 0.4))
    page.mouse.down()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.mouse.move(*map_point(page, 0.7, 0.5), steps=15)
    page.mouse.up()
    settle(page)
    after = np.array(latents(page))
    # What the tabs will need is fetched while nobody waits for it.
    assert [url for url in requests if "/packed/" not in url] == []
    assert np.abs(grey(page, "digit") - decoded(DEFAULT, after.tolist())).max() <= 1
    encodings = checkpoints.load_statistics(DEFAULT)["encodings.mean"].double().numpy()
    plane = np.linalg.eigh(np.cov(encodings.T))[1][:, -2:]
    across = (after - before) - plane @ (plane.T @ (after - before))
    assert np.abs(after - before).max() > 0.3
    assert np.abs(across).max() < 2e-3


def test_the_map_obeys_keys_the_wheel_and_its_buttons(page):
    choose(page, "mlp-2")
    wake(page)
    canvas = page.get_by_test_id("map")
    canvas.focus()
    before = latents(page)
    page.keyboard.press("ArrowRight")
    settle(page)
    step = latents(page)[0] - before[0]
    assert step > 0
    page.mouse.move(*map_point(page, 0.5, 0.5))
    page.mouse.wheel(0, -100)
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    settle(page)
    smaller = before[0] + step - latents(page)[0]
    assert 0 < smaller < 0.8 * step
    page.get_by_role("button", name="whole").click()
    canvas.focus()
    now = latents(page)
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert now[0] - latents(page)[0] == pytest.approx(step, abs=3e-3)


def test_the_map_shows_two_latents_of_ones_choice(page):
    wake(page)
    page.get_by_label("latent across").select_option("15")
    up = page.get_by_label("latent up")
    assert up.input_value() not in ("15", "components")
    up.select_option("6")
    page.get_by_role("button", name="encoded", exact=True).click()
    before = latents(page)
    page.mouse.click(*map_point(page, 0.3, 0.3))
    settle(page)
    changed = [
        i
        for i, (old, new) in enumerate(zip(before, latents(page), strict=True))
        if abs(old - new) > 1e-9
    ]
    assert changed == [6, 15]


def test_the_map_of_a_beta_model_keeps_to_its_unit_square(page):
    choose(page, "beta-4-3")
    wake(page)
    page.get_by_label("latent across").select_option(index=1)
    page.mouse.move(*map_point(page, 0.5, 0.4))
    page.mouse.down()
    page.mouse.move(*map_point(page, 1.4, -0.4), steps=5)
    page.mouse.up()
    settle(page)
    z = latents(page)
    across, up = (
        int(page.get_by_label(f"latent {axis}").input_value()) for axis in ("across", "up")
    )
    assert (z[across], z[up]) == (1, 1)
    assert np.isfinite(grey(page, "digit")).all()


def test_a_finger_moves_the_map(chromium, app_url):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{app_url}/?model=mlp-2")
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.wait_for_selector("#explore [data-mounted]")
    page.touchscreen.tap(5, 5)
    canvas = page.get_by_test_id("map")
    canvas.scroll_into_view_if_needed()
    settle(page)
    x, y = map_point(page, 0.4, 0.5)
    client = context.new_cdp_session(page)
    touch = lambda kind, *points: client.send(  # noqa: E731
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]},
    )
    touch("touchStart", (x, y))

    def drag(ways: list[tuple[int, int]]) -> list[float]:
        for across, down in ways:
            touch("touchMove", (x + across, y + down))
            page.wait_for_timeout(16)
        settle(page)
        return latents(page)

    # Sideways at first, for up and down scrolls the page; z is where the finger is from then on.
    before = drag([(15, 0), (30, 0), (45, -2)])
    drag([(60, -8 * step) for step in range(1, 11)])
    touch("touchEnd")
    settle(page)
    after = latents(page)
    context.close()
    assert after[0] > before[0] + 0.2 and after[1] > before[1] + 0.2
