"""Headings of a file that marks them, by style or by how they are printed: larger letters, or bold ones.

What the file says with a style is taken at its word. Print alone is weaker: a large or bold line is a heading where it
reads like one, and lines of one look are of one level, unless the line is a section's title as the outline or its form
("Appendix B – ...") tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from cpbqa.domain import caption

from .headings import SECTION, TOPIC, always_section, find_title, short_title
from .pieces import TITLE, Looks, Piece

_MOST_WORDS, _FEW_STYLED = 20, 3
_LARGER = 1.06
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.")


def levels(pieces: Sequence[Piece], outline: Sequence[str]) -> dict[int, int]:
    """Which pieces are headings, by index, and at which level (0 is a section, TITLE the report's title)."""
    styled = {index: piece.level for index, piece in enumerate(pieces) if piece.level is not None}
    kept = _without_title(pieces, styled)
    if sum(level != TITLE for level in kept.values()) >= _FEW_STYLED:
        return {**_bold_below(pieces, kept), **kept}
    looks = _by_looks(pieces, outline)
    return _without_title(pieces, {**looks, **styled} if looks else styled)


def _without_title(pieces: Sequence[Piece], styled: dict[int, int]) -> dict[int, int]:
    """The same headings with the highest level 0, and the report's title as TITLE.

    A highest level that is used once, by the first words of all, is the title too, if sections follow.
    """
    ranks = sorted({level for level in styled.values() if level != TITLE})
    if not ranks:
        return dict(styled)
    top = [index for index, level in styled.items() if level == ranks[0]]
    title = top[0] if len(top) == 1 and len(ranks) > 1 and top[0] == 0 and TITLE not in styled.values() else None
    least = ranks[1] if title is not None else ranks[0]
    return {
        index: TITLE if index == title or level == TITLE else level - least
        for index, level in styled.items()
    }  # fmt: skip


def _bold_below(pieces: Sequence[Piece], styled: dict[int, int]) -> dict[int, int]:
    """Bold lines among styled headings are one level below them all."""
    lowest = max(level for level in styled.values())
    return {
        index: SECTION if always_section(piece.text) else lowest + 1
        for index, piece in enumerate(pieces)
        if index not in styled and piece.looks and piece.looks.bold and _reads_like_one(pieces, index)
    }


def _by_looks(pieces: Sequence[Piece], outline: Sequence[str]) -> dict[int, int]:
    """Headings by size and boldness: each look that stands out from the text is a level."""
    body = _body(pieces)
    standing = {
        index: _rounded(piece.looks)
        for index, piece in enumerate(pieces)
        if piece.looks and _stands_out(piece.looks, body) and _reads_like_one(pieces, index)
    }
    ranks = sorted(set(standing.values()), key=lambda looks: (-looks.size, not looks.bold))
    known = Counter(looks for i, looks in standing.items() if _names_section(pieces[i].text, outline))
    found: dict[int, int] = {}
    highest = ranks.index(known.most_common(1)[0][0]) if known else 0
    for index, looks in standing.items():
        level = max(ranks.index(looks) - highest, 0)
        if _names_section(pieces[index].text, outline):
            level = SECTION
        found[index] = min(level, TOPIC + 1)
    return _first_is_title(pieces, found, standing, ranks)


def _first_is_title(
    pieces: Sequence[Piece], found: dict[int, int], standing: dict[int, Looks], ranks: Sequence[Looks]
) -> dict[int, int]:
    """The largest lines at the very start, of a look that never comes back, are the report's title.

    So are the next lines of the title page, each of a look of its own, where another heading and no text follows them.
    """
    titles: list[int] = []
    for looks in ranks[:-1]:
        alike = [index for index, other in standing.items() if other == looks]
        last = alike[-1] if alike else -1
        if alike != list(range(len(titles), last + 1)) or (titles and last + 1 not in standing):
            break
        titles = list(range(last + 1))
    if not titles:
        return found
    found |= dict.fromkeys(titles, TITLE)
    rest = [level for level in found.values() if level != TITLE]
    least = min(rest, default=0)
    return {index: level if level == TITLE else level - least for index, level in found.items()}


def _names_section(text: str, outline: Sequence[str]) -> bool:
    return always_section(text) or find_title(text, outline) is not None


def _body(pieces: Sequence[Piece]) -> Looks:
    """How most of the words are printed."""
    words: Counter[Looks] = Counter()
    for piece in pieces:
        if piece.looks and piece.rows is None:
            words[_rounded(piece.looks)] += len(piece.text.split())
    return words.most_common(1)[0][0] if words else Looks()


def _rounded(looks: Looks) -> Looks:
    return replace(looks, size=round(2 * looks.size) / 2)


def _stands_out(looks: Looks, body: Looks) -> bool:
    return looks.size > body.size * _LARGER or (looks.bold and not body.bold and looks.size >= body.size * 0.95)


def _reads_like_one(pieces: Sequence[Piece], index: int) -> bool:
    """Short, begins like a title, does not end like a sentence or a list's lead-in, and something follows."""
    piece = pieces[index]
    text = short_title(piece.text)
    if piece.rows is not None or piece.footnote or caption(text) or index + 1 >= len(pieces):
        return False
    if piece.marker and not _NUMBERED.fullmatch(piece.marker):
        return False
    begins = text[:1].isupper() or text[:1] in "'‘’\"“" or text[:1].isdigit()
    ends = re.search(r"[.;:]['’\"”]?$", text) is None
    return begins and ends and len(text.split()) <= _MOST_WORDS and any(map(str.isalpha, text)) and not _is_figure(text)


def _is_figure(text: str) -> bool:
    """`277 children were looked after`: a number printed large, with what it counts."""
    return re.match(r"[£<]?\d[\d,.]*%?\s+(?!\d)", text) is not None and not re.match(
        r"\d{1,2}(\.\d+)*\.?\s+[A-Z]", text
    )
