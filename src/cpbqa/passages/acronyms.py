"""Acronyms that a report explains: `Unaccompanied Asylum-Seeking Children (UASC)`."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from cpbqa.domain import Report, fold

_SHORT = re.compile(r"\((?P<short>[A-Z][A-Za-z]{0,2}[A-Z]{1,4}s?)\)")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_SMALL = frozenset("a an and for from in of on or the to with".split())


def acronyms_in(reports: Iterable[Report]) -> dict[str, str]:
    """Short form to long form, for each acronym whose letters begin the words before it.

    Where the reports explain one differently, the form printed most often counts.
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for report in reports:
        for block in report.blocks:
            texts = [block.text] if block.text else []
            if block.table:
                texts = [cell.text for row in block.table.rows for cell in row.cells]
            for text in texts:
                for match in _SHORT.finditer(text := fold(text)):
                    short = match["short"].removesuffix("s")
                    long = _spelled_out(short, _WORD.findall(text[: match.start()]))
                    if long:
                        found[short][long.lower()] += 1
    return {short: longs.most_common(1)[0][0] for short, longs in sorted(found.items())}


def _spelled_out(short: str, before: Sequence[str]) -> str | None:
    """The words just before the bracket whose first letters, small words aside, are the acronym."""
    letters = short.lower()
    for size in range(len(letters), min(len(before), 2 * len(letters)) + 1):
        words = before[-size:]
        initials = "".join(word[0] for word in words if word.lower() not in _SMALL).lower()
        whole = "".join(word[0] for word in words).lower()
        if letters in (initials, whole) and words[0].lower() not in _SMALL:
            return " ".join(words)
    return None
