"""Packs: what is in which, and what cannot be packed."""

import json
import re
from pathlib import Path

import pytest

from vae.ui.facts import TABS
from vae.ui.packs import WEB, pack

PARTS = tuple(f"{name}/{name}.js" for name in TABS)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A page of two tabs, which share a module, and of which one has a worker and a late module."""
    write(tmp_path, "page.js", 'import { one } from "./low.js";\nexport const page = one;\n')
    write(tmp_path, "low.js", "/** Says\n * much. */\nexport const one = 1;\n")
    write(tmp_path, "both.js", 'export { one } from "./low.js";\nexport function two() {}\n')
    write(tmp_path, "a/a.js", 'import * as both from "../both.js";\nexport const a = both.one;\n')
    write(
        tmp_path,
        "b/b.js",
        'import {\n  one, two as three,\n} from "../both.js";\n'
        'export const b = () => import("./late.js");\n'
        'export const work = () => new Worker(new URL("work.js", import.meta.url));\n'
        'export const look = new URL("b.css", import.meta.url);\n',
    )
    write(tmp_path, "b/late.js", "export const late = 3;\n")
    write(tmp_path, "b/work.js", 'import { one } from "../low.js";\nself.result = one;\n')
    write(tmp_path, "b/b.css", "p { color: red }\n")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def packed(house: Path) -> dict[str, list[str]]:
    """The modules in each pack."""
    files = pack(("a/a.js", "b/b.js"), house).files
    return {
        name: re.findall(r'^\$packed\["(.*)"\] = ', text, re.MULTILINE)
        for name, text in files.items()
        if name.endswith(".js")
    }


def test_a_module_is_in_one_pack_and_a_worker_has_its_own(house):
    assert packed(house) == {
        "page.js": ["low.js", "page.js"],
        "shared.js": ["both.js"],
        "a/a.js": ["a/a.js"],
        "b/b.js": ["b/b.js"],
        "b/late.js": ["b/late.js"],
        "b/work.js": ["low.js", "b/work.js"],
    }


def test_what_lies_beside_a_module_comes_with_the_packs(house):
    assert pack((), house).files["b/b.css"] == "p { color: red }\n"


def test_every_module_of_the_page_is_packed_once_beside_those_of_workers():
    files = pack(PARTS).files
    names = [
        name
        for file, text in files.items()
        if file.endswith(".js") and file != "train/worker.js"
        for name in re.findall(r'^\$packed\["(.*)"\] = ', text, re.MULTILINE)
    ]
    assert len(names) == len({*names})
    # The rest are for workers alone, or hold nothing but types.
    assert {*PARTS, "page.js", "header.js", "machine/stage.js"} <= {*names}


def test_the_tag_is_another_as_soon_as_a_letter_is(house):
    tag = pack(("a/a.js",), house).tag
    pack.cache_clear()
    assert pack(("a/a.js",), house).tag == tag
    write(house, "low.js", "export const one = 2;\n")
    pack.cache_clear()
    assert pack(("a/a.js",), house).tag != tag


@pytest.mark.parametrize("line", ["export default 3;", "export let x = 3;", 'import "./low.js";'])
def test_what_a_pack_could_not_keep_is_refused(house, line):
    write(house, "low.js", f"export const one = 1;\n{line}\n")
    with pytest.raises(ValueError, match=re.escape(f"low.js: {line!r}")):
        pack((), house)


def test_a_circle_is_refused(house):
    write(house, "low.js", 'import { page } from "./page.js";\nexport const one = 1;\n')
    with pytest.raises(ValueError, match=re.escape("page.js -> low.js -> page.js")):
        pack((), house)


def test_a_source_map_leads_from_the_lines_of_a_pack_to_its_modules():
    files = pack(PARTS).files
    for name in ("page.js", "explore/explore.js", "train/worker.js"):
        lines = files[name].split("\n")
        sections = json.loads(files[f"{name}.map"])["sections"]
        assert len(sections) == files[name].count(" = (() => {")
        for section in sections:
            # A pack is at /packed/TAG/, its source at /web/.
            source = section["map"]["sources"][0]
            assert source.count("../") == 2 + name.count("/")
            module = source.split("web/")[1]
            assert (WEB / module).is_file()
            first, count = section["offset"]["line"], section["map"]["mappings"].count(";") + 1
            assert lines[first - 1] == f'$packed["{module}"] = (() => {{'
            assert lines[first + count].startswith("return { ")
