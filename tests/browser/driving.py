"""What the browser tests do and read on the page, as a person would."""

import io
from collections.abc import Iterator

import numpy as np
import torch

import vae
from vae.checkpoints import open_zoo
from vae.training.presets import PRESETS

# What an address says that means the whole page: a first visit without one begins in Learn.
LAB = "?depth=lab"
SCREENS = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}

DEFAULT = next(iter(open_zoo(first=[*PRESETS]).models))
FOUR = [[(0.7, 0.15), (0.25, 0.6), (0.85, 0.6)], [(0.65, 0.4), (0.62, 0.9)]]


def grey(page, testid: str) -> np.ndarray:
    """A canvas' intensities in 0..255, (H, W)."""
    levels = page.evaluate(
        """id => {
          const canvas = document.querySelector(`[data-testid="${id}"]`);
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const levels = [...data].filter((_, i) => i % 4 === 0);
          // Numbers one by one would take the driver a second.
          return [canvas.width, levels.join(" ")];
        }""",
        testid,
    )
    return np.array(levels[1].split(), dtype=int).reshape(-1, levels[0])


def latents(page) -> list[float]:
    """The sliders' values in the order of the dimensions."""
    values = page.evaluate(
        """() => [...document.querySelectorAll(".latent input[type=range]")].map(
          (slider) => [Number(slider.ariaLabel.split(" ")[1]), slider.valueAsNumber])"""
    )
    return [value for _, value in sorted(values)]


def decoded(name: str, z: list[float]) -> np.ndarray:
    with torch.inference_mode():
        return 255 * vae.load(name).decode(torch.tensor([z])).mean[0, 0].numpy()


def decoded_batch(name: str, z: np.ndarray) -> np.ndarray:
    """The pictures of (B, D) latents, (B, 28, 28) in 0..255."""
    with torch.inference_mode():
        return 255 * vae.load(name).decode(torch.from_numpy(z)).mean[:, 0].numpy()


def choose(page, name: str) -> None:
    page.get_by_label("model", exact=True).select_option(name)
    page.wait_for_function(f"document.querySelector('.stage').dataset.model === '{name}'")


def open_tab(page, name: str) -> None:
    """Shows a tab, which comes to life when it is first shown."""
    page.get_by_role("tab", name=name).click()
    page.wait_for_selector(f"#{name.lower()} [data-mounted]")
    page.evaluate("window.atRest(350)")


def open_compare(page, shown: str = "Models") -> None:
    """Opens one of the four pages of Compare."""
    open_tab(page, "Compare")
    page.wait_for_selector(".models-table tbody tr", state="attached")
    page.locator(".compare .pages").get_by_role("button", name=shown, exact=True).click()


def opened(chromium, url: str, screen: str, script: str = ""):
    """The page at `url` on one of `SCREENS`, ready; `script` runs before anything of the page."""
    page = chromium.new_page(**SCREENS[screen])
    page.add_init_script(script)
    page.goto(url)
    page.wait_for_selector(".stage[data-ready='1']")
    page.wait_for_selector("#explore [data-mounted]")
    return page


def depth(page, name: str) -> None:
    """Goes to Learn or to Lab."""
    page.get_by_test_id("depth").get_by_role("button", name=name).click()
    page.wait_for_function(
        "on => document.body.classList.contains('learn') === on", arg=name == "Learn"
    )


def every_room(page) -> Iterator[str]:
    """Goes through the tabs and the pages of Compare, in Lab, Present and Learn, with a path, a
    drawing and all that is folded away in view, and yields the name of each when it is there.

    Sample comes last, for its tables hold most of the page, and stay: who looks at everything is
    slower ever after.
    """
    page.get_by_role("button", name="pin A").click()
    page.get_by_role("button", name="random", exact=True).click()
    settle(page)
    page.get_by_role("button", name="pin B").click()
    *titles, last = sorted(_tabs(page), key="Sample".__eq__)
    for title in titles:
        yield from _lab_and_present(page, title)
    depth(page, "Learn")
    for title in _tabs(page):
        yield from (f"Learn: {room}" for room in _rooms(page, title))
    depth(page, "Lab")
    yield from _lab_and_present(page, last)


