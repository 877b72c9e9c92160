"""Periods: financial years, as `2023/24`, and parts of them: `2023/24 Autumn`, `2023/24 Q1`, `2023/24 May`.

A snapshot at 31 March 2024 belongs to the financial year that ends that day, 2023/24. A school year runs from
September, so its three terms share the name of the financial year that its autumn term falls in. Quarters, halves and
months are those of the financial year: January 2024 is `2023/24 January`.
"""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Literal

from pydantic.dataclasses import dataclass

Term = Literal[
    "Autumn", "Spring", "Summer", "H1", "H2", "Q1", "Q2", "Q3", "Q4", "April", "May", "June", "July", "August",
    "September", "October", "November", "December", "January", "February", "March",
]  # fmt: skip
"""A part of a year: a school term, a half, a quarter or a month."""
Kind = Literal["year", "term", "half", "quarter", "month"]
TERMS: tuple[Term, ...] = ("Autumn", "Spring", "Summer")
HALVES: tuple[Term, ...] = ("H1", "H2")
QUARTERS: tuple[Term, ...] = ("Q1", "Q2", "Q3", "Q4")
MONTHS: tuple[Term, ...] = (
    "April", "May", "June", "July", "August", "September", "October", "November", "December", "January", "February",
    "March",
)  # fmt: skip
PARTS: dict[Kind, tuple[Term, ...]] = {"term": TERMS, "half": HALVES, "quarter": QUARTERS, "month": MONTHS}
"""The parts that a year is divided in, each kind in order of time."""
_KINDS: dict[Term, Kind] = {term: kind for kind, terms in PARTS.items() for term in terms}
_ORDER: dict[Term, int] = {term: index for terms in PARTS.values() for index, term in enumerate(terms, start=1)}

YEAR = r"2\d\d\d"
"""A calendar year in digits as a pattern, 2000 to 2999."""

_YEARS = rf"(?P<start>{YEAR})[/–-](?:2\d)?(?P<end>\d\d)"
_PART = rf"(?P<term>autumn|spring|summer|[qh]\d|{'|'.join(MONTHS)})"
_PRINTED = re.compile(rf"{_YEARS}(?:{_PART}(?:term)?)?", re.I)
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
_SEASON = r"(?P<season>aut(?:umn)?|spr(?:ing)?|summer)\.?(?:\s+term)?"
_MONTH = r"(?P<month>" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in MONTHS) + r"|sept)\b\.?"
_QUARTER = r"(?:q(?:uarter|tr)?\.?\s*(?P<quarter>[1-4])|(?P<nth>[1-4])(?:st|nd|rd|th)\s+q(?:uarter|tr))"
_HALF = r"(?:h(?:alf)?\.?\s*(?P<half>[12])|(?P<first>first|1st|second|2nd)\s+half)"
_PARTED = re.compile(rf"(?<![^\W\d_])(?:{_QUARTER}|{_HALF})(?!\d)", re.I)
# The months of a quarter, in brackets or not, say again what its number says.
_OF_MONTHS = re.compile(
    r"\(?\b(?:apr\w*\s*(?:-|–|to)\s*(?:june?|sep\w*)|july?\s*(?:-|–|to)\s*sep\w*|oct\w*\s*(?:-|–|to)\s*(?:dec\w*|mar\w*)"
    r"|jan\w*\s*(?:-|–|to)\s*mar\w*)\b\)?",
    re.I,
)
# A quarter or the first half by its months: `Apr-Jun 22`, `January to March 2023`.
_RANGE = re.compile(
    r"(?P<first>apr|jul|oct|jan)[a-z]*\.?\s*(?:-|–|to)\s*(?P<last>jun|sep|dec|mar)[a-z]*\.?,?\s*[-'’]?\s*(?P<year>20\d\d|\d\d)",
    re.I,
)
_RANGES: dict[str, Term] = {"aprjun": "Q1", "julsep": "Q2", "octdec": "Q3", "janmar": "Q4", "aprsep": "H1"}
_LAST_DAY = r"(?:(?:as\s+)?(?:at|on)\s+)?(?:end\s+(?:of\s+)?|(?:28|29|30|31)(?:st|th)?(?:\s+of)?[\s-]+)?"
_OF_MONTH = re.compile(rf"{_LAST_DAY}{_MONTH},?\s*[-'’/]?\s*(?P<year>20\d\d|\d\d)", re.I)
_OF_SEASON = re.compile(rf"{_SEASON},?\s*[-'’]?\s*(?P<year>20\d\d|\d\d)", re.I)
_SIZE = re.compile(r"\s*\(n\s*=\s*[\d,]+\)$", re.I)


