"""Periods: financial years, as `2023/24`, and school terms, as `2023/24 Autumn`.

A snapshot at 31 March 2024 belongs to the financial year that ends that day, 2023/24. A school year runs from
September, so its three terms share the name of the financial year that its autumn term falls in.
"""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Literal

from pydantic.dataclasses import dataclass

Term = Literal["Autumn", "Spring", "Summer"]
TERMS: tuple[Term, ...] = ("Autumn", "Spring", "Summer")

YEAR = r"2\d\d\d"
"""A calendar year in digits as a pattern, 2000 to 2999."""

_YEARS = rf"(?P<start>{YEAR})[/–-](?:2\d)?(?P<end>\d\d)"
_PRINTED = re.compile(rf"{_YEARS}(?P<term>autumn|spring|summer)?(?:term)?", re.I)
_TERM_FIRST = re.compile(rf"(?P<term>autumn|spring|summer)(?:term)?{_YEARS}", re.I)
_TO = r"(?:(?:as\s+)?at|on|end(?:ing)?\s+(?:of\s+)?|(?:(?:12\s+months|year)\s+(?:to|end(?:ing|ed)?)|y/?e)\b)\s*"
_MARCH = re.compile(
    rf"(?:{_TO})?(?:(?:31(?:st)?(?:\s+of)?[\s-]*)?mar(?:ch)?\.?,?\s*[-'’]?|31[./-]0?3[./-])\s*(?P<year>{YEAR}|\d\d)",
    re.I,
)
_MONTHS = re.compile(
    r"(?:1(?:st)?\s+)?apr(?:il)?\s*[-'’]?\s*(?P<start>(?:20)?\d\d)\s*(?:-|–|to)\s*"
    r"(?:31(?:st)?\s+)?mar(?:ch)?\s*[-'’]?\s*(?P<end>(?:20)?\d\d)",
    re.I,
)
_SHORT = re.compile(r"(?P<start>\d\d)\s*[/–-]\s*(?P<end>\d\d)|20(?P<first>\d\d)\s+to\s+20(?P<last>\d\d)", re.I)
_NAMED = re.compile(r"(?:f/?y|(?:financial|academic|school|full)\s+year|year(?:\s+end)?)\s*:?\s*(?=\d)", re.I)
_SIZE = re.compile(r"\s*\(n\s*=\s*[\d,]+\)$", re.I)


def _term(name: str) -> Term:
    return next(term for term in TERMS if term.lower() == name.lower())


@total_ordering
@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One financial year (`term` is None) or one school term in it. `start` is the calendar year it begins in."""

    start: int
    term: Term | None = None

    def __str__(self) -> str:
        year = f"{self.start}/{(self.start + 1) % 100:02d}"
        return f"{year} {self.term}" if self.term else year

    def __lt__(self, other: Period) -> bool:
        return self.order < other.order

    @property
    def order(self) -> tuple[int, int]:
        """A key that sorts periods by time; a whole year counts before its terms."""
        return self.start, TERMS.index(self.term) + 1 if self.term else 0

    @property
    def year(self) -> Period:
        """The financial year this period lies in."""
        return Period(start=self.start)

    def shifted(self, years: int) -> Period:
        """The same period `years` later (earlier where negative)."""
        return Period(start=self.start + years, term=self.term)

    @property
    def year_end(self) -> str:
        """The last day of the financial year, as people write it: `31 March 2024`."""
        return f"31 March {self.start + 1}"

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """Read a period as a report prints it: `2023/24`, `2022/2 3 Summ er`, `Spring 2024/25`, `31 March 2024`.

        White space is ignored, since text taken from a PDF breaks inside words. None where the text is no period,
        or its two years do not follow each other.
        """
        packed = re.sub(r"\s+", "", text)
        match = _PRINTED.fullmatch(packed) or _TERM_FIRST.fullmatch(packed)
        if match:
            start = int(match["start"])
            if (start + 1) % 100 != int(match["end"]):
                return None
            term = match["term"]
            return cls(start=start, term=_term(term) if term else None)
        march = _MARCH.fullmatch(text.strip())
        if march:
            year = int(march["year"])
            return cls(start=(year + 2000 if year < 100 else year) - 1)
        months = _MONTHS.fullmatch(text.strip())
        if months and (int(months["start"]) + 1) % 100 == int(months["end"]) % 100:
            return cls(start=2000 + int(months["start"]) % 100)
        return None

    @classmethod
    def heading(cls, text: str) -> Period | None:
        """Read a period as the name of a table's column or row, where shorter forms than in a sentence are plain.

        `23/24`, `FY 2023/24`, `Academic year 2023/24`, `2023/24 (n=94)` beside everything that `parse` reads.
        """
        bare = _SIZE.sub("", _NAMED.sub("", text.strip(), count=1))
        short = _SHORT.fullmatch(bare)
        if short:
            start, end = int(short["start"] or short["first"]), int(short["end"] or short["last"])
            return cls(start=2000 + start) if (start + 1) % 100 == end else None
        return cls.parse(bare)
