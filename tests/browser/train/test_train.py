"""The tab that trains, as a person uses it."""

import base64
import json

import numpy as np
import pytest
import torch
from driving import FOUR, draw, grey, open_tab
from playwright.sync_api import Page, Route, expect

import vae
from vae.training import live, trainers
from vae.training.presets import PRESETS
from vae.training.trainer import Progress


@pytest.fixture
def tab(page: Page) -> Page:
    page.get_by_role("tab", name="Train").click()
    page.wait_for_selector("#train [data-mounted], #train[data-mounted]")
    begun(page)
    page.locator(".train .amount").select_option("1000")
    return page


def begun(page: Page) -> None:
    """Waits until the digits that it begins with have come."""
    page.wait_for_selector('[data-testid="train-test-loss"][data-value]')


def loss(page: Page) -> float:
    return float(page.get_by_test_id("train-test-loss").get_attribute("data-value"))


def learn_until(page: Page, images: int) -> None:
    page.wait_for_function(
        "least => Number(document.querySelector('.train .images').dataset.value) > least",
        arg=images,
        timeout=120_000,
    )


def test_what_random_weights_make_of_everything_is_there_before_they_learn(page: Page):
    open_tab(page, "Train")
    page.wait_for_selector('[data-testid="train-test-loss"][data-value]')
    # Every pixel is about 1/2: log 2 nats of each.
    assert loss(page) == pytest.approx(784 * np.log(2), rel=0.02)
    assert np.abs(grey(page, "train-samples") - 127.5).mean() < 15
    expect(page.locator(".train .state")).to_contain_text("Press Start")
    assert page.locator(".train .images").inner_text() == "0"


def test_a_model_learns_in_the_tab_and_is_put_in_use(tab: Page):
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 0)
    expect(tab.locator(".train .state")).to_contain_text("Step 1: forward")
    tab.wait_for_selector('[data-testid="train-test-loss"][data-value]')
    before = loss(tab)
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 6000)
    tab.get_by_test_id("train-pause").click()
    tab.wait_for_function(
        "before => Number(document.querySelector('[data-testid=train-test-loss]').dataset.value)"
        " < 0.6 * before",
        arg=before,
    )
    assert float(tab.get_by_test_id("train-cost").get_attribute("data-value")) > 0
    tab.get_by_test_id("train-name").fill("mlp-20")
    tab.get_by_test_id("train-save").click()
    expect(tab.locator(".train .state")).to_contain_text("Another model here is called mlp-20")
    tab.get_by_test_id("train-name").fill("Anna 1")
    with tab.expect_download() as download:
        tab.get_by_test_id("train-save").click()
    assert download.value.suggested_filename == "Anna 1.safetensors"
    model = vae.load(
        download.value.path().rename(download.value.path().with_suffix(".safetensors"))
    )
    assert model.record.name == "Anna 1"
    tab.get_by_role("button", name="Use it in the page").click()
    picker = tab.locator("#header select")
    expect(picker).to_have_value("Anna 1")
    tab.get_by_role("tab", name="Explore").click()
    expect(tab.locator("#explore")).to_contain_text("latent")


def test_a_run_that_fails_says_where_and_goes_on(tab: Page):
    tab.get_by_test_id("train-mistake").select_option("std-head")
    expect(tab.locator(".train .what")).to_contain_text("no bound")
    tab.get_by_test_id("train-start").click()
    expect(tab.locator(".train .state")).to_contain_text("NaN began at step 1", timeout=60_000)
    tab.get_by_test_id("train-mistake").select_option("")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 500)


KEPT = """async () => {
  const {keptRun} = await import(new URL("web/train/shelf.js", document.baseURI));
  return (await keptRun())?.state.images ?? 0;
}"""


def test_a_run_survives_a_reload(tab: Page):
    tab.get_by_test_id("train-name").fill("Anna")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 3000)
    tab.get_by_test_id("train-pause").click()
    while not (kept := tab.evaluate(KEPT)):
        tab.wait_for_timeout(100)
    tab.reload()
    tab.get_by_role("tab", name="Train").click()
    expect(tab.locator(".train .state")).to_contain_text("Start goes on from it", timeout=30_000)
    assert "Anna" in tab.locator("#header select").inner_text()
    expect(tab.get_by_test_id("train-name")).to_have_value("Anna")
    expect(tab.locator(".train .amount")).to_have_value("1000")
    tab.get_by_test_id("train-step").click()
    learn_until(tab, kept)


def test_dreamed_digits_are_called_so(tab: Page):
    tab.locator(".train .source").select_option("dreams")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 500)
    expect(tab.locator(".train .origin")).to_contain_text("These digits are dreamed")


def test_a_checkpoint_is_opened_from_a_file(tab: Page, tmp_path):
    path = tmp_path / "a friend's.safetensors"
    path.write_bytes((vae.checkpoints.WEIGHTS / "mlp-2.safetensors").read_bytes())
    tab.get_by_test_id("train-open").set_input_files(path)
    expect(tab.locator("#header select")).to_have_value("a friend's")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(path.read_bytes()[:-9])
    tab.get_by_test_id("train-open").set_input_files(broken)
    expect(tab.locator(".train .state")).to_contain_text("broken: is damaged: it is truncated")
    expect(tab.locator("#header select")).to_have_value("a friend's")


def test_two_runs_side_by_side_see_the_same_batches(tab: Page):
    tab.get_by_test_id("train-second").select_option(label="no averaging of the weights")
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 100)
    rows = tab.get_by_test_id("train-differences").locator("tr")
    expect(rows.nth(1)).to_contain_text("128128")
    # Averaging touches no step: the first one is the same in both.
    cells = rows.nth(2).locator("td")
    expect(cells.nth(2)).not_to_have_text("–")
    assert cells.nth(1).inner_text() == cells.nth(2).inner_text()
    tab.get_by_test_id("train-second").select_option(label="KL weight 4")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 5000)
    tab.get_by_test_id("train-pause").click()
    expect(rows.nth(0)).to_contain_text("KL weight 4")
    tab.get_by_test_id("train-second").select_option("")
    expect(rows.nth(0)).not_to_be_visible()


