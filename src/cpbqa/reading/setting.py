"""Words where a page sets them, the lines that they make, and how lines are put together again.

Distances are in the page's own unit, with the top of the page at 0; `size` is the height of the letters.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .drafts import raised

# Gaps inside a line, in letter heights: between two words of one text, and between two columns.
WORD_GAP, COLUMN_GAP = 0.16, 0.9
_LEAST_GAPS, _WIDEST = 3, 2.2
# As few words with gaps as wide as this are the heads of columns.
_LEAST_WIDE_GAPS, _WIDE = 5, 1.5
_BROKEN = re.compile(r"(?P<head>[^\W\d_]+)[-\u00ad\u2010]$")
_BEGINNING = re.compile(r"[^\W\d_]+")
# A value in a column too narrow for it: `58.` and `0%`, or `100` and `.0%`; never two numbers below each other.
_HALF_A_NUMBER = re.compile(r"(?<!\S)[£<]?\d[\d,]*\.\n\d+%?(?!\S)|(?<!\S)[£<]?\d[\d,.]*\n(?:\.\d+)?%(?!\S)")
# Ends a line whose last word may have been cut there, since it is too long for its column.
CUT = "\x00"
# What begins no word; letters that are words by themselves, and those that end none.
_CLOSING, _ONE_LETTER, _ENDS_NO_WORD = ",;:)]", "ai", "ijquv"
_ENDS_A_WORD = re.compile(r"(?:ment|[ts]ion|ness|ity|ing|ed|al|[ai]ble|ive|ous|ly|[ae]n(?:ce|t)|[ao]ry)$")
# A list of numbers is no value.
_LISTED = re.compile(r"[(\[](?:\d+,)*\d*$")
# Before a hyphen these stay apart from what follows: self-esteem, long-term.
_APART = frozenset(
    "self non co multi semi long short well full part one two three four five six high low pre post mid cross ex "
    "end in out up on so to day face step much ever year age re".split()
)


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


def with_cuts(lines: Sequence[Line], x0: float, x1: float) -> list[str]:
    """The text of the lines of a cell between two edges; `CUT` ends a line where a word may have been cut in two.

    A word is cut only where it is too long for a whole line, and then right where its next letter had no room.
    """
    cut = [_cut(line.words[-1], following.words[0], x0, x1) for line, following in itertools.pairwise(lines)]
    return [line.text + CUT * is_cut for line, is_cut in zip(lines, [*cut, False], strict=False)]


def _cut(last: Word, first: Word, x0: float, x1: float) -> bool:
    width, letter = first.x1 - first.x0, (first.x1 - first.x0) / len(first.text)
    return last.x1 + letter > x1 and last.x1 - last.x0 + width > x1 - x0


def joined(lines: Sequence[str], known: Collection[str] = ()) -> str:
    """The text of lines that go on from one to the next; a word broken at a line's end is whole again.

    A hyphen there is part of the word where the document writes it with one elsewhere, or parts two words.
    `known` are the document's own words, in lower case.
    """
    text = ""
    for line in lines:
        text = _with(text, line, known) if text else line
    return text.rstrip(CUT)


def _is_one_word(text: str, line: str, known: Collection[str]) -> bool:
    """Whether a line's last word, that filled its column, goes on in the next line.

    It does where what the next line begins with, or what this one ends with, is no word of the document nor looks like
    one.
    """
    if line[:1] in _CLOSING or (line[:1].isdigit() and _LISTED.search(text)):
        return True
    begun, after = re.search(r"[^\W\d_]+$", text), _BEGINNING.match(line)
    if begun is None or after is None or not after[0][0].islower():
        return False
    head, rest = begun[0].lower(), after[0]
    if head + rest in known or head in known or rest in known:
        single = len(rest) == 1 and rest not in _ONE_LETTER
        whole = head + rest in known and not (head in known and rest in known)
        return single or whole or (head not in known and head[-1] in _ENDS_NO_WORD)
    return len(rest) == 1 or not _ENDS_A_WORD.search(head)


def _with(text: str, line: str, known: Collection[str]) -> str:
    if text.endswith(CUT):
        text = text.rstrip(CUT)
        if _is_one_word(text, line, known):
            return text + line
    match, after = _BROKEN.search(text), _BEGINNING.match(line)
    if match and after and after[0][0].islower():
        whole, kept = f"{match['head']}{after[0]}".lower(), f"{match['head']}-{after[0]}".lower()
        soft = text.endswith("\u00ad") or (whole in known and kept not in known)
        words = match["head"].lower() in known and after[0] in known
        apart = not soft and (kept in known or match["head"].lower() in _APART or words)
        return (text[:-1] + "-" if apart else text[:-1]) + line
    if re.search(r"\w-$", text) and re.match(r"\w", line):
        return text + line
    if _HALF_A_NUMBER.search(f"{text[-8:]}\n{line[:8]}"):
        return text + line
    head = re.search(r"(?<![\w-])[^\W\d_]+$", text)
    if head and after and after[0][0].islower() and f"{head[0]}{after[0]}".lower() in known:
        # A column too narrow for the word.
        return f"{text} {line}" if head[0].lower() in known and after[0].lower() in known else text + line
    return f"{text} {line}"
