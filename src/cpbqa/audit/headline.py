"""Headline figures against the tables, against the next report's headline, and the dates they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cpbqa.domain import Observation, Period

from .findings import Finding, finding
from .printed import Printed

_DATE = re.compile(
    r"\b(?:31(?:st)?\s+)?Mar(?:ch)?\s+20\d\d\b|\b(?:autumn|spring|summer)\s+term\s+20\d\d[/-]\d\d\b", re.I
)


def headline_findings(printed: Printed) -> Iterator[Finding]:
    """Headline figures that disagree with a table, changed from report to report, or are dated wrongly."""
    told: set[tuple[str, Period]] = set()
    for headline in [o for o in printed.observations if o.source == "headline"]:
        found = _against_table(printed, headline) or _another_period(printed, headline)
        if found:
            told.add((headline.measure, headline.period))
            yield found
        if headline.notes:
            yield _misprinted_date(printed, headline)
    for measure in printed.measures:
        for period in printed.periods(measure):
            if (measure, period) not in told:
                yield from _changed(printed, printed.cells(measure, period, "headline"))


def table_cell(printed: Printed, headline: Observation) -> Observation | None:
    """The table's print of a headline figure: that of the same report, else of the newest one that has it."""
    cells = [o for o in printed.cells(headline.measure, headline.period, "table") if o.quantity.printed]
    return next((o for o in cells if o.report == headline.report), cells[-1] if cells else None)


def _against_table(printed: Printed, headline: Observation) -> Finding | None:
    table = table_cell(printed, headline)
    if table is None or table.quantity.agrees_with(headline.quantity):
        return None
    whose = "its table" if table.report == headline.report else f"the table of the {table.report} report"
    sentence = f"the {headline.report} headline says {headline.quantity.printed}, {whose} {table.quantity.printed}"
    others = [
        o
        for o in printed.cells(headline.measure, headline.period, "headline")
        if o.report < headline.report and not o.quantity.agrees_with(headline.quantity)
    ]
    for other in others[-1:]:
        sentence += f"; the {other.report} headline said {other.quantity.printed}"
    return finding("headline", printed.title(headline), f"{sentence}.", (headline, table, *others[-1:]))


def _another_period(printed: Printed, headline: Observation) -> Finding | None:
    """The table has no such period, but the very figure under another period of the same year."""
    if table_cell(printed, headline):
        return None
    for period in printed.periods(headline.measure):
        for table in printed.cells(headline.measure, period, "table"):
            near = period != headline.period and period.year == headline.period.year
            if near and table.report == headline.report and table.quantity.agrees_with(headline.quantity):
                sentence = (
                    f"the {headline.report} headline calls {headline.quantity.printed} {headline.period}, its table "
                    f"prints {table.quantity.printed} under {table.period}."
                )
                return finding("headline period", printed.title(headline), sentence, (headline, table))
    return None


def _misprinted_date(printed: Printed, headline: Observation) -> Finding:
    """A sentence whose first date is not later than the one it is compared with."""
    quote = headline.citation.quote
    dates = _DATE.findall(quote)
    table = table_cell(printed, headline)
    other = next(o for o in printed.observations if o.citation == headline.citation and o is not headline)
    meant = f"end of {headline.period}" if headline.period.term else headline.period.year_end
    sentence = f"{headline.quantity.printed} must mean {meant}"
    if len(dates) >= 2:
        which = "the very date" if dates[0] == dates[-1] else f"earlier than the {dates[-1]}"
        sentence = f"{headline.quantity.printed} is dated {dates[0]}, {which} it is compared with; it must mean {meant}"
    values: tuple[str, ...] = (dates[0], dates[-1]) if len(dates) >= 2 else (headline.quantity.printed,) * 2
    if table and table.quantity.agrees_with(headline.quantity):
        sentence += f", for which the table prints {table.quantity.printed}"
        return finding(
            "date", printed.title(headline), f"{sentence}.", (headline, other, table),
            values=(*values, table.quantity.printed),
        )  # fmt: skip
    return finding("date", printed.title(headline), f"{sentence}.", (headline, other), values=values)


def _changed(printed: Printed, prints: list[Observation]) -> Iterator[Finding]:
    """Each headline figure that the next headline about the same date contradicts."""
    for older, newer in pairwise(prints):
        if not older.quantity.agrees_with(newer.quantity):
            sentence = (
                f"{older.quantity.printed} in the {older.report} headline, {newer.quantity.printed} in {newer.report}"
            )
            if table_cell(printed, newer) is None:
                sentence += "; no table prints it"
            if older.notes or newer.notes:
                whose = older if older.notes else newer
                sentence += f" (the {whose.report} sentence misprints the date, see below)"
            yield finding("headline changed", printed.title(newer), f"{sentence}.", (older, newer))
