"""From pages of words to a draft: what runs along the edges goes, columns are put in order, tables are joined.

The formats that say where each word stands (PDF, and text laid out with spaces) share this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from cpbqa.domain import Period

from .aligned import Region, contents_entry, is_value, parts_of, regions
from .columns import reading_order
from .drafts import Draft, Rendering, plain
from .grids import Lines, is_layout, without_blank_columns
from .prose import Prose
from .rowing import cell_lines, table_rows
from .running import without_running
from .setting import Line, Word, joined, lines_of

_SLOT = "\x00"
# Lines of a row that the end of a page parts from its beginning.
_MOST_OVER, _MOST_IN_HEADING = 3, 8


@dataclass(frozen=True)
class RuledTable:
    """A table whose cells are drawn, and where it stands."""

    x0: float
    x1: float
    top: float
    bottom: float
    rows: tuple[tuple[Lines, ...], ...]


@dataclass(frozen=True)
class Page:
    """One page: its words outside of ruled tables, and those tables."""

    number: int
    height: float
    words: tuple[Word, ...]
    tables: tuple[RuledTable, ...] = ()


@dataclass
class Table:
    """A table as found, perhaps over several pages; `pages` has the page of each row."""

    rows: list[list[Lines]]
    pages: list[int]
    contents: bool = False


@dataclass(frozen=True)
class Text:
    """A line of prose, with the page and the run of lines that it stands in."""

    line: Line
    page: int
    run: int


@dataclass
class _Document:
    known: Collection[str]
    printed: bool
    items: list[Text | Table] = field(default_factory=list)
    runs: int = 0


def draft_of_pages(pages: Sequence[Page], printed: bool = True) -> Draft:
    """A draft of what the pages say. `printed` is False where nothing is known of how letters look."""
    lines = [lines_of(page.words) for page in pages]
    kept, running = without_running(lines, [page.height for page in pages])
    known = {
        word.lower() for page in lines for line in page for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text)
    }
    document = _Document(known, printed)
    for page, left in zip(pages, kept, strict=True):
        _place(document, page, left)
    out = Rendering()
    prose = Prose(out, [item for item in document.items if isinstance(item, Text)], known, printed)
    for item in _with_joined_tables(document.items, known):
        if isinstance(item, Text):
            prose.add(item.line, item.page, item.run)
        else:
            prose.end()
            out.page = item.pages[0]
            _write(out, item)
    prose.finish()
    for text in running:
        out.warn(f"The running header or footer was left out: “{plain(text)[:200]}”.")
    return out.draft()


def _write(out: Rendering, table: Table) -> None:
    """A table; what only places prose on the page, as a box with one row does, as the prose of each cell."""
    rows = without_blank_columns(table.rows)
    if (len(rows) < 2 and not table.contents) or is_layout(rows):
        for row in rows:
            for cell in row:
                for line in cell:
                    out.paragraph(line)
    else:
        out.table(rows, table.pages)


def _place(document: _Document, page: Page, lines: Sequence[Line]) -> None:
    """The page's lines and tables, in the order in which they are read."""
    slots = [_slot(table, index) for index, table in enumerate(page.tables)]
    ordered = sorted([*lines, *slots], key=lambda line: line.top + line.bottom if line not in slots else 2 * line.top)
    for run in reading_order(ordered):
        document.runs += 1
        rest: list[Line] = []
        for line in run:
            if line.text.startswith(_SLOT):
                _place_lines(document, page.number, rest)
                rest = []
                rows = page.tables[int(line.text[1:])].rows
                told = [[cell_lines(cell, document.known) for cell in row] for row in rows]
                document.items.append(Table(told, [page.number] * len(rows)))
            else:
                rest.append(line)
        _place_lines(document, page.number, rest)


def _slot(table: RuledTable, index: int) -> Line:
    """A line that keeps the place of a ruled table."""
    return Line((Word(f"{_SLOT}{index}", table.x0, table.x1, table.top, table.bottom, 1.0),))


def _place_lines(document: _Document, page: int, lines: Sequence[Line]) -> None:
    """Lines of one run: contents lists, tables without rules, and prose."""
    for group in _contents(lines):
        if isinstance(group, Table):
            group.pages = [page] * len(group.rows)
            document.items.append(group)
            continue
        for found in regions(group):
            if isinstance(found, Region):
                rows = table_rows(found, document.known, loose=not document.printed)
                document.items.append(Table(rows, [page] * len(rows)))
            else:
                document.items.append(Text(found, page, document.runs))


def _contents(lines: Sequence[Line]) -> Iterator[Table | list[Line]]:
    """The lines, with each run of contents entries as a table; a long title begins on the line above its page."""
    rest: list[Line] = []
    rows: list[list[Lines]] = []
    for index, line in enumerate(lines):
        entry = contents_entry(line) or (_entry_without_leaders(line) if rows and not rest else None)
        if entry:
            begun = _begun_above(rest, bool(rows))
            if rest:
                if rows:
                    yield Table(rows, [], contents=True)
                    rows = []
                yield rest
                rest = []
            rows.append([(" ".join([*begun, entry[0]]),), (entry[1],)])
        elif rows and not rest and _is_nearer_to_above(lines, index):
            rows[-1][0] = (f"{rows[-1][0][0]} {line.text}",)
        elif rows and not any(
            contents_entry(other) or _entry_without_leaders(other) for other in lines[index + 1 : index + 3]
        ):
            yield Table(rows, [], contents=True)
            rows, rest = [], [line]
        else:
            rest.append(line)
    if rows:
        yield Table(rows, [], contents=True)
    if rest:
        yield rest


