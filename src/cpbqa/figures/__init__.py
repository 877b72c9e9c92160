"""Figures: a Report's tables and headline sentences become Observations of linked Measures."""

from __future__ import annotations

from collections.abc import Sequence

from cpbqa.domain import ConfirmedMeasure, Report, Vocabulary

from .headline import headline_observations
from .linking import Linked, link
from .tables import read_tables

__all__ = ["Linked", "observe"]


def observe(
    reports: Sequence[Report], authority: str, confirmed: Sequence[ConfirmedMeasure], vocabulary: Vocabulary
) -> Linked:
    """Every figure of every report: the measures, linked across the years, and one Observation a printed cell.

    Beside them stands why labels were linked, which links a person should settle, and what was left out.

    Blank cells are observations too, with a quantity whose state is "blank": "not reported" has a place of its own.
    """
    tables = [read_tables(report, authority) for report in reports]
    found = [
        o
        for report, read in zip(reports, tables, strict=True)
        for o in (*read.observations, *headline_observations(report, authority))
    ]
    left_out = tuple(warning for read in tables for warning in read.warnings)
    return link(found, confirmed, vocabulary)._replace(warnings=left_out)
