"""The dialect of text that a PDF-to-text tool lays out: columns are kept apart by runs of spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .drafts import Draft
from .flow import Page, draft_of_pages
from .lines import Line
from .setting import Word

_GAP = re.compile(r"\S {3,}\S")
_LEAST_LINES = 3
# A letter is half as wide as a line is high, so that two spaces are a gap between columns.
_WIDTH, _PITCH = 0.5, 1.2


def is_spaced(lines: Sequence[Line]) -> bool:
    """Told by gaps of several spaces inside lines, where tabs do not part the cells."""
    gaps = sum(_GAP.search(line.text) is not None for line in lines)
    tabs = sum("\t" in line.text for line in lines)
    return gaps >= _LEAST_LINES and gaps > 2 * tabs


def read_spaced(text: str) -> Draft:
    """The text as a draft; a form feed starts a page."""
    pages = []
    parts = text.removesuffix("\f").split("\f")
    for number, part in enumerate(parts, start=1):
        lines = part.split("\n")
        words = tuple(word for index, line in enumerate(lines) for word in _words(line.expandtabs(8), index))
        pages.append(Page(number, _PITCH * len(lines), words))
    return draft_of_pages(pages, printed=False)


def _words(line: str, index: int) -> list[Word]:
    top = _PITCH * index
    return [
        Word(match[0], _WIDTH * match.start(), _WIDTH * match.end(), top, top + 1.0, 1.0)
        for match in re.finditer(r"\S+", line)
    ]
