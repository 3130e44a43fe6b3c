"""What the browser tests do and read on the page, as a person would."""

import numpy as np
import torch

import vae
from vae.checkpoints import open_zoo
from vae.training.presets import PRESETS

DEFAULT = next(iter(open_zoo(first=[*PRESETS]).models))
FOUR = [[(0.7, 0.15), (0.25, 0.6), (0.85, 0.6)], [(0.65, 0.4), (0.62, 0.9)]]


def grey(page, testid: str) -> np.ndarray:
    """A canvas' intensities in 0..255, (H, W)."""
    levels = page.evaluate(
        """id => {
          const canvas = document.querySelector(`[data-testid="${id}"]`);
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.width, [...data].filter((_, i) => i % 4 === 0)];
        }""",
        testid,
    )
    return np.array(levels[1]).reshape(-1, levels[0])


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


def choose(page, name: str) -> None:
    page.get_by_label("model", exact=True).select_option(name)
    page.wait_for_function(f"document.querySelector('.stage').dataset.model === '{name}'")


def open_tab(page, name: str) -> None:
    """Shows a tab, which comes to life when it is first shown."""
    page.get_by_role("tab", name=name).click()
    page.wait_for_selector(f"#{name.lower()} [data-mounted]")


def draw(page, strokes: list, scale: float = 1.0, at: tuple[float, float] = (0, 0)) -> None:
    """Draws strokes (in units of the pad) with the mouse, scaled and then moved."""
    box = page.get_by_test_id("pad").bounding_box()

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            box["x"] + (at[0] + scale * x) * box["width"],
            box["y"] + (at[1] + scale * y) * box["height"],
        )

    for stroke in strokes:
        page.mouse.move(*place(*stroke[0]))
        page.mouse.down()
        for point in stroke[1:]:
            page.mouse.move(*place(*point), steps=12)
        page.mouse.up()


def settle(page) -> None:
    """Lets the easing of a jump and the next frame pass."""
    page.wait_for_timeout(400)


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