def test_in_slow_motion_every_step_is_shown(tab: Page):
    tab.get_by_test_id("train-slow").check()
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 0)
    seen = set()
    while len(seen) < 4:
        seen.add(tab.locator(".train .images").inner_text())
        tab.wait_for_timeout(50)
    # Of 1,000 digits, the eighth batch is the rest.
    counts = [1000 * epoch + 128 * step for epoch in range(9) for step in range(8)]
    assert seen <= {f"{count:,}" for count in counts}


ALIKE = """() => {
  const [one, other] = ["train-x", "machine-x"].map((id) => document
    .querySelector(`[data-testid=${id}]`).getContext("2d").getImageData(0, 0, 28, 28).data.join());
  return one === other;
}"""


def test_a_drawing_goes_through_the_network_that_learns(tab: Page):
    """What is drawn in the tab is what Draw shows, and what the network is told."""
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 0)
    test_digit = grey(tab, "train-x")
    draw(tab, FOUR, pad="train-pad")
    tab.wait_for_function("document.querySelector('.test-digit').value === ''")
    drawn = grey(tab, "machine-x")
    tab.wait_for_function(ALIKE)
    assert (drawn != test_digit).any()
    before = grey(tab, "train-traced")
    tab.get_by_test_id("train-start").click()
    learn_until(tab, 3000)
    tab.get_by_test_id("train-pause").click()
    assert (grey(tab, "train-x") == drawn).all()
    after = grey(tab, "train-traced")
    error = [np.abs(picture - drawn).mean() for picture in (before, after)]
    assert error[1] < 0.6 * error[0]
    open_tab(tab, "Draw")
    assert (grey(tab, "input") == drawn).all()
    assert grey(tab, "pad").any()
    open_tab(tab, "Train")
    tab.locator(".train .drawn .clear").click()
    expect(tab.locator(".test-digit")).to_have_value("4")


def test_without_mnist_the_server_fetches_it(tab: Page, make_digits):
    """The server is played here: without MNIST at first, then offline, then with a download."""
    has_mnist = False
    answers = ['{"error": "MNIST is not in data: put the files there"}\n']
    answers += ['{"done": 0.4}\n{"done": 1}\n']

    def give(route: Route) -> None:
        if not has_mnist:
            return route.fulfill(status=404, json={"error": "none"})
        digits = make_digits(60)
        body = digits.labels.numpy().astype("uint8").tobytes() + digits.images.numpy().tobytes()
        route.fulfill(body=body, content_type="application/octet-stream")

    tab.route("**/digits/t*", give)
    tab.route("**/digits/mnist", lambda route: route.fulfill(body=answers.pop(0)))
    origin, button = tab.locator(".train .origin"), tab.get_by_test_id("train-fetch")
    expect(button).to_be_hidden()
    tab.get_by_test_id("train-step").click()
    expect(origin).to_contain_text("The server has no MNIST, so these digits are dreamed")
    button.click()
    expect(origin).to_contain_text("MNIST was not fetched. MNIST is not in data")
    has_mnist = True
    button.click()
    expect(origin).to_contain_text("60 digits of MNIST")
    expect(button).to_be_hidden()
    expect(tab.locator(".train .source")).to_have_value("mnist")


SAID = """one => {
  window.said = [];
  new MutationObserver(() => said.push(one.textContent)).observe(one, {childList: true});
}"""


def test_a_training_on_the_server_is_followed(tab: Page, few_digits, tmp_path, monkeypatch):
    """What train.py --watch writes; here the file comes from a folder of the test."""
    monkeypatch.setattr(live, "EVERY", 0.0)
    run = trainers.start(PRESETS["mlp-20"], torch.device("cpu"))
    watched = live.Live(run, 60, few_digits[1], tmp_path)

    def give(route: Route) -> None:
        if watched.path.is_file():
            return route.fulfill(path=watched.path)
        route.fulfill(status=404, body="")

    tab.route("**/weights/live/training.json*", give)
    state, images = tab.locator(".train .state"), tab.locator(".train .images")
    tab.locator(".train .source").select_option("server")
    expect(state).to_contain_text("run python train.py --watch mlp-20 there")
    losses = {"reconstruction": 300.0, "kl": 1.0, "total": 301.0}
    watched.report(Progress(1, 30, losses))
    expect(state).to_contain_text("The server trains mlp-20: epoch 0.50 of")
    expect(images).to_have_text("30")
    expect(tab.locator(".train .in-use")).to_contain_text("of 20 in use")
    said = json.loads(watched.path.read_text())
    samples = np.frombuffer(base64.b64decode(said["samples"]), np.uint8).reshape(5, 8, 28, 28)
    painted = samples.transpose(0, 2, 1, 3).reshape(140, 224)
    assert np.abs(grey(tab, "train-samples") - painted).max() <= 1
    watched.report(Progress(1, 30, losses))
    expect(images).to_have_text("60")
    watched.end()
    expect(state).to_contain_text("The training of mlp-20 on the server is over")
    # It looks for a training every second, and says what it finds.
    state.evaluate(SAID)
    tab.get_by_test_id("train-start").click()
    tab.wait_for_function("said.some((one) => one.includes('only watched here: choose digits'))")
    tab.locator(".train .source").select_option("mnist")
    tab.get_by_test_id("train-step").click()
    learn_until(tab, 0)
    expect(images).to_have_text("128")
