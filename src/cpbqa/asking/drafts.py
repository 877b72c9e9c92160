"""Draft: a figure reply while it is written, and what every figure reply has in common: gaps, notes, sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from cpbqa.domain import Computation, Footnote, Measure, Observation, Period, Said

from .interpretation import Interpretation, Wanted
from .lookup import FigureTable, Found, whole_years
from .matching import Match
from .saying import Saying, about, cell, listed_of, note, say, text_of
from .wordings import span


@dataclass
class Draft:
    """A reply while it is written: lines of text, figures in the order they lead, computations."""

    lines: list[Saying] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    missing: list[Saying] = field(default_factory=list)
    nearest: list[Found] = field(default_factory=list)
    computed: list[Computation] = field(default_factory=list)

    def holds(self, found: Found) -> bool:
        """Whether this figure is told already."""
        return any(other.observation == found.observation for other in self.found)


def named_in_full(o: Observation, authority: str) -> Saying:
    """The label of a figure, with its place where that is not ours."""
    return (cell("label", o),) if o.geography == authority else say("{}, {}", cell("label", o), cell("place", o))


def periods_meant(
    want: Wanted, measure: Measure, geography: str, report: str | None, table: FigureTable
) -> list[Period]:
    """The printed periods that a wanted one means: itself, the terms of that year, or the newest there is."""
    there = table.periods(measure, geography, report)
    if want.period is None or not want.strict:
        fitting = [p for p in (there if want.term else whole_years(there)) if want.term in (None, p.term)]
        return fitting[:1]
    if want.period in there:
        return [want.period]
    if want.period.term == "March" and want.period.year in there:
        return [want.period.year]  # A year's figure is that of its last day.
    if want.period.term is None:
        return [p for p in there if p.year == want.period]
    return []


def without_unprinted(asked: Interpretation, table: FigureTable) -> Interpretation:
    """A tie without the measures that no report prints for the places and periods asked for, where others are.

    Where one of several is not printed, the other reading of the words, where all of that is.
    """
    if asked.instead and not _are_printed(asked.matches, asked, table) and _are_printed(asked.instead, asked, table):
        asked = replace(asked, matches=asked.instead, rivals=(), instead=())
    if not asked.rivals:
        return asked
    fitting = [match for match in (asked.matches[0], *asked.rivals) if _is_printed(match.measure, asked, table)]
    if not fitting and table.authority not in asked.geographies:
        # There is nothing to choose among: the reply says that it is not printed for that place.
        return replace(asked, rivals=())
    return replace(asked, matches=(fitting[0],), rivals=tuple(fitting[1:])) if fitting else asked


def with_all_compared(asked: Interpretation, table: FigureTable, measures: Sequence[Measure]) -> Interpretation:
    """Where places are to be compared and no measure is named: a tie of all that are printed for these places."""
    if not asked.compares_all or asked.matches:
        return asked
    fitting = [Match(m, 0.0, 0.0, 0.0, m.label, frozenset()) for m in measures if _is_printed(m, asked, table)]
    return replace(asked, matches=tuple(fitting[:1]), rivals=tuple(fitting[1:]))


def _are_printed(matches: Sequence[Match], asked: Interpretation, table: FigureTable) -> bool:
    return all(_is_printed(match.measure, asked, table) for match in matches)


def _is_printed(measure: Measure, asked: Interpretation, table: FigureTable) -> bool:
    wanted = asked.wanted or (Wanted(None, strict=False),)
    places = asked.geographies
    return all(periods_meant(want, measure, place, asked.report, table) for want in wanted for place in places)


def tell_none_for_newest(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """That nothing is printed for the newest report's year, where no other year was asked for.

    A measure that was dropped is told as it was printed last, which may be taken for what is so now.
    """
    there = table.periods(measure, table.authority)
    named = asked.report or any(want.strict and not want.base for want in asked.wanted)
    if (
        named
        or not draft.found
        or asked.geographies[0] != table.authority
        or not there
        or there[0].year >= table.newest
    ):
        return
    newest = Said(text=str(table.newest), kind="absent", name="period", measure=measure.id, geography=table.authority,
                  period=str(table.newest))  # fmt: skip
    name = say("It is") if len(asked.measures) == 1 else say("{}:", about(measure, measure.label))
    draft.lines.append(say("{} not printed for {}.", name, newest))


def tell_missing(
    draft: Draft, measure: Measure, want: Wanted, geography: str, report: str | None, table: FigureTable
) -> None:
    """What is not printed, and the nearest that is."""
    there = table.periods(measure, geography, report)

    def absent(name: str, text: str) -> Said:
        period = str(want.period or "")
        return Said(text=text, kind="absent", name=name, measure=measure.id, geography=geography, period=period,
                    report=report or "")  # fmt: skip

    place = () if geography == table.authority else say(" ({})", absent("place", geography))
    asked_for = say(" for {}", absent("period", str(want.period))) if want.period else ()
    if want.term and not want.period:
        kind = Period(start=0, term=want.term).kind
        lone = {"term": f"the {want.term.lower()} term", "month": want.term}.get(kind, f"that {kind}")
        asked_for = say(f" for {lone}")
    named = say(" in the {} report", absent("report", report)) if report else ()
    name = about(measure, measure.label)
    blank = table.blank(measure, want.period or table.newest, geography, report)
    if blank:
        told = say("{}{}: not reported{}; the cell is blank ({}).", name, place, asked_for, cell("source", blank))
    else:
        told = say("{}{}: not printed{}{}.", name, place, asked_for, named)
    if text_of(told) in map(text_of, draft.missing):
        return  # "This year (25/26)" names one period twice.
    draft.missing.append(told)
    if not there:
        own = table.periods(measure, table.authority)
        if geography != table.authority and own:
            draft.missing.append(say("No report prints it for {}{}.", absent("place", geography), named))
        return
    nearest = _nearest(want.period, there)
    found = table.find(measure, nearest, geography, report)
    if found:
        draft.nearest.append(found)
        o = found.observation
        covered = Said(text=span(there), kind="covered", measure=measure.id, geography=geography, report=report or "")
        last = nearest == there[0]
        lead = "The last figure printed is {} for {}." if last else "The nearest figure printed is {} for {}."
        told = say(lead, cell("value", o, measure.unit), cell("period", o))
        draft.missing.append((*told, *say(" There are figures for {}.", covered)))


def _nearest(wanted: Period | None, there: Sequence[Period]) -> Period:
    """The period next to the one wanted; the later of two that are as near. `there` is latest first."""
    return there[0] if wanted is None else min(there, key=lambda p: (abs(p.start - wanted.start), -p.start))


def notes_on(found: Found, named: bool = False) -> Iterable[Saying]:
    """What a reader must know of a figure: other prints, a headline that disagrees, a misprint.

    `named` says which measure it is of, where a reply tells several.
    """
    o = found.observation
    period, now = cell("period", o), cell("printed", o)
    of = say("{}, {}", cell("label", o), period) if named else (period,)
    told = "first printed"
    for same in _prints(found.earlier):
        before, where = cell("printed", same[0]), _in_reports(same)
        if same[0].quantity.agrees_with(o.quantity):
            yield say("{}: printed as {} in the {} (the same but for rounding).", of, before, where)
        else:
            newest = cell("report", o)
            yield say(f"{{}}: {told} as {{}} in the {{}}, {{}} in the {{}} report.", of, before, where, now, newest)
        told = "printed"
    for e in found.later:
        yield say("{}: the {} report prints {} instead.", of, cell("report", e), cell("printed", e))
    for e in found.headline:
        report, other = cell("report", e), cell("printed", e)
        yield say("{}: the headline section of the {} report says {}, the table {}.", of, report, other, now)
    for e in found.tables:
        report, other = cell("report", e), cell("printed", e)
        yield say("{}: the table of the {} report says {}, the headline section {}.", of, report, other, now)
    for text in o.notes:
        yield (note(text, o),)


def _prints(earlier: Sequence[Observation]) -> Iterable[Sequence[Observation]]:
    """Earlier prints of one value together, oldest first."""
    found: dict[str, list[Observation]] = {}
    for o in earlier:
        found.setdefault(o.quantity.printed, []).append(o)
    return found.values()


def _in_reports(prints: Sequence[Observation]) -> Saying:
    """`2023/24 report`, `2023/24 and 2024/25 reports`."""
    return say("{} reports" if len(prints) > 1 else "{} report", listed_of([cell("report", o) for o in prints]))


def footnotes_on(found: Found) -> Iterable[tuple[Saying, Footnote]]:
    """What the report itself notes to a figure, each as a sentence and as it is printed."""
    o = found.observation
    for footnote in o.footnotes:
        where, words = cell("report", o), note(footnote.text, o)
        if footnote.figure:
            yield say("{}, a note in the {} report: “{}”", cell("period", o), where, words), footnote
        else:
            yield say("A note in the {} report: “{}”", where, words), footnote


def source_lines(found: Sequence[Found]) -> list[Saying]:
    """One line for each row that is cited, with its columns."""
    rows: dict[str, list[Observation]] = {}
    for item in found:
        rows.setdefault(cell("row", item.observation).text, []).append(item.observation)
    lines = []
    for cited in rows.values():
        told = [*_told_once("column", cited), *_told_once("page", cited)]
        lines.append(say("Source: {}{}.", cell("row", cited[0]), tuple(told)))
    return lines


def _told_once(name: str, cited: Sequence[Observation]) -> Saying:
    """`, columns 2024/25 and 2023/24`, `, page 4`: what the cells of a row have of it, each once; nothing for none."""
    found = {told.text: told for o in cited if (told := cell(name, o)).text}
    return say(f", {name}{'s' * (len(found) > 1)} {{}}", listed_of(list(found.values()))) if found else ()
