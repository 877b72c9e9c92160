"""Words where a page sets them, the lines that they make, and how lines are put together again.

Distances are in the page's own unit, with the top of the page at 0; `size` is the height of the letters.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .drafts import raised

# Gaps inside a line, in letter heights: between two words of one text, and between two columns.
WORD_GAP, COLUMN_GAP = 0.16, 0.9
_LEAST_GAPS, _WIDEST = 3, 2.2
# As few words with gaps as wide as this are the heads of columns.
_LEAST_WIDE_GAPS, _WIDE = 5, 1.5


@dataclass(frozen=True)
class Word:
    """One word and where it stands."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Line:
    """Words beside each other, from left to right."""

    words: tuple[Word, ...]

    @cached_property
    def x0(self) -> float:
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @cached_property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @cached_property
    def size(self) -> float:
        """The size of most of its letters."""
        letters: Counter[float] = Counter()
        for word in self.words:
            letters[word.size] += len(word.text)
        return letters.most_common(1)[0][0]

    @cached_property
    def bold(self) -> bool:
        """True where every word with letters in it is bold."""
        told = [word.bold for word in self.words if any(map(str.isalnum, word.text))]
        return bool(told) and all(told)

    @cached_property
    def text(self) -> str:
        """The words with a space where there is a gap; small ones set high are marks of footnotes."""
        parts: list[str] = []
        for index, word in enumerate(self.words):
            before = self.words[index - 1] if index else None
            if before is not None and word.x0 - before.x1 > WORD_GAP * min(word.size, self.size):
                parts.append(" ")
            high = word.size < 0.85 * self.size and word.bottom < self.bottom - 0.12 * self.size
            parts.append(raised(word.text) if high else word.text)
        return "".join(parts)

    @cached_property
    def justified(self) -> bool:
        """Words of prose with gaps that are all alike and wide, as where a line is stretched to both edges."""
        gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(self.words)]
        letters = sum(word.text.strip(",.;:()’'").isalpha() for word in self.words)
        return (
            len(gaps) >= (_LEAST_GAPS if max(gaps, default=0.0) < _WIDE * self.size else _LEAST_WIDE_GAPS)
            and max(gaps) - min(gaps) < 0.3 * self.size
            and max(gaps) < _WIDEST * self.size
            and letters >= 0.7 * len(self.words)
        )

    @cached_property
    def segments(self) -> tuple[Line, ...]:
        """The parts of it that gaps as wide as between columns keep apart."""
        if self.justified:
            return (self,)
        found: list[list[Word]] = [[self.words[0]]]
        for word in self.words[1:]:
            if word.x0 - found[-1][-1].x1 > COLUMN_GAP * self.size:
                found.append([])
            found[-1].append(word)
        return tuple(Line(tuple(part)) for part in found)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """The lines that words make, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.middle, word.x0)):
        if rows and _beside(rows[-1], word):
            rows[-1].append(word)
        else:
            rows.append([word])
    found = [Line(tuple(sorted(row, key=lambda word: word.x0))) for row in rows]
    return sorted(found, key=lambda line: (line.top + line.bottom, line.x0))


def _beside(row: Sequence[Word], word: Word) -> bool:
    """In one line: the middle of the lower of the two is not below the other one."""
    tallest = max(row, key=lambda other: other.size)
    reach = 0.5 * max(tallest.size, word.size)
    return abs(word.middle - tallest.middle) < reach and not _overprinted(row, word)


def _overprinted(row: Sequence[Word], word: Word) -> bool:
    """Most of the word lies where another one does: that is another line, set tightly."""
    return any(
        min(word.x1, other.x1) - max(word.x0, other.x0) > 0.5 * min(word.x1 - word.x0, other.x1 - other.x0)
        for other in row[-40:]
    )
