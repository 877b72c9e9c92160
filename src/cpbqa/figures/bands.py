"""Ages, which are written as years are: `17-18`. The names beside them tell which of the two they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

# `5 to 9`, `16+`, `under 1`, `4 or more`: what a column counts.
_BAND = re.compile(
    r"(?:ages?d?\s*)?(?:\d+\s*(?:-|–|to)\s*\d+|\d+\s*\+|(?:under|over)\s+\d+|\d+\s+(?:and|or)\s+\w+)(?:\s*y(?:ea)?rs?(?:\s+old)?)?",
    re.I,
)
_SHORT = re.compile(r"(?<![\d/–-])(?P<first>\d\d)\s*[–-]\s*(?P<last>\d\d)(?![\d/–-])")
_OLDEST = 22


def is_band(text: str) -> bool:
    """`5 to 9`, `16+`, `under 1`: ages, or how often something was."""
    return _BAND.fullmatch(text.strip()) is not None


def are_ages(names: Sequence[str]) -> bool:
    """Whether the names of columns or rows that might be years (`17-18`) are ages.

    So they are beside others that are ages and no years (`19-21`, `16+`), where several of them never follow each
    other (`16-17`, `18-19`), and where a single one is no more than an age.
    """
    short = [(name, match) for name in names if (match := _SHORT.search(name))]
    years = [int(m["first"]) for _, m in short if int(m["last"]) - int(m["first"]) == 1]
    if not years or any("/" in name for name in names):
        return False
    if any(is_band(name) and not _is_year(name) for name in names):
        return True
    if len(set(years)) == 1:
        return years[0] < _OLDEST and not any(re.search(r"20\d\d", name) for name in names)
    return all(abs(other - one) > 1 for one, other in pairwise(sorted(set(years))))


def might_be_age(name: str) -> bool:
    """A year in two digits with a dash, which may be an age as well."""
    match = _SHORT.search(name)
    return match is not None and int(match["last"]) - int(match["first"]) == 1


def _is_year(name: str) -> bool:
    match = _SHORT.fullmatch(name.strip())
    return match is not None and int(match["last"]) - int(match["first"]) == 1
