"""Running headers and footers, and page numbers: the same words at the same height of many pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from cpbqa.domain import Period

from .aligned import is_header
from .setting import Line

_EDGE_LINES = 3
_PAGE_NUMBER = re.compile(r"\W*(?:page|p\.?)?\s*\d{1,4}(?:\s*(?:of|/|\|)\s*(?:\d{1,4}|page))?\W*", re.I)
_PAGE_OF = re.compile(r"\b(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/|\|)\s*\d{1,4})?\b", re.I)
# Years in columns too narrow for them, which go on in the next line: `2021/2` and `2`.
_YEAR_BEGUN = re.compile(r"(?<!\S)20\d\d[/–-]\d?(?!\S)")
_NEAR, _MARGIN = 0.03, 0.15
_SHARE, _LEAST = 0.4, 2
_CLOSE, _LEAST_WORDS = 0.6, 9


def without_running(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> tuple[list[list[Line]], list[str]]:
    """The lines of each page without what runs along its edges, and the words that were taken away, each once.

    `heights` are those of the pages: one that lies on its side is less high.
    """
    places: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for line in _edges(lines, height):
            places[_key(line)].append((number, line.top / height))
    running = {key for key, found in places.items() if _runs(key, found, len(pages))}
    taken: dict[str, None] = {}
    kept = []
    for lines, height in zip(pages, heights, strict=True):
        edge = [line for line in _edges(lines, height) if _key(line) in running]
        prose = [pair for pair in pairwise(lines) if _runs_on(*pair)]
        # The first or last line of a paragraph that reaches into the margin is none.
        text = {id(line) for pair in prose for line in pair if not all(_key(other) in running for other in pair)}
        edge = [line for line in edge if id(line) not in text]
        taken |= {line.text: None for line in edge if not _PAGE_NUMBER.fullmatch(line.text)}
        kept.append([line for line in lines if not any(line is other for other in edge)])
    once = {_masked(text): text for text in reversed(taken)}
    return kept, sorted(once.values())


def _edges(lines: Sequence[Line], height: float) -> list[Line]:
    """The first and last lines of a page that stand near its edges."""
    # A table's header at the top of a page comes back too, and each of its lines.
    headers = [line for line in lines[: 2 * _EDGE_LINES] if is_header(line) or len(_YEAR_BEGUN.findall(line.text)) > 1]
    lines = [line for line in lines if all(abs(line.top - other.top) > 4 * other.size for other in headers)]
    top = [line for line in lines[:_EDGE_LINES] if line.top < _MARGIN * height]
    return [*top, *(line for line in lines[len(top) :][-_EDGE_LINES:] if line.bottom > (1 - _MARGIN) * height)]


def _runs_on(line: Line, below: Line) -> bool:
    """A sentence goes on from one line to the next."""
    near = below.top - line.bottom < _CLOSE * line.size and abs(line.size - below.size) < 0.06 * line.size
    unended = len(line.text.split()) >= _LEAST_WORDS and line.text.rstrip()[-1:] not in '.!?:;”"'
    return near and unended and abs(line.x0 - below.x0) < 0.5 * line.size and below.text[:1] not in "0123456789|"


def _key(line: Line) -> str:
    # A paragraph may end in a line of its own: `2024/25)` is no page 2024 of 25.
    year = Period.parse(line.text.strip("()., ")) is not None
    return "#" if _PAGE_NUMBER.fullmatch(line.text) and not year else _masked(line.text)


def _masked(text: str) -> str:
    """The text with its page number hidden: at either end, or after the word."""
    folded = _PAGE_OF.sub("#", " ".join(text.split()))
    return re.sub(r"^\d{1,4}\b|\b\d{1,4}$", "#", folded)


def _runs(key: str, found: Sequence[tuple[int, float]], pages: int) -> bool:
    """On many pages at one height, told as a share of the page's. A table's header is none: it names years."""
    if sum(Period.parse(part) is not None for part in re.split(r"\s{1,}", key)) >= 2:
        return False
    best = max(len({page for page, top in found if abs(top - other) <= _NEAR}) for _, other in found)
    return best >= max(_LEAST, _SHARE * pages)
