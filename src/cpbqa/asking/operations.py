"""What can be asked of figures: a value, a change, a run of years, the best year, a comparison of places."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cpbqa.domain import Measure, Period

from .comparing import tell_places, tell_two, told_break
from .drafts import Draft, named_in_full, periods_meant, tell_missing, tell_none_for_newest
from .interpretation import Interpretation, Wanted
from .lookup import FigureTable, Found, whole_years
from .saying import Saying, cell, computed, joined, listed_of, say
from .wordings import difference


def _value(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The value of each period asked for, each with the one of the year before."""
    geography = asked.geographies[0]
    wanted = list(asked.wanted) or [Wanted(None, strict=False)]
    for want in wanted:
        periods = periods_meant(want, measure, geography, asked.report, table)
        if not periods:
            tell_missing(draft, measure, want, geography, asked.report, table)
        for period in periods:
            found = table.find(measure, period, geography, asked.report, "headline" in asked.cues)
            if found and not draft.holds(found):
                # A headline section prints one year and the one before, each rounded its own way.
                alone = len(wanted) == 1 and len(asked.measures) == 1 and "headline" not in asked.cues
                _lead(draft, measure, found, table, asked, with_before=alone)
    tell_none_for_newest(draft, measure, asked, table)


def _lead(
    draft: Draft, measure: Measure, found: Found, table: FigureTable, asked: Interpretation, with_before: bool
) -> None:
    o = found.observation
    draft.found.append(found)
    before = table.find(measure, o.period.shifted(-1), o.geography, asked.report) if with_before else None
    aside: Saying = ()
    if before and measure.break_between(before.observation.period, o.period):
        before = None
    if before and o.geography == table.authority:
        draft.found.append(before)
        aside = say(" ({} the year before)", cell("value", before.observation, measure.unit))
    now = cell("value", o, measure.unit)
    draft.lines.append(say("{}: {} {}{}.", named_in_full(o, table.authority), now, cell("when", o), aside))


