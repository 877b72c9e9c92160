"""Pieces: what a dialect's own reader hands to the common one, before headings are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .lines import Line, begins_with_mark, clean

_BULLET = re.compile(
    r"^(?P<indent>\s*)(?P<marker>[-·•▪●◦*–]|o(?=\t)|\d{1,2}[.)]|\(?[a-z][.)])(?:\s+|(?=\[bookmark))(?P<rest>.*)$"
)
_LONE_MARKER = re.compile(r"^\s*[-·•▪●◦*–]\s*$")
# A paragraph that stops on one of these goes on after the page end, however the next one begins.
_OPEN_ENDS = frozenset(
    "a an the and or of to in on at for from with by as is are was were be been that which who their our its this "
    "these into about between during through within".split()
)


TITLE = -1


@dataclass(frozen=True)
class Looks:
    """How a paragraph is printed: the size of its letters in points (0: as the rest) and whether all of it is bold."""

    size: float = 0.0
    bold: bool = False


@dataclass(frozen=True)
class RawCell:
    """One cell before cleaning is final: where it starts, and its raw lines."""

    start: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """One paragraph or bullet (`rows` is None), or one table region.

    `blank_before` counts the blank lines above it; `depth` is a bullet's indentation level. `anchored` says that a mark
    stands before the words. A format that says more than text does tells it in the other fields: `level`, a heading's
    own level (0 is the highest, TITLE the report's title); `looks`, how the words are printed; `footnote`; `page`, and
    for a table the page of each row.
    """

    start: int
    text: str = ""
    marker: str = ""
    depth: int = 0
    blank_before: int = 0
    rows: tuple[tuple[RawCell, ...], ...] | None = field(default=None)
    level: int | None = None
    looks: Looks | None = None
    footnote: bool = False
    anchored: bool = False
    page: int | None = None
    row_pages: tuple[int, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.rows is None and not self.marker


def text_piece(line: Line, blank_before: int) -> Piece | None:
    """One line of prose as a piece; None for a line with nothing to read in it, such as a lone bullet mark."""
    if line.blank or _LONE_MARKER.match(line.text):
        return None
    match = _BULLET.match(line.text)
    if match and clean(match["rest"]):
        depth = 1 if match["indent"] else 0
        return Piece(line.start, clean(match["rest"]), match["marker"], depth, blank_before)
    return Piece(line.start, clean(line.text), blank_before=blank_before, anchored=begins_with_mark(line.text))


def join_broken(pieces: Sequence[Piece]) -> list[Piece]:
    """Join a sentence that a page end broke: the words go on in lower case, or the first part stops in the middle."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if (
            before is not None
            and _is_prose(before)
            and _is_prose(piece)
            and not piece.marker
            and _goes_on(before, piece)
        ):
            joined[-1] = replace(before, text=f"{before.text} {piece.text}")
        else:
            joined.append(piece)
    return joined


def _is_prose(piece: Piece) -> bool:
    return piece.rows is None and piece.level is None and not piece.footnote


def _goes_on(one: Piece, other: Piece) -> bool:
    # What a mark leads to begins there; and with the mark in its middle, the whole could not be found again.
    if one.looks != other.looks or other.anchored:
        return False
    before, after = one.text, other.text
    if before[-1] in ".!?:;)]'’\"”":
        return False
    if len(before.split()) < 6:
        return False
    return after[0].islower() or before.rsplit(None, 1)[-1].lower() in _OPEN_ENDS
