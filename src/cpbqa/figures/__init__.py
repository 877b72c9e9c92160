"""Figures: a Report's tables and headline sentences become Observations of linked Measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cpbqa.domain import ConfirmedMeasure, Report, Vocabulary

from .headline import headline_observations
from .linking import Linked, link
from .tables import ReadTables, read_tables

__all__ = ["Linked", "figures_of", "link", "observe"]


def observe(
    reports: Iterable[Report], authority: str, confirmed: Sequence[ConfirmedMeasure], vocabulary: Vocabulary
) -> Linked:
    """Every figure of every report: the measures, linked across the years, and one Observation a printed cell.

    Beside them stands why labels were linked, which links a person should settle, and what was left out.

    Blank cells are observations too, with a quantity whose state is "blank": "not reported" has a place of its own.
    """
    read = [figures_of(report, authority) for report in reports]
    linked = link([o for one in read for o in one.observations], confirmed, vocabulary)
    return linked._replace(warnings=tuple(warning for one in read for warning in one.warnings))


def figures_of(report: Report, authority: str) -> ReadTables:
    """The figures of one report, tables first, not linked yet; and what of its tables was left out."""
    tables = read_tables(report, authority)
    return ReadTables((*tables.observations, *headline_observations(report, authority)), tables.warnings)
