"""The findings as a person reads them: a heading a kind, one or two lines a finding."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from cpbqa.domain import Citation

from .findings import KINDS, Finding, listed

_ROW = re.compile(r"(?P<place>.+), row (?P<row>\d+), column (?P<column>.+?)(?:, page \d+)?")


class TableRow(NamedTuple):
    """A place in a table, from a citation."""

    place: str
    row: str
    column: str


def row_of(location: str) -> TableRow | None:
    """The row and column of a citation's location; None where it is no table cell."""
    match = _ROW.fullmatch(location)
    return TableRow(match["place"], match["row"], match["column"]) if match else None


def page(findings: Sequence[Finding], reports: Sequence[str]) -> str:
    """The whole audit as text."""
    lines = [f"{_count(len(findings), 'finding')} in {_count(len(reports), 'report')} ({', '.join(reports)})"]
    groups = {kind: [f for f in findings if f.kind == kind] for kind in KINDS}
    for kind, found in groups.items():
        if found:
            lines += ["", f"{KINDS[kind]} ({len(found)})", ""]
            lines += [line for finding in found for line in _lines(finding)]
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _lines(finding: Finding) -> list[str]:
    """What is the matter, and where. A new name needs no place: both names find themselves."""
    if finding.kind == "renamed":
        old, new = finding.citations
        return [f"- {old.report}: {finding.values[0]}", f"  {new.report}: {finding.values[1]}"]
    return [f"- {finding.title}: {finding.sentence}", f"  {places(finding.citations)}"]


def places(citations: Sequence[Citation]) -> str:
    """Where the citations stand: one place of two reports, and cells of one column, are told in one breath.

    Of a path of headings only the last is told; the citation has them all.
    """
    columns: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for citation in citations:
        cell = row_of(citation.location)
        place = cell.place if cell else citation.location.rsplit(" > ", 1)[-1]
        rows = columns.setdefault((citation.report, place), {})
        if cell:
            rows.setdefault(cell.column, {})[cell.row] = None
    reports: dict[str, list[str]] = {}
    for (report, place), found in columns.items():
        where = ", ".join((place, *(_cells(column, list(rows)) for column, rows in found.items())))
        reports.setdefault(where, []).append(report)
    told: dict[str, list[str]] = {}
    for where, names in reports.items():
        whose = f"{listed(sorted(names))} {'report' if len(names) == 1 else 'reports'}"
        told.setdefault(whose, []).append(where)
    return "; ".join(f"{whose}: {' | '.join(wheres)}" for whose, wheres in told.items())


def _cells(column: str, rows: list[str]) -> str:
    return f"{'row' if len(rows) == 1 else 'rows'} {listed(sorted(rows, key=int))} of {column}"


def as_json(findings: Sequence[Finding]) -> str:
    """The findings as a JSON array, one finding a line."""
    objects = [json.dumps(finding.model_dump(mode="json"), ensure_ascii=False) for finding in findings]
    return "[" + ",\n ".join(objects) + "]"
