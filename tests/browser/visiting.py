"""Visits to the page by links, and what a restored page must have in common with the one left."""

from urllib.parse import urlsplit

from driving import grey, latents, settle
from playwright.sync_api import Page

INK = "canvas => canvas.toDataURL()"
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, {get() { throw new Error("forbidden"); }});"""


def ready(page: Page) -> None:
    page.wait_for_selector('[data-testid="stage"][data-ready="1"]')
    page.wait_for_selector("#explore [data-mounted]", state="attached")
    page.wait_for_selector(".bars[data-reads]")
    settle(page)


def link(page: Page) -> str:
    """What the button copies, from its question mark on."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="copy link").click()
    page.wait_for_function(
        "document.querySelector('.stage .status').textContent.includes('clipboard')"
    )
    return "?" + urlsplit(page.evaluate("navigator.clipboard.readText()")).query


def ink(page: Page) -> str:
    """Every pixel of the pad, which is shown."""
    return page.get_by_test_id("pad").evaluate(INK)


def state(page: Page) -> dict:
    """What a restored page must have in common with the one that was left."""
    return {
        "z": latents(page),
        "x": grey(page, "machine-x").tolist(),
        "digit": grey(page, "digit").tolist(),
        "origin": page.locator(".machine .origin").inner_text(),
        "elbo": page.get_by_test_id("elbo").inner_text(),
        "model": page.get_by_test_id("stage").get_attribute("data-model"),
        "body": sorted(page.evaluate("[...document.body.classList]")),
        "pressed": page.locator(".bar [aria-pressed=true]").all_inner_texts(),
    }
