"""The words that a document is known to have, by which a word broken at a line's end is put together again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from .joining import BROKEN, is_ending

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BEGINS = re.compile(r"[^\W\d_]+")
_HALF = re.compile(r"[^\W\d_]+[-\u00ad\u2010](?=\s|$)")
_FEW, _PROSE = 2, 5


def known_words(pages: Iterable[Sequence[str]], cells: Iterable[Sequence[str]], printed: bool = True) -> frozenset[str]:
    """The document's words in lower case, from the lines of its pages and those of its drawn cells.

    Where nothing is known of how letters look (`printed` is False) any short text may stand in a cell: a word that is
    all of it, or begins it in lower case, may be a part of one that was cut.

    What a line's end may have cut, in a drawn cell any word there, is none of them. A word broken at its own hyphen is
    one, with that hyphen, unless the document's other breaks show that it divides words.
    """
    known: set[str] = set()
    breaks: list[tuple[str, str]] = []
    for lines, drawn in (*((page, False) for page in pages), *((cell, True) for cell in cells)):
        for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
            begun = bool(drawn and above) or (BROKEN.search(above) is not None and line[:1].islower())
            if not printed and line.count(" ") < _PROSE:
                begun = line[:1].islower() or " " not in line
            words = line.split(" ")[begun : -1 if drawn and below else None]
            known |= {part for word in _WORD.findall(_HALF.sub(" ", " ".join(words)).lower()) for part in _parts(word)}
            breaks += _broken(above, line)
    return frozenset(known | set(_compounds(breaks, known)))


def _parts(word: str) -> tuple[str, ...]:
    return (word, *word.split("-")) if "-" in word else (word,)


def _broken(above: str, line: str) -> Iterator[tuple[str, str]]:
    """The two parts of a word that a line's end parted behind a hyphen."""
    head, rest = BROKEN.search(above), _BEGINS.match(line)
    if head and rest and rest[0][0].islower():
        yield head["head"].lower(), rest[0]


def _compounds(breaks: Sequence[tuple[str, str]], known: set[str]) -> Iterator[str]:
    """Of the broken words those that have their hyphen anywhere.

    Word processors break at the hyphens that are there. One that divides words as well does so often, and then most
    breaks are of words that the document writes without a hyphen.
    """
    few = len(breaks) <= _FEW
    divided = sum(_is_divided(head, rest, known) for head, rest in breaks)
    own = sum(_is_compound(head, rest, known) for head, rest in breaks)
    for head, rest in breaks:
        if _is_divided(head, rest, known):
            continue
        if own > divided or (own == divided and (few or head in known or rest in known)):
            yield f"{head}-{rest}"


def _is_divided(head: str, rest: str, known: set[str]) -> bool:
    whole = head + rest in known and f"{head}-{rest}" not in known
    return whole or (is_ending(rest) and rest not in known)


def _is_compound(head: str, rest: str, known: set[str]) -> bool:
    return f"{head}-{rest}" in known or (head + rest not in known and head in known and rest in known)
