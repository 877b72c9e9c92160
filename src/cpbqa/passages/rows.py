"""Tables without figures: who is who, which meeting dealt with what. Each entry of a row is a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cpbqa.domain import Cell, PassageKind, Period, Row, Table

_NUMBERS = re.compile(r"[\d\s,.%£<>-]*")


def table_entries(table: Table) -> Iterator[tuple[PassageKind, str, str, int | None]]:
    """`(kind, text, quote, page)` of each entry: `Name: role` for people, a meeting with its agenda items.

    A header that repeats its names holds several entries side by side (`Name, Title, Name, Title`). Tables of figures
    are not for here: their header names periods.
    """
    header, *rows = table.rows
    if _has_figures(table):
        return
    for row in rows:
        for cells in _side_by_side(header, row):
            told = [cell for cell in cells if cell.text]
            if len(told) >= 2 and not _NUMBERS.fullmatch(told[1].text):
                yield *_entry(told), row.page


def _has_figures(table: Table) -> bool:
    periods = any(sum(Period.heading(text) is not None for text in row.texts) >= 2 for row in table.rows)
    return periods or all(_NUMBERS.fullmatch(text) for row in table.rows for text in row.texts[1:])


def _side_by_side(header: Row, row: Row) -> Iterator[Sequence[Cell]]:
    """The row's cells, parted where the header's first name comes back."""
    names = [text.lower() for text in header.texts]
    starts = [index for index, name in enumerate(names) if name and name == names[0]] or [0]
    for start, end in zip(starts, [*starts[1:], max(len(row.cells), len(names))], strict=True):
        yield row.cells[start:end]


def _entry(cells: Sequence[Cell]) -> tuple[PassageKind, str, str]:
    first, rest = cells[0], cells[1:]
    listed = any(cell.lines != (cell.text,) for cell in rest if cell.text)
    items = [line for cell in rest for line in cell.lines] if listed else []
    if items:
        return "agenda", "\n".join([f"{first.text}:", *(f"• {item}" for item in items)]), items[0]
    told = ", ".join(cell.text for cell in rest)
    return "person", f"{first.text}: {told}", "\t".join(cell.text for cell in cells)
