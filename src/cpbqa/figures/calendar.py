"""Calendar years at the head of a column or row (`2022`), where the table itself says that they end in March."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from cpbqa.domain import Cell, Row

from .naming import MONTH, YEAR, is_own, meaning

_IN_MARCH = re.compile(
    r"\b31(?:st)?\s+(?:of\s+)?mar(?:ch)?\b|\b(?:at|end(?:ing|ed|s)?|end\s+of|years?\s+to)\s+(?:the\s+)?(?:end\s+of\s+)?"
    r"mar(?:ch)?\b|\bmarch\s+(?:each|every)\s+year\b|\b(?:each|every|of\s+the)\s+march\b|\bmarch\s+year[\s-]+end",
    re.I,
)
_OTHER_DAY = re.compile(
    r"\b(?:january|february|april|may|june|july|august|september|october|november|december)\b|\bcalendar\b|\bterm\b",
    re.I,
)
_CALENDAR = re.compile(r"(?<![\w/–-])20\d\d(?![\w/–-]|\s*[/–-]\s*\d)")

_MOST_YEARS = 6


def says_march(*texts: str) -> bool:
    """One of the texts (a caption, a header's first cell) says that the years end in March, and none another day.

    So are the statistics of looked after children in England dated: `as at 31 March`, `year ending 31 March`.
    """
    return any(map(_IN_MARCH.search, texts)) and not any(map(_OTHER_DAY.search, texts))


def year_ending(text: str) -> str:
    """The name of a column or row with its one calendar year as the 31 March of it; any other name as it is."""
    years = _CALENDAR.findall(text)
    if len(years) != 1 or MONTH.search(text) or YEAR.sub("", text, count=1) == text:
        return text
    return text if re.search(r"\bmar(?:ch)?\b", text, re.I) else _CALENDAR.sub(f"31 March {years[0]}", text)


def dated(row: Row) -> Row:
    """The row with each calendar year as the 31 March of it."""
    return Row(cells=tuple(_dated(cell) for cell in row.cells), page=row.page)


def names_calendar_years(row: Row) -> bool:
    """Calendar years that follow each other stand over the columns, and no other numbers: counts hardly ever do so."""
    told = [text for text in row.texts[1:] if text]
    years = list(dict.fromkeys(int(text) for text in told if _CALENDAR.fullmatch(text)))
    if len(years) < 2 or any(text[0].isdigit() and not _CALENDAR.search(text) for text in told):
        return False
    return {other - one for one, other in pairwise(years)} in ({1}, {-1})


def names_places_by_year(row: Row, authority: str) -> bool:
    """Calendar years beside our own name or a place over at least two columns: `Anytown 2023`, `England 2022`."""
    told = [year for text in row.texts[1:] if (year := _year_beside(text, authority))]
    return len(told) > 1 and max(told) - min(told) <= _MOST_YEARS


def _year_beside(text: str, authority: str) -> int:
    years = _CALENDAR.findall(text)
    name = _CALENDAR.sub(" ", text).strip(" ()-–,:")
    if len(years) != 1 or not name:
        return 0
    return int(years[0]) if is_own(name, authority) or meaning(name)[1] else 0


def _dated(cell: Cell) -> Cell:
    told = year_ending(cell.text)
    return cell if told == cell.text else replace(cell, text=told)
