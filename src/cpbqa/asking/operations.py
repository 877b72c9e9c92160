"""What can be asked of figures: a value, a change, a run of years, the best year, a comparison of places."""

from __future__ import annotations

from collections.abc import Sequence

from cpbqa.domain import NATIONAL, NEIGHBOURS, Footnote, Measure, Period

from .drafts import Draft, periods_meant, tell_missing
from .interpretation import Interpretation, Wanted
from .lookup import FigureTable, Found
from .wordings import difference, label, listed, value, verdict, when


def _value(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The value of each period asked for, each with the one of the year before."""
    geography = asked.geographies[0]
    wanted = list(asked.wanted) or [Wanted(None, strict=False)]
    for want in wanted:
        periods = periods_meant(want, measure, geography, asked.report, table)
        if not periods:
            tell_missing(draft, measure, want, geography, asked.report, table)
        for period in periods:
            found = table.find(measure, period, geography, asked.report)
            if found and not draft.holds(found):
                _lead(draft, measure, found, table, asked, with_before=len(wanted) == 1 and len(asked.measures) == 1)


def _lead(
    draft: Draft, measure: Measure, found: Found, table: FigureTable, asked: Interpretation, with_before: bool
) -> None:
    o = found.observation
    draft.found.append(found)
    before = table.find(measure, o.period.shifted(-1), o.geography, asked.report) if with_before else None
    aside = ""
    if before and measure.break_between(before.observation.period, o.period):
        before = None
    if before and o.geography == table.authority:
        draft.found.append(before)
        aside = f" ({value(before.observation, measure.unit)} the year before)"
    place = "" if o.geography == table.authority else f", {o.geography}"
    draft.lines.append(f"{label(o)}{place}: {value(o, measure.unit)} {when(o)}{aside}.")


def _change(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The newer value, the older one, and the difference."""
    geography = asked.geographies[0]
    newer, older, problem = _two_periods(measure, asked, table)
    if problem is not None or len({want.period for want in asked.wanted}) > 2:
        _value(draft, measure, asked, table)
        return
    pair = [table.find(measure, period, geography, asked.report) for period in (newer, older) if period]
    told = [found for found in pair if found]
    if len(told) < 2:
        _value(draft, measure, asked, table)
        return
    draft.found.extend(told)
    a, b = told[0].observation, told[1].observation
    text = f"{label(a)}: {value(a, measure.unit)} {when(a)}, {value(b, measure.unit)} {when(b)}"
    broken = measure.break_between(b.period, a.period)
    computed = difference(a, b, measure)
    if broken:
        text += "; " + _told_break(draft, broken)
    elif computed:
        words, computation = computed
        judged = verdict(a, b, measure)
        draft.computed.append(computation)
        text += f": {words}{f', which is {judged}' if judged else ''}"
    else:
        text += "; the two are not of one kind, so no difference is given"
    draft.lines.append(text + ".")


def _two_periods(
    measure: Measure, asked: Interpretation, table: FigureTable
) -> tuple[Period | None, Period | None, Wanted | None]:
    """`(newer, older, problem)`: the two periods to compare, or the wanted one that has no value."""
    geography = asked.geographies[0]
    there = table.periods(measure, geography, asked.report)
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
        chosen += (same_term or earlier)[:1]
    newer, older = (max(chosen), min(chosen)) if len(chosen) > 1 else (chosen[0] if chosen else None, None)
    return newer, older, None


def _is_past(want: Wanted, table: FigureTable) -> bool:
    return want.period is not None and want.period.year < table.newest


def _trend(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """Every period that any report holds, latest first, for each place asked for."""
    for geography in asked.geographies:
        periods = table.periods(measure, geography, asked.report)
        first, last = _ends(asked)
        run = [
            found
            for p in periods
            if (first is None or p >= first) and (last is None or p.year <= last)
            and (found := table.find(measure, p, geography, asked.report))
        ]  # fmt: skip
        if run:
            _tell_run(draft, measure, run, geography == table.authority)
        else:
            tell_missing(draft, measure, Wanted(None, strict=False), geography, asked.report, table)


def _ends(asked: Interpretation) -> tuple[Period | None, Period | None]:
    """The first and the last period of a run that a question bounds: "since 2021/22", "2021 to 2024"."""
    named = [want.period for want in asked.wanted if want.period]
    if not named or not (asked.since or asked.mentions.spans):
        return None, None
    return min(named), max(named).year if asked.mentions.spans else None


def _tell_run(draft: Draft, measure: Measure, run: Sequence[Found], own: bool) -> None:
    draft.found.extend(run)
    newest = run[0].observation
    years = "; ".join(f"{found.observation.period}: {value(found.observation, measure.unit)}" for found in run)
    place = "" if own else f", {newest.geography}"
    draft.lines.append(f"{label(newest)}{place}, latest first: {years}.")
    # Terms of different names do not follow one another: no difference is drawn across them.
    unbroken = _since_last_break(draft, measure, run)
    oldest = unbroken[-1].observation
    computed = difference(newest, oldest, measure) if len(unbroken) > 1 and newest.period.term is None else None
    if computed:
        words, computation = computed
        draft.computed.append(computation)
        draft.lines.append(f"From {oldest.period} to {newest.period}: {words}.")


def _since_last_break(draft: Draft, measure: Measure, run: Sequence[Found]) -> list[Found]:
    """The part of a run, latest first, that can be compared with its newest value; the draft says what parts it."""
    newest = run[0].observation.period
    kept = [found for found in run if measure.break_between(found.observation.period, newest) is None]
    if len(kept) < len(run):
        broken = measure.break_between(run[-1].observation.period, newest)
        while broken is not None and broken.breaks is not None:
            told = _told_break(draft, broken)
            draft.lines.append(told[0].upper() + told[1:] + ".")
            broken = measure.break_between(broken.breaks, newest)
    return kept


def _told_break(draft: Draft, broken: Footnote) -> str:
    """Why values on two sides of a break are not compared."""
    draft.account("a note that breaks the series", str(broken.breaks), broken.text, broken.report)
    return (
        f"values before {broken.breaks} and from {broken.breaks} on are not compared, as the {broken.report} report "
        f"says: “{broken.text.rstrip('.')}”"
    )


def _extreme(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """The year with the highest or lowest value; "best" follows what is known to be better."""
    geography = asked.geographies[0]
    run = [
        found
        for p in table.periods(measure, geography, asked.report)
        if (found := table.find(measure, p, geography, asked.report))
    ]
    before = len(draft.lines)
    unbroken = _since_last_break(draft, measure, run) if run else []
    told, draft.lines[before:] = draft.lines[before:], []
    numbered = [found for found in unbroken if found.observation.quantity.number is not None]
    if not numbered:
        tell_missing(draft, measure, Wanted(None, strict=False), geography, asked.report, table)
        return
    said = asked.mentions.text.lower()
    best = asked.operation == "best"
    highest = best != (measure.better == "lower" and ("best" in said or "worst" in said))
    top = sorted(numbered, key=lambda f: (f.observation.quantity.number or 0, f.observation.period), reverse=highest)
    draft.found.extend([top[0], *(found for found in run if found is not top[0])])
    lead = top[0].observation
    word = "Highest" if highest else "Lowest"
    tied = [f for f in top[1:] if f.observation.quantity.number == lead.quantity.number]
    also = f" (and the same {listed([when(f.observation) for f in tied])})" if tied else ""
    draft.lines.append(f"{label(lead)}: {word.lower()} {when(lead)}, {value(lead, measure.unit)}{also}.")
    draft.lines += told
    draft.lines.append(
        "All years: " + "; ".join(f"{f.observation.period}: {value(f.observation, measure.unit)}" for f in run) + "."
    )


def _places(draft: Draft, measure: Measure, asked: Interpretation, table: FigureTable) -> None:
    """Our own value beside the national and the neighbours' one, as one report prints them."""
    period = _common_period(measure, asked, table)
    own: Found | None = None
    for geography in asked.geographies:
        found = table.find(measure, period, geography, asked.report) if period else None
        if found is None:
            want = Wanted(period, strict=period is not None)
            tell_missing(draft, measure, want, geography, asked.report, table)
            continue
        draft.found.append(found)
        o = found.observation
        draft.lines.append(f"{label(o)}, {o.geography}: {value(o, measure.unit)} {when(o)}.")
        if geography == table.authority:
            own = found
        elif own is not None:
            _tell_gap(draft, own, found, measure)


def _tell_gap(draft: Draft, own: Found, other: Found, measure: Measure) -> None:
    computed = difference(own.observation, other.observation, measure)
    geography = other.observation.geography
    named = {NATIONAL: "national figure", NEIGHBOURS: "statistical neighbours' figure"}
    place = named.get(geography, f"figure of {geography}")
    ours = own.observation.geography
    if not computed:
        draft.lines.append(f"The {place} is of another kind than ours, so no difference is given.")
        return
    words, computation = computed
    draft.computed.append(computation)
    judged = verdict(own.observation, other.observation, measure)
    told = "the same as" if computation.result == "0" else f"{words.removeprefix('up ').removeprefix('down ')}"
    if computation.result != "0":
        a, b = own.observation.quantity.number, other.observation.quantity.number
        side = "above" if a is not None and b is not None and a > b else "below"
        told = f"{told.removesuffix(' more').removesuffix(' fewer')} {side}"
    draft.lines.append(f"{ours} is {told} the {place}{f', which is {judged}' if judged else ''}.")


def _common_period(measure: Measure, asked: Interpretation, table: FigureTable) -> Period | None:
    """The period named, or the newest one in which the places asked for have values."""
    for want in asked.wanted:
        if want.period and want.strict:
            return want.period
    others = [place for place in asked.geographies if place != table.authority]
    there = [period for place in others for period in table.periods(measure, place, asked.report)]
    own = table.periods(measure, table.authority, asked.report)
    return max(there, default=own[0] if own else None)


OPERATIONS = {
    "value": _value,
    "change": _change,
    "trend": _trend,
    "best": _extreme,
    "worst": _extreme,
    "places": _places,
}
