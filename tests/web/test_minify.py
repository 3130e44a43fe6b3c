"""Minified modules are the same programs, as acorn reads them, and their source maps lead back to
the right lines, as node reads those.

acorn is a tool from npm, for development alone: without `npm ci` this is skipped.
"""

from pathlib import Path
from typing import Any

import pytest
from node import WEB, Node

from vae.ui.minify import minify, without_docs

ACORN = Path(__file__).resolve().parents[2] / "node_modules" / "acorn"
pytestmark = pytest.mark.skipif(not ACORN.exists(), reason="needs acorn: npm ci")

# Both syntax trees without their places; and the line in which each token of the source begins,
# according to the source and to the map.
READ = """async ([source, minified, mappings]) => {
  const { parse, tokenizer } = await import("acorn");
  const { SourceMap } = await import("node:module");
  const options = { ecmaVersion: "latest", sourceType: "module", locations: true };
  const bare = (key, value) => (["start", "end", "loc"].includes(key) ? undefined : value);
  const map = new SourceMap({ version: 3, sources: ["source"], names: [], mappings });
  return {
    trees: [source, minified].map((text) => JSON.stringify(parse(text, options), bare)),
    lines: [
      Array.from(tokenizer(source, options), ({ loc: { start } }) => start.line),
      Array.from(tokenizer(minified, options), ({ loc: { start } }) =>
        map.findEntry(start.line - 1, start.column).originalLine + 1),
    ],
  };
}"""
MODULES = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js"))
SNIPPETS = [
    "const a = `two  spaces // no comment\n  and /* none */ here ${ one +  two } '`;",
    "const a = [/[/]  \"\\/\\/ x/g, /`/ ] ; const b = c / d / e; const f = g.test(/'  /u);",
    "const a = \"// no  comment\"; const b = '/* none  */' // one\n;",
    "class A {\n  #p = 1 ;\n  static #q\n  get #r() { return #p in this }\n  async * x() {}\n}",
    "const f = () => {\n  return\n  1\n}\nlet a = f()\n++a\nconst b = a - -1 + +a + ++a",
    "const a = b ?.[ 0 ] ?? c\n  ? .5 : 1 ;\nlabel : for (const x of y) { continue label }",
    "if (a) /two  spaces/.exec(b)\nelse { /* x */ } // y\nexport const z = 1 /* of */ / 2",
]


def read(node: Node, source: str, minified: str, mappings: str) -> dict[str, Any]:
    return node.evaluate(READ, [source, minified, mappings])


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_the_same_program_when_it_is_minified(node, name):
    source = (WEB / name).read_text("utf-8")
    found = read(node, source, *minify(without_docs(source)))
    assert found["trees"][0] == found["trees"][1]
    assert found["lines"][0] == found["lines"][1]


@pytest.mark.parametrize("source", SNIPPETS)
def test_what_is_hard_to_read_is_the_same_program(node, source):
    minified, mappings = minify(source)
    assert len(minified) < len(source)
    found = read(node, source, minified, mappings)
    assert found["trees"][0] == found["trees"][1]
    assert found["lines"][0] == found["lines"][1]


@pytest.mark.parametrize(
    ("source", "other"),
    [("f(`a  b`)", "f(`a b`)"), ("f(/a  b/)", "f(/a b/)"), ("a - -b", "a--b"), ("f\n(a)", "f;(a)")],
)
def test_trees_tell_programs_apart(node, source, other):
    try:
        trees = read(node, source, other, "AAAA")["trees"]
    except Exception as error:
        assert "SyntaxError" in str(error)
    else:
        assert trees[0] != trees[1]
