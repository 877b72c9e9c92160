"""Figures: a Report's tables and headline sentences become Observations of linked Measures."""

from __future__ import annotations

from collections.abc import Sequence

from cpbqa.domain import ConfirmedMeasure, Report, Vocabulary

from .headline import headline_observations
from .linking import Linked, link
from .tables import table_observations

__all__ = ["Linked", "observe"]


def observe(
    reports: Sequence[Report], authority: str, confirmed: Sequence[ConfirmedMeasure], vocabulary: Vocabulary
) -> Linked:
    """Every figure of every report: the measures, linked across the years, and one Observation a printed cell.

    Beside them stands why labels were linked, and which links a person should settle.

    Blank cells are observations too, with a quantity whose state is "blank": "not reported" has a place of its own.
    """
    found = [
        o
        for report in reports
        for o in (*table_observations(report, authority), *headline_observations(report, authority))
    ]
    return link(found, confirmed, vocabulary)