def _change(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The newer value, the older one, and the difference; each by itself where these cannot be told."""
    if not tell_two(draft, measure, asked, table):
        _value(draft, measure, asked, table)


def _trend(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """Every period that any report holds, latest first, for each place asked for."""
    for geography in asked.geographies:
        periods = whole_years(table.periods(measure, geography, asked.report))
        first, last = _ends(asked)
        run = [
            found
            for p in periods
            if (first is None or p >= first) and (last is None or p.year <= last)
            and (found := table.find(measure, p, geography, asked.report))
        ]  # fmt: skip
        if run:
            _tell_run(draft, measure, run, table)
        else:
            tell_missing(draft, measure, Wanted(None, strict=False), geography, asked.report, table)


def _ends(asked: Interpretation) -> tuple[Period | None, Period | None]:
    """The first and the last period of a run that a question bounds: "since 2021/22", "2021 to 2024"."""
    named = [want.period for want in asked.wanted if want.period]
    if not named or not (asked.since or asked.mentions.spans):
        return None, None
    return min(named), max(named).year if asked.mentions.spans else None


def _years(run: Sequence[Found], measure: Measure) -> Saying:
    """`2024/25: 284; 2023/24: 277`."""
    told = [say("{}: {}", cell("period", f.observation), cell("value", f.observation, measure.unit)) for f in run]
    return joined(told, "; ")


def _tell_run(draft: Draft, measure: Measure, run: Sequence[Found], table: FigureTable) -> None:
    draft.found.extend(run)
    newest = run[0].observation
    name = named_in_full(newest, table.authority)
    draft.lines.append(say("{}, latest first: {}.", name, _years(run, measure)))
    unbroken, breaks = _since_last_break(measure, run, table)
    draft.lines += breaks
    # Terms of different names do not follow one another: no difference is drawn across them.
    oldest = unbroken[-1].observation
    told = difference(newest, oldest, measure) if len(unbroken) > 1 and newest.period.term is None else None
    if told:
        words, computation = told
        draft.computed.append(computation)
        between = computed("difference", words, newest, oldest)
        draft.lines.append(say("From {} to {}: {}.", cell("period", oldest), cell("period", newest), between))


def _since_last_break(measure: Measure, run: Sequence[Found], table: FigureTable) -> tuple[list[Found], list[Saying]]:
    """The part of a run, latest first, that can be compared with its newest value; and what parts it from the rest."""
    newest = run[0].observation.period
    kept = [found for found in run if measure.break_between(found.observation.period, newest) is None]
    told: list[Saying] = []
    broken = measure.break_between(run[-1].observation.period, newest)
    while broken is not None and broken.breaks is not None:
        first, *rest = told_break(measure, broken, table)
        told.append(say("{}.", (first.model_copy(update={"text": first.text[0].upper() + first.text[1:]}), *rest)))
        broken = measure.break_between(broken.breaks, newest)
    return kept, told


def _extreme(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The year with the highest or lowest value, or both; "best" follows what is known to be better."""
    geography = asked.geographies[0]
    run, unbroken, breaks = _run(measure, asked, table)
    numbered = _numbered(unbroken)
    if not numbered:
        tell_missing(draft, measure, Wanted(None, strict=False), geography, asked.report, table)
        return
    said = asked.mentions.text.lower()
    judged = measure.better == "lower" and ("best" in said or "worst" in said)
    first = (asked.operation == "best") != judged
    both = asked.cues >= {"best", "worst"}
    ends = [(highest, _ranked(numbered, highest)) for highest in ((first, not first) if both else (first,))]
    leads = [ranked[0] for _, ranked in ends]
    draft.found.extend([*leads, *(found for found in run if not any(found is lead for lead in leads))])
    told = joined([_tell_end(ranked, highest, measure) for highest, ranked in ends], "; ")
    draft.lines.append(say("{}: {}.", named_in_full(leads[0].observation, table.authority), told))
    draft.lines += breaks
    draft.lines.append(say("All years: {}.", _years(run, measure)))


def _passed(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The periods whose value lies on the side of a number that is asked for; else that none does, and the nearest."""
    run, _, breaks = _run(measure, asked, table)
    # Each year is held against the number by itself: what parts the years is told, and hides none of them.
    numbered = _numbered(run)
    mark = asked.mark
    if mark is None or not numbered:
        _value(draft, measure, asked, table)
        return
    there = [found for found in numbered if mark.is_passed(found.observation.quantity.number or Decimal())]
    if there:
        word = computed("passed", mark.words, *(found.observation for found in there))
        draft.found.extend([*there, *(found for found in run if not any(found is other for other in there))])
        name = named_in_full(there[0].observation, table.authority)
        draft.lines.append(say("{}: {} {}.", name, word, _when_each(there, measure)))
        draft.lines += breaks
        draft.lines.append(say("All years: {}.", _years(run, measure)))
        return
    cells = [found.observation for found in numbered]
    draft.missing.append(say("{}.", computed("passed", f"No figure printed is {mark.words}", *cells)))
    ranked = _ranked(numbered, mark.side != "below")
    draft.nearest.extend(ranked)
    name = named_in_full(ranked[0].observation, table.authority)
    draft.missing.append(say("{}: {}.", name, _tell_end(ranked, mark.side != "below", measure)))
    draft.missing += breaks
    draft.missing.append(say("All years: {}.", _years(numbered, measure)))


def _when_each(run: Sequence[Found], measure: Measure) -> Saying:
    """`at 31 March 2022, 332; at 31 March 2021, 320`."""
    told = [say("{}, {}", cell("when", f.observation), cell("value", f.observation, measure.unit)) for f in run]
    return joined(told, "; ")


def _run(measure: Measure, asked: Interpretation, table: FigureTable) -> tuple[list[Found], list[Found], list[Saying]]:
    """All periods of a measure, latest first; those of them since the last break; and what parts them."""
    geography = asked.geographies[0]
    periods = whole_years(table.periods(measure, geography, asked.report))
    run = [found for p in periods if (found := table.find(measure, p, geography, asked.report))]
    unbroken, breaks = _since_last_break(measure, run, table) if run else ([], [])
    return run, unbroken, breaks


def _numbered(run: Sequence[Found]) -> list[Found]:
    """Those of a run that have a number, of one kind of period."""
    return _of_one_kind([found for found in run if found.observation.quantity.number is not None])


def _of_one_kind(run: Sequence[Found]) -> list[Found]:
    """Whole years where there are several, else those of the newest's kind: a quarter's count is less than a year's."""
    kinds = [found.observation.period.kind for found in run]
    kept = "year" if kinds.count("year") > 1 else next(iter(kinds), "year")
    return [found for found, kind in zip(run, kinds, strict=True) if kind == kept]


def _ranked(run: Sequence[Found], highest: bool) -> list[Found]:
    """A run by value, and the later first of equal ones where the highest leads."""
    return sorted(run, key=lambda f: (f.observation.quantity.number or 0, f.observation.period), reverse=highest)


def _tell_end(ranked: Sequence[Found], highest: bool, measure: Measure) -> Saying:
    """`highest at 31 March 2022, 332`, with the other periods that have the same value; `ranked` begins with it."""
    lead, *rest = (found.observation for found in ranked)
    tied = [o for o in rest if o.quantity.number == lead.quantity.number]
    also: Saying = ()
    if tied:
        same = computed("tied", "the same", lead, *tied)
        also = say(" (and {} {})", same, listed_of([cell("when", o) for o in tied]))
    word = computed("extreme", "highest" if highest else "lowest", lead, *rest)
    return say("{} {}, {}{}", word, cell("when", lead), cell("value", lead, measure.unit), also)


OPERATIONS = {
    "value": _value,
    "change": _change,
    "trend": _trend,
    "best": _extreme,
    "worst": _extreme,
    "places": tell_places,
    "passed": _passed,
}
