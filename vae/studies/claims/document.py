"""docs/findings.md: the findings as a table, and the exhibits below it."""

from collections.abc import Iterable, Mapping
from typing import Any

from vae.studies.claims import Finding
from vae.studies.claims.evidence import Evidence, extent


def markdown(findings: Iterable[Finding], content: Mapping[str, Any], evidence: Evidence) -> str:
    """The whole document; content: of exhibits.json."""
    count, correlation, factor = evidence.agreement()
    words = INTRODUCTION.format(count=count, correlation=correlation, factor=factor)
    repeated = _trainings(evidence.trainings["variants"])
    return "\n".join([words, *_table(findings), *repeated, *_exhibits(**content), ""])


INTRODUCTION = """# Which claims hold

A handful of students trained variational autoencoders on MNIST and wrote reports on what they saw:
which loss, which network, and above all where to draw z from. Each claim below is one of theirs, in
our words. Each is held against a model like the one that it is about, by criteria that stand beside
it. A claim **holds** when all of them are met, **does not hold** when none is, **holds in part**
when some are, and **depends on the seed** when one is met in some trainings and not in others.

Written by `python -m vae.studies.claims` from the files in weights/. Fréchet distances are in the
features of the shipped classifier, over 10,000 digits; lower is better. By a second classifier,
from which no model learns, {count} combinations of a model and a distribution rank alike (Spearman
{correlation:.3f}), so that one may say which is nearer. Ratios differ: that of two models by one
classifier is {factor:.1f} times that by the other in the median, so "twice as near" says little.
The measures are defined in weights/evaluation.json and `vae/evaluation/style.py`.
"""


def _table(findings: Iterable[Finding]) -> list[str]:
    lines = [
        "| | the report says | of | criteria | measured here | verdict | why | from | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for number, one in enumerate(findings, 1):
        link = f"[see it](#{one.exhibit})" if one.exhibit else ""
        criteria = "<br>".join(f"{words}: **{outcome}**" for words, outcome in one.criteria)
        cells = (one.claim, one.model, criteria, one.measured, one.verdict, one.why, one.seeds)
        lines.append(_row(str(number), *cells, link))
    return lines


def _trainings(variants: Mapping[str, Any]) -> list[str]:
    lines = [
        "",
        "# The trainings behind it",
        "",
        "What the claims call a training seed is one of these, from the lowest to the highest over "
        "the seeds (`vae/studies/variants.py` says what each is). Of the test digits: the loss, in "
        "nats; the mean log-variance of q(z|x); the share of their codes' variance that lies "
        "between the classes; the squared error of what the codes are decoded to.",
        "",
        "| trained | epochs | seeds | loss | log-variance | between classes | squared error |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in variants.items():
        ended = [run for run in one["runs"] if not run["diverged"]]
        losses = [run["terms"]["total"] for run in ended if "terms" in run]
        codes = [run["codes"] for run in ended]
        figures = [
            extent([code[figure] for code in codes], 2) if codes else "not finite"
            for figure in ("log_variance", "separation", "squared_error")
        ]
        loss = extent(losses) if losses else "no bound"
        lines.append(_row(name, str(one["epochs"]), str(len(one["runs"])), loss, *figures))
    return lines


def _exhibits(exhibits: Mapping[str, Any], pictures: Mapping[str, Any]) -> list[str]:
    lines = [
        "",
        "# What it looks like",
        "",
        "Every picture shows twenty digits, and all are made from the same random numbers: what is "
        "in one place comes from the same uniform numbers, or from the same test digit, wherever "
        "rows differ in nothing else. Nothing was selected.",
    ]
    for name, exhibit in exhibits.items():
        lines += ["", f'<a id="{name}"></a>', "", f"## {exhibit['title']}", "", exhibit["see"], ""]
        lines += ["| model | | |", "|---|---|---|"]
        for row in exhibit["rows"]:
            picture = row["picture"]
            image = f"![{pictures[picture]['alt']}](findings/{picture}.png)"
            lines.append(_row(row["model"], row["words"], image))
    return lines


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
