"""PDF files: the words of each page and its ruled tables, by pdfplumber."""

from __future__ import annotations

import io
import logging
import re
import time
import zlib
from collections.abc import Iterator
from typing import Any

from cpbqa.domain import ReadingError

from .discs import drawn_marks
from .drafts import Draft, with_marks
from .flow import Page, RuledTable, draft_of_pages
from .grids import GridCell, laid_out
from .joining import with_cuts
from .overpage import Label
from .setting import Word, lines_of
from .shading import without_shades
from .turned import turned_words

_MOST_PAGES, _MOST_LETTERS, _MOST_LINES = 600, 40_000, 3_000
_MOST_UNPACKED = 300_000_000
_SECONDS_A_PAGE, _LEAST_SECONDS = 4.0, 20.0
_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!r)", re.I)
_STREAM = re.compile(rb"stream\r?\n")
_UNKNOWN = re.compile(r"\(cid:\d+\)")
_LEAST_CELLS = 3
_LEAST_PICTURE, _MOST_PICTURE = 0.04, 0.8
# A word may reach over the line that is drawn for its cell; no table leaves out more than a few so.
_MOST_OUTSIDE = 0.1
Box = tuple[float, float, float, float]


def read_pdf(report_id: str, data: bytes) -> Draft:
    """A PDF as a draft. Raises ReadingError for one that is locked, scanned or too large, or what pdfplumber raises."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    _check_size(report_id, data)
    try:
        with pdfplumber.open(io.BytesIO(data)) as file:
            if len(file.pages) > _MOST_PAGES:
                raise _refused(
                    report_id, f"has {len(file.pages)} pages, more than a report can", "Name the report itself"
                )
            pages = list(_pages(report_id, file))
    except ReadingError:
        raise
    except Exception as error:
        if "PasswordIncorrect" in repr(error) or "PasswordIncorrect" in repr(error.__context__):
            raise _refused(report_id, "is locked with a password", "Save it without the password") from None
        raise
    letters = sum(len(word.text) for page in pages for word in page.words) + sum(bool(page.tables) for page in pages)
    if not letters:
        raise _refused(
            report_id, "has no text in it: its pages are pictures, as a scanner makes them",
            "Ask for the file that it was printed from",
        )  # fmt: skip
    return draft_of_pages(pages)


def _refused(report_id: str, what: str, remedy: str) -> ReadingError:
    return ReadingError(f"The report {report_id} {what}. {remedy}.")


def _check_size(report_id: str, data: bytes) -> None:
    """What its packed streams unpack to, counted without keeping it; a stream may be packed twice."""
    left = _MOST_UNPACKED
    for match in _STREAM.finditer(data):
        left -= _unpacked(memoryview(data)[match.end() :], left, 0)
        if left <= 0:
            raise _refused(report_id, "would unpack to far more than a report can hold", "Name the report's own file")


def _unpacked(data: memoryview | bytes, most: int, depth: int) -> int:
    """How many bytes a packed stream becomes, at most about `most`."""
    if bytes(data[:1]) not in (b"x", b"h", b"X", b"8"):
        return 0
    unpacker, total, head = zlib.decompressobj(), 0, b""
    chunk = bytes(data[:65_536])
    position = len(chunk)
    try:
        while chunk and total < most:
            part = unpacker.decompress(chunk, 1_000_000)
            total += len(part)
            head = (head + part)[:20_000_000] if (depth < 2 and part[:1] in (b"x", b"h")) or head else head
            chunk = unpacker.unconsumed_tail
            if not chunk and not unpacker.eof:
                chunk = bytes(data[position : position + 65_536])
                position += len(chunk)
    except zlib.error:
        pass
    return total + (_unpacked(head, most - total, depth + 1) if head and total < most else 0)


def _pages(report_id: str, file: Any) -> Iterator[Page]:
    count = len(file.pages)
    # Of this thread's own seconds: a busy machine refuses no report.
    deadline = time.thread_time() + _LEAST_SECONDS + _SECONDS_A_PAGE * count
    for number, page in enumerate(file.pages, start=1):
        if time.thread_time() > deadline:
            raise _refused(report_id, "takes too long to read", "Save it anew, without drawings that have many lines")
        if len(page.chars) > _MOST_LETTERS:
            raise _refused(report_id, f"has {len(page.chars)} letters on page {number}", "Name the report's own file")
        upright = _words(page)
        upright += drawn_marks([*page.curves, *page.rects], upright)
        words = [*upright, *turned_words(page.chars)]
        tables, inside = _ruled(page, words)
        # Turned words are read in the cells of a table; elsewhere they stand in the margin.
        rest = tuple(word for i, word in enumerate(upright) if i not in inside)
        yield Page(number, float(page.height), rest, tuple(tables), _has_picture(page), float(page.width))
        page.close()


def _words(page: Any) -> list[Word]:
    """The words that stand upright, those that were printed twice (for bold letters) once."""
    places = {(char["text"], round(char["x0"]), round(char["top"])) for char in page.chars}
    twice = len(page.chars) - len(places) > 0.02 * len(page.chars)
    found = (page.dedupe_chars(tolerance=0.8) if twice and len(page.chars) < 8_000 else page).extract_words(
        x_tolerance_ratio=0.15, y_tolerance=2, keep_blank_chars=False, extra_attrs=["size", "fontname", "upright"]
    )
    words = []
    for word in found:
        # A letter that its font does not name, all by itself, is the mark of a list's item.
        text = (
            "•" if _UNKNOWN.fullmatch(word["text"]) else with_marks(_UNKNOWN.sub("", word["text"]).replace("\x00", ""))
        )
        if word["upright"] and text:
            bold = _BOLD.search(word["fontname"].split("+")[-1]) is not None
            size = round(2 * float(word["size"])) / 2 or 0.5
            x1 = max(word["x1"], word["x0"] + 0.2 * size)
            words.append(Word(text, word["x0"], x1, word["top"], word["bottom"], size, bold))
    return words


def _ruled(page: Any, words: list[Word]) -> tuple[list[RuledTable], set[int]]:
    """The tables whose cells are drawn, and which of the words stand in them."""
    drawn = len(page.lines) + len(page.rects) + len(page.curves)
    # A rectangle is a cell by itself; lines make none but by four.
    if not drawn + 3 * len(page.rects) >= 4 or drawn > _MOST_LINES:
        return [], set()
    tables: list[RuledTable] = []
    inside: list[set[int]] = []
    taken: set[int] = set()
    drawings = page.find_tables({"vertical_strategy": "lines", "horizontal_strategy": "lines", "snap_tolerance": 4})
    for found in sorted(drawings, key=lambda one: -len(_panels(one, drawings))):
        panels = _panels(found, drawings)
        # What stands beside the panels, in a corner that no cell was drawn about, is text of the page.
        boxes = [cell for cell, _ in panels] or [found.bbox]
        held = set[int]().union(*(_held(box, words) for box in boxes)) - taken
        if panels and not held:
            continue
        table = (
            _of_panels(page, found.bbox, panels, words, held)
            if panels
            else _grid(found.bbox, found.cells, [words[i] for i in sorted(held)])
        )
        leaves = not panels and _leaves_rows(found.cells, [words[i] for i in held])
        if table is not None and not leaves:
            tables.append(table)
            inside.append(held)
            taken |= held
    kept = without_shades(tables, inside, words)
    return [tables[i] for i in kept], {word for i in kept for word in inside[i]}


def _leaves_rows(boxes: list[Box], words: list[Word]) -> bool:
    """Whether many of a table's words stand in none of its cells: only some of its cells are drawn, as by a shade."""
    outside = sum(not any(_inside(word, box) for box in boxes) for word in words)
    return outside > _MOST_OUTSIDE * len(words)


