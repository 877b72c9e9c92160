"""Tables without figures: who is who, which meeting dealt with what. Each entry of a row is a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cpbqa.domain import Cell, PassageKind, Period, Row, Table

from .sentences import packed, split_sentences

# A sentence, and no note: that one begins with its mark, or says that it is one.
_SENTENCE = re.compile(r"(?!(?i:notes?|source|figures?|data)\b)[A-Z“‘\"'].*[.!?][”’\"']?", re.S)
_CODE = re.compile(r"\S{1,10}")
_LEAST_WORDS = 8
_NUMBERS = re.compile(r"[\d\s,.%£<>-]*")


def table_entries(table: Table, longest: int) -> Iterator[tuple[PassageKind, str, str, Row]]:
    """`(kind, text, quote, row)` of each entry: `Name: role` for people, a meeting with its agenda items.

    A text has at most `longest` characters: more items, or more to tell, make more entries of the same name. A header
    that repeats its names holds several entries side by side (`Name, Title, Name, Title`). Of tables of figures, whose
    header names periods, only what is written below a row of figures is for here.
    """
    header, *rows = table.rows
    if _has_figures(table):
        yield from _commentary(rows, longest)
        return
    for row in rows:
        for cells in _side_by_side(header, row):
            told = [cell for cell in cells if cell.text]
            if len(told) >= 2 and not _NUMBERS.fullmatch(told[1].text):
                for kind, text, quote in _entries(told, longest):
                    yield kind, text, quote, row


def _commentary(rows: Sequence[Row], longest: int) -> Iterator[tuple[PassageKind, str, str, Row]]:
    """Sentences in a row of their own between rows of figures, perhaps behind the code of what they are about."""
    for row in rows:
        told = [cell.text for cell in row.cells if cell.text]
        if not told or len(told) > 2 or not _SENTENCE.fullmatch(told[-1]) or len(told[-1].split()) < _LEAST_WORDS:
            continue
        if len(told) == 2 and not _CODE.fullmatch(told[0]):
            continue
        for part in packed(split_sentences(told[-1]), longest):
            yield "paragraph", " ".join(part), " ".join(part), row


def _has_figures(table: Table) -> bool:
    periods = any(sum(Period.heading(text) is not None for text in row.texts) >= 2 for row in table.rows)
    return periods or all(_NUMBERS.fullmatch(text) for row in table.rows for text in row.texts[1:])


def _side_by_side(header: Row, row: Row) -> Iterator[Sequence[Cell]]:
    """The row's cells, parted where the header's first name comes back."""
    names = [text.lower() for text in header.texts]
    starts = [index for index, name in enumerate(names) if name and name == names[0]] or [0]
    for start, end in zip(starts, [*starts[1:], max(len(row.cells), len(names))], strict=True):
        yield row.cells[start:end]


def _entries(cells: Sequence[Cell], longest: int) -> Iterator[tuple[PassageKind, str, str]]:
    name, rest = cells[0].text, cells[1:]
    if len(name) > longest // 2:
        # No name: prose set in columns.
        for cell in cells:
            for part in packed(split_sentences(cell.text), longest):
                yield "paragraph", " ".join(part), " ".join(part)
        return
    room = longest - len(name) - 2
    if any(cell.lines != (cell.text,) for cell in rest if cell.text):
        for part in packed((f"• {line}" for cell in rest for line in cell.lines), room):
            yield "agenda", "\n".join([f"{name}:", *part]), part[0].removeprefix("• ")
        return
    for part in packed(split_sentences(", ".join(cell.text for cell in rest)), room):
        yield "person", f"{name}: {' '.join(part)}", "\t".join(cell.text for cell in cells)
