"""docs/findings.md: the findings as a table, and the exhibits below it."""

from collections.abc import Iterable, Mapping
from typing import Any

from vae.studies.claims import Finding


def markdown(findings: Iterable[Finding], content: Mapping[str, Any]) -> str:
    """The whole document; content: of exhibits.json."""
    return "\n".join([*_table(findings), *_exhibits(**content), ""])


def _table(findings: Iterable[Finding]) -> list[str]:
    lines = [
        "# What of the reports holds",
        "",
        "Written by `python -m vae.studies.claims` from the files in weights/. Fréchet distances "
        "are in the features of the shipped classifier, over 10,000 digits and 3 sampling seeds; "
        "lower is better. The measures are defined in weights/evaluation.json.",
        "",
        "| | the report says | measured here | verdict | why | |",
        "|---|---|---|---|---|---|",
    ]
    for number, one in enumerate(findings, 1):
        link = f"[see it](#{one.exhibit})" if one.exhibit else ""
        lines.append(_row(str(number), one.claim, one.measured, one.verdict, one.why, link))
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
