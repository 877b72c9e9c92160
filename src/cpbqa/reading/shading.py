"""Rows that are only shaded: their cells are drawn, those of the rows between them are not. They are one table."""

from __future__ import annotations

from collections.abc import Sequence

from .aligned import parts_of
from .flow import RuledTable
from .setting import Line, Word, lines_of

_NEAR, _REACH, _OVER = 1.6, 3, 2.0


def without_shades(tables: Sequence[RuledTable], inside: Sequence[set[int]], words: Sequence[Word]) -> list[int]:
    """Which of a page's tables are more than shaded rows, by index.

    Shaded rows stand close to a line without drawn cells whose parts stand in the same columns: a header above it, or
    every other row of a table. `inside` tells for each table which of the words stand in it.
    """
    kept = list(range(len(tables)))
    while kept:
        taken = {word for index in kept for word in inside[index]}
        lines = lines_of(w for i, w in enumerate(words) if i not in taken)
        shades = [index for index in kept if _is_shade(tables[index], lines)]
        if not shades:
            break
        kept = [index for index in kept if index not in shades]
    return kept


def _is_shade(table: RuledTable, lines: Sequence[Line]) -> bool:
    above = [line for line in lines if line.bottom <= table.top + _OVER]
    below = [line for line in lines if line.top >= table.bottom - _OVER]
    return _leads_to_row(table, [line.top for line in below], [line.bottom for line in below], below, table.bottom) or (
        _leads_to_row(
            table, [-line.bottom for line in above[::-1]], [-line.top for line in above[::-1]], above[::-1], -table.top
        )
    )


def _leads_to_row(
    table: RuledTable, begins: Sequence[float], ends: Sequence[float], lines: Sequence[Line], edge: float
) -> bool:
    """Among the nearest lines, each close to the one before, is one whose parts stand in the table's columns."""
    for index, line in enumerate(lines[:_REACH]):
        if begins[index] - edge > _NEAR * line.size:
            return False
        if _is_row(table, line):
            return True
        edge = ends[index]
    return False


def _is_row(table: RuledTable, line: Line) -> bool:
    """At least two parts, each in a column of its own."""
    parts = parts_of(line)
    bounds = [*table.lefts, table.x1]
    places = [_column(part, bounds) for part in parts]
    return len(parts) > 1 and None not in places and len(set(places)) == len(parts)


def _column(part: Line, bounds: Sequence[float]) -> int | None:
    return next(
        (i for i in range(len(bounds) - 1) if bounds[i] - _OVER <= part.x0 and part.x1 <= bounds[i + 1] + _OVER), None
    )
