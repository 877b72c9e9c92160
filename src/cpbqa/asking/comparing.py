"""Comparing: a measure in two periods, and our own value beside that of other places."""

from __future__ import annotations

from cpbqa.domain import CellRef, Footnote, Measure, Observation, Period, Said

from .drafts import Draft, named_in_full, periods_meant, tell_missing, tell_none_for_newest
from .interpretation import Interpretation, Wanted
from .lookup import FigureTable, Found, whole_years
from .saying import Saying, cell, computed, note, say
from .wordings import beside, difference, verdict

# Words of these hold one period against another.
_CHANGES = frozenset({"change", "than", "compare", "trend", "separate"})


def tell_two(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> bool:
    """Two values and the difference of the newer from the older; False, and nothing told, where there are not two."""
    geography = asked.geographies[0]
    newer, older, problem = _two_periods(measure, asked, table)
    if problem is not None or len({want.period for want in asked.wanted}) > 2:
        return False
    pair = [table.find(measure, period, geography, asked.report) for period in (newer, older) if period]
    told = [found for found in pair if found]
    if len(told) < 2:
        return False
    tell = _tell_as_named if _older_is_named_first(asked) else _tell_change
    tell(draft, measure, told[0], told[1], table)
    tell_none_for_newest(draft, measure, asked, table)
    return True


def _older_is_named_first(asked: Interpretation) -> bool:
    """Whether two years are listed, the older first, and nothing says that one is held against the other."""
    named = [want.period for want in asked.wanted if want.period and want.strict]
    return len(named) == 2 and named[0] < named[1] and not asked.since and asked.cues.isdisjoint(_CHANGES)


def _tell_change(draft: Draft, measure: Measure, newer: Found, older: Found, table: FigureTable) -> None:
    draft.found.extend(found for found in (newer, older) if not draft.holds(found))
    a, b = newer.observation, older.observation
    outcome = _outcome(draft, measure, a, b, table)
    draft.lines.append(say("{}: {}{}.", named_in_full(a, table.authority), _pair(a, b, measure), outcome))


def _tell_as_named(draft: Draft, measure: Measure, newer: Found, older: Found, table: FigureTable) -> None:
    """The older value first, then the newer, and the difference on a line of its own."""
    draft.found.extend(found for found in (older, newer) if not draft.holds(found))
    a, b = newer.observation, older.observation
    draft.lines.append(say("{}: {}.", named_in_full(b, table.authority), _pair(b, a, measure)))
    outcome = _outcome(draft, measure, a, b, table)
    draft.lines.append(say("From {} to {}{}.", cell("period", b), cell("period", a), outcome))


def _pair(one: Observation, other: Observation, measure: Measure) -> Saying:
    unit = measure.unit
    return say("{} {}, {} {}", cell("value", one, unit), cell("when", one), cell("value", other, unit),
               cell("when", other))  # fmt: skip


def _outcome(draft: Draft, measure: Measure, newer: Observation, older: Observation, table: FigureTable) -> Saying:
    """The difference, with what it means, or why none is given."""
    broken = measure.break_between(older.period, newer.period)
    if broken:
        return say("; {}", told_break(measure, broken, table))
    compared = difference(newer, older, measure)
    if not compared:
        return say("; the two are not of one kind, so no difference is given")
    words, computation = compared
    draft.computed.append(computation)
    return say(": {}{}", computed("difference", words, newer, older), _judged(newer, older, measure))


def _judged(a: Observation, b: Observation, measure: Measure) -> Saying:
    judged = verdict(a, b, measure)
    return say(", which is {}", computed("verdict", judged, a, b)) if judged else ()


def _two_periods(
    measure: Measure, asked: Interpretation, table: FigureTable
) -> tuple[Period | None, Period | None, Wanted | None]:
    """`(newer, older, problem)`: the two periods to compare, or the wanted one that has no value."""
    geography = asked.geographies[0]
    there = table.periods(measure, geography, asked.report)
    if all(want.period is None or want.period.term is None for want in asked.wanted):
        there = whole_years(there)
    chosen: list[Period] = []
    for want in asked.wanted:
        periods = periods_meant(want, measure, geography, asked.report, table)
        if not periods:
            return None, None, want
        chosen.append(periods[0])
    chosen = list(dict.fromkeys(chosen))
    if len(chosen) == 1 and (asked.since or (asked.wanted[0].base and _is_past(asked.wanted[0], table))):
        later = [p for p in there if p > chosen[0] and (chosen[0].term is None or p.term == chosen[0].term)]
        chosen = [later[0], chosen[0]] if later else chosen
    if not chosen:
        chosen = there[:1]
    if len(chosen) == 1:
        earlier = [p for p in there if p < chosen[0]]
        same_term = [p for p in earlier if p.term == chosen[0].term]
        same_kind = [p for p in earlier if p.kind == chosen[0].kind]
        chosen += (same_term or same_kind or earlier)[:1]
    newer, older = (max(chosen), min(chosen)) if len(chosen) > 1 else (chosen[0] if chosen else None, None)
    return newer, older, None


def _is_past(want: Wanted, table: FigureTable) -> bool:
    return want.period is not None and want.period.year < table.newest


def told_break(measure: Measure, broken: Footnote, table: FigureTable) -> Saying:
    """Why values on two sides of a break are not compared."""
    at = table.noted(measure, broken)
    period = Said(text=str(broken.breaks), kind="note", name="break", cells=(CellRef.of(at),))
    return say(
        "values before {} and from {} on are not compared, as the {} report says: “{}”",
        period, period, cell("report", at), note(broken.text.rstrip("."), at),
    )  # fmt: skip


def tell_places(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """Our own value beside the national and the neighbours' one, for each period asked for."""
    periods = _common_periods(measure, asked, table)
    for period in periods:
        _beside(draft, measure, period, asked, table)
    if not periods:
        _beside(draft, measure, None, asked, table)
    base = next((want.period for want in asked.wanted if want.period and _is_held_against(want, asked)), None)
    own = table.find(measure, periods[0], table.authority, asked.report) if periods else None
    before = table.find(measure, base, table.authority, asked.report) if base else None
    if own and before and before.observation.period < own.observation.period and not draft.holds(before):
        _tell_change(draft, measure, own, before, table)


def _beside(draft: Draft, measure: Measure, period: Period | None, asked: Interpretation, table: FigureTable) -> None:
    own: Found | None = None
    for geography in asked.geographies:
        found = table.find(measure, period, geography, asked.report) if period else None
        if found is None:
            want = Wanted(period, strict=period is not None)
            tell_missing(draft, measure, want, geography, asked.report, table)
            continue
        draft.found.append(found)
        o = found.observation
        now = cell("value", o, measure.unit)
        draft.lines.append(say("{}, {}: {} {}.", cell("label", o), cell("place", o), now, cell("when", o)))
        if geography == table.authority:
            own = found
        elif own is not None:
            _tell_gap(draft, own, found, measure)


def _tell_gap(draft: Draft, own: Found, other: Found, measure: Measure) -> None:
    ours, theirs = own.observation, other.observation
    told = difference(ours, theirs, measure)
    place = cell("called", theirs)
    if not told:
        draft.lines.append(say("The {} is of another kind than ours, so no difference is given.", place))
        return
    draft.computed.append(told[1])
    gap = computed("gap", beside(ours, theirs, measure), ours, theirs)
    draft.lines.append(say("{} is {} the {}{}.", cell("place", ours), gap, place, _judged(ours, theirs, measure)))


def _common_periods(measure: Measure, asked: Interpretation, table: FigureTable) -> list[Period]:
    """The periods named, or the newest one in which the places asked for have values.

    A period that another one is held against ("better than last year, and than England") is not meant by itself.
    """
    meant = [w.period for w in asked.wanted if w.period and w.strict and not _is_held_against(w, asked)]
    if meant:
        return list(dict.fromkeys(meant))
    others = [place for place in asked.geographies if place != table.authority]
    there = [period for place in others for period in table.periods(measure, place, asked.report)]
    own = table.periods(measure, table.authority, asked.report)
    return [max(there)] if there else own[:1]


def _is_held_against(want: Wanted, asked: Interpretation) -> bool:
    """Whether our value is held against that of a period, besides a place's; in "than last year's national one" not."""
    spoken_of_before = not asked.mentions.periods
    return want.base and (spoken_of_before or asked.held > 1)
