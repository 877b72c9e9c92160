"""The words of a figure reply: periods, places, units and differences, said one way everywhere."""

from __future__ import annotations

from decimal import Decimal

from cpbqa.domain import Computation, Measure, Observation, Period, Term, Unit

_DIFFERENCE: dict[Unit, tuple[str, str]] = {
    "percent": ("percentage point", "percentage points"),
    "days": ("day", "days"),
    "pounds": ("pound", "pounds"),
}


def when(observation: Observation) -> str:
    """`at 31 March 2025` for a snapshot, `in 2024/25` for a year's count, `in spring term 2024/25` for a part of it.

    A comparison value says whose print it is: tables give it no year of its own.
    """
    period = observation.period
    if observation.undated:
        return f"as printed in the {observation.report} report"
    if period.term:
        return _in_part(period, period.term)
    snapshot = observation.basis.lower().startswith("snapshot") or observation.source == "headline"
    return f"at {period.year_end}" if snapshot else f"in {period}"


def _in_part(period: Period, term: Term) -> str:
    """`in spring term 2024/25`, `in quarter 2 of 2024/25`, `in the first half of 2024/25`, `in January 2025`."""
    if period.kind == "quarter":
        return f"in quarter {term[1]} of {period.year}"
    if period.kind == "half":
        return f"in the {'first' if term == 'H1' else 'second'} half of {period.year}"
    if period.kind == "month":
        return f"in {term} {period.start + (term in ('January', 'February', 'March'))}"
    return f"in {term.lower()} term {period.year}"


def label(observation: Observation) -> str:
    """The printed label, with its heading where it says too little alone (`Under 5`)."""
    short = len(observation.label.split()) <= 3 and observation.source == "headline" and observation.group
    return f"{observation.group}, {observation.label}" if short else observation.label


def value(observation: Observation, unit: Unit) -> str:
    """The printed value, with `days` where the measure counts days, or with what a sign means."""
    quantity = observation.quantity
    if quantity.number is None:
        return f"{quantity.printed} ({quantity.meaning})"
    return f"{quantity.printed} days" if unit == "days" and "day" not in quantity.printed.lower() else quantity.printed


def difference(newer: Observation, older: Observation, measure: Measure) -> tuple[str, Computation] | None:
    """How the newer value differs from the older one, in words, and the computation that says so.

    None where arithmetic has no meaning: a value without a number, or unlike units (a share against a count).
    """
    a, b = newer.quantity, older.quantity
    if a.number is None or b.number is None or (a.unit == "percent") != (b.unit == "percent"):
        return None
    if newer.period.kind != older.period.kind:
        return None  # A quarter's count is no year's.
    gap = a.number - b.number
    cells = (
        f"{a.printed} ({newer.period}, {newer.report} report)",
        f"{b.printed} ({older.period}, {older.report} report)",
    )
    size = plain(abs(gap))
    name = "difference of two cited cells"
    if gap == 0:
        return "no change", Computation(name=name, result="0", cells=cells)
    unit: Unit = "percent" if a.unit == "percent" else measure.unit
    singular, plural = _DIFFERENCE.get(unit, ("", ""))
    amount = f"{size} {singular if size == '1' else plural}".strip() if plural else size
    if unit == "count":
        words = f"{amount} {'more' if gap > 0 else 'fewer'}"
    else:
        words = f"{'up' if gap > 0 else 'down'} {amount}"
    return words, Computation(name=name, result=size, cells=cells)


def beside(ours: Observation, theirs: Observation, measure: Measure) -> str:
    """How our value stands to another place's: `2 percentage points above`, `5 below`, `the same as`."""
    told = difference(ours, theirs, measure)
    words, computation = told if told else ("", None)
    if computation is None or computation.result == "0":
        return "the same as"
    size = words.removeprefix("up ").removeprefix("down ").removesuffix(" more").removesuffix(" fewer")
    a, b = ours.quantity.number, theirs.quantity.number
    return f"{size} {'above' if a is not None and b is not None and a > b else 'below'}"


def verdict(newer: Observation, older: Observation, measure: Measure) -> str:
    """`better`, `worse`, or nothing where nobody has confirmed which way is good."""
    a, b = newer.quantity.number, older.quantity.number
    if measure.better is None or a is None or b is None or a == b:
        return ""
    return "better" if (a > b) == (measure.better == "higher") else "worse"


def plain(number: Decimal) -> str:
    """A Decimal without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def listed(names: list[str]) -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def span(periods: list[Period]) -> str:
    """`2020/21 to 2024/25`, from periods in any order; terms are told one by one."""
    ordered = sorted(periods)
    if any(period.term for period in ordered):
        return listed([str(period) for period in reversed(ordered)])
    return str(ordered[0]) if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"


def source(observation: Observation) -> str:
    """Where a figure stands: report, table or section, row, column."""
    return f"{observation.report} report, {observation.citation.location}"
