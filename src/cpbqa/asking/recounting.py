"""Computing again, for the guard: what a reply says of several printed values, from the values alone.

This is written apart from `wordings`, on purpose: a slip there shows as a difference here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cpbqa.domain import Measure, Observation

_PASSED = re.compile(
    r"(?P<never>No figure printed is )?(?P<side>above|below|at or above) (?P<number>\d+(?:\.\d+)?)(?P<percent>%)?"
)


def recount(name: str, cells: Sequence[Observation], measure: Measure, text: str) -> str | None:
    """What the computation `name` says of the cells; None where it may not be made of them.

    `text` is what was said: for a choice between words (highest, lowest) it is given back where it is true.
    """
    numbers = [o.quantity.number for o in cells]
    if not cells or any(number is None for number in numbers):
        return None
    known = [number for number in numbers if number is not None]
    if name in ("extreme", "tied"):
        return _extreme(name, cells, known, text)
    if name == "passed":
        return text if _is_passed(cells, known, text) else None
    if len(cells) != 2:
        return None
    one, other = cells
    if name in ("bigger", "by", "same"):
        return _of_two(name, one, other, known, text)
    if (one.quantity.unit == "percent") != (other.quantity.unit == "percent") or one.measure != other.measure:
        return None
    apart = one.geography != other.geography
    if one.period.kind != other.period.kind:
        return None
    if name == "difference" and (
        apart or one.period <= other.period or measure.break_between(one.period, other.period)
    ):
        return None
    if name == "gap" and (not apart or one.period != other.period):
        return None
    gap = known[0] - known[1]
    if name == "verdict":
        up = measure.better == "higher"
        return None if measure.better is None or not gap else "better" if (gap > 0) == up else "worse"
    return _told(name, gap, "percent" if one.quantity.unit == "percent" else measure.unit)


def _told(name: str, gap: Decimal, unit: str) -> str:
    size = format(abs(gap).normalize(), "f")
    noun = {"percent": "percentage point", "days": "day", "pounds": "pound"}.get(unit, "")
    amount = f"{size} {noun}{'' if size == '1' else 's'}" if noun else size
    if name == "gap":
        return f"{amount} {'above' if gap > 0 else 'below'}" if gap else "the same as"
    if not gap:
        return "no change"
    if unit == "count":
        return f"{amount} {'more' if gap > 0 else 'fewer'}"
    return f"{'up' if gap > 0 else 'down'} {amount}"


def _extreme(name: str, cells: Sequence[Observation], known: Sequence[Decimal], text: str) -> str | None:
    if len({(o.measure, o.geography, o.period.kind) for o in cells}) != 1:
        return None
    if name == "tied":
        return "the same" if len(set(known)) == 1 else None
    true = {"highest": known[0] == max(known), "lowest": known[0] == min(known)}
    return text if true.get(text) else None


def _is_passed(cells: Sequence[Observation], known: Sequence[Decimal], text: str) -> bool:
    """Whether all values lie where `above 300` says, or none where `No figure printed is above 300` does."""
    said = _PASSED.fullmatch(text)
    if said is None or len({(o.measure, o.geography, o.period.kind) for o in cells}) != 1:
        return False
    if said["percent"] and any(o.quantity.unit != "percent" for o in cells):
        return False
    number = Decimal(said["number"])
    there = {"above": max(known) > number, "at or above": max(known) >= number, "below": min(known) < number}
    if said["never"]:
        return not there[said["side"]]
    return {"above": min(known) > number, "at or above": min(known) >= number, "below": max(known) < number}[
        said["side"]
    ]


def _of_two(name: str, one: Observation, other: Observation, known: Sequence[Decimal], text: str) -> str | None:
    """Two measures that count one kind of thing in one period and place."""
    if one.period != other.period or one.geography != other.geography or one.quantity.unit != other.quantity.unit:
        return None
    if name == "same":
        return "The two are the same." if known[0] == known[1] else None
    if known[0] <= known[1]:
        return None
    if name == "by":
        return format((known[0] - known[1]).normalize(), "f").split(".")[0]
    return text if text.endswith(one.label) else None