def _held(box: Box, words: list[Word]) -> set[int]:
    """Which of the words stand in a box, by index."""
    x0, top, x1, bottom = box
    return {
        i for i, w in enumerate(words) if x0 - 1 <= (w.x0 + w.x1) / 2 <= x1 + 1 and top - 1 <= w.middle <= bottom + 1
    }


def _panels(found: Any, drawings: list[Any]) -> list[tuple[Box, list[Any]]]:
    """The cells of a grid that only places tables on the page, each with its tables; none where it is a table itself.

    So it is where at least two of its cells hold a table each, and no fewer than half of them do.
    """
    cells = [(cell, [one for one in drawings if one is not found and _lies_in(one.bbox, cell)]) for cell in found.cells]
    holding = [inner for _, inner in cells if any(len(one.cells) > _LEAST_CELLS for one in inner)]
    if len(holding) < 2 or 2 * len(holding) < len(cells):
        return []
    return sorted(cells, key=lambda cell: (round(cell[0][1] / 3), cell[0][0]))


def _lies_in(inner: Box, outer: Box) -> bool:
    return (
        outer[0] - 1 <= inner[0]
        and inner[2] <= outer[2] + 1
        and outer[1] - 1 <= inner[1]
        and inner[3] <= outer[3] + 1
        and inner[2] - inner[0] < outer[2] - outer[0]
    )


