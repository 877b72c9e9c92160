"""Breaks: years of a measure that a report says cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator

from cpbqa.domain import Citation

from .findings import Finding
from .printed import Printed


def break_findings(printed: Printed) -> Iterator[Finding]:
    """Each footnote that parts a measure's years into two series, with its words."""
    for measure in printed.measures.values():
        for note in measure.breaks:
            at = next(
                o for o in printed.observations if o.measure == measure.id and any(n == note for n in o.footnotes)
            )
            place = at.citation.location.partition(", column ")[0]
            yield Finding(
                kind="break",
                title=f"{measure.label}, {note.breaks}",
                sentence=f"not compared with earlier years: “{note.text}”",
                measure=measure.id,
                period=str(note.breaks),
                values=(note.text,),
                citations=(Citation(report=note.report, location=place, quote=note.quote),),
            )
