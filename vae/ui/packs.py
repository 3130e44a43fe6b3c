"""The page's modules in packs: a few large files in place of the many small ones of `web/`.

A browser learns that it needs a module when it has read one that imports it: some 80 requests for
the first page, where packs are three. They are made when the server starts, from the same sources,
which stay where they are for people to read. A pack is a module itself; each of those in it has
become a function that gives its exports, and they stand in the order in which they would have run,
without comments and spaces. A source map leads a debugger back to the sources.
"""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import basename, dirname, join, normpath, relpath
from typing import Any

from vae.ui.minify import minify, without_docs

WEB = Path(__file__).parent / "web"
# The pack of the first page, on which all others build but those of workers.
FIRST = "page.js"
# The pack of what several of the others need.
SHARED = "shared.js"

IMPORT = re.compile(
    r'^(import|export) (?:\* as (\w+)|\{([^}]*)\}) from "(\.[^"]+)";$', re.MULTILINE
)
EXPORT = re.compile(
    r"^export (?=(?:const|class|async function|function\*?) (\w+))|^export \{\};$", re.MULTILINE
)
LEFT = re.compile(r"""^(?:export\b|import\b.*["'];?$).*""", re.MULTILINE)
LATER = re.compile(r'(?<=import\(")[^"]+(?="\))')
FILE = re.compile(r'(?<=new URL\(")[^"]+(?=", import\.meta\.url\))')


@dataclass(frozen=True)
class Packs:
    """files: the packs, each named after the module for which it is asked, with a source map beside
    it, and what a module fetches from beside itself; tag: the beginning of the SHA-256 of all of
    them, for their address."""

    files: dict[str, str]
    tag: str


@dataclass(frozen=True)
class Module:
    """body: what a function's body has in place of the source, with as many lines."""

    name: str
    body: str
    imports: list[str]
    exports: list[str]

    def names(self, pattern: re.Pattern) -> list[str]:
        """The modules that this one names by `pattern`."""
        return [_beside(self.name, path) for path in pattern.findall(self.body)]


@cache
def pack(parts: tuple[str, ...], web: Path = WEB) -> Packs:
    """The packs of `page.js`; of `parts`, the modules that it imports by names it is told; and of
    what any module imports later or runs as a worker.

    Raises ValueError for an import or export that is not written as those of this page are, and
    where modules import each other in a circle.
    """
    sources = sorted(web.rglob("*.js"))
    modules = {module.name: module for module in (_read(web, source) for source in sources)}
    beside = sorted({name for module in modules.values() for name in module.names(FILE)})
    divided = _divide(modules, parts, [name for name in beside if name in modules])
    files = {name: (web / name).read_text("utf-8") for name in beside if name not in modules}
    for name in divided:
        files |= _write(modules, divided, name)
    content = json.dumps(files, sort_keys=True).encode()
    return Packs(files, hashlib.sha256(content).hexdigest()[:16])


def _read(web: Path, source: Path) -> Module:
    name = source.relative_to(web).as_posix()
    # What a comment imports is a type, which nobody fetches.
    text = without_docs(source.read_text("utf-8"))
    imports, exports = [], []

    def of_another(found: re.Match) -> str:
        word, whole, some, path = found.groups()
        imports.append(_beside(name, path))
        if word == "export":
            exports.extend(item.split()[-1] for item in some.split(",") if item.strip())
        names = whole or f"{{{some.replace(' as ', ': ')}}}"
        return f'const {names} = $packed["{imports[-1]}"];'

    def own(found: re.Match) -> str:
        exports.extend(filter(None, [found[1]]))
        return ""

    body = EXPORT.sub(own, IMPORT.sub(of_another, text))
    if left := LEFT.search(body):
        raise ValueError(f"{name}: {left[0]!r} cannot be packed; write it as other modules do")
    return Module(name, body, imports, exports)


def _divide(
    modules: dict[str, Module], parts: tuple[str, ...], workers: list[str]
) -> dict[str, list[str]]:
    """The members of every pack: a module that several would need is in the shared one, but a
    worker, which has nothing to do with the page, has its own."""
    later = sorted({name for module in modules.values() for name in module.names(LATER)})
    needed = {name: _ordered(modules, name) for name in dict.fromkeys((*parts, *later))}
    first = _ordered(modules, FIRST)
    own = {name: [one for one in ones if one not in first] for name, ones in needed.items()}
    users = Counter(one for ones in own.values() for one in ones)
    shared = [one for one, count in users.items() if count > 1]
    own = {name: [one for one in ones if users[one] == 1] for name, ones in own.items()}
    return {FIRST: first, SHARED: shared, **own} | {one: _ordered(modules, one) for one in workers}


def _ordered(modules: dict[str, Module], name: str) -> list[str]:
    """A module and all that it imports, in the order in which they run."""
    done: list[str] = []

    def visit(name: str, importers: tuple[str, ...] = ()) -> None:
        if name in importers:
            raise ValueError(f"a circle of imports: {' -> '.join([*importers, name])}")
        if name not in done:
            for imported in modules[name].imports:
                visit(imported, (*importers, name))
            done.append(name)

    visit(name)
    return done


def _write(modules: dict[str, Module], divided: dict[str, list[str]], name: str) -> dict[str, str]:
    """A pack and its source map (https://tc39.es/ecma426/), both by their names."""
    members = divided[name]
    wanted = [name] if name in modules else members
    missing = {one for root in wanted for one in _ordered(modules, root)} - {*members}
    lines = ["export const $packed = {};"]
    if missing:
        lines = [f'import {{ $packed }} from "{_from(name, FIRST)}";']
    if missing & {*divided[SHARED]}:
        lines.append(f'import "{_from(name, SHARED)}";')
    sections = []
    for module in (modules[member] for member in members):
        lines.append(f'$packed["{module.name}"] = (() => {{')
        body, mappings = minify(_placed(module, name))
        sections.append(_section(len(lines), mappings, _from(name, f"../../web/{module.name}")))
        lines += body.split("\n")
        lines.append(f"return {{ {', '.join(module.exports)} }}; }})();")
    if name in modules and modules[name].exports:
        lines.append(f'export const {{ {", ".join(modules[name].exports)} }} = $packed["{name}"];')
    lines.append(f"//# sourceMappingURL={basename(name)}.map\n")
    return {
        name: "\n".join(lines),
        f"{name}.map": json.dumps({"version": 3, "sections": sections}),
    }


def _placed(module: Module, pack: str) -> str:
    """The body of a module, where what it imports later is named as the pack finds it."""

    def moved(found: re.Match) -> str:
        return _from(pack, _beside(module.name, found[0]))

    return FILE.sub(moved, LATER.sub(moved, module.body))


def _section(line: int, mappings: str, source: str) -> dict[str, Any]:
    """Of a source map: `mappings` from `line` on. `source` is the address of a module from that of
    the pack, which is below its own folder and its tag as the module is below `web/`."""
    of_source = {"version": 3, "sources": [source], "names": [], "mappings": mappings}
    return {"offset": {"line": line, "column": 0}, "map": of_source}


def _beside(name: str, path: str) -> str:
    """The name of the module that the module `name` calls `path`."""
    return normpath(join(dirname(name), path))


def _from(pack: str, name: str) -> str:
    """What the pack calls the file `name`."""
    path = relpath(name, dirname(pack) or ".")
    return path if path.startswith("../") else f"./{path}"