def _tabs(page) -> list[str]:
    return page.get_by_role("tab").filter(visible=True).all_inner_texts()


def _lab_and_present(page, title: str) -> Iterator[str]:
    yield from _rooms(page, title)
    page.get_by_test_id("present").click()
    page.wait_for_selector("body.present")
    yield from (f"Present: {room}" for room in _rooms(page, title))
    page.keyboard.press("Escape")
    page.wait_for_selector("body:not(.present)")


def _rooms(page, title: str) -> Iterator[str]:
    open_tab(page, title)
    rooms = page.locator(f"#{title.lower()} .pages button").all()
    if title == "Draw":
        page.get_by_test_id("pad").press("3")
        page.wait_for_selector(".encoding:not([hidden])", state="attached")
    for button in rooms or [None]:
        if button:
            button.click()
        folded = page.locator("details:not([open]) > summary:visible")
        while folded.count():
            folded.first.click()
        settle(page)
        yield f"{title}, {button.inner_text()}" if button else title


def draw(
    page, strokes: list, scale: float = 1.0, at=(0, 0), pad: str = "pad", steps: int = 12
) -> None:
    """Draws strokes (in units of the pad) with the mouse, scaled and then moved, in so many steps
    from point to point."""
    box = page.get_by_test_id(pad).bounding_box()

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            box["x"] + (at[0] + scale * x) * box["width"],
            box["y"] + (at[1] + scale * y) * box["height"],
        )

    for stroke in strokes:
        page.mouse.move(*place(*stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*place(*point), steps=steps)
        page.mouse.up()


# z, the digit's pixels, and how it is read.
ON_STAGE = """() => JSON.stringify([
  [...document.querySelectorAll(".latent .value")].map(({ value }) => value),
  document.querySelector(".stage .digit")?.toDataURL(),
  document.querySelector(".stage .bars")?.dataset.reads])"""


def settle(page) -> None:
    """Waits until the page has done what it was asked for, and the digit and what is said of it
    rest. What moves by itself is waited for no longer than eight seconds."""
    page.evaluate("window.atRest(350)")
    seen, now = None, page.evaluate(ON_STAGE)
    for _ in range(10):
        if now == seen:
            return
        page.wait_for_timeout(100)
        seen, now = now, page.evaluate(ON_STAGE)


def rest(page) -> None:
    """Waits, too, until a movement counts as ended and the address and the history have it."""
    settle(page)
    page.evaluate("window.atRest(2000)")


def wake(page) -> None:
    """Stops the page's own first movement."""
    page.mouse.click(5, 5)
    settle(page)


def map_point(page, x: float, y: float) -> tuple[float, float]:
    """The pixel at a share of the map's canvas."""
    box = page.get_by_test_id("map").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def saved(page, button) -> bytes:
    with page.expect_download() as download:
        button.click()
    return download.value.path().read_bytes()


def open_sample(page, model: str = "mlp-20") -> None:
    page.mouse.click(5, 5)
    open_tab(page, "Sample")
    choose(page, model)
    shows(page, f"{model}~normal:0,1")


def shows(page, text: str, number: int = 0) -> None:
    """Waits until a set of samples has been painted this."""
    page.wait_for_function(
        "([n, text]) => document.querySelectorAll('.sample-set')[n]?.dataset.drawn === text",
        arg=[number, text],
    )


def preset(page, name: str):
    return page.locator(".sample .families").get_by_role("button", name=name, exact=True)


def sample_pictures(page, testid: str = "samples") -> np.ndarray:
    """The 64 digits of a canvas, (64, 28, 28) in 0..255."""
    return grey(page, testid).reshape(8, 28, 8, 28).swapaxes(1, 2).reshape(64, 28, 28)


def sample_arrays(page) -> dict[str, np.ndarray]:
    """What the NPZ of the selected set holds."""
    body = saved(page, page.locator(".sample [data-take=npz]"))
    with np.load(io.BytesIO(body)) as content:
        return {name: content[name] for name in content.files}
