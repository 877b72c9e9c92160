"""Patterns of phrases as they are written, for the words of `[speech]` in `vocabulary.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BEGINS, _ENDS = r"(?<!\w)", r"(?!\w)"


def one_of(*groups: Iterable[str]) -> str:
    """A pattern for any one of some phrases, the longest first, whole words where they begin and end in letters.

    An apostrophe may be left off, and blanks are as wide as they are. No phrase at all matches nothing.
    """
    by_edges: dict[tuple[bool, bool], list[str]] = {}
    for phrase in sorted({phrase for group in groups for phrase in group}, key=lambda phrase: (-len(phrase), phrase)):
        by_edges.setdefault((phrase[0].isalnum(), phrase[-1].isalnum()), []).append(phrase)
    told = [
        f"{_BEGINS * begins}(?:{'|'.join(map(written, some))}){_ENDS * ends}"
        for (begins, ends), some in sorted(by_edges.items(), reverse=True)
    ]
    return f"(?:{'|'.join(told)})" if told else "(?!)"


def written(phrase: str) -> str:
    """The pattern of one phrase."""
    return r"\s+".join(re.escape(word).replace("'", "'?") for word in phrase.split())
