"""Names that a person may give to a model."""

import pytest
from node import Node

PROBLEM = """async ([name, taken]) => {
  const {problemOf} = await import("/web/train/name.js");
  return problemOf(name, taken);
}"""


@pytest.mark.parametrize("name", ["yours-1", "Anna", "my 4s", "é_2.b", "x" * 40])
def test_good_names(node: Node, name: str):
    assert node.evaluate(PROBLEM, [name, ["mlp-20"]]) == ""


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "none came: type one"),
        ("a/b", "but / came: leave it out"),
        ("<b>", "but < came"),
        (".hidden", "but .hidden with .: put another in front"),
        ("x" * 41, "At most 40 characters are expected, but 41 came"),
        ("mlp-20", "Another model here is called mlp-20: choose another name"),
    ],
)
def test_bad_names_are_answered_in_a_sentence(node: Node, name: str, problem: str):
    assert problem in node.evaluate(PROBLEM, [name, ["mlp-20"]])