def _of_panels(
    page: Any, box: Box, panels: list[tuple[Box, list[Any]]], words: list[Word], free: set[int]
) -> RuledTable:
    """A grid of panels, each read as a page of its own. `free` are the words that no other grid holds, by index."""
    told = []
    left_over = set(free)
    for cell, drawings in panels:
        inside = _held(cell, words) & left_over
        left_over -= inside
        tables, taken = list[RuledTable](), set[int]()
        for found in drawings:
            held = (_held(found.bbox, words) & inside) - taken
            table = _grid(found.bbox, found.cells, [words[i] for i in sorted(held)])
            if table is not None:
                tables.append(table)
                taken |= held
        rest = tuple(words[i] for i in sorted(inside - taken))
        told.append(Page(page.page_number, float(page.height), rest, tuple(tables), width=float(page.width)))
    left, upper, right, lower = box
    return RuledTable(left, right, upper, lower, (), panels=tuple(told))


def _has_picture(page: Any) -> bool:
    """A picture large enough to show figures, and no background of the whole page."""
    whole = float(page.width) * float(page.height)
    sizes = (float(image["width"]) * float(image["height"]) for image in page.images)
    return any(_LEAST_PICTURE * whole < size < _MOST_PICTURE * whole for size in sizes)


def _inside(word: Word, box: Box) -> bool:
    x0, top, x1, bottom = box
    return x0 <= (word.x0 + word.x1) / 2 < x1 and top - 1 <= word.middle < bottom


def _grid(box: Box, boxes: list[Box], words: list[Word]) -> RuledTable | None:
    """The table that boxes of cells make; None where they make none."""
    lefts, tops = _clusters(box[0] for box in boxes), _clusters(box[1] for box in boxes)
    if len(lefts) < 2:
        return None
    held: dict[tuple[int, int], list[str]] = {}
    cells: dict[tuple[int, int], tuple[int, int]] = {}
    labels: list[Label | None] = [None] * len(tops)
    for x0, top, x1, bottom in boxes:
        column, row = _place(x0, lefts), _place(top, tops)
        columns = sum(left < x1 - 3 for left in lefts) - column
        rows = sum(start < bottom - 3 for start in tops) - row
        cells[row, column] = (max(columns, 1), max(rows, 1))
        inside = [w for w in words if x0 - 1 <= (w.x0 + w.x1) / 2 < x1 + 1 and top - 1 <= w.middle < bottom + 1]
        held[row, column] = _lines(x0, x1, inside)
        if column == 0 and columns == 1 and inside:
            labels[row] = _label(x0, x1, inside)
    if not any(held.values()):
        return None
    told = []
    for row in range(len(tops)):
        line = []
        for column in range(len(lefts)):
            if (row, column) in cells:
                columns, rows = cells[row, column]
                line.append(GridCell(tuple(held[row, column]), columns, rows))
        told.append(line)
    rows_laid = tuple(tuple(row) for row in laid_out(told))
    left, upper, right, lower = box
    return RuledTable(left, right, upper, lower, rows_laid, tuple(lefts), tuple(labels))


def _lines(x0: float, x1: float, words: list[Word]) -> list[str]:
    """The lines of a cell, that keep as far from its right edge as from the left."""
    lines = lines_of(words)
    kept = min((line.x0 for line in lines), default=x0) - x0
    return with_cuts(lines, x0 + kept, x1 - kept)


def _label(x0: float, x1: float, words: list[Word]) -> Label:
    """How a row's label fills its cell; it keeps as far from the right edge as from the left."""
    lines = lines_of(words)
    room = x1 - lines[-1].x1 - (lines[0].x0 - x0)
    first, last = lines[0].words[0], lines[-1].words[-1]
    cut = len(lines[-1].words) == 1 and room * len(last.text) < 1.2 * (last.x1 - last.x0)
    return Label(room, first.x1 - first.x0 + 0.25 * first.size, all(line.bold for line in lines), cut)


def _clusters(values: Iterator[float] | Any) -> list[float]:
    """Places that are the same but for the width of a line."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 3:
            found.append(value)
    return found


def _place(value: float, places: list[float]) -> int:
    return min(range(len(places)), key=lambda index: abs(places[index] - value))
