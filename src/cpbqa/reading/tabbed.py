"""The dialect of text taken from a PDF: a table row is one line, its cells parted by tabs."""

from __future__ import annotations

from collections.abc import Sequence

from .lines import Line
from .pieces import Piece, RawCell, text_piece


def pieces(lines: Sequence[Line]) -> list[Piece]:
    """Prose lines one by one; each run of lines with tabs is one table. A blank line ends the table."""
    found: list[Piece] = []
    rows: list[tuple[RawCell, ...]] = []
    blanks = 0

    def close() -> None:
        if rows:
            found.append(Piece(rows[0][0].start, blank_before=blanks, rows=tuple(rows)))
            rows.clear()

    for line in lines:
        if "\t" in line.text and (not line.blank or rows):
            rows.append(_cells(line))
            continue
        close()
        piece = text_piece(line, blanks)
        blanks = 0 if piece else blanks + 1
        if piece:
            found.append(piece)
    close()
    return found


def _cells(line: Line) -> tuple[RawCell, ...]:
    cells, start = [], line.start
    for part in line.text.split("\t"):
        cells.append(RawCell(start, (part,)))
        start += len(part) + 1
    return tuple(cells)
