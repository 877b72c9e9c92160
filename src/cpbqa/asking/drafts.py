"""Draft: a figure reply while it is written, and what every figure reply has in common: gaps, notes, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cpbqa.domain import Computation, Footnote, Measure, Period

from .interpretation import Interpretation, Wanted
from .lookup import FigureTable, Found
from .wordings import listed, source, span, value


@dataclass
class Draft:
    """A reply while it is written: lines of text, figures in the order they lead, notes, computations."""

    lines: list[str] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    nearest: list[Found] = field(default_factory=list)
    computed: list[Computation] = field(default_factory=list)

    def account(self, name: str, result: str, *cells: str) -> None:
        """Say where something in the text comes from that is no cited cell itself; the guard asks for it."""
        self.computed.append(Computation(name=name, result=result, cells=cells))

    def holds(self, found: Found) -> bool:
        """Whether this figure is told already."""
        return any(other.observation == found.observation for other in self.found)


def periods_meant(
    want: Wanted, measure: Measure, geography: str, report: str | None, table: FigureTable
) -> list[Period]:
    """The printed periods that a wanted one means: itself, the terms of that year, or the newest there is."""
    there = table.periods(measure, geography, report)
    if want.period is None or not want.strict:
        fitting = [p for p in there if want.term in (None, p.term)]
        return fitting[:1]
    if want.period in there:
        return [want.period]
    if want.period.term is None:
        return [p for p in there if p.year == want.period]
    return []


def without_unprinted(asked: Interpretation, table: FigureTable) -> Interpretation:
    """A tie without the measures that no report prints for the places and periods asked for, where others are."""
    if not asked.rivals:
        return asked
    fitting = [match for match in (asked.matches[0], *asked.rivals) if _is_printed(match.measure, asked, table)]
    return replace(asked, matches=(fitting[0],), rivals=tuple(fitting[1:])) if fitting else asked


def _is_printed(measure: Measure, asked: Interpretation, table: FigureTable) -> bool:
    wanted = asked.wanted or (Wanted(None, strict=False),)
    places = asked.geographies
    return all(periods_meant(want, measure, place, asked.report, table) for want in wanted for place in places)


def tell_missing(
    draft: Draft, measure: Measure, want: Wanted, geography: str, report: str | None, table: FigureTable
) -> None:
    """What is not printed, and the nearest that is."""
    there = table.periods(measure, geography, report)
    place = "" if geography == table.authority else f" ({geography})"
    asked_for = f" for {want.period}" if want.period else ""
    named = f" in the {report} report" if report else ""
    name = measure.label
    draft.account("the measure, period and report asked for", name, str(want.period or ""), report or "")
    blank = table.blank(measure, want.period or table.newest, geography, report)
    if blank:
        draft.account("the blank cell", source(blank))
        draft.missing.append(f"{name}{place}: not reported{asked_for}; the cell is blank ({source(blank)}).")
    else:
        draft.missing.append(f"{name}{place}: not printed{asked_for}{named}.")
    if not there:
        own = table.periods(measure, table.authority)
        if geography != table.authority and own:
            draft.missing.append(f"No report prints a {geography} value for it{named}.")
        return
    nearest = _nearest(want.period, there)
    found = table.find(measure, nearest, geography, report)
    if found:
        draft.nearest.append(found)
        o = found.observation
        draft.account("the periods with a printed value", span(there))
        what = "The last figure printed" if nearest == there[0] else "The nearest figure printed"
        draft.missing.append(f"{what} is {value(o, measure.unit)} for {o.period}. There are figures for {span(there)}.")


def _nearest(wanted: Period | None, there: Sequence[Period]) -> Period:
    """The period next to the one wanted; the later of two that are as near. `there` is latest first."""
    return there[0] if wanted is None else min(there, key=lambda p: (abs(p.start - wanted.start), -p.start))


def account_for(draft: Draft, found: Found) -> None:
    """Account for what the notes on a figure say beyond its own cell and its earlier prints."""
    for other in (*found.later, *found.headline):
        draft.account("another print of the cell", other.quantity.printed, source(other), other.citation.quote)
    for note in found.observation.notes:
        draft.account("what a misprinted date must mean", note)
    for footnote in found.observation.footnotes:
        draft.account("a footnote to the cell", footnote.text, footnote.report)


def notes_on(found: Found) -> Iterable[str]:
    """What a reader must know of a figure: other prints, a headline that disagrees, a misprint."""
    o = found.observation
    now = o.quantity.printed
    for e in found.earlier:
        before = e.quantity.printed
        if e.quantity.agrees_with(o.quantity):
            yield f"{o.period}: printed as {before} in the {e.report} report (the same but for rounding)."
        else:
            yield f"{o.period}: first printed as {before} in the {e.report} report, {now} in the {o.report} report."
    for e in found.later:
        yield f"{o.period}: the {e.report} report prints {e.quantity.printed} instead."
    for e in found.headline:
        said = e.quantity.printed
        yield f"{o.period}: the headline section of the {e.report} report says {said}, the table {now}."
    yield from o.notes


def footnotes_on(found: Found) -> Iterable[tuple[str, Footnote]]:
    """What the report itself notes to a figure, each as a sentence and as it is printed."""
    o = found.observation
    for note in o.footnotes:
        about = f"{o.period}, a note" if note.figure else "A note"
        yield f"{about} in the {note.report} report: “{note.text}”", note


def source_lines(found: Sequence[Found]) -> list[str]:
    """One line for each row that is cited, with its columns."""
    rows: dict[str, list[str]] = {}
    for item in found:
        place, _, column = source(item.observation).partition(", column ")
        rows.setdefault(place, []).append(column)
    lines = []
    for place, columns in rows.items():
        named = [column for column in dict.fromkeys(columns) if column]
        told = f", column{'s' if len(named) > 1 else ''} {listed(named)}" if named else ""
        lines.append(f"Source: {place}{told}.")
    return lines
