"""The findings: every claim is held against figures, and the verdict follows from them."""

import json
from collections import defaultdict

import pytest

from vae.checkpoints import WEIGHTS
from vae.studies import claims
from vae.studies.claims import CLAIMS, Finding, document, evidence, sampling, training
from vae.studies.claims.__main__ import DOCS
from vae.studies.claims.evidence import Evidence


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
    assert training.kl_is_needed(Figures(**needed)).verdict == evidence.HOLDS
    same = {key.format("autoencoder"): 15.0, key.format("mlp-20"): 14.0}
    assert training.kl_is_needed(Figures(**same)).verdict == evidence.FAILS
    noisier = {"mlp-20/normal-1-2/frechet_distance": 2.0, "mlp-20/normal-1-2/coverage": 0.1}
    assert sampling.wide_is_noisier(Figures(**noisier)).verdict == evidence.PARTLY


def test_markdown_is_a_table_of_every_finding_and_its_exhibits():
    found = [Finding("a | b", "1", "holds", "c", "x"), Finding("d", "2", "e", "f")]
    row = {"model": "m", "words": "w", "picture": "p"}
    content = {
        "exhibits": {
            "x": {"title": "X", "see": "This.", "rows": [row]},
        },
        "pictures": {"p": {"png": "", "alt": "ten digits"}},
    }
    lines = document.markdown(found, content).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert rows[2] == "| 1 | a \\| b | 1 | holds | c | [see it](#x) |"
    assert rows[3] == "| 2 | d | 2 | e | f |  |"
    assert rows[-1] == "| m | w | ![ten digits](findings/p.png) |"
    assert lines.index('<a id="x"></a>') < lines.index("## X") < lines.index("This.")


def test_missing_figures_name_the_command_that_makes_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"evaluation\.json is missing; python -m vae"):
        training.kl_is_needed(Evidence(tmp_path))
    found = claims.judge(training.kl_is_needed, Evidence(tmp_path))
    assert found.verdict == evidence.UNKNOWN
    assert found.measured == "evaluation.json is missing; python -m vae.evaluation writes it"


def test_the_duel_is_reported_with_and_without_its_file(tmp_path):
    """It is the one file that a repository may lack."""
    found = claims.judge(training.vae_or_gan, Evidence(tmp_path))
    assert (found.verdict, found.why) == (evidence.UNKNOWN, "")
    summary = [
        {"contender": name, "sampler": "prior", "end": {"frechet_distance": {"mean": mean}}}
        for name, mean in (("mlp-20", 14.0), ("gan", 6.0))
    ]
    content = {"protocol": {"seconds": 120.0, "seeds": [0, 1, 2]}, "summary": summary}
    (tmp_path / "vae-against-gan.json").write_text(json.dumps(content))
    found = claims.judge(training.vae_or_gan, Evidence(tmp_path))
    assert found.verdict == "nearest to real digits: gan from its prior"
    assert "120 processor seconds, mean of 3 seeds: mlp-20 from its prior 14.0" in found.measured


def test_the_shipped_findings_are_those_of_the_shipped_figures():
    figures = Evidence()
    rows = json.loads((WEIGHTS / "findings.json").read_text(encoding="utf-8"))["rows"]
    shown = json.loads((WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))
    made = [claims.judge(claim, figures) for claim in CLAIMS]
    assert [vars(finding) for finding in made] == rows
    written = (DOCS / "findings.md").read_text(encoding="utf-8")
    assert written == document.markdown(made, shown)
