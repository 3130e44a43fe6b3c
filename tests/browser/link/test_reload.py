"""A reload keeps what was on the page, and the steps that led to it."""

import pytest
from driving import FOUR, LAB, draw, latents, open_tab, rest, settle, wake
from visiting import NO_STORAGE, ink, ready, state


@pytest.mark.parametrize("script", ["", NO_STORAGE], ids=["", "storage throws"])
def test_a_reload_keeps_everything(visit, script):
    page = visit(LAB, script)
    open_tab(page, "Draw")
    draw(page, FOUR)
    page.locator("[data-switch=pixels]").click()
    rest(page)
    left, pad = state(page), ink(page)
    page.reload()
    ready(page)
    assert state(page) == left
    assert ink(page) == pad


def test_a_reload_keeps_the_steps_that_can_be_undone_and_done_again(visit):
    page = visit(LAB)
    wake(page)
    places = [latents(page)]
    for digit in (3, 7, 1):
        page.get_by_label(f"digit class {digit}").click()
        settle(page)
        places.append(latents(page))
    page.get_by_role("button", name="undo").click()
    rest(page)
    page.reload()
    ready(page)
    assert latents(page) == places[2]
    undo, redo = (page.get_by_role("button", name=name) for name in ("undo", "redo"))
    for button, place in ((redo, 3), (undo, 2), (undo, 1), (undo, 0)):
        button.click()
        settle(page)
        assert latents(page) == places[place]
    assert undo.is_disabled()


def test_a_link_has_no_steps_to_undo(visit):
    page = visit("?model=mlp-2&z=0.5,-1")
    assert page.get_by_role("button", name="undo").is_disabled()
    assert page.get_by_role("button", name="redo").is_disabled()


@pytest.mark.parametrize("kept", ["[]", "null", '{"conv-16": {"past": [{"z": [1], "y": 0}, 3]}}'])
def test_steps_that_are_none_are_left_out(visit, kept):
    page = visit(LAB)
    page.get_by_label("digit class 3").click()
    rest(page)
    page.add_init_script(
        "sessionStorage.setItem('vae-explorer.steps',"
        f'`{{"address": ${{JSON.stringify(location.search)}}, "value": {kept}}}`)'
    )
    page.reload()
    ready(page)
    assert page.get_by_role("button", name="undo").is_disabled()
