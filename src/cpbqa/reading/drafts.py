"""Drafts: what every format's reader hands over, and the plain rendering of formats that are no plain text.

A Draft is a text and the pieces in it. For a text file the text is the file itself. Other readers write a Rendering:
clean paragraphs parted by blank lines, a table row a line with tabs between its cells. So a quotation of a Word file or
a PDF can be found again, word for word, in the report's `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .lines import Line, clean
from .pieces import Looks, Piece, RawCell, text_piece

# A soft hyphen is no letter; letters that a font draws as one; the marks that Word's Symbol and Wingdings fonts hide
# in private code points, as a reader of the file sees them.
_LETTERS = str.maketrans(
    {"\u00ad": "", "\u200c": "", "\u200d": "", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi",
     "\ufb04": "ffl", "\uf0b7": "·", "\uf0a7": "▪", "\uf0d8": "•", "\uf0fc": "•", "\uf06f": "o", "\uf02d": "-",
     "\u2011": "-"}
)  # fmt: skip
_HIDDEN = {point: mark for point, mark in _LETTERS.items() if 0xE000 <= point <= 0xF8FF}
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffe\uffff\ud800-\udfff]")
_RAISED = str.maketrans("0123456789abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_MARK = re.compile(r"\d{1,3}(?:,\d{1,3})*|[a-z]|[*†‡§]+")


@dataclass(frozen=True)
class Draft:
    """A file as its format's reader understood it; `warnings` say what was left out."""

    raw: str
    pieces: tuple[Piece, ...]
    warnings: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Text of a file as a reader sees it, white space folded."""
    return clean(_PRIVATE.sub("", text.translate(_LETTERS)))


def with_marks(text: str) -> str:
    """Text with the marks of lists that a symbol font hides in private code points as a reader sees them."""
    return text.translate(_HIDDEN)


def raised(text: str) -> str:
    """Text set above the line: a footnote's mark in letters that stay raised, and everything else as it is."""
    mark = text.strip()
    return text.replace(mark, mark.translate(_RAISED)) if mark and _MARK.fullmatch(mark) else text


class Rendering:
    """Writes the plain text of a file and keeps each piece's place in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pieces: list[Piece] = []
        self.warnings: list[str] = []
        self.page: int | None = None

    @property
    def words(self) -> int:
        """How many words were written."""
        return sum(len(part.split()) for part in self._parts)

    @property
    def last(self) -> Piece | None:
        """The piece written last."""
        return self._pieces[-1] if self._pieces else None

    def warn(self, sentence: str) -> None:
        """Say once what was left out."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def heading(self, text: str, level: int) -> None:
        """A heading that the file itself marks as one."""
        self._text(Piece(0, plain(text), level=level))

    def paragraph(self, text: str, looks: Looks | None = None, blank_before: int = 0) -> None:
        """A paragraph, or a bullet where the text itself begins with its mark."""
        piece = text_piece(Line(text.translate(_LETTERS), 0), blank_before)
        if piece is not None:
            self._text(replace(piece, text=plain(piece.text), looks=looks))

    def bullet(self, marker: str, text: str, depth: int, looks: Looks | None = None) -> None:
        """An item of a list that the file itself marks as one."""
        self._text(Piece(0, plain(text), marker=plain(marker) or "•", depth=depth, looks=looks))

    def footnote(self, mark: str, text: str) -> None:
        """A footnote, told where the text goes on."""
        self._text(Piece(0, plain(f"{mark} {text}"), footnote=True))

    def table(self, rows: Sequence[Sequence[Sequence[str]]], pages: Sequence[int] = ()) -> None:
        """A table: rows of cells, a cell its lines. Blank rows are left out, and so is a table of nothing else."""
        cells = [[tuple(filter(None, map(plain, cell))) for cell in row] for row in rows]
        filled = [index for index, row in enumerate(cells) if any(row)]
        written: list[tuple[RawCell, ...]] = []
        for index in filled:
            row = []
            for cell in cells[index]:
                row.append(RawCell(self._length, cell or ("",)))
                self._write("\n".join(cell) + "\t")
            self._write("\n")
            written.append(tuple(row))
        if written:
            self._write("\n")
            start = written[0][0].start
            kept = tuple(pages[index] for index in filled) if pages else ()
            self._pieces.append(Piece(start, rows=tuple(written), page=self.page, row_pages=kept))

    def cards(self, facts: Sequence[str]) -> None:
        """Facts that stand side by side, each a number with words below it: items of a list, and no table."""
        for fact in facts:
            self.bullet("•", fact, 0)
        self.warn_of(facts)

    def warn_of(self, facts: Sequence[str]) -> None:
        """Say that facts set side by side give no figures."""
        self.warn(
            f"{len(facts)} facts set side by side are read as sentences, and their numbers are no figures; "
            f"the first is “{plain(facts[0])[:80]}”."
        )

    def draft(self) -> Draft:
        """What was written."""
        return Draft("".join(self._parts), tuple(self._pieces), tuple(self.warnings))

    def _text(self, piece: Piece) -> None:
        if piece.text:
            self._pieces.append(replace(piece, start=self._length, page=self.page))
            self._write(f"{piece.marker} {piece.text}\n\n".lstrip(" "))

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
