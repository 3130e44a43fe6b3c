"""The findings: every claim is held against figures, and the verdict follows from them."""

import json
from collections import defaultdict
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binom, spearmanr

from vae.checkpoints import WEIGHTS
from vae.studies import claims
from vae.studies.claims import CLAIMS, Finding, document, duel, evidence, sampling, training
from vae.studies.claims.__main__ import DOCS
from vae.studies.claims.evidence import Criterion, Evidence


class Figures:
    """Evidence whose every generated figure is chosen by the test."""

    def __init__(self, **values: float):
        self.values = defaultdict(lambda: 1.0, values)
        self.evaluation = {"floor": {"precision": {"mean": 0.9}}}

    def __call__(self, model: str, distribution: str, measure: str = "frechet_distance") -> float:
        return self.values[f"{model}/{distribution}/{measure}"]


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ([[True], [True, True]], evidence.HOLDS),
        ([[False], [False, False]], evidence.FAILS),
        ([[True], [False]], evidence.PARTLY),
        ([[True], [True, False]], evidence.SEED),
        ([[False], [True, False]], evidence.SEED),
        ([[True], []], evidence.UNKNOWN),
    ],
)
def test_the_verdict_follows_the_criteria(met, expected):
    assert evidence.verdict([Criterion("", one) for one in met]) == expected


def test_the_outcome_of_a_criterion_counts_trainings():
    outcomes = [Criterion("", met).outcome for met in ([True], [False] * 3, [True, False], [])]
    assert outcomes == ["yes", "no", "in 1 of 2 trainings", evidence.UNKNOWN]


def test_the_criteria_follow_the_figures():
    key = "{}/normal-0-1/{}"
    needed = {
        key.format("autoencoder", "frechet_distance"): 300.0,
        key.format("mlp-20", "frechet_distance"): 14.0,
        key.format("autoencoder", "precision"): 0.1,
    }
    assert verdict_of(training.kl_is_needed, Figures(**needed)) == evidence.HOLDS
    assert verdict_of(training.kl_is_needed, Figures()) == evidence.FAILS
    near = {key.format("autoencoder", "frechet_distance"): 300.0}
    assert verdict_of(training.kl_is_needed, Figures(**near)) == evidence.PARTLY


def verdict_of(claim, figures: Figures) -> str:
    return evidence.verdict(claim(figures).criteria)


@pytest.mark.parametrize("count", range(6))
def test_the_chance_of_so_many_is_the_binomial_tail(count):
    assert sampling._at_least(count, 5, 0.2) == pytest.approx(binom.sf(count - 1, 5, 0.2))


def test_an_extent_is_of_two_ends_or_of_one():
    assert evidence.extent([2.0, 1.04, 1.5]) == "1.0 to 2.0"
    assert evidence.extent([1.51, 1.49]) == "1.5"
    assert evidence.extent([144.1, 8.1e8]) == "144.1 to 8e+08"


def test_a_rate_is_bracketed_by_others_on_both_sides():
    rows = [
        {"activation": "relu", "optimizer": "adam", "learning_rate": rate}
        for rate in (1e-3, 3e-3, 1e-2)
    ]
    assert [training._bracketed(row, rows) for row in rows] == [False, True, False]


def test_of_every_optimiser_the_best_rate_is_compared_seed_by_seed(tmp_path):
    """Adam ahead in both seeds; ReLU in one of them alone."""
    ends = {"adam": (100.0, 101.0), "gradient descent": (140.0, 150.0)}
    rows = [
        {
            "activation": activation,
            "optimizer": optimizer,
            "learning_rate": rate,
            "seed": seed,
            "best": rate == 2,
            "history": [{"test_total": end + behind * (1 - 2 * seed) + 9 * (rate != 2)}],
        }
        for activation, behind in (("relu", 0), ("tanh", 5))
        for optimizer, own in ends.items()
        for seed, end in enumerate(own)
        for rate in (1, 2, 3)
    ]
    content = {"protocol": {"epochs": 3}, "rows": rows}
    (tmp_path / "convergence.json").write_text(json.dumps(content))
    found = claims.judge(training.relu_and_adam, Evidence(tmp_path))
    assert [outcome for _, outcome in found.criteria] == ["in 1 of 2 trainings", "yes"]
    assert "ahead by 44.5 nats over gradient descent" in found.measured
    rows = [row for row in rows if row["learning_rate"] < 3]  # the best rate is the largest
    (tmp_path / "convergence.json").write_text(json.dumps(content | {"rows": rows}))
    found = claims.judge(training.relu_and_adam, Evidence(tmp_path))
    assert found.verdict == evidence.UNKNOWN


