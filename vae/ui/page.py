"""The page: a bar, the stage with the digit, and a tab for each way to move it.

Every part is a `gr.HTML` with a static template from `web/`; `web/page.js` brings it to life.
"""

import json
import re
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import gradio as gr

from vae.checkpoints import Zoo
from vae.handwriting import MAX_BYTES
from vae.ui import api, server
from vae.ui.facts import TABS, facts, models
from vae.ui.network import bracketed, host_for_others, without_proxy

TITLE = "VAE explorer"
# The parts that bring the first digit; see page.js.
FIRST = ("header", "stage")
# The modules of the parts that are not in a folder of their name.
PLACES = {"header": "header", "stage": "machine/stage"}


def build(zoo: Zoo, host: str = "127.0.0.1") -> gr.Blocks:
    """The page over the models of `zoo`, for a server that listens on `host`. Raises ValueError
    when there are no models."""
    if not zoo.models:
        raise ValueError(f"{zoo.folder} holds no model that can be used; run train.py first")
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        _part(
            "header",
            models=models(zoo),
            left_out=list(zoo.left_out),
            facts=facts(),
            host=host_for_others(host),
        )
        with gr.Row(elem_id="instrument"):
            with gr.Column(elem_id="stage-column", min_width=0):
                _part("stage")
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
        app_kwargs={"routes": server.routes(zoo.folder), "middleware": server.middleware()},
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        max_file_size=MAX_BYTES,
        quiet=True,
        prevent_thread_lock=True,
    )


def _part(name: str, **props: Any) -> gr.HTML:
    script = (
        f'import(new URL("web/page.js", document.baseURI))'
        f'.then((page) => page.mount("{name}", element, props));'
    )
    template = (server.WEB / f"{_place(name)}.html").read_text(encoding="utf-8")
    return gr.HTML(
        html_template=template,
        js_on_load=_preload() + script if name == FIRST[0] else script,
        elem_id=name,
        apply_default_css=False,
        **props,
    )


def _place(part: str) -> str:
    return PLACES.get(part, f"{part}/{part}")


def _styles() -> list[Path]:
    """The sheet of the whole page first, then those of its parts."""
    whole = server.WEB / "page.css"
    return [whole, *sorted(set(server.WEB.rglob("*.css")) - {whole})]


def _preload() -> str:
    """Has what brings the first digit, and then what the first tab needs, fetched side by side, not
    one module after the other as their imports are discovered. Not from the page's head: there it
    would keep Gradio's own modules waiting."""
    first = _imported({"page.js", *(f"{_place(name)}.js" for name in FIRST)})
    names = [*sorted(first), *sorted(_imported({f"{_place(next(iter(TABS)))}.js"}) - first)]
    return (
        f"for (const name of {json.dumps(names)}) {{"
        'const link = document.createElement("link");'
        'link.rel = "modulepreload";'
        "link.href = new URL(`web/${name}`, document.baseURI);"
        "document.head.append(link);"
        "}"
    )


def _imported(names: set[str]) -> set[str]:
    """These modules, paths below `web/`, and all that they import."""
    found = names.union(*map(_imports, names))
    return found if found == names else _imported(found)


def _imports(name: str) -> list[str]:
    source = (server.WEB / name).read_text(encoding="utf-8")
    paths = re.findall(r'^(?:import|export|}).* from "([^"]+)";$', source, re.MULTILINE)
    return [normpath(join(dirname(name), path)) for path in paths]


def _theme() -> gr.themes.Base:
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
    return gr.themes.Base(primary_hue="indigo", neutral_hue="zinc", font=fonts, font_mono=mono)