def _is_nearer_to_above(lines: Sequence[Line], index: int) -> bool:
    """The line stands nearer to the one above it than to the one below: it is more of the same title."""
    if index + 1 >= len(lines):
        return False
    above, line, below = lines[index - 1 : index + 2]
    return line.top - above.bottom < below.top - line.bottom - 0.15 * line.size


def _entry_without_leaders(line: Line) -> tuple[str, str] | None:
    """Of a contents list that has begun: a title and, apart from it, a page."""
    parts = parts_of(line)
    if len(parts) == 2 and re.fullmatch(r"\d{1,3}", parts[1].text):
        return parts[0].text, parts[1].text
    return None


def _begun_above(rest: list[Line], inside: bool) -> list[str]:
    """The lines of an entry's title above the one with its page, taken from the rest."""
    taken: list[str] = []
    while rest and len(taken) < 2:
        heading = rest[-1].text.strip().lower() in ("contents", "table of contents")
        if heading or (not inside and len(taken) >= 1) or (not inside and not _is_long(rest[-1])):
            break
        taken.insert(0, rest.pop().text)
    return taken


def _is_long(line: Line) -> bool:
    return len(line.text.split()) > 6


def _with_joined_tables(items: Sequence[Text | Table], known: Collection[str]) -> Iterator[Text | Table]:
    """The items, a table that goes on over a page joined to its beginning, without the header that is said again."""
    before: Table | None = None
    ahead = 0
    for index, item in enumerate(items):
        if index < ahead:
            continue
        if before is not None and (rest := _over_page(before, items[index : index + _MOST_OVER + 1])):
            ahead = index + len(rest)
            _take_rest(before, rest, known)
            continue
        if isinstance(item, Table) and before is not None and _goes_on(before, item):
            again = _repeated(before, item)
            if again < len(item.rows) and _is_rest_of_row(before.rows[-1], item.rows[again]):
                # The page ended in the middle of a row.
                row = zip(before.rows[-1], item.rows[again], strict=True)
                before.rows[-1] = [_one(above, below, known) for above, below in row]
                again += 1
            before.rows += item.rows[again:]
            before.pages += item.pages[again:]
            continue
        if before is not None:
            yield before
        before = item if isinstance(item, Table) else None
        if isinstance(item, Text):
            yield item
    if before is not None:
        yield before


def _over_page(before: Table, items: Sequence[Text | Table]) -> list[Text]:
    """The lines at the top of the next page that end the table's last row, where the table goes on below them."""
    lines = [item for item in takewhile(lambda item: isinstance(item, Text), items) if isinstance(item, Text)]
    following = items[len(lines)] if len(lines) < len(items) else None
    if not lines or not isinstance(following, Table) or before.contents or not _goes_on(before, following):
        return []
    if any(line.page != before.pages[-1] + 1 for line in lines) or _repeated(before, following):
        return []
    label, text = before.rows[-1][0], lines[0].line.text
    begun = bool(label) and (text[:1].islower() or text[:1] in "(&" or label[-1].endswith("-"))
    heads = _names_years(before.rows[-1]) and all(_is_short(line.line) for line in lines)
    return lines if begun or heads else []


def _is_short(line: Line) -> bool:
    return len(line.text.split()) <= _MOST_IN_HEADING and not line.text.rstrip().endswith((".", ":", ";"))


def _take_rest(before: Table, rest: Sequence[Text], known: Collection[str]) -> None:
    """Put the lines where they belong: into the last row's label; below a header, into it or as a group's heading."""
    row, edge = before.rows[-1], rest[-1].line.x0
    for text in rest:
        if not _names_years(row):
            row[0] = (*row[0][:-1], joined([row[0][-1], text.line.text], known))
        elif text.line.x0 > edge:
            # Right of the heading below it: more of what the last column is called.
            row[-1] = _one(row[-1], (text.line.text,), known)
        else:
            before.rows.append([(text.line.text,), *[()] * (len(row) - 1)])
            before.pages.append(text.page)


def _one(above: Lines, below: Lines, known: Collection[str]) -> Lines:
    """A cell's text over the end of a page; items of a list stay apart."""
    if not above or not below or below[0][:1] in "•·▪●◦":
        return (*above, *below)
    return (*above[:-1], joined([above[-1], below[0]], known), *below[1:])


def _is_rest_of_row(above: Sequence[Lines], row: Sequence[Lines]) -> bool:
    """Words without a label of their own and without a value, or a label that goes on in lower case."""
    filled = [" ".join(cell) for cell in row if any(cell)]
    if len(above) != len(row) or not filled or any(is_value(text) for text in filled):
        return False
    if not any(row[0]):
        return all(any(above[i]) for i, cell in enumerate(row) if any(cell))
    return filled[0][:1].islower() or filled[0][:1] in "(&"


def _goes_on(one: Table, other: Table) -> bool:
    """Directly after a page's end, with as many columns; with a header, only with the same one."""
    if one.contents != other.contents or other.pages[0] != one.pages[-1] + 1:
        return False
    if one.contents:
        return True
    same = max(map(len, one.rows)) == max(map(len, other.rows))
    headed = any(_names_years(row) for row in other.rows[:3])
    return same and (_repeated(one, other) > 0 or not headed)


def _repeated(one: Table, other: Table) -> int:
    """How many of the other table's first rows say the one's header again."""
    for count in range(min(3, len(one.rows), len(other.rows)), 0, -1):
        if all(_said(one.rows[i]) == _said(other.rows[i]) for i in range(count)) and any(_said(one.rows[0])):
            return count
    return 0


def _said(row: Sequence[Lines]) -> list[str]:
    return ["".join(" ".join(cell).split()).lower() for cell in row]


def _names_years(row: Sequence[Lines]) -> bool:
    return sum(Period.heading(" ".join(cell)) is not None for cell in row) >= 2
