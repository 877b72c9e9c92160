"""The marks of list items that a page draws instead of printing a letter, as browsers do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .setting import Word

# In letter heights: how large a mark is, and how far before its words it stands. A larger dot stands for a colour.
_LEAST, _MOST, _FARTHEST = 0.15, 0.45, 2.0
_MOST_SHAPES = 500


def drawn_marks(shapes: Iterable[Mapping[str, Any]], words: Sequence[Word]) -> list[Word]:
    """A mark as a word, for each small round or square shape right before the first word of a line."""
    small = [shape for shape in shapes if _is_small(shape)]
    return list(_marks(small, words)) if len(small) <= _MOST_SHAPES else []


def _is_small(shape: Mapping[str, Any]) -> bool:
    width, height = float(shape["width"]), float(shape["height"])
    return 0.5 < width < 12 and abs(width - height) < 0.2 * width


def _marks(shapes: Sequence[Mapping[str, Any]], words: Sequence[Word]) -> Iterator[Word]:
    told: set[Word] = set()
    for shape in shapes:
        x0, x1, middle = float(shape["x0"]), float(shape["x1"]), (float(shape["top"]) + float(shape["bottom"])) / 2
        beside = [word for word in words if word.top < middle < word.bottom]
        after = min((word for word in beside if word.x0 >= x1), key=lambda word: word.x0, default=None)
        if after is None or after in told:
            continue
        fits = _LEAST * after.size <= x1 - x0 <= _MOST * after.size and after.x0 - x1 <= _FARTHEST * after.size
        # Between two words it is a part of a line.
        alone = all(word.x1 < x0 - _FARTHEST * after.size or word.x0 >= x1 for word in beside)
        if fits and alone:
            told.add(after)
            yield Word("•", x0, x1, after.top, after.bottom, after.size)
