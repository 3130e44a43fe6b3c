"""The findings: every claim is held against figures, and the verdict follows from them."""

import json
from collections import defaultdict

import pytest

from vae import findings
from vae.checkpoint import WEIGHTS
from vae.findings import CLAIMS, Evidence, Finding


class Figures:
    """Evidence whose every generated figure is chosen by the test."""

    def __init__(self, **values: float):
        self.values = defaultdict(lambda: 1.0, values)
        self.evaluation = {"floor": {"precision": {"mean": 0.9}}}

    def __call__(self, model: str, distribution: str, measure: str = "frechet_distance") -> float:
        return self.values[f"{model}/{distribution}/{measure}"]


def test_the_verdict_follows_the_figures():
    key = "{}/normal-0-1/frechet_distance"
    needed = {key.format("autoencoder"): 300.0, key.format("mlp-20"): 14.0}
    assert findings.kl_is_needed(Figures(**needed)).verdict == findings.HOLDS
    same = {key.format("autoencoder"): 15.0, key.format("mlp-20"): 14.0}
    assert findings.kl_is_needed(Figures(**same)).verdict == findings.FAILS
    noisier = {"mlp-20/normal-1-2/frechet_distance": 2.0, "mlp-20/normal-1-2/coverage": 0.1}
    assert findings.wide_is_noisier(Figures(**noisier)).verdict == findings.PARTLY


def test_markdown_is_a_table_of_every_finding():
    text = findings.markdown([Finding("a | b", "1", "holds", "c"), Finding("d", "2", "e", "f")])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert rows[2] == "| 1 | a \\| b | 1 | holds | c |"


def test_missing_figures_name_the_command_that_makes_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"evaluation\.json is missing; python -m vae"):
        findings.kl_is_needed(Evidence(tmp_path))
    found = findings.judge(findings.kl_is_needed, Evidence(tmp_path))
    assert found.verdict == findings.UNKNOWN
    assert found.measured == "evaluation.json is missing; python -m vae.evaluation writes it"


def test_the_shipped_findings_are_those_of_the_shipped_figures():
    evidence = Evidence()
    rows = json.loads((WEIGHTS / "findings.json").read_text(encoding="utf-8"))["rows"]
    made = [findings.judge(claim, evidence) for claim in CLAIMS]
    assert [vars(finding) for finding in made] == rows
    assert (findings.DOCS / "findings.md").read_text(encoding="utf-8") == findings.markdown(made)
