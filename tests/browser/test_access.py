"""The page by keys, by ear, in the reader's own colours and on paper."""

import pytest
from driving import SCREENS, choose, grey, latents, open_tab, opened, settle

import vae


def selected(page) -> str:
    return page.locator("[role=tab][aria-selected=true]").inner_text().strip()


def test_arrow_keys_go_from_tab_to_tab_and_around(page):
    page.get_by_role("tab", name="Explore").focus()
    for key, title in [
        ("ArrowRight", "Draw"),
        ("ArrowRight", "Sample"),
        ("End", "Compare"),
        ("ArrowRight", "Explore"),
        ("ArrowLeft", "Compare"),
        ("Home", "Explore"),
    ]:
        page.keyboard.press(key)
        assert selected(page) == title
        assert page.evaluate("document.activeElement.textContent.trim()") == title
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.search.includes('tab=draw')")


def test_the_first_stop_is_a_way_past_the_bar_and_the_machine(page):
    page.keyboard.press("Tab")
    skip = page.get_by_role("button", name="skip to the tools")
    box = skip.bounding_box()
    assert box["width"] > 60 and box["height"] > 20
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Explore"
    assert skip.bounding_box()["width"] <= 2


@pytest.mark.parametrize("name", ["mlp-2", "beta-4-3"])
def test_a_slider_says_its_value_and_how_far_that_is_from_the_mean(page, name):
    choose(page, name)
    slider = page.locator(".latent input[type=range]").first
    label = slider.get_attribute("aria-label")
    index = int(label.split()[1])
    before = latents(page)[index]
    slider.focus()
    page.keyboard.press("End")
    settle(page)
    z = latents(page)[index]
    assert z != before
    prior = vae.load(name).prior
    mean, std = float(prior.mean[0]), float(prior.stddev[0])
    words = slider.get_attribute("aria-valuetext")
    assert words == f"{label}: {z:.2f}, {(z - mean) / std:.1f} standard deviations"


def test_what_the_digit_is_read_as_is_said_once_it_has_settled(page):
    heard = page.locator(".heard")
    assert heard.get_attribute("role") == "status"
    assert heard.text_content() == ""
    page.get_by_label("put a ready 3 into the machine").click()
    page.wait_for_function("document.querySelector('.heard').textContent.includes('reads a 3')")
    assert heard.text_content() == page.get_by_test_id("bars").get_attribute("aria-label")


def test_in_forced_colours_what_is_pressed_differs_and_data_keeps_its_colours(page):
    colour = lambda where, what: page.eval_on_selector(  # noqa: E731
        where, f"element => getComputedStyle(element).{what}"
    )
    bar, pressed, unpressed = ".bars i", "[data-layer=digits]", "[data-switch=pixels]"
    before = colour(bar, "backgroundColor")
    page.emulate_media(forced_colors="active")
    settle(page)
    assert colour(bar, "backgroundColor") == before
    assert colour(pressed, "backgroundColor") != colour(unpressed, "backgroundColor")


def test_on_paper_colours_are_kept_and_nothing_sticks(page):
    page.emulate_media(media="print")
    adjust = "element => getComputedStyle(element).printColorAdjust"
    assert page.eval_on_selector(".bars i", adjust) == "exact"
    position = "element => getComputedStyle(element).position"
    assert page.eval_on_selector("#stage-column", position) == "static"


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("query", ["?model=conv-16", "?model=mlp-2"])
def test_nothing_moves_away_before_the_first_drag_or_under_it(chromium, app_url, screen, query):
    watch = """
      window.shifts = [];
      const box = ({x, y, width, height}) => [x, y, width, height];
      const said = ({node, previousRect, currentRect}) =>
        `${(node?.outerHTML ?? "").slice(0, 80)}: ${box(previousRect)} to ${box(currentRect)}`;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (!entry.hadRecentInput) shifts.push([entry.value, entry.sources.map(said)]);
        }
      }).observe({type: "layout-shift", buffered: true});"""
    page = opened(chromium, app_url + query, screen, watch)
    # The last that is fetched by itself is the classifier.
    page.wait_for_selector(".bars[data-reads]")
    slider = page.locator(".active [type=range]").first
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2, steps=8)
    settle(page)
    page.mouse.up()
    shifts = page.evaluate("shifts")
    page.close()
    assert sum(shift for shift, _ in shifts) <= 0.02, shifts


def test_the_pad_has_a_way_in_by_keys(page):
    open_tab(page, "Draw")
    pad = page.get_by_test_id("pad")
    assert "0 to 9" in pad.get_attribute("aria-label")
    pad.press("3")
    page.wait_for_function("document.querySelector('.bars').dataset.reads === '3'")
    assert grey(page, "input").max() > 200
    pad.press("Backspace")
    page.wait_for_function("!document.querySelector('.machine').classList.contains('fed')")
