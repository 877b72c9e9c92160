"""Tables whose cells span several rows or columns, laid out as rows of equally many cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Lines = tuple[str, ...]
MOST_COLUMNS, MOST_CELLS = 200, 400_000
_FACT = re.compile(r"[<£]?\s?\d[\d,.]*\s?(?:%|k|m|million|out of \d+|in \d+)?", re.I)
_MOST_LINES, _MOST_WORDS = 6, 30


@dataclass(frozen=True)
class GridCell:
    """A cell as its file gives it: its lines, and how many columns and rows it covers."""

    lines: Lines
    columns: int = 1
    rows: int = 1


def laid_out(rows: Sequence[Sequence[GridCell]]) -> list[list[Lines]]:
    """The rows with every cell in its column.

    A cell that covers several rows is said in each of them: the label, or the value, of each is just this. One that
    covers several columns is said once, in the first: it is a heading over them.
    """
    laid: list[list[Lines]] = []
    hanging: dict[int, tuple[Lines, int]] = {}
    cells = 0
    for row in rows:
        written: dict[int, Lines] = {}
        below: dict[int, tuple[Lines, int]] = {}
        for column, (lines, left) in hanging.items():
            written[column] = lines
            if left > 1:
                below[column] = (lines, left - 1)
        column = 0
        for cell in row:
            while column in written:
                column += 1
            for offset in range(min(cell.columns, MOST_COLUMNS - column)):
                lines = cell.lines if offset == 0 else ()
                written[column + offset] = lines
                if cell.rows > 1:
                    below[column + offset] = (lines, cell.rows - 1)
            column += cell.columns
        hanging = below
        width = max(written, default=-1) + 1
        cells += width
        if cells > MOST_CELLS:
            raise ValueError("a table without end")
        laid.append([written.get(column, ()) for column in range(width)])
    return laid


def without_blank_columns(rows: Sequence[Sequence[Lines]]) -> list[list[Lines]]:
    """The rows without the columns that hold nothing at all, such as those that only draw a margin."""
    width = max(map(len, rows), default=0)
    kept = [c for c in range(width) if any(c < len(row) and any(map(str.strip, row[c])) for row in rows)]
    return [[row[c] if c < len(row) else () for c in kept] for row in rows]


def is_layout(rows: Sequence[Sequence[Lines]]) -> bool:
    """True for a table that only places prose on the page: one column, or a cell as long as a page's text."""
    filled = without_blank_columns(rows)
    longest = max((sum(map(len, cell)) for row in filled for cell in row), default=0)
    return max(map(len, filled), default=0) <= 1 or longest > 1_200


def cards_of(rows: Sequence[Sequence[Lines]]) -> list[str]:
    """The facts that a table sets side by side, each a number on its first line and words below; else nothing."""
    filled = [tuple(filter(None, map(str.strip, cell))) for row in rows for cell in row if any(map(str.strip, cell))]
    return [" ".join(cell) for cell in filled] if len(filled) > 1 and all(map(_is_card, filled)) else []


def _is_card(cell: Lines) -> bool:
    below = " ".join(cell[1:])
    short = 1 < len(cell) <= _MOST_LINES and len(below.split()) <= _MOST_WORDS
    return short and _FACT.fullmatch(cell[0]) is not None and re.search(r"[^\W\d_]{2}", below) is not None
