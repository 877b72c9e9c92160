"""Binding: in each line of a reply, a value stands with its own period, place and report, and not with another's."""

from __future__ import annotations

from collections.abc import Iterator

from cpbqa.domain import CellRef, Period, Said

from .saying import Saying

_PERIODS = frozenset({"when", "period"})
_NOTHING = Said(text="")


def unbound(saying: Saying, authority: str) -> Iterator[str]:
    """What stands with something that it does not belong to, without a word of it; nothing where all is well.

    `authority` is the one place that goes without saying.
    """
    if all(said.kind != "cell" for said in saying):
        return
    for line in _lines(saying):
        cells = [said for said in line if said.kind == "cell"]
        if not cells:
            continue
        first = cells[0].cells[0]
        if any(said.cells[0].measure != first.measure for said in cells):
            yield "a line tells of two measures"
        if cells[0].name == "row":
            if any(_row(said.cells[0]) != _row(first) for said in cells):
                yield "a source line names a column of another row"
            continue
        yield from _values(line, cells, first, authority)


def _lines(saying: Saying) -> Iterator[list[Said]]:
    line: list[Said] = []
    for said in saying:
        if said.kind == "words" and said.text == "\n":
            yield line
            line = []
        else:
            line.append(said)
    yield line


def _row(ref: CellRef) -> tuple[str, str]:
    return ref.citation.report, ref.citation.location.partition(", column ")[0]


def _values(line: list[Said], cells: list[Said], first: CellRef, authority: str) -> Iterator[str]:
    values: list[CellRef] = []
    for index, said in enumerate(line):
        if said.kind == "cell" and said.name == "value":
            if not _dated(line, index, values):
                yield "a value stands with another's period"
            values.append(said.cells[0])
        if said.kind == "cell" and said.name == "printed" and not _reported(line, index, first):
            yield "a value stands with another's report"
    if any(said.name == "printed" for said in cells):
        places = {(said.cells[0].period, said.cells[0].geography) for said in cells}
        if len(places) > 1:
            yield "a print of another period or place"
    if values and any(said.name in ("label", "place") and said.cells[0] != values[0] for said in cells):
        yield "a value stands with another's label or place"
    names = {said.name for said in cells}
    if values and "label" in names and "place" not in names and values[0].geography != authority:
        yield "a value of another place stands as ours"
    yield from _computed(line, values)


def _computed(line: list[Said], values: list[CellRef]) -> Iterator[str]:
    """A difference stands with its two values in their order, or with their periods: from the older to the newer."""
    cells = [said for said in line if said.kind == "cell"]
    named = {name: [said.cells[0] for said in cells if said.name == name] for name in ("period", "place", "called")}
    for said in line:
        if said.kind != "computed" or said.name not in ("difference", "gap", "verdict"):
            continue
        pair = list(said.cells)
        if values:
            sound = values == pair
        elif named["called"]:
            sound = [*named["place"], *named["called"]] == pair
        else:
            sound = named["period"] == pair[::-1]
        if not sound:
            yield "a computation stands with other values than its own"


def _dated(line: list[Said], index: int, before: list[CellRef]) -> bool:
    """Whether a value stands with its own period: `V in P`, `V for P`, else `P: V` and `P, V`."""
    ref = line[index].cells[0]
    if _at(line, index + 1).text == " the year before)":
        return bool(before) and _a_year_before(ref, before[-1])
    after = _at(line, index + 2)
    if _at(line, index + 1).text in (" ", " for ") and after.name in _PERIODS:
        return after.cells == (ref,)
    earlier = _at(line, index - 2)
    return earlier.name in _PERIODS and earlier.cells == (ref,)


# After another print, the one that the line is about.
_BESIDE = (", the table ", ", the headline section ")


def _reported(line: list[Said], index: int, first: CellRef) -> bool:
    """Whether a print stands with its own report: `V in the R report`, `the R report says V`, `the table V`."""
    ref = line[index].cells[0]
    before, after = _at(line, index - 1).text, _at(line, index + 1).text
    if before in _BESIDE:
        return ref == first
    beside = _at(line, index - 2 if before in (" report says ", " report prints ") else index + 2)
    return after in (" in the ", " (", " instead.", *_BESIDE) and beside.cells == (ref,)


def _at(line: list[Said], index: int) -> Said:
    return line[index] if 0 <= index < len(line) else _NOTHING


def _a_year_before(ref: CellRef, now: CellRef) -> bool:
    period, later = Period.parse(ref.period), Period.parse(now.period)
    return period is not None and later is not None and (period, ref.geography) == (later.shifted(-1), now.geography)
