"""Tables whose cells a bar parts (`Home | 2022/23 | 2023/24 |`), as text taken from a web page has them: no rule below.

A reader of Markdown knows a table by the rule below its header; here it is put in.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*")
_HEADING = re.compile(r" {0,3}#{1,6}\s+\S")
_LEAST_CELLS, _MOST_LINES = 3, 4


def has_pipes(text: str) -> bool:
    """Two rows of as many cells follow each other."""
    widths = [_cells(line) for line in text.split("\n")]
    return any(one == other >= _LEAST_CELLS for one, other in itertools.pairwise(widths))


def with_rules(text: str) -> str:
    """The text with a rule below each header that has none, and rows whole that were broken inside a cell."""
    lines = text.split("\n")
    # Without any rule or heading it is no Markdown but plain text, whose lines are paragraphs.
    end = "\n" if any(_RULE.fullmatch(line) or _HEADING.match(line) for line in lines) else "\n\n"
    return "".join(f"{line}\n" if "|" in line else f"{line}{end}" for line in _ruled(lines))


def _ruled(lines: Sequence[str]) -> Iterator[str]:
    index, width = 0, 0
    while index < len(lines):
        line, following = lines[index], lines[index + 1] if index + 1 < len(lines) else ""
        cells = _cells(line)
        if width and "|" in line:
            line, index = _whole(lines, index, width)
            yield line
            continue
        if width:
            # What follows right below is no row.
            width = 0
            yield ""
        if not cells:
            pass
        elif _RULE.fullmatch(following):
            width = cells
        elif cells == _cells(following):
            width = cells
            yield ""
            yield line
            line = "|" + "---|" * cells
        yield line
        index += 1


def _whole(lines: Sequence[str], start: int, width: int) -> tuple[str, int]:
    """The row that begins at `start`, with lines of numbers and bars that go on with it, and where the next begins."""
    text, end = lines[start], start + 1
    while _cells(text) < width and end < min(len(lines), start + _MOST_LINES):
        if not lines[end].strip() or re.search(r"[^\W\d_]", lines[end]):
            break
        text, end = f"{text} {lines[end].strip()}", end + 1
    return (text, end) if _cells(text) == width else (lines[start], start + 1)


def _cells(line: str) -> int:
    """How many cells bars part; none where too few do."""
    parts = line.strip().strip("|").split("|") if "|" in line else []
    return len(parts) if len(parts) >= _LEAST_CELLS else 0
