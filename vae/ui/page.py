"""The page: a bar, the stage with the digit, and a tab for each way to move it.

Every part is a `gr.HTML` with a static template from `web/`; `web/page.js` brings it to life.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from vae.checkpoints import Zoo
from vae.handwriting import MAX_BYTES
from vae.ui import api, server
from vae.ui.calls import Blocks
from vae.ui.facts import TABS, facts, models
from vae.ui.network import bracketed, host_for_others, without_proxy
from vae.ui.packs import FIRST, SHARED, WEB, Packs, pack

TITLE = "VAE explorer"
# The first to have Array.prototype.with and a two-dimensional OffscreenCanvas.
BROWSERS = "Chrome or Edge 110, Firefox 115, Safari 16.4, or a newer one"
# What stands where the page's own code should when it does not come, or is not understood.
ABSENT = (
    "The page's code could not be fetched or run ({error}). Reload the page; it needs "
    f"{BROWSERS}."
)
# Gradio keeps the last answer of so many sessions, for pages that hold state in it; this one holds
# none, and every call of the API that names no session begins one.
SESSIONS = 20
# The templates of the parts that are not in a folder of their name.
PLACES = {"header": "header", "stage": "machine/stage"}


def build(zoo: Zoo, host: str = "127.0.0.1") -> gr.Blocks:
    """The page over the models of `zoo`, for a server that listens on `host`. Raises ValueError
    when there are no models."""
    if not zoo.models:
        raise ValueError(f"{zoo.folder} holds no model that can be used; run train.py first")
    with Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        _part(
            "header",
            models=models(zoo),
            left_out=_without_folder(zoo.left_out, zoo),
            damaged=_without_folder(zoo.damaged, zoo),
            facts=facts(),
            files=zoo.files,
            host=host_for_others(host),
        )
        with gr.Row(elem_id="instrument"):
            with gr.Column(elem_id="stage-column", min_width=0):
                _part("stage", browsers=BROWSERS)
            with gr.Column(elem_id="tools-column", min_width=0), gr.Tabs():
                for name, title in TABS.items():
                    with gr.Tab(title, id=name, render_children=True):
                        _part(name)
        api.register(zoo)
    return page


def launch(
    page: gr.Blocks, zoo: Zoo, host: str, port: int, root_path: str = "", share: bool = False
) -> None:
    """Serves the page, in a thread of its own. root_path: where a proxy has it, such as /vae, or
    the whole address there. Raises ValueError where the environment keeps gradio from it."""
    without_proxy(host)
    page.launch(
        server_name=bracketed(host),
        server_port=port,
        root_path=root_path,
        share=share,
        theme=_theme(),
        css_paths=_styles(),
        app_kwargs={"routes": server.routes(zoo, _packs()), "middleware": server.middleware()},
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        max_file_size=MAX_BYTES,
        state_session_capacity=SESSIONS,
        quiet=True,
        prevent_thread_lock=True,
    )


def _without_folder(sentences: Mapping[str, str], zoo: Zoo) -> list[str]:
    """What is wrong with files of the zoo, which are named at the beginning: for everybody, whom it
    does not concern where they lie."""
    return [sentence.removeprefix(f"{zoo.folder}{os.sep}") for sentence in sentences.values()]


def _part(name: str, **props: Any) -> gr.HTML:
    template = (WEB / f"{PLACES.get(name, f'{name}/{name}')}.html").read_text(encoding="utf-8")
    return gr.HTML(
        html_template=template,
        js_on_load=_script(name),
        elem_id=name,
        apply_default_css=False,
        **props,
    )


def _script(part: str) -> str:
    """Brings a part of the page to life. The first one has the packs that are needed first fetched
    side by side; not from the page's head, where they would keep Gradio's own modules waiting."""
    folder = f"packed/{_packs().tag}/"
    first = [folder + name for name in (FIRST, SHARED, _module(next(iter(TABS))))]
    preload = (
        f"for (const name of {json.dumps(first)}) {{"
        'const link = document.createElement("link");'
        'link.rel = "modulepreload";'
        "link.href = new URL(name, document.baseURI);"
        "document.head.append(link);"
        "}"
    )
    before, after = map(json.dumps, ABSENT.split("{error}"))
    return (
        f"{_depth() + preload if part == 'header' else ''}"
        f'import(new URL("{folder}{FIRST}", document.baseURI))'
        f'.then((page) => page.mount("{part}", element, props), (error) => {{'
        f'const place = element.querySelector(".status") ?? element.insertBefore('
        f'document.createElement("p"), element.firstChild);'
        f'place.className = "status failed";'
        f"place.textContent = {before} + error.message + {after}; }});"
    )


def _depth() -> str:
    """Lays the page out for Learn or Lab before it is painted, and so before any module comes. The
    sheet is not one of Gradio's, which would look for `body` below its own container."""
    sheet, source = ((WEB / name).read_text("utf-8") for name in ("modes.css", "state/depth.js"))
    return (
        f"{source.replace('export ', '')}"
        'const sheet = document.createElement("style");'
        f"sheet.textContent = {json.dumps(sheet)};"
        "document.head.append(sheet);"
        'const learn = depthOf(location.search, usualDepth()) === "learn";'
        'document.body.classList.toggle("learn", learn);'
        'document.getElementById("header").dataset.laid = "";'
    )


def _packs() -> Packs:
    return pack(tuple(map(_module, TABS)))


def _module(tab: str) -> str:
    return f"{tab}/{tab}.js"


def _styles() -> list[Path]:
    """The sheet of the whole page first, then those of its folders. What lies deeper is fetched
    when its part is first opened."""
    whole = WEB / "page.css"
    return [whole, *sorted(WEB.glob("*/*.css"))]


def _theme() -> gr.themes.Base:
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
    return gr.themes.Base(primary_hue="indigo", neutral_hue="zinc", font=fonts, font_mono=mono)