def _term(name: str) -> Term | None:
    """The part that a name begins to name: `Aut`, `Q1`, `Sept`; None where there is no such part (`Q5`)."""
    return next((term for term in _KINDS if term.lower()[:3] == name.lower()[:3]), None)


@total_ordering
@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One financial year (`term` is None) or a part of it. `start` is the calendar year that the year begins in."""

    start: int
    term: Term | None = None

    def __str__(self) -> str:
        year = f"{self.start}/{(self.start + 1) % 100:02d}"
        return f"{year} {self.term}" if self.term else year

    def __lt__(self, other: Period) -> bool:
        return self.order < other.order

    @property
    def order(self) -> tuple[int, int]:
        """A key that sorts periods by time; a whole year counts before its parts."""
        return self.start, _ORDER[self.term] if self.term else 0

    @property
    def kind(self) -> Kind:
        """Whether it is a whole year, a term, a half, a quarter or a month."""
        return _KINDS[self.term] if self.term else "year"

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
            term = _term(match["term"]) if match["term"] else None
            return cls(start=start, term=term) if term or not match["term"] else None
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

        `23/24`, `FY 2023/24`, `Academic year 2023/24`, `2023/24 (n=94)` beside everything that `parse` reads; and parts
        of a year: `Q1 2023/24`, `H2 23/24`, `Apr-Jun 23`, `Sep-23`, `Autumn 23`. A quarter of a calendar year is no
        period.
        """
        bare = _SIZE.sub("", _NAMED.sub("", text.strip(), count=1))
        short = _SHORT.fullmatch(bare)
        if short:
            start, end = int(short["start"] or short["first"]), int(short["end"] or short["last"])
            return cls(start=2000 + start) if (start + 1) % 100 == end else None
        return cls.parse(bare) or cls._part_of_year(bare)

    @classmethod
    def _part_of_year(cls, text: str) -> Period | None:
        """A part with its year beside it."""
        part = _PARTED.search(text)
        if part:
            rest = _OF_MONTHS.sub(" ", text[: part.start()] + " " + text[part.end() :])
            year = cls.heading(re.sub(r"^\W*(?:of\s+)?|\W+$", "", rest))
            term = part_of(part[0])
            return cls(start=year.start, term=term) if year and term and year.kind == "year" else None
        months = _RANGE.fullmatch(text)
        if months:
            term = _RANGES.get(f"{months['first']}{months['last']}".lower())
            start = 2000 + int(months["year"]) % 100 - (months["first"].lower() == "jan")
            return cls(start=start, term=term) if term else None
        month = _OF_MONTH.fullmatch(text)
        if month:
            term, digits = _term(month["month"]), int(month["year"])
            early = term in ("January", "February", "March")
            return cls(start=(digits + 2000 if digits < 100 else digits) - early, term=term)
        season = _OF_SEASON.fullmatch(text)
        if season:
            # Autumn 2024 opens the school year 2024/25; spring and summer 2025 belong to it too.
            term = _term(season["season"])
            return cls(start=2000 + int(season["year"]) % 100 - (term != "Autumn"), term=term)
        return None


def part_of(text: str) -> Term | None:
    """The part that a name without a year names, such as that of a column below a year: `Q1`, `1st half`, `Sept`."""
    bare = " ".join(_OF_MONTHS.sub(" ", text).split())
    match = re.fullmatch(rf"{_QUARTER}|{_HALF}|{_MONTH}|{_SEASON}", bare, re.I)
    if match is None:
        return None
    number = match["quarter"] or match["nth"]
    if number:
        return QUARTERS[int(number) - 1]
    half = match["half"] or match["first"]
    if half:
        return HALVES[0] if half[0].lower() in "1f" else HALVES[1]
    return _term(match["month"] or match["season"])
