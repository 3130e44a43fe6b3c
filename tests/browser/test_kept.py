"""What a person made survives a change of the model and of the tab, and Back steps through both."""

from driving import DEFAULT, choose, latents, open_tab, settle


def test_a_model_is_found_again_as_it_was_left(page):
    page.get_by_label("digit class 7").click()
    settle(page)
    page.get_by_role("button", name="pin A").click()
    page.get_by_label("latent across").select_option(label="latent 2")
    page.get_by_label("latent up").select_option(label="latent 5")
    left = latents(page)
    choose(page, "mlp-20")
    assert page.get_by_role("button", name="pin A").get_attribute("aria-pressed") == "false"
    # A plane of one model is not forced on another.
    assert page.get_by_label("latent across").input_value() == "components"
    choose(page, DEFAULT)
    assert latents(page) == left
    assert page.get_by_role("button", name="pin A").get_attribute("aria-pressed") == "true"
    assert page.get_by_label("latent across").input_value() == "2"
    page.get_by_role("button", name="undo").click()
    settle(page)
    assert latents(page) != left


def test_back_and_forward_step_through_tabs_and_models(page):
    page.mouse.click(5, 5)
    open_tab(page, "Compare")
    page.wait_for_function("location.search.includes('tab=compare')")
    page.locator("[data-page=claims]").click()
    page.wait_for_function("location.search.includes('compare=claims')")
    choose(page, "mlp-2")
    page.wait_for_function("location.search.includes('model=mlp-2')")
    page.go_back()
    page.wait_for_function(f"document.querySelector('.stage').dataset.model === '{DEFAULT}'")
    page.go_back()
    page.wait_for_selector(".compare[data-shows=models]")
    page.go_back()
    page.wait_for_selector("[role=tab][aria-selected=true]:has-text('Explore')")
    page.go_forward()
    page.wait_for_selector("[role=tab][aria-selected=true]:has-text('Compare')")


def test_an_address_that_names_a_page_of_gradio_opens(page, app_url):
    assert page.goto(f"{app_url}?page=2&model=mlp-2").status == 200
    page.wait_for_selector(".stage[data-ready='1'][data-model='mlp-2']")
