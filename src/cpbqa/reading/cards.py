"""Facts set side by side, each a large number with words below it or beside it: read one after the other."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .aligned import is_header
from .joining import joined
from .setting import Line, Word, lines_of

_LARGER, _ALIKE = 1.35, 0.12
_FARTHEST, _UNEVEN, _MOST_LINES, _LEAST_GAP = 0.9, 0.25, 8, 0.5
_FOOT = 4.5


@dataclass(frozen=True)
class Cards:
    """The facts of one row of cards, from left to right, each its number and its words."""

    texts: tuple[str, ...]
    place: Line


def with_cards(lines: Sequence[Line], known: Collection[str]) -> Iterator[Line | Cards]:
    """The lines in order, those of each row of cards together."""
    index = 0
    while index < len(lines):
        found = _cards(lines[index:], known)
        if found is None:
            yield lines[index]
            index += 1
        else:
            yield found[0]
            index += found[1]


def _cards(lines: Sequence[Line], known: Collection[str]) -> tuple[Cards, int] | None:
    """The row of cards that begins with the first of the lines, and how many of them it takes."""
    size = max(word.size for word in lines[0].words)
    numbers = _numbers(lines[0], size)
    if len(numbers) < 2 or is_header(lines[0]):
        return None
    return _cards_of(lines, numbers, _reach(lines, size, len(numbers)), size, known) or _cards_of(
        lines, numbers, _reach(lines, size), size, known
    )


def _cards_of(
    lines: Sequence[Line], numbers: Sequence[Line], taken: int, size: float, known: Collection[str]
) -> tuple[Cards, int] | None:
    """The row of cards that so many of the lines make; None where the cards cannot be told apart."""
    words = [word for line in lines[:taken] for word in line.words]
    small = [word for word in words if not _is_large(word, size)]
    if not small or size < _LARGER * Counter(word.size for word in small).most_common(1)[0][0]:
        return None
    edges = [_edge(one, other, words) for one, other in itertools.pairwise(numbers)]
    if any(edge is None for edge in edges):
        return None
    bounds = [float("-inf"), *(edge for edge in edges if edge is not None), float("inf")]
    texts = []
    for (x0, x1), number in zip(itertools.pairwise(bounds), numbers, strict=True):
        told = [line.text for line in lines_of(w for w in small if x0 <= (w.x0 + w.x1) / 2 < x1)]
        if not any(map(str.isalpha, " ".join(told))):
            return None
        texts.append(joined([number.text, *told], known))
    return Cards(tuple(texts), lines[0]), taken


def _numbers(line: Line, size: float) -> list[Line]:
    """The large parts of a line, where each holds a digit."""
    large = [word for word in line.words if _is_large(word, size)]
    small = [word for word in line.words if not _is_large(word, size)]
    parts: list[list[Word]] = []
    for word in large:
        beside = parts and word.x0 - parts[-1][-1].x1 < _LEAST_GAP * size
        between = parts and any(parts[-1][-1].x1 <= w.x0 and w.x1 <= word.x0 for w in small)
        if beside and not between:
            parts[-1].append(word)
        else:
            parts.append([word])
    found = [Line(tuple(part)) for part in parts]
    return found if all(any(map(str.isdigit, part.text)) for part in found) else []


def _reach(lines: Sequence[Line], size: float, cards: int = 0) -> int:
    """How many lines the row of cards has: small ones, close to each other, below its numbers.

    With the number of the cards, a line at the foot of them that is smaller still, and has a part in each, is of them:
    `635 a year earlier`.
    """
    count = 1
    beside = [word.size for word in lines[0].words if not _is_large(word, size)]
    usual = max(beside) if beside else lines[1].size if len(lines) > 1 else 0.0
    room = size
    for before, line in itertools.pairwise(lines):
        gap = line.top - before.bottom
        if count > 1 and line.size < usual and len(line.segments) == cards and gap < _FOOT * usual:
            return count + 1
        if gap > room or count > _MOST_LINES or abs(line.size - usual) > _ALIKE * usual:
            break
        # The lines of one text are evenly far apart.
        room = min(room, max(gap, 0.0) + _UNEVEN * usual) if count > 1 else _FARTHEST * usual
        count += 1
    return count


def _edge(one: Line, other: Line, words: Sequence[Word]) -> float | None:
    """Where one card ends and the next begins: the last place between their numbers that no word stands at."""
    held = sorted((word.x0, word.x1) for word in words if word.x1 > one.x1 - 0.1 and word.x0 < other.x0 + 0.1)
    reach, edge = one.x1, None
    for x0, x1 in held:
        if x0 - reach > _LEAST_GAP * words[-1].size and reach < other.x0:
            edge = (reach + x0) / 2
        reach = max(reach, x1)
    return edge


def _is_large(word: Word, size: float) -> bool:
    return abs(word.size - size) <= _ALIKE * size
