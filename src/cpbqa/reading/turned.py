"""Words on a page that are turned by a quarter, as those over narrow columns are: each text as one word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from .setting import WORD_GAP, Word

_NEAR, _BESIDE = 0.6, 0.4
_MOST = 2_000


def turned_words(chars: Sequence[Mapping[str, Any]]) -> list[Word]:
    """The turned texts of a page; lines close beside each other are one text."""
    turned = [char for char in chars if not char["upright"] and _turn(char)]
    if not turned or len(turned) > _MOST:
        return []
    found: list[Word] = []
    for upward, group in groupby(sorted(turned, key=_turn), key=_turn):
        lines = list(_lines(list(group), upward))
        lines.sort(key=lambda word: word.x0, reverse=upward < 0)
        found += _texts(lines)
    return found


def _turn(char: Mapping[str, Any]) -> int:
    """1 where a text runs upward, -1 where it runs downward, 0 where it does neither."""
    a, b, c, _, _, _ = char["matrix"]
    return 0 if abs(a) > 0.1 * abs(b) or abs(b) < 0.1 * abs(c) else 1 if b > 0 else -1


def _lines(chars: list[Mapping[str, Any]], upward: int) -> Iterator[Word]:
    """Letters above each other, with a space where there is a gap."""
    begun: list[Mapping[str, Any]] = []
    for char in sorted(chars, key=lambda c: (round(float(c["x0"])), -upward * float(c["top"]))):
        if begun and not _follows(begun[-1], char, upward):
            yield _word(begun, upward)
            begun = []
        begun.append(char)
    if begun:
        yield _word(begun, upward)


def _gap(one: Mapping[str, Any], other: Mapping[str, Any], upward: int) -> float:
    return float(one["top"] - other["bottom"] if upward > 0 else other["top"] - one["bottom"])


def _follows(one: Mapping[str, Any], other: Mapping[str, Any], upward: int) -> bool:
    width = float(one["x1"] - one["x0"])
    return abs(float(one["x0"] - other["x0"])) < 1.5 and -0.5 * width < _gap(one, other, upward) < _NEAR * width


def _word(chars: Sequence[Mapping[str, Any]], upward: int) -> Word:
    size = float(chars[0]["x1"] - chars[0]["x0"])
    text = str(chars[0]["text"])
    for one, other in pairwise(chars):
        text += (" " if _gap(one, other, upward) > WORD_GAP * size else "") + str(other["text"])
    return Word(
        " ".join(text.split()),
        min(float(c["x0"]) for c in chars),
        max(float(c["x1"]) for c in chars),
        min(float(c["top"]) for c in chars),
        max(float(c["bottom"]) for c in chars),
        round(2 * size) / 2 or 0.5,
    )


def _texts(lines: Sequence[Word]) -> Iterator[Word]:
    """Lines beside each other, in the order in which they are read, as one text each."""
    begun: list[Word] = []
    for word in lines:
        before = begun[-1] if begun else None
        if before is not None and not (
            max(word.x0 - before.x1, before.x0 - word.x1) < _BESIDE * word.size
            and min(word.bottom, before.bottom) > max(word.top, before.top)
        ):
            yield _text(begun)
            begun = []
        begun.append(word)
    if begun:
        yield _text(begun)


def _text(lines: Sequence[Word]) -> Word:
    first = lines[0]
    return Word(
        " ".join(line.text for line in lines),
        min(line.x0 for line in lines),
        max(line.x1 for line in lines),
        min(line.top for line in lines),
        max(line.bottom for line in lines),
        first.size,
    )
