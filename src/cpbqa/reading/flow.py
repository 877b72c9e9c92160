"""From pages of words to a draft: what runs along the edges goes, columns are put in order, tables are joined.

The formats that say where each word stands (PDF, and text laid out with spaces) share this.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from .aligned import Region, contents_entry, parts_of, regions
from .cards import Cards, with_cards
from .columns import reading_order
from .drafts import Draft, Rendering, plain
from .grids import Lines, is_layout, without_blank_columns
from .known import known_words
from .overpage import Label, Table, Text, bounds_of, names_years, take_rows, with_joined_tables
from .prose import Prose
from .rowing import cell_lines, table_rows
from .running import without_running
from .setting import Line, Word, lines_of

_SLOT = "\x00"


@dataclass(frozen=True)
class RuledTable:
    """A table whose cells are drawn, and where it stands; `lefts` are its columns' left edges.

    A grid that only places tables and words on the page has no rows, but `panels` in the order in which they are read.
    """

    x0: float
    x1: float
    top: float
    bottom: float
    rows: tuple[tuple[Lines, ...], ...]
    lefts: tuple[float, ...] = ()
    labels: tuple[Label | None, ...] = ()
    panels: tuple[Page, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page: its words outside of ruled tables, those tables, and whether a picture stands on it.

    `width` is 0 where it is not known.
    """

    number: int
    height: float
    words: tuple[Word, ...]
    tables: tuple[RuledTable, ...] = ()
    picture: bool = False
    width: float = 0.0


@dataclass
class _Document:
    known: Collection[str]
    printed: bool
    items: list[Text | Table] = field(default_factory=list)
    runs: int = 0
    cards: list[Cards] = field(default_factory=list)


def draft_of_pages(pages: Sequence[Page], printed: bool = True) -> Draft:
    """A draft of what the pages say. `printed` is False where nothing is known of how letters look."""
    lines = [lines_of(page.words) for page in pages]
    kept, running = without_running(lines, [page.height for page in pages])
    with_panels = [one for page in pages for one in _with_panels(page)]
    all_lines = (lines_of(page.words) for page in with_panels)
    told = ([line.text for line in page] if printed else _by_columns(page) for page in all_lines)
    cells = (cell for page in with_panels for table in page.tables for row in table.rows for cell in row)
    document = _Document(known_words(told, cells, printed), printed)
    for page, left in zip(pages, kept, strict=True):
        _place(document, page, left)
    out = Rendering()
    texts = [item for item in document.items if isinstance(item, Text)]
    prose = Prose(out, texts, document.known, printed, {page.number: page.width for page in pages})
    for item in with_joined_tables(document.items, document.known):
        if isinstance(item, Text):
            prose.add(item.line, item.page, item.run)
        else:
            prose.table()
            out.page = item.pages[0]
            _write(out, item)
            out.page = item.pages[-1]
    prose.finish()
    for cards in document.cards:
        out.warn_of(cards.texts)
    for text in running:
        out.warn(f"The running header or footer was left out: “{plain(text)[:200]}”.")
    pictures = [str(page.number) for page in pages if page.picture]
    if pictures:
        where = f"page{'s' * (len(pictures) > 1)} {', '.join(pictures)}"
        out.warn(f"Pictures were left out ({where}): nothing here reads what they show.")
    return out.draft()


def _by_columns(lines: Sequence[Line]) -> list[str]:
    """The parts of the lines by where they begin, so that the rest of a word follows it."""
    parts = [part for line in lines for part in line.segments]
    return [part.text for part in sorted(parts, key=lambda part: round(2 * part.x0))]


def _write(out: Rendering, table: Table) -> None:
    """A table; what only places prose on the page, as a box with one row does, as the prose of each cell."""
    rows = without_blank_columns(table.rows)
    alone = len(rows) < 2 and not table.contents and not any(map(names_years, rows))
    if alone or is_layout(rows):
        for row in rows:
            for cell in row:
                for line in cell:
                    out.paragraph(line)
    else:
        out.table(rows, table.pages)


def _place(document: _Document, page: Page, lines: Sequence[Line]) -> None:
    """The page's lines, tables and cards, in the order in which they are read."""
    slots = [_slot(table, index) for index, table in enumerate(page.tables)]
    cards: list[Cards] = []
    rest_of_page: list[Line] = []
    for found in with_cards(lines, document.known):
        if isinstance(found, Cards):
            slots.append(_slot(found.place, len(page.tables) + len(cards)))
            cards.append(found)
        else:
            rest_of_page.append(found)
    ordered = sorted(
        [*rest_of_page, *slots], key=lambda line: line.top + line.bottom if line not in slots else 2 * line.top
    )
    for run in reading_order(ordered):
        document.runs += 1
        rest: list[Line] = []
        for line in run:
            if line.text.startswith(_SLOT):
                _place_lines(document, page.number, rest)
                rest = []
                number = int(line.text[1:])
                if number >= len(page.tables):
                    document.cards.append(cards[number - len(page.tables)])
                    document.items.append(_of_cards(cards[number - len(page.tables)], page.number))
                    continue
                table = page.tables[number]
                for panel in table.panels:
                    _place(document, panel, lines_of(panel.words))
                if table.panels:
                    # What stands below the panels is no run of the last of them.
                    document.runs += 1
                    continue
                told = [[cell_lines(cell, document.known) for cell in row] for row in table.rows]
                bounds = (*table.lefts, table.x1)
                pages = [page.number] * len(told)
                document.items.append(Table(told, pages, labels=list(table.labels), bounds=bounds))
            else:
                rest.append(line)
        _place_lines(document, page.number, rest)


def _with_panels(page: Page) -> Iterator[Page]:
    """A page, and each panel of its grids."""
    yield page
    for table in page.tables:
        for panel in table.panels:
            yield from _with_panels(panel)


def _of_cards(cards: Cards, page: int) -> Table:
    """Cards as a table of one column, which is written as prose."""
    return Table([[(text,)] for text in cards.texts], [page] * len(cards.texts), contents=True)


def _slot(table: RuledTable | Line, index: int) -> Line:
    """A line that keeps the place of a ruled table, or of cards."""
    return Line((Word(f"{_SLOT}{index}", table.x0, table.x1, table.top, table.bottom, 1.0),))


def _place_lines(document: _Document, page: int, lines: Sequence[Line]) -> None:
    """Lines of one run: the rest of a table, contents lists, tables without rules, and prose."""
    if document.items and isinstance(before := document.items[-1], Table):
        lines = take_rows(before, page, lines, document.known, loose=not document.printed)
    for group in _contents(lines):
        if isinstance(group, Table):
            group.pages = [page] * len(group.rows)
            document.items.append(group)
            continue
        for found in regions(group):
            if isinstance(found, Region):
                rows = table_rows(found, document.known, loose=not document.printed)
                document.items.append(Table(rows, [page] * len(rows), bounds=bounds_of(found)))
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