def test_markdown_is_a_table_of_every_finding_and_its_exhibits():
    criteria = [["more", "yes"], ["less", "no"]]
    found = [
        Finding("a | b", "m", "1", criteria, "holds", "c", "2 training seeds", "x"),
        Finding("d", "m", "2", [], "e", "f", ""),
    ]
    row = {"model": "m", "words": "w", "picture": "p"}
    content = {
        "exhibits": {
            "x": {"title": "X", "see": "This.", "rows": [row]},
        },
        "pictures": {"p": {"png": "", "alt": "ten digits"}},
    }
    codes = {"log_variance": -1, "separation": 0.25, "squared_error": 9}
    runs = [
        {"diverged": "", "terms": {"total": 100.5}, "codes": codes},
        {"diverged": "", "terms": {"total": 99}, "codes": codes | {"separation": 0.5}},
        {"diverged": "The loss is not finite."},
    ]
    variants = {"v": {"epochs": 5, "runs": runs}, "w": {"epochs": 1, "runs": runs[2:]}}
    known = SimpleNamespace(agreement=lambda: (270, 0.98, 1.25), trainings={"variants": variants})
    lines = document.markdown(found, content, known).splitlines()
    assert "270 combinations" in "\n".join(lines) and "(Spearman\n0.980)" in "\n".join(lines)
    rows = [line for line in lines if line.startswith("|")]
    cells = "a \\| b | m | more: **yes**<br>less: **no** | 1 | holds | c | 2 training seeds"
    assert rows[2] == f"| 1 | {cells} | [see it](#x) |"
    assert rows[3] == "| 2 | d | m |  | 2 | e | f |  |  |"
    assert rows[6] == "| v | 5 | 3 | 99.0 to 100.5 | -1.00 | 0.25 to 0.50 | 9.00 |"
    assert rows[7] == "| w | 1 | 1 | no bound | not finite | not finite | not finite |"
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
    found = claims.judge(duel.vae_or_gan, Evidence(tmp_path))
    assert (found.verdict, found.why) == (evidence.UNKNOWN, "")
    ends = {("mlp-20", "prior"): 14.0, ("mlp-20", "mixture"): 4.0, ("mlp-20", "classes"): 5.0}
    summary = [
        {
            "contender": name,
            "sampler": z,
            "curve": [{"seconds": 120.0, "mean": 2 * mean}, {"seconds": 240.0, "mean": mean}],
            "end": {"frechet_distance": {"mean": mean, "spread": 0.5}},
        }
        for (name, z), mean in [*ends.items(), (("gan", "prior"), 4.5)]
    ]
    content = {
        "protocol": {"seconds": 240.0, "seeds": [0, 1, 2], "classifier": "one"},
        "contenders": {name: {"model": name} for name in ("mlp-20", "gan")},
        "summary": summary,
    }
    conditions = {"conditions": {"classifier": "two"}}
    (tmp_path / "evaluation.json").write_text(json.dumps(conditions))
    (tmp_path / "vae-against-gan.json").write_text(json.dumps(content))
    distances = {5e-4: 5.0, 1e-3: 4.0, 2e-3: 6.0}
    rows = [
        {"model": name, "changes": {"learning_rate": rate}, "prior": {"frechet_distance": distance}}
        for name in ("mlp-20", "gan")
        for rate, distance in distances.items()
    ]
    path = tmp_path / "vae-against-gan-tuning.json"
    path.write_text(json.dumps({"rows": rows}))
    found = claims.judge(duel.vae_or_gan, Evidence(tmp_path))
    # The spreads add in squares, and a mean of 3 has their third: two standard errors are 0.82.
    assert [outcome for _, outcome in found.criteria] == ["no", "no", "no"]
    assert "mlp-20 from its prior 14.0 ± 0.5" in found.measured
    assert "at 9.0 after half of the seconds and at 4.5 at the end, still" in found.why
    summary[1]["end"]["frechet_distance"]["mean"] = 3.6
    (tmp_path / "vae-against-gan.json").write_text(json.dumps(content))
    found = claims.judge(duel.vae_or_gan, Evidence(tmp_path))
    assert [outcome for _, outcome in found.criteria] == ["no", "yes", "no"]
    assert found.verdict == evidence.PARTLY
    assert "an end of those" not in found.why and "an earlier classifier" in found.why
    path.write_text(json.dumps({"rows": rows[1:]}))  # mlp-20's best rate is the smallest
    found = claims.judge(duel.vae_or_gan, Evidence(tmp_path))
    assert "Of mlp-20 the best rate is at an end of those that were tried." in found.why


def test_classifiers_agree_as_their_ranks_do(tmp_path):
    distances = {"a": (1.0, 2.0), "b": (3.0, 5.0), "c": (8.0, 4.0), "d": (9.0, 30.0)}
    measures = ("frechet_distance", "second_frechet_distance")
    models = {
        name: {
            "distributions": {
                "prior": dict(zip(measures, [{"mean": one} for one in pair], strict=True)),
                "normal-0-1": {"same_as": "prior"},
            }
        }
        for name, pair in distances.items()
    }
    (tmp_path / "evaluation.json").write_text(json.dumps({"models": models}))
    count, correlation, factor = Evidence(tmp_path).agreement()
    first, second = zip(*distances.values(), strict=True)
    assert count == 4
    assert correlation == pytest.approx(spearmanr(first, second).statistic)
    ratios = np.divide(first, second)
    pairs = [max(a / b, b / a) for i, a in enumerate(ratios) for b in ratios[:i]]
    assert factor == pytest.approx(np.median(pairs))


def test_the_shipped_findings_are_those_of_the_shipped_figures():
    figures = Evidence()
    rows = json.loads((WEIGHTS / "findings.json").read_text(encoding="utf-8"))["rows"]
    shown = json.loads((WEIGHTS / "exhibits.json").read_text(encoding="utf-8"))
    made = [claims.judge(claim, figures) for claim in CLAIMS]
    assert [vars(finding) for finding in made] == rows
    written = (DOCS / "findings.md").read_text(encoding="utf-8")
    assert written == document.markdown(made, shown, figures)
