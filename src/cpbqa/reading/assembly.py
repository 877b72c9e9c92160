"""From pieces to a Report: contents list, headings, section paths, speakers, and spans that tile the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cpbqa.domain import Block, BlockKind, Cell, Report, Row, Section, Span, Table

from . import headings, printed
from .drafts import Draft
from .lines import clean
from .pieces import TITLE, Piece, RawCell, join_broken

_PAGE = re.compile(r"\d{1,4}")
_LEADERS = re.compile(r"[.\s…]+$")
_SAID_BY = re.compile(r"^Quote from (?P<who>an? [\w ]{2,40}?)\s*:?\s*['‘’\"“]")
_ATTRIBUTED = re.compile(r"(?:\.{3,}|…)[.…\s]*(?P<who>[A-Z][^.…]{2,50})$")
_INSIDE_CELL = re.compile(r"\s*[•·▪●]\s+")


def contents_list(pieces: Sequence[Piece]) -> tuple[int | None, tuple[Section, ...]]:
    """The index of the piece that is the contents list, and its sections with their pages; (None, ()) without one."""
    for index, piece in enumerate(pieces[1:], start=1):
        before = pieces[index - 1].text.lower()
        if piece.rows and before in ("contents", "table of contents"):
            entries = [(_LEADERS.sub("", clean(_first(row))), clean(row[-1].lines[0])) for row in piece.rows]
            if all(title and _PAGE.fullmatch(page) for title, page in entries):
                return index, _sections([(title, int(page)) for title, page in entries])
    return None, ()


def _first(row: tuple[RawCell, ...]) -> str:
    return " ".join(row[0].lines)


def _sections(entries: Sequence[tuple[str, int]]) -> tuple[Section, ...]:
    """A section ends on the page before the next one starts, or on the same page; the last one's end is unknown."""
    sections = []
    for index, (title, page) in enumerate(entries):
        following = entries[index + 1][1] if index + 1 < len(entries) else None
        last = max(page, following - 1) if following is not None else None
        sections.append(Section(title=title, first_page=page, last_page=last))
    return tuple(sections)


def assemble(report_id: str, title: str, draft: Draft, outline: Sequence[str]) -> Report:
    """Name every piece, give it its section path, and let the spans of all leaves tile the file."""
    raw = draft.raw
    pieces = _from_the_start(join_broken(draft.pieces))
    contents, sections = contents_list(pieces)
    own_titles = [section.title for section in sections]
    body = contents + 1 if contents is not None else 0
    found = {body + i: level for i, level in _headings(pieces[body:], own_titles or outline).items()}
    above = headings.levels(pieces[: max(body - 2, 0)], own_titles)
    front = _end_of_cover(pieces[: max(body - 2, 0)], above)
    found |= {i: level for i, level in above.items() if i >= front}
    ends = _leaf_ends(pieces, len(raw))
    path: dict[int, str] = {}
    blocks = []
    for index, piece in enumerate(pieces):
        kind: BlockKind = "footnote" if piece.footnote else "paragraph"
        if found.get(index) == TITLE or piece.level == TITLE:
            kind = "title"
        elif index in found:
            kind, path = "heading", _descend(path, piece.text, found[index], own_titles)
        elif index < front or body - 2 <= index < body:
            kind = "title" if index == 0 else "contents"
        blocks.append(_block(piece, kind, tuple(path.values()), found.get(index), ends))
    return Report(id=report_id, title=title, raw=raw, blocks=tuple(blocks), sections=sections, warnings=draft.warnings)


def _headings(pieces: Sequence[Piece], outline: Sequence[str]) -> dict[int, int]:
    """As the file marks them; where it marks none, as the words tell."""
    return printed.levels(pieces, outline) or headings.levels(pieces, outline)


def _end_of_cover(pieces: Sequence[Piece], found: Mapping[int, int]) -> int:
    """Where the text begins above a contents list: at its first heading, or the first piece that is no title's line.

    The first of all is the title. Without text, the number of the pieces.
    """
    texts = (i for i, piece in enumerate(pieces) if i and (i in found or not headings.could_be_heading(piece)))
    return next(texts, len(pieces))


def _from_the_start(pieces: Sequence[Piece]) -> list[Piece]:
    """The first leaf also holds the blank lines above it, so that the spans tile the whole file."""
    first, *rest = pieces
    if first.rows is None:
        return [replace(first, start=0), *rest]
    (cell, *cells), *rows = first.rows
    return [replace(first, start=0, rows=((replace(cell, start=0), *cells), *rows)), *rest]


def _descend(path: dict[int, str], text: str, level: int, own_titles: Sequence[str]) -> dict[int, str]:
    """The headings, by level, above the following text. One repeated at the top of a page changes nothing."""
    name = headings.short_title(text)
    if level == headings.SECTION:
        current = path.get(level)
        # `Panel 1` and `Panel 2` differ in their numbers, and in little else.
        same_numbers = current is not None and re.findall(r"\d+", name) == re.findall(r"\d+", current)
        if current is not None and same_numbers and headings.find_title(name, [current]):
            return path
        name = headings.find_title(text, own_titles) or name
    if path.get(level) == name:
        return path
    return {**{above: title for above, title in path.items() if above < level}, level: name}


def _block(piece: Piece, kind: BlockKind, path: tuple[str, ...], level: int | None, ends: dict[int, int]) -> Block:
    start = piece.start
    if piece.rows is not None:
        pages = piece.row_pages or (piece.page,) * len(piece.rows)
        table = Table(rows=tuple(_row(row, ends, page) for row, page in zip(piece.rows, pages, strict=True)))
        last = piece.rows[-1][-1].start
        return Block(
            kind="contents" if kind == "contents" else "table",
            text="",
            span=Span(start=start, end=ends[last]),
            section=path,
            table=table,
            page=piece.page,
        )
    span = Span(start=start, end=ends[start])
    if kind != "paragraph":
        return Block(kind=kind, text=piece.text, span=span, section=path, depth=max(level or 0, 0), page=piece.page)
    speaker = _speaker(piece.text)
    if piece.marker:
        kind = "bullet"
    elif speaker:
        kind = "quote"
    return Block(
        kind=kind,
        text=piece.text,
        span=span,
        section=path,
        depth=piece.depth,
        marker=piece.marker,
        speaker=speaker,
        page=piece.page,
    )


def _speaker(text: str) -> str | None:
    """Who is quoted, in the report's own words: before the words (`Quote from a young person`) or after them."""
    match = _SAID_BY.match(text) or _ATTRIBUTED.search(text)
    return " ".join(match["who"].split()) if match else None


def _row(row: tuple[RawCell, ...], ends: dict[int, int], page: int | None) -> Row:
    return Row(cells=tuple(_cell(cell, ends[cell.start]) for cell in row), page=page)


def _cell(cell: RawCell, end: int) -> Cell:
    lines = [clean(line) for line in cell.lines]
    text = " ".join(filter(None, lines))
    parts = lines if len(lines) > 1 else _INSIDE_CELL.split(text)
    items = tuple(_INSIDE_CELL.sub("", f" {part}", count=1).strip() for part in parts if part.strip())
    return Cell(text=text, span=Span(start=cell.start, end=end), lines=items)


def _leaf_ends(pieces: Sequence[Piece], length: int) -> dict[int, int]:
    """For the start of each leaf, its end: where the next leaf starts."""
    starts = []
    for piece in pieces:
        starts.extend([cell.start for row in piece.rows for cell in row] if piece.rows is not None else [piece.start])
    return dict(zip(starts, [*starts[1:], length], strict=True))
