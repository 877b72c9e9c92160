"""The dialect of text taken from a word processor file: a table cell is a line that starts with a tab.

A blank line ends a row. A cell runs on over lines without a tab; a heading of the report ends the table instead.
A table spans blank regions: it ends where prose begins, or where its header is printed again (told by the figures
layer, which knows headers).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .lines import Line
from .pieces import Piece, RawCell, text_piece


def pieces(lines: Sequence[Line], is_section_title: Callable[[str], bool]) -> list[Piece]:
    """Prose lines one by one; rows of cells gathered into tables."""
    found: list[Piece] = []
    rows: list[tuple[RawCell, ...]] = []
    cells: list[RawCell] = []
    blanks = 0

    def end_row() -> None:
        if cells:
            rows.append(tuple(cells))
            cells.clear()

    def end_table() -> None:
        end_row()
        # A stray tab in the prose makes a table of blank cells: nothing to read in it.
        if any(part.strip() for row in rows for cell in row for part in cell.lines):
            found.append(Piece(rows[0][0].start, blank_before=blanks, rows=tuple(rows)))
        rows.clear()

    for line in lines:
        if line.text.startswith("\t"):
            cells.append(RawCell(line.start, (line.text[1:],)))
        elif line.blank:
            end_row()
            blanks += 1
        elif cells and any(map(str.strip, cells[-1].lines)) and not is_section_title(line.text):
            cells[-1] = RawCell(cells[-1].start, (*cells[-1].lines, line.text))
        else:
            end_table()
            piece = text_piece(line, blanks)
            if piece:
                found.append(piece)
                blanks = 0
    end_table()
    return found
