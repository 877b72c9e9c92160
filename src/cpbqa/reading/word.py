"""Word files (.docx): headings, lists, tables, notes and text boxes, in the order of the text.

Tracked changes are read as accepted: what was put in is there, what was taken out is not. Text that is no part of the
running text (page headers, comments, pictures) is left out and told as a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cpbqa.domain import Period

from .drafts import Draft, Rendering, plain
from .grids import GridCell, cards_of, is_layout, laid_out, without_blank_columns
from .lines import Line
from .markup import local
from .pieces import TITLE, Looks, text_piece
from .wordfile import W, WordFile, child, number, numbering_of, switched_on, value
from .wordtext import Paragraph, read_paragraph

_THROUGH = frozenset({"ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag", "AlternateContent", "Choice"})
_DEEPEST = 40


def read_word(data: bytes) -> Draft:
    """A Word file as a draft. Raises whatever its libraries raise where the file is damaged."""
    return _Reader(WordFile(data)).read()


class _Reader:
    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._out = Rendering()
        self._marks: dict[tuple[str, str], str] = {}
        self._notes: list[tuple[str, str]] = []
        self._contents: list[list[tuple[str, ...]]] = []
        self._carried: Paragraph | None = None
        self._tabbed: list[list[tuple[str, ...]]] = []

    def read(self) -> Draft:
        self._blocks(self._file.body, 0)
        self._end_contents()
        self._tell_notes()
        self._tell_what_is_left_out()
        return self._out.draft()

    def _blocks(self, parent: Any, depth: int) -> None:
        for element in _elements(parent, depth):
            if local(element) == "p":
                self._paragraph(element, depth)
            elif local(element) == "tbl":
                self._table(element, depth)
            elif local(element) == "altChunk":
                self._out.warn("A file that is only embedded in the Word file was left out.")

    def _paragraph(self, element: Any, depth: int) -> None:
        found = read_paragraph(element, self._mark)
        self._out.warnings += [w for w in found.warnings if w not in self._out.warnings]
        if self._carried is not None:
            found, self._carried = self._carried.joined(found), None
        if switched_on(element, "pPr", "rPr", "del"):
            # Its end was deleted: the next paragraph goes on with it.
            self._carried = found
            return
        chain = self._file.style(value(element, "pPr", "pStyle") or "")
        name = next((style.name for style in chain if style.name), "")
        if name.startswith("toc ") and "\t" in found.text.strip():
            title, _, page = found.text.strip().rpartition("\t")
            self._contents.append([(title.replace("\t", " "),), (page,)])
        elif plain(found.text) and not self._tabbed_row(found):
            self._end_contents()
            self._told(element, found, name)
        for box in found.boxes:
            if depth < _DEEPEST:
                self._blocks(box, depth + 1)

    def _told(self, element: Any, found: Paragraph, name: str) -> None:
        chain = self._file.style(value(element, "pPr", "pStyle") or "")
        level = _heading_level(element, chain, name)
        if level is not None:
            self._tell_notes()
            self._out.heading(found.text, level)
            return
        looks = self._looks(found, chain)
        numbered = _numbering(element, chain)
        if numbered:
            marker = self._file.numbering.marker(*numbered)
            self._out.bullet(marker, found.text, numbered[1], looks)
        else:
            lines = found.text.split("\n")
            if not looks.bold and not any(_is_item(line) for line in lines[1:]):
                lines = [" ".join(lines)]
            for line in lines:
                self._out.paragraph(line if line.startswith("o\t") else line.replace("\t", " "), looks)

    def _tabbed_row(self, found: Paragraph) -> bool:
        """Whether the paragraph is a row of a table that is set with tabs: below one that names two periods."""
        # Several tabs in a row only reach a stop farther off: a row with another number of cells is none of this table.
        cells = re.split(r"\s*\t[\s\t]*", found.text.strip())
        begins = len(cells) > 2 and sum(Period.heading(cell) is not None for cell in cells) > 1
        if not begins and not (self._tabbed and len(cells) == len(self._tabbed[0])):
            return False
        if begins:
            self._end_contents()
        self._tabbed.append([(cell,) for cell in cells])
        return True

    def _looks(self, found: Paragraph, chain: list[Any]) -> Looks:
        bold = next((style.bold for style in chain if style.bold is not None), False)
        size = next((style.size for style in chain if style.size is not None), self._file.default_size)
        return Looks(found.size or size, found.bold if found.bold is not None else bold)

    def _table(self, element: Any, depth: int) -> None:
        self._end_contents()
        rows, cells = _rows(element, self._mark, depth)
        try:
            laid = without_blank_columns(laid_out(rows))
        except ValueError:
            self._out.warn("A table of more cells than a report can hold was left out.")
            return
        if depth < _DEEPEST and (is_layout(laid) or any(_holds_headings(cell, self._file) for cell in cells)):
            for cell in cells:
                self._blocks(cell, depth + 1)
            return
        if facts := cards_of(laid):
            self._out.cards(facts)
        else:
            self._out.table(laid)
        self._tell_notes()
        for cell in cells:
            for inner in cell.iter(W + "tbl"):
                if depth < _DEEPEST and _cell_of(inner) is cell:
                    self._table(inner, depth + 1)

    def _mark(self, kind: str, name: str) -> str:
        """The mark of a footnote or endnote, counted through the file; its text is told later."""
        notes = self._file.footnotes if kind == "footnote" else self._file.endnotes
        if (kind, name) not in self._marks and name in notes:
            self._marks[kind, name] = str(len(self._marks) + 1)
            parts = [read_paragraph(p, lambda *_: "").text for p in notes[name].iter(W + "p")]
            self._notes.append((self._marks[kind, name], " ".join(parts)))
        return self._marks.get((kind, name), "")

    def _tell_notes(self) -> None:
        for mark, text in self._notes:
            if plain(text):
                self._out.footnote(mark.translate(_SUPERSCRIPT), text)
        self._notes.clear()

    def _end_contents(self) -> None:
        """A contents list ends here, and a table set with tabs."""
        if self._tabbed:
            tabbed, self._tabbed = self._tabbed, []
            if len(tabbed) > 1:
                self._out.table(tabbed)
            else:
                self._out.paragraph(" ".join(cell for (cell,) in tabbed[0]))
        if self._contents:
            rows, self._contents = self._contents, []
            self._out.table(rows)

    def _tell_what_is_left_out(self) -> None:
        margins = {plain(" ".join(t.text or "" for t in root.iter(W + "t"))) for root in self._file.margins()}
        for text in sorted(filter(None, margins)):
            self._out.warn(f"The page header or footer was left out: “{text[:200]}”.")
        for folder, what in (("charts", "chart"), ("diagrams", "diagram")):
            count = self._file.has(folder)
            if count:
                self._out.warn(f"What {what}s show was not read; the file has some.")


_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _is_item(line: str) -> bool:
    piece = text_piece(Line(line, 0), 0)
    return piece is not None and bool(piece.marker)


def _elements(parent: Any, depth: int) -> Iterator[Any]:
    """Paragraphs and tables below an element, through whatever only wraps them."""
    for element in parent:
        name = local(element)
        if name in _THROUGH and depth < _DEEPEST:
            yield from _elements(element, depth + 1)
        elif name in ("p", "tbl", "altChunk"):
            yield element


def _heading_level(element: Any, chain: list[Any], name: str) -> int | None:
    own = number(value(element, "pPr", "outlineLvl"), 0, 9)
    if own is not None:
        return own if own < 9 else None
    if name == "title":
        return TITLE
    if name == "toc heading":
        return 0
    return next((style.level for style in chain if style.level is not None), None)


def _numbering(element: Any, chain: list[Any]) -> tuple[str, int] | None:
    """The list and the level in it, from the paragraph or its style; None for one that is in no list."""
    level = 0
    for found in (numbering_of(child(element, "pPr")), *(style.numbering for style in chain)):
        if found is not None and not found[0]:
            level = max(level, found[1])
        elif found is not None:
            return None if found[0] == "0" else (found[0], max(level, found[1]))
    return None


def _rows(table: Any, mark: Any, depth: int) -> tuple[list[list[GridCell]], list[Any]]:
    """The rows of a table as the grid takes them, and the elements of its cells in order."""
    rows: list[list[GridCell]] = []
    open_at: dict[int, tuple[int, int]] = {}
    cells = []
    for row in _wrapped(table, "tr", depth):
        if child(row, "trPr", "del") is not None:
            continue
        told: list[GridCell] = []
        skipped = number(value(row, "trPr", "gridBefore"), 0, 100) or 0
        column = skipped
        told += [GridCell(())] * skipped
        for cell in _wrapped(row, "tc", depth):
            span = number(value(cell, "tcPr", "gridSpan"), 1, 100) or 1
            merged = child(cell, "tcPr", "vMerge")
            goes_on = merged is not None and merged.get(W + "val", "continue") == "continue"
            if goes_on and column in open_at:
                # The grid says the cell above in this row too.
                above, place = open_at[column]
                told.append(GridCell(rows[above][place].lines, span))
            else:
                cells.append(cell)
                told.append(GridCell(_cell_lines(cell, mark), span))
                open_at.pop(column, None)
            if merged is not None:
                open_at[column] = (len(rows), len(told) - 1)
            column += span
        rows.append(told)
    return rows, cells


def _wrapped(parent: Any, wanted: str, depth: int) -> Iterator[Any]:
    """The rows of a table or the cells of a row, through whatever only wraps them."""
    for element in parent:
        if local(element) == wanted:
            yield element
        elif local(element) in _THROUGH and depth < _DEEPEST:
            yield from _wrapped(element, wanted, depth + 1)


def _cell_lines(cell: Any, mark: Any) -> tuple[str, ...]:
    """The paragraphs of a cell, an item of a list with a mark before it; nested tables are told after the table."""
    lines = []
    for paragraph in _elements(cell, 0):
        if local(paragraph) == "p":
            found = read_paragraph(paragraph, mark)
            listed = child(paragraph, "pPr", "numPr") is not None and found.text.strip()
            lines.append(f"• {found.text}" if listed else found.text)
            lines += [read_paragraph(p, mark).text for box in found.boxes for p in box.iter(W + "p")]
    return tuple(line for line in lines if plain(line))


def _holds_headings(cell: Any, file: WordFile) -> bool:
    """True where a paragraph of the cell has a heading's style: the table only places text on the page."""
    for paragraph in cell.iter(W + "p"):
        chain = file.style(value(paragraph, "pPr", "pStyle") or "")
        if any(style.level is not None for style in chain) and plain("".join(paragraph.itertext())):
            return True
    return False


def _cell_of(table: Any) -> Any:
    """The cell that a table stands in."""
    parent = table.getparent()
    while parent is not None and local(parent) != "tc":
        parent = parent.getparent()
    return parent
