"""What was measured, in Compare: exhibits, claims with their pictures, a VAE against a GAN."""

import json

from driving import open_compare

from vae import checkpoints


def test_the_exhibits_show_what_was_measured(page):
    open_compare(page, "Which claims hold")
    rows = json.loads((checkpoints.WEIGHTS / "findings.json").read_text(encoding="utf-8"))["rows"]
    page.wait_for_selector(".claims tbody tr")
    shown = page.locator(".claims tbody tr td:first-child").all_inner_texts()
    assert shown == [row["claim"] for row in rows]
    buttons = page.locator(".claims tbody tr:has(button) td:first-child").all_inner_texts()
    assert buttons == [row["claim"] for row in rows if row["exhibit"]]
    measured = checkpoints.WEIGHTS / "vae-against-gan.json"
    if not measured.is_file():
        assert "python -m vae.studies.vae_and_gan" in page.locator(".vae-and-gan").inner_text()
        return
    duel = json.loads(measured.read_text(encoding="utf-8"))
    open_compare(page, "VAE against GAN")
    first = page.locator(".vae-and-gan tbody tr").first.inner_text()
    assert duel["summary"][0]["contender"] in first
    assert page.locator(".vae-and-gan img").count() >= 3


def test_a_finding_opens_its_pictures(page):
    open_compare(page, "Which claims hold")
    page.wait_for_selector(".claims tbody tr")
    shown = json.loads((checkpoints.WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))
    exhibit = shown["exhibits"]["squared-error"]
    assert not any("exhibits.json" in address for address in page.requested)
    row = page.locator(".claims tbody tr", has_text="Under Beta the squared-error model")
    row.get_by_role("button", name="see it").press("Enter")
    figures = page.locator(".claims .exhibit figure")
    figures.nth(len(exhibit["rows"]) - 1).wait_for()
    assert page.locator(".claims .exhibit h3").inner_text() == exhibit["title"]
    captions = page.locator(".claims .exhibit figcaption").all_text_contents()
    assert captions == [f"{row['model']} {row['words']}" for row in exhibit["rows"]]
    seen = page.locator(".claims .exhibit img").evaluate_all(
        """async (images) => {
          await Promise.all(images.map((image) => image.decode()));
          return images.map((image) => [image.src, image.alt, image.naturalWidth,
            getComputedStyle(image).imageRendering, image.getBoundingClientRect().left]);
        }"""
    )
    for row, (source, alt, width, rendering, left) in zip(exhibit["rows"], seen, strict=True):
        picture = shown["pictures"][row["picture"]]
        assert (source, alt) == (f"data:image/png;base64,{picture['png']}", picture["alt"])
        assert (width, rendering, left) == (280, "pixelated", seen[0][4])
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = figures.first.locator("img").bounding_box()
    assert box["x"] >= 0 and 320 <= box["width"] <= 390 - box["x"]
    page.locator(".claims button[aria-expanded=true]").click()
    assert not figures.first.is_visible()
    assert sum("exhibits.json" in address for address in page.requested) == 1


def test_what_is_no_picture_in_the_file_stays_text(page):
    """Nothing of a file becomes an element or an address of its own."""
    found = page.evaluate(
        """async () => {
          const { picture } = await import(new URL("web/canvas/picture.js", document.baseURI));
          const image = picture('x"><script>', "<b>alt</b>");
          return [image.outerHTML.includes("src"), image.alt];
        }"""
    )
    assert found == [False, "<b>alt</b>"]


def test_the_comparison_is_shown_where_it_was_made(page):
    """With a file as `vae.vae-and-gan` writes it, of one contender, measured once."""
    shown = json.loads((checkpoints.WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))
    png = shown["pictures"]["gan-normal-0-1"]["png"]
    figure = {"mean": 5.9, "spread": 0.1}
    names = ("frechet_distance", "recall", "coverage", "class_entropy")
    row = {
        "contender": "gan",
        "sampler": "prior",
        "curve": [{"seconds": seconds, "mean": 9, "least": 8, "most": 10} for seconds in (60, 120)],
        "reached": {"50": [3.2, None, 4.1]},
        "end": dict.fromkeys(names, figure),
        "dropped": [[], [4, 7], []],
    }
    history = [{"epoch": 1, "seconds": 9.0, "train_generator": 1.0, "train_discriminator": 0.6}]
    duel = {
        "protocol": {"seconds": 120, "seeds": [0, 1, 2], "batch_size": 128},
        "floor": {"frechet_distance": figure},
        "contenders": {"gan": {"about": "the GAN", "parameters": 800_000}},
        "samplers": {"prior": "the model's prior"},
        "runs": [{"contender": "gan", "seed": 0, "history": history}],
        "summary": [row],
        "pictures": [{"contender": "gan", "sampler": "prior", "seconds": 120, "png": png}],
    }
    page.route("**/vae-against-gan.json*", lambda route: route.fulfill(json=duel))
    page.route("**/vae-against-gan-tuning.json*", lambda route: route.fulfill(status=404))
    open_compare(page, "VAE against GAN")
    page.wait_for_selector(".vae-and-gan tbody tr")
    cells = page.locator(".vae-and-gan tbody td").all_inner_texts()
    assert cells[:3] == ["gan", "prior", "5.90 \u00b1 0.10"]
    assert cells[-2:] == ["3 \u2013 4", "none, 47, none"]
    image = page.locator(".vae-and-gan img").first
    assert image.get_attribute("src") == f"data:image/png;base64,{png}"
    assert image.get_attribute("alt") == "samples of gan, prior, after 120 seconds"


def test_the_shipped_comparison_is_shown_at_every_time(page):
    duel = json.loads((checkpoints.WEIGHTS / "vae-against-gan.json").read_text(encoding="utf-8"))
    open_compare(page, "VAE against GAN")
    page.wait_for_selector(".vae-and-gan tbody tr")
    assert "undefined" not in page.locator(".vae-and-gan").inner_text()
    slider = page.get_by_role("slider", name="seconds of training")
    slider.focus()
    for time, key in ((duel["protocol"]["times"][-1], "End"), (1.88, "Home")):
        page.keyboard.press(key)
        page.get_by_role("heading", name=f"After {time:g} seconds").wait_for()
        shown = [
            image.get_attribute("src") for image in page.locator(".vae-and-gan .pair img").all()
        ]
        wanted = [p["png"] for p in duel["pictures"] if round(p["seconds"], 2) == time]
        assert shown == [f"data:image/png;base64,{png}" for png in wanted]
