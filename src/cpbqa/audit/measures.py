"""Measures that a report no longer prints, prints for the first time, or prints under another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cpbqa.domain import Citation, Measure, Observation
from cpbqa.figures.linking import same_label

from .findings import Finding
from .page import row_of
from .printed import Printed


def measure_findings(printed: Printed) -> Iterator[Finding]:
    """What came, went and was renamed from each report to the next.

    Names are compared where tables print them: a headline says the same in a sentence of its own every year. Case,
    quotation marks and punctuation make no other name.
    """
    for older, newer in printed.pairs:
        for measure in printed.measures.values():
            before, after = _is_in(measure, older), _is_in(measure, newer)
            if before and not after:
                yield _one_sided(printed, measure, older, newer, "dropped")
            elif after and not before:
                yield _one_sided(printed, measure, newer, older, "new")
            elif older in measure.labels and newer in measure.labels:
                names = measure.labels[older], measure.labels[newer]
                if same_label(names[0]) != same_label(names[1]):
                    yield _renamed(printed, measure, older, newer)


def _is_in(measure: Measure, report: str) -> bool:
    return report in measure.labels or report in measure.headline


def _last(printed: Printed, measure: Measure, report: str) -> Observation:
    """The newest figure of a measure in a report, a table's where there is one; a blank cell where all are."""
    cells = [o for o in printed.observations if o.measure == measure.id and o.report == report]
    return max(cells, key=lambda o: (o.source == "table", bool(o.quantity.printed), o.period))


def _one_sided(
    printed: Printed, measure: Measure, there: str, missing: str, kind: Literal["dropped", "new"]
) -> Finding:
    """A measure that one of two reports prints; the other side is the heading under which the other lacks it."""
    last = _last(printed, measure, there)
    name = last.label
    figure = f"{last.quantity.printed or 'blank'} for {last.period}"
    sentence = f"not in the {missing} report; last printed as {figure}."
    if kind == "dropped" and _printed_in_parts(printed, measure, missing):
        sentence = f"the {missing} report prints its parts instead; last printed as {figure}."
    if kind == "new":
        sentence = f"first printed in the {there} report, {figure}."
    sides = [(name, last.citation)]
    for other in printed.observations:
        if other.report == missing and same_label(other.group) == same_label(last.group) and other.group:
            place = row_of(other.citation.location)
            where = place.place if place else other.citation.location
            sides.append((other.group, Citation(report=missing, location=where, quote=other.group)))
            break
    sides = sides if kind == "dropped" else sides[::-1]
    return Finding(
        kind=kind,
        title=name,
        sentence=sentence,
        measure=measure.id,
        period=None,
        values=tuple(value for value, _ in sides),
        citations=tuple(citation for _, citation in sides),
    )


def _printed_in_parts(printed: Printed, measure: Measure, report: str) -> bool:
    """True where a confirmed sum says what the measure is made of, and the report prints all of that."""
    for identity in printed.identities:
        if identity.rule == "sum" and printed.named(identity.whole) == measure.id:
            names = [printed.named(part) for part in identity.parts]
            if all(name is not None and _is_in(printed.measures[name], report) for name in names):
                return True
    return False


def _renamed(printed: Printed, measure: Measure, older: str, newer: str) -> Finding:
    names = measure.labels[older], measure.labels[newer]
    return Finding(
        kind="renamed",
        title=names[1],
        sentence=f"“{names[0]}” in {older}.",
        measure=measure.id,
        period=None,
        values=names,
        citations=(_last(printed, measure, older).citation, _last(printed, measure, newer).citation),
    )
