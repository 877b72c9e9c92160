"""Report, Section, Block, Table: a file as read, with the place of everything in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass

_CAPTION = re.compile(
    r"\s*(?:table|figure|fig\.?|chart|graph)\s*(?:\d{1,3}(?:\.\d{1,2})?[a-z]?\s*[:.–—-]?|[a-z]\d?\s*[:–—-])\s*(?=\S)",
    re.I,
)
_LONGEST_CAPTION = 30
BlockKind = Literal["title", "contents", "heading", "paragraph", "bullet", "quote", "table", "footnote"]


def caption(text: str) -> str:
    """What the caption of a table or a picture says after its number (`Table 4: Age`); empty for other text."""
    match = _CAPTION.match(text)
    return text[match.end() :] if match and len(text.split()) <= _LONGEST_CAPTION else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters `start` to `end` (exclusive) of the report's `raw` text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One table cell: cleaned `text`, its `lines` where it held several, and the raw span."""

    text: str
    span: Span
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One table row. Rows may be ragged: a report's rows need not have equally many cells.

    `page` is the file's page that it stands on, counted from 1; None where the file has no pages.
    """

    cells: tuple[Cell, ...]
    page: int | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)

    @property
    def quote(self) -> str:
        """The non-blank cells as printed, joined by tabs: what a citation of this row says."""
        return "\t".join(text for text in self.texts if text)


class Table(BaseModel):
    """Rows in printed order; which of them are headers is for the figures layer to say."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[Row, ...]


class Block(BaseModel):
    """One paragraph, bullet, quotation, heading, table or footnote.

    `text` is clean (white space folded, marks removed), `span` raw. `section` is the path of headings above it.
    `depth` is a heading's or a bullet's level, from 0. `speaker` is told only where the report says who is quoted.
    `page` is the file's page that it starts on, counted from 1; None where the file has no pages. A footnote's text
    begins with its mark as the text above prints it (`¹ Provisional.`); footnotes of a table follow it.
    """

    model_config = ConfigDict(frozen=True)

    kind: BlockKind
    text: str
    span: Span
    section: tuple[str, ...] = ()
    depth: int = 0
    marker: str = ""
    speaker: str | None = None
    table: Table | None = None
    page: int | None = None


class Section(BaseModel):
    """A section of the contents list: its title and, where the file gives them, its first and last page."""

    model_config = ConfigDict(frozen=True)

    title: str
    first_page: int | None = None
    last_page: int | None = None

    @property
    def pages(self) -> str:
        """`page 8`, `pages 13–17`, or nothing where the file has no pages."""
        if self.first_page is None:
            return ""
        if self.last_page is None or self.last_page == self.first_page:
            return f"page {self.first_page}"
        return f"pages {self.first_page}–{self.last_page}"


class Report(BaseModel):
    """One year's report. `id` is its financial year, as `2023/24`.

    `raw` is the decoded file, whole; of a file that is no plain text (Word, PDF, HTML, ...) it is a plain rendering,
    always the same for the same file. `warnings` say what of the file was left out, one sentence each.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    raw: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    warnings: tuple[str, ...] = ()

    def spans(self) -> Iterator[Span]:
        """The raw spans of all leaves (blocks, and cells of tables) in order; together they are the whole file."""
        for block in self.blocks:
            if block.table:
                yield from (cell.span for row in block.table.rows for cell in row.cells)
            else:
                yield block.span

    def place(self, path: tuple[str, ...], page: int | None = None) -> str:
        """A section path as a citation says it, with the page, or the range of pages that the contents list gives."""
        pages = f"page {page}" if page is not None else ""
        if path and not pages:
            pages = next((s.pages for s in self.sections if s.title == path[0]), "")
        return (" > ".join(path) or self.title) + (f" ({pages})" if pages else "")
